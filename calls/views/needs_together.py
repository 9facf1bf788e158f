"""Several needs at once: pasted from a spreadsheet and shown as they were read, or those of a kit that the call proposes."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from calls import rules
from calls.actions.needs import MOST_LINES, LineValues, NewLine, add_lines
from calls.actions.writing import WritingRefused
from calls.forms.applicant import PastedForm, PastedRow, typed_as
from calls.forms.pasted_needs import MOST_SIGNS, Pasted, read_pasted
from calls.models import Application, RequestLine
from calls.questions.needs import NeedsQuestion
from calls.views.frame import whole_file, written_file
from calls.views.needs import answered, needs_question, section_of, token_in, values_of
from calls.views.needs_table import NeedsBlock, needs_block
from portal.text.french import count, number

FROM_A_SPREADSHEET = "collés d’un tableur"


@dataclass(frozen=True)
class Review:
    """The lines read, before anything is kept: how many are wrong, what they add up to in euros incl. VAT, beside the table in place."""

    form: PastedForm
    token: UUID
    read: Pasted
    table: NeedsBlock
    same: frozenset[int] = frozenset()  # ranks of the lines that the table has already, word for word

    @property
    def wrong(self) -> list[PastedRow]:
        return self.form.wrong

    @property
    def kept(self) -> list[PastedRow]:
        return self.form.kept

    @property
    def gross_amount(self) -> Decimal:
        return sum((as_line(row).gross_amount for row in self.kept), Decimal(0))

    @property
    def whole_amount(self) -> Decimal:
        """With the needs that the table has already."""
        return self.table.gross_amount + self.gross_amount

    @property
    def rows(self) -> list[dict]:
        """Each line with its total excl. VAT in euros, None as long as it cannot be read."""
        return [
            {"form": row, "total": as_line(row).net_amount if row.is_valid() else None, "is_same": row.rank in self.same}
            for row in self.form.rows
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """GET: where to paste. POST with a text: what was read of it. POST with lines: they are added, or shown again with what is to be mended."""
    application = written_file(request, reference)
    asked = needs_question(application, question)
    if gaps := rules.writing_gaps(application, asked.key):
        return pasting_page(request, application, asked, refusals=gaps, status=409 if request.method == "POST" else 200)
    if request.method != "POST":
        return pasting_page(request, application, asked)
    token = token_in(request.POST)
    if "text" not in request.POST:
        return added(request, reference, asked, PastedForm(asked, request.POST), token)
    text = request.POST["text"]
    read = read_pasted(text[:MOST_SIGNS], asked)
    if refusals := unreadable(text, read):
        return pasting_page(request, application, asked, refusals=refusals, status=422)
    whole = whole_file(request, reference)
    data = typed_as(read.lines)
    same = already_there(whole, asked, PastedForm(asked, data))
    for rank in same:  # pasted once more by Back: nothing is doubled unless it is asked for
        del data[f"r-{rank}-adding"]
    table = needs_block(whole, asked, request.user)
    return review_page(request, whole, Review(PastedForm(asked, data), token, read, table, same))


@require_POST
def add_kit(request: HttpRequest, reference: str, question: str, kit: str) -> HttpResponse:
    """Add the lines of a kit, at the prices of the list; they are then written as any other."""
    application = written_file(request, reference)
    asked = needs_question(application, question)
    chosen = asked.kit(kit)
    if chosen is None:
        raise Http404(kit)
    new = [NewLine(line.item, LineValues(line.quantity, line.priority, line.is_essential, line.detail)) for line in chosen.lines]
    try:
        how = f"du kit « {chosen.label} »"
        done = add_lines(application=application, question=asked, new=new, actor=request.user, form_token=token_in(request.POST), how=how)
    except WritingRefused as refusal:
        return answered(request, reference, asked, status=409, notice=" ".join(refusal.reasons))
    said = f"Kit ajouté : {chosen.label}, {count(len(done.lines), 'ligne')}."
    return answered(request, reference, asked, said=said, focus=f"n-{done.lines[0].pk}-quantity")


def unreadable(text: str, read: Pasted) -> list[str]:
    """Why the text is not shown line by line; the page keeps it."""
    if len(text) > MOST_SIGNS:
        return [f"Le texte compte {number(len(text))} signes pour {number(MOST_SIGNS)} au plus : collez-le en deux fois."]
    if not read.lines:
        return ["Aucune ligne n’est lue : copiez les cellules du tableur, puis collez-les ici."]
    if len(read.lines) > MOST_LINES:
        return [f"Le texte compte {number(len(read.lines))} lignes pour {MOST_LINES} au plus dans un tableau : retirez-en."]
    return []


def added(request: HttpRequest, reference: str, asked: NeedsQuestion, form: PastedForm, token: UUID) -> HttpResponse:
    """Add the lines that are ticked, if each of them is right; otherwise nothing, and the page keeps all that was typed."""
    whole = whole_file(request, reference)
    review = Review(form, token, Pasted(), needs_block(whole, asked, request.user))
    if review.wrong or "check" in request.POST:
        return review_page(request, whole, review, status=422 if review.wrong else 200)
    if not review.kept:
        return review_page(request, whole, review, refusals=["Aucune ligne n’est cochée : rien n’est ajouté."], status=422)
    new = [NewLine(row.cleaned_data["item"], values_of(row)) for row in review.kept]
    try:
        done = add_lines(application=whole, question=asked, new=new, actor=request.user, form_token=token, how=FROM_A_SPREADSHEET)
    except WritingRefused as refusal:
        return review_page(request, whole, review, refusals=refusal.reasons, status=409)
    now = needs_block(whole_file(request, reference), asked, request.user)
    told = f"{count(len(done.lines), 'besoin ajouté', 'besoins ajoutés')}. Le tableau : {now.summary}."
    messages.success(request, "Ces besoins sont déjà dans le tableau : rien n’est ajouté une seconde fois." if done.again else told)
    return redirect(f"{reverse('calls:section', args=[reference, section_of(whole, asked)])}#q-{asked.key}")


def as_line(row: PastedRow) -> RequestLine:
    """The need that a valid line would make: its amounts."""
    item = row.question.item(row.cleaned_data["item"])
    return RequestLine(quantity=row.cleaned_data["quantity"], unit_price_amount=item.unit_price, vat_rate=item.vat_rate)


def already_there(application: Application, asked: NeedsQuestion, form: PastedForm) -> frozenset[int]:
    """The ranks of the lines of which the table holds the same: article, quantity, priority, detail. One in place answers for one line."""
    held = [
        (line.item_code, line.quantity, line.priority, line.is_essential, line.detail)
        for line in application.lines.all()
        if line.question_key == asked.key
    ]
    found = []
    for row in form.rows:
        said = (row.cleaned_data["item"], *vars(values_of(row)).values()) if row.is_valid() else None
        if said in held:
            held.remove(said)
            found.append(row.rank)
    return frozenset(found)


def pasting_page(
    request: HttpRequest, application: Application, asked: NeedsQuestion, *, refusals: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """Where to paste, with the text that could not be read."""
    context = {"text": request.POST.get("text", ""), "form_token": token_in(request.POST), "refusals": refusals or []}
    return render(request, "calls/applicant/paste.html", around(application, asked) | context, status=status)


def review_page(
    request: HttpRequest, application: Application, review: Review, *, refusals: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context = {"review": review, "refusals": refusals or []}
    return render(request, "calls/applicant/pasted.html", around(application, review.table.question) | context, status=status)


def around(application: Application, asked: NeedsQuestion) -> dict:
    """What both pages say of where they are."""
    section = application.questionnaire.schema.section_of(asked.key)
    return {"application": application, "question": asked, "section": section}
