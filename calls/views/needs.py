"""Writing in a needs table: each cell saves itself; without JavaScript one button saves every row."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from calls.actions.needs import LineGone, LineValues, StaleLine, add_line, change_line, copy_line, move_line, remove_line
from calls.actions.writing import WritingRefused
from calls.checks import asked_in
from calls.forms.applicant import LineForm, NewLineForm
from calls.models import Application, RequestLine
from calls.questions.needs import NeedsQuestion
from calls.views.frame import frame, whole_file, written_file
from calls.views.needs_table import NeedRow, NeedsBlock, needs_block, row_in, row_of, with_row
from calls.views.page import section_context
from calls.views.standing import changes, noted
from portal.accounts.models import User
from portal.text.dates import hour
from portal.text.french import number, ordinal
from portal.ui.notices import note


@require_POST
def add(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """Add a need from the price list."""
    application = written_file(request, reference)
    asked = needs_question(application, question)
    form = NewLineForm(asked, request.POST)
    if form.is_valid():
        given = {"item_code": form.cleaned_data["item"], "values": values_of(form), "form_token": form.cleaned_data["form_token"]}
        try:
            line = add_line(application=application, question=asked, actor=request.user, **given)
        except WritingRefused as refusal:
            form.add_error(None, " ".join(refusal.reasons))
        else:
            said = f"Besoin ajouté : {line.label}, {number(line.quantity)}."
            return answered(request, reference, asked, said=said, opened=line.kind, focus=f"article-{line.kind}")
    return answered(request, reference, asked, status=422, adding=form, opened=form.kind, focus=next(iter(form.wrong_ids), ""))


@require_POST
def change(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Change one need (htmx), or put one's own values in the place of somebody else's (`over`)."""
    application, line, asked = own_line(request, reference, pk)
    if line is None:
        return gone(request, reference, asked)
    row = save_row(application, line, request.POST, request.user)
    whole = whole_file(request, reference)
    block = with_row(needs_block(whole, asked, request.user), row)
    if row.is_contested or "over" in request.POST or not request.htmx:
        return answered(request, reference, asked, status=409 if row.is_contested else 422 if row.error else 200, block=block, whole=whole)
    moved = changes(request, whole, whole.questionnaire.schema.section_of(asked.key), asked.key)
    context = {**frame(request, whole, section_of(whole, asked)), **moved, "needs": block, "row": row_in(block, line.pk), "oob": True}
    context["saved_note"] = noted(note_of(422 if row.error else 200), moved)
    return render(request, "calls/applicant/_row_saved.html", context, status=422 if row.error else 200)


@require_POST
def save(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """Save the rows of the table that the request carries (all of them without JavaScript), then do what its button says with one (`do`)."""
    application = written_file(request, reference)
    asked = needs_question(application, question)
    posted = [line for line in application.lines.all() if line.question_key == asked.key and f"n-{line.pk}-version" in request.POST]
    saved = [save_row(application, line, request.POST, request.user) for line in posted]
    wrong = [row for row in saved if row.error or row.is_contested]
    if not wrong and "do" in request.POST:
        return acted(request, application, asked)
    if not wrong:
        messages.success(request, "Le tableau est enregistré.")
        return answered(request, reference, asked)
    whole = whole_file(request, reference)
    block = needs_block(whole, asked, request.user)
    for row in wrong:
        block = with_row(block, row)
    return answered(request, reference, asked, status=409 if any(row.is_contested for row in wrong) else 422, block=block, whole=whole)


def acted(request: HttpRequest, application: Application, asked: NeedsQuestion) -> HttpResponse:
    """Move or copy a line: `do` is `up.<line>.<line to pass>`, `down.<line>.<line to pass>` or `copy.<line>`."""
    verb, *keys = request.POST["do"].split(".")
    if len(keys) != {"up": 2, "down": 2, "copy": 1}.get(verb) or not all(key.isdecimal() and len(key) < 10 for key in keys):
        raise Http404(request.POST["do"])
    line = application.lines.filter(pk=int(keys[0]), question_key=asked.key).first()
    if line is None:
        return gone(request, application.reference, asked)
    given = {"application": application, "line": line, "actor": request.user}
    try:
        if verb != "copy":
            move_line(past=int(keys[1]), up=verb == "up", **given)
            return moved(request, application.reference, asked, line, verb)
        copied = copy_line(question=asked, form_token=uuid5(token_in(request.POST), request.POST["do"]), **given)
    except LineGone:
        return gone(request, application.reference, asked)
    except WritingRefused as refusal:
        return answered(request, application.reference, asked, status=409, notice=" ".join(refusal.reasons))
    said = f"Besoin dupliqué : {copied.label}, {number(copied.quantity)}."
    return answered(request, application.reference, asked, said=said, focus=f"n-{copied.pk}-quantity", opened_row=copied.pk)


def moved(request: HttpRequest, reference: str, asked: NeedsQuestion, line: RequestLine, verb: str) -> HttpResponse:
    """The table once a line has moved: the focus stays on the arrow pressed, on the other one at an end of the table."""
    whole = whole_file(request, reference)
    block = needs_block(whole, asked, request.user)
    same = [row.line.pk for row in block.rows if row.line.kind == line.kind]
    if line.pk not in same:
        return gone(request, reference, asked)
    rank = same.index(line.pk) + 1
    goes_on_up = rank > 1 if verb == "up" else rank == len(same)
    block = replace(block, focus=f"{'monter' if goes_on_up else 'descendre'}-{line.pk}", opened_row=line.pk)
    return answered(request, reference, asked, said=f"{line.label} : maintenant {ordinal(rank)} sur {len(same)}.", block=block, whole=whole)


@require_POST
def remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Remove one need as it was read; what a colleague has just written is shown first."""
    application, line, asked = own_line(request, reference, pk)
    if line is None:
        return gone(request, reference, asked)
    neighbour = neighbour_of(application, line)
    try:
        remove_line(application=application, line=line, seen_version=seen_version(request.POST, line), actor=request.user)
    except WritingRefused as refusal:
        return answered(request, reference, asked, status=409, notice=" ".join(refusal.reasons))
    except StaleLine as stale:
        whole = whole_file(request, reference)
        row = replace(row_of(stale.current), to_remove=True, theirs_by=author_of(stale.current))
        return answered(request, reference, asked, status=409, block=with_row(needs_block(whole, asked, request.user), row), whole=whole)
    focus = f"retirer-{neighbour.pk}" if neighbour else f"ajouter-{line.kind}"
    return answered(request, reference, asked, said=f"Besoin retiré : {line.label}.", removed=line, focus=focus)


def save_row(application: Application, line: RequestLine, data: QueryDict, actor: User) -> NeedRow:
    """Check and save one row of a request; what was typed is kept in the row that comes back."""
    form = LineForm(data, prefix=f"n-{line.pk}")
    typed = NeedRow(
        line,
        data.get(f"n-{line.pk}-quantity", ""),
        line.priority,
        f"n-{line.pk}-is_essential" in data,
        data.get(f"n-{line.pk}-detail", ""),
    )
    if not form.is_valid():
        return replace(typed, error=form.first_error)
    seen = seen_version(data, line)
    try:
        return row_of(change_line(application=application, line=line, values=values_of(form), seen_version=seen, actor=actor))
    except WritingRefused as refusal:
        return replace(typed, error=" ".join(refusal.reasons))
    except StaleLine as stale:
        return replace(row_of(stale.current or line), mine=stale.values, theirs_by=author_of(stale.current))


def author_of(line: RequestLine | None) -> str:
    return line.updated_by.get_full_name() if line and line.updated_by else "Un membre de l’équipe"


def seen_version(data: QueryDict, line: RequestLine) -> int:
    """The version of the line that the page had shown; -1, which is never up to date, when the page says none."""
    version = data.get(f"n-{line.pk}-version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1


def token_in(data: Mapping[str, str]) -> UUID:
    """The token of the printed form; a new one where it has none that can be read."""
    try:
        return UUID(data.get("form_token", ""))
    except ValueError:
        return uuid4()


def neighbour_of(application: Application, line: RequestLine) -> RequestLine | None:
    """The line after this one in its table, otherwise the one before, of the same kind."""
    lines = [other for other in application.lines.all() if (other.question_key, other.kind) == (line.question_key, line.kind)]
    rank = [other.pk for other in lines].index(line.pk)
    return lines[rank + 1] if rank + 1 < len(lines) else lines[rank - 1] if rank else None


def values_of(form: BaseForm) -> LineValues:
    data = form.cleaned_data
    return LineValues(quantity=data["quantity"], priority=data["priority"], is_essential=data["is_essential"], detail=data["detail"])


def own_line(request: HttpRequest, reference: str, pk: int) -> tuple[Application, RequestLine | None, NeedsQuestion]:
    """(file, line, question): the line is None when a colleague removed it, and the page says so."""
    application = written_file(request, reference)
    line = application.lines.filter(pk=pk).first()
    if line is not None:
        return application, line, needs_question(application, line.question_key)
    asked = next((q for q in application.questionnaire.schema.questions if q.key == request.POST.get("question")), None)
    if not isinstance(asked, NeedsQuestion) or RequestLine.objects.filter(pk=pk).exists():
        raise Http404(pk)
    return application, None, asked


def needs_question(application: Application, key: str) -> NeedsQuestion:
    """A needs table of the form, required as it stands now, or 404."""
    question = asked_in(application).question(key)
    if not isinstance(question, NeedsQuestion):
        raise Http404(key)
    return question


def gone(request: HttpRequest, reference: str, question: NeedsQuestion) -> HttpResponse:
    return answered(
        request, reference, question, status=409, notice="Un membre de l’équipe a retiré ce besoin entre-temps : rien n’a été changé."
    )


def answered(
    request: HttpRequest,
    reference: str,
    question: NeedsQuestion,
    *,
    status: int = 200,
    block: NeedsBlock | None = None,
    whole: Application | None = None,
    said: str = "",
    **extra,
) -> HttpResponse:
    """The table again (htmx), or the page of its section: a redirect when all went well. `said` is what happened, in a sentence."""
    whole = whole or whole_file(request, reference)
    key = section_of(whole, question)
    block = block or needs_block(whole, question, request.user, **extra)
    if said:
        note(f"{said} {block.summary}.")
    if not request.htmx and status == 200:
        return redirect(f"{reverse('calls:section', args=[reference, key])}#q-{question.key}")
    if request.htmx:
        moved = changes(request, whole, whole.questionnaire.schema.section_of(question.key), question.key)
        context = {**frame(request, whole, key), **moved, "needs": block, "oob": True, "saved_note": noted(note_of(status), moved)}
        response = render(request, "calls/applicant/_needs_answer.html", context, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = f"#q-{question.key}", "outerHTML"
        return response
    shown = whole.questionnaire.schema.section(key)
    context = section_context(request, whole, shown, {})
    for group in context["groups"]:
        if group.needs and group.needs.question.key == question.key:
            group.needs = block
    return render(request, "calls/applicant/section.html", context, status=status)


def note_of(status: int) -> str:
    """What stands beside the title of the section after an act on the table."""
    return f"Enregistré à {hour(timezone.now())} par vous" if status == 200 else "Non enregistré"


def section_of(application: Application, question: NeedsQuestion) -> str:
    return application.questionnaire.schema.section_of(question.key).key
