"""A file on paper, for whoever reads it on screen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from calls.models import Application
from calls.rules import works_on_calls
from exports.papers.file_content import file_row, render_file
from scoring.queries.assessment import visible_to_juror


@require_safe
def file_content(request: HttpRequest, reference: str) -> HttpResponse:
    """The PDF of a file as it stands, or as filed (`?nouvelle`: the new version of a filed one, for its lycée): for its lycée, the Région once it is filed, and the jurors to whom it is confided.

    404 for everybody else.
    """
    user = request.user
    readable = (Application.everything.of_writers(user), Application.objects.visible_to(user), visible_to_juror(user))
    found = next((files for files in readable if files.filter(reference=reference).exists()), readable[0])
    application = get_object_or_404(found.select_related("call", "questionnaire", "establishment__authority"), reference=reference)
    name = "brouillon" if application.is_personal else application.reference
    as_written = "nouvelle" in request.GET and found is readable[0]
    with_checks = found is readable[1] and works_on_calls(user) and application.establishment_id not in user.establishment_ids
    answer = HttpResponse(
        render_file(file_row(application, as_written=as_written, with_checks=with_checks)), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'attachment; filename="dossier-{name}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
