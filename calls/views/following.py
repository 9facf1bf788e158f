"""What follows the filing: the page where it is sent."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from calls.actions.following import following_gaps, send_following
from calls.checks import asked_in, following_filed, given_in
from calls.models import Application, ApplicationVersion
from calls.questions.base import FieldQuestion, Given, Json
from calls.questions.joined import JoinsFiles
from calls.views.frame import frame, whole_file, written_file
from portal.files.formats import accept_of
from portal.files.intake import UploadRefused
from portal.workflow.gate import TransitionRefused
from portal.workflow.views import attempt

LABEL = "Envoyer la pièce qui suit"


@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """GET shows what is to be given; POST sends it. What is wrong is said with what was typed; the files are to be chosen again."""
    written_file(request, reference)
    application = whole_file(request, reference)
    asked = asked_in(application, given_in(application))
    wanted = asked.question(question)
    if not isinstance(wanted, JoinsFiles) or wanted.follows_until is None or application.submitted_at is None:
        raise Http404(question)
    is_record = isinstance(wanted, FieldQuestion)
    stored = asked.given.get(question, Given()).value
    typed, errors = wanted.posted(request.POST) if is_record and request.method == "POST" else None, []
    if request.method == "POST":
        try:
            value = wanted.clean(typed) if is_record else None
            files = request.FILES.getlist("file")
            return attempt(
                request, application, LABEL,
                lambda: _send(request, application, wanted, value, files), success=f"« {wanted.label} » est envoyé à la Région.",
            )  # fmt: skip
        except ValidationError as error:
            errors = error.messages
        except (UploadRefused, _Lacking) as refusal:
            errors = [str(refusal)]
    items = {item.key: item for item in following_filed(application)}
    context = {
        **frame(request, application, asked=asked),
        "wanted": wanted,
        "item": items.get(question),
        "gaps": following_gaps(application, question),
        "cells": wanted.cells(typed if typed is not None else wanted.typed(stored)) if is_record else [],
        "record": {"error": bool(errors)},
        "accept": accept_of(wanted.accept),
        "errors": errors,
    }
    return render(request, "calls/applicant/following.html", context, status=422 if errors else 200)


class _Lacking(Exception):
    """Something lacks in what was given: said on the form."""


def _send(
    request: HttpRequest, application: Application, wanted: JoinsFiles, value: Json, files: Sequence[UploadedFile]
) -> ApplicationVersion:
    try:
        return send_following(application=application, question=wanted, value=value, files=files, actor=request.user)
    except TransitionRefused as refusal:
        if refusal.wrong_state:
            raise
        raise _Lacking(" ".join(refusal.reasons)) from refusal
