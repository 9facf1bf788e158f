"""Taking again the answers of an earlier file of the lycée: what it said, question by question, and one tick each."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from calls.actions.answers import StaleAnswer
from calls.actions.reuse import Reused, reuse
from calls.forms.applicant import token_of, version_in
from calls.models import Application
from calls.queries.reuse import Reusable, Reuse, earlier_files, reuse_of, whole_source
from calls.views.fields import conflict_text
from calls.views.frame import whole_file, written_file
from calls.views.needs import token_in
from portal.text.french import count


@require_http_methods(["GET", "HEAD", "POST"])
def reuse_page(request: HttpRequest, reference: str) -> HttpResponse:
    """The answers of an earlier file (`de`, the latest without it) beside those of this one; POST takes those ticked, or all that fill a blank."""
    written_file(request, reference)
    application = whole_file(request, reference)
    files = earlier_files(application, request.user).select_related("call")
    chosen = request.GET.get("de", "") or files.values_list("reference", flat=True).first() or ""
    source = whole_source(files, chosen)
    found = reuse_of(application, source, request.user) if source else None
    if request.method != "POST" or found is None:
        return page(request, application, list(files), found)
    rows = found.filling if "blank" in request.POST else [row for row in found.offered if row.question.key in request.POST.getlist("take")]
    joined = [(row, file) for row in found.rows for file in row.files if str(file.pk) in request.POST.getlist("file")]
    if not rows and not joined:
        return page(request, application, list(files), found, refusals=["Rien n’est coché."], status=422)
    seen = {row.question.key: version_in(request.POST.get(f"v-{row.question.key}", "")) for row in rows}
    given = {"rows": rows, "files": joined, "seen": seen, "actor": request.user, "form_token": token_in(request.POST)}
    done = reuse(application=application, source=source, **given)
    if done.taken:
        messages.success(
            request, f"{count(len(done.taken), 'réponse reprise', 'réponses reprises')} du dossier {source.reference} : relisez-les."
        )
    if not (done.stale or done.refused):
        return redirect(application)
    again = reuse_of(whole := whole_file(request, reference), source, request.user)
    refusals = [*(told(found, key, stale) for key, stale in done.stale.items()), *done.refused]
    return page(request, whole, list(files), again, refusals=refusals, done=done, status=409 if done.stale else 422)


def told(found: Reuse, key: str, stale: StaleAnswer) -> str:
    """What a colleague has put meanwhile: it stays."""
    question = next(row.question for row in found.rows if row.question.key == key)
    author = stale.current.updated_by.get_full_name() if stale.current.updated_by else "Un membre de l’équipe"
    return f"« {question.label} » : {author} a répondu entre-temps, sa réponse reste : « {conflict_text(question, stale.current)} »."


def page(
    request: HttpRequest,
    application: Application,
    files: list[Application],
    found: Reuse | None,
    *,
    refusals: list[str] | None = None,
    done: Reused | None = None,
    status: int = 200,
) -> HttpResponse:
    answers = {answer.question_key: answer for answer in application.answers.all()}
    ticked = set(request.POST.getlist("take")) - set(done.stale if done else ())

    def line(row: Reusable) -> dict:
        answer = answers.get(row.question.key)
        token = token_of(answer.version if answer else 0, answer.shown if answer else None)
        return {"row": row, "token": token, "is_ticked": row.question.key in ticked}

    context = {"application": application, "files": files, "found": found, "refusals": refusals or [], "form_token": uuid4()}
    context["lines"] = [line(row) for row in found.rows] if found else []
    return render(request, "calls/applicant/reuse.html", context, status=status)
