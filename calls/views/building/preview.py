"""The form as a lycée sees it, filled in for a trial: its own blocks, its conditions followed as answers come. Nothing is written but in the session."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from calls.asking import Asking, asking
from calls.building.settling import faults_of
from calls.checks import known_of
from calls.enums import PartnershipState
from calls.models import Call, Questionnaire
from calls.queries.calls import eligible_establishments
from calls.questionnaire import Definition, Information, Section
from calls.questions.base import FieldQuestion, Given, Holding, Question
from calls.questions.joined import FileView, JoinsFiles
from calls.questions.needs import LineView, NeedsQuestion
from calls.questions.partners import PartnersQuestion
from calls.views.building.frame import form_address, managed_call, written_form
from calls.views.fields import FieldState
from calls.views.page import InformationBlock, neighbours
from portal.directory.models import Establishment
from portal.text.search import matching

SESSION = "form_preview"
AGREED = "agreed"
MOST_TRIED = 9_999  # of one article


@dataclass
class Trial:
    """What was answered for a trial of one version: stored values, quantities of needs by article, questions whose file is as if joined."""

    version: int
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, dict[str, int]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    lycee: str = ""

    def given(self, definition: Definition) -> dict[str, Given]:
        """As a file would hold it."""
        found = {question.key: self._of(question) for question in definition.questions}
        return definition.completed(found)

    def _of(self, question: Question) -> Given:
        files = (FileView("", "piece.pdf", 1, ""),) if question.key in self.files else ()
        lines = tuple(self._lines(question)) if isinstance(question, NeedsQuestion) else ()
        if isinstance(question, PartnersQuestion):
            return Given(_partners(self.agreed(question)) or None)
        return Given(self.values.get(question.key), lines, files)

    def agreed(self, question: PartnersQuestion) -> int:
        """How many partners are as if they had agreed."""
        return self.lines.get(question.key, {}).get(AGREED, 0)

    def _lines(self, question: NeedsQuestion) -> list[LineView]:
        wanted = self.lines.get(question.key, {})
        return [_line(question, code, quantity) for code, quantity in wanted.items() if question.item(code)]


def _partners(agreed: int) -> list[dict[str, Any]]:
    made_up = {"uai": "0000000A", "commune": "Ici", "state": PartnershipState.AGREED.value, "on": "", "by": ""}
    return [made_up | {"name": f"Lycée partenaire {rank}"} for rank in range(1, agreed + 1)]


def _line(question: NeedsQuestion, code: str, quantity: int) -> LineView:
    item = question.item(code)
    net = item.unit_price * quantity
    gross = (net * (100 + item.vat_rate) / 100).quantize(net)
    return LineView(code, item.label, "", item.kind, quantity, item.unit_price, item.vat_rate, net, gross, 1, True)


@dataclass(frozen=True)
class PreviewFile:
    """What is asked of a file to know what its call knows of its lycée."""

    call: Call
    establishment: Establishment
    is_personal: bool = False


@dataclass(frozen=True)
class TrialNeeds:
    """A needs table to try: each article with its quantity."""

    question: NeedsQuestion
    quantities: Mapping[str, int]
    template = "calls/pilotage/form/_trial_needs.html"

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Each article and what was typed of it."""
        return [(item, self.quantities.get(item.code, "")) for item in self.question.items]


@dataclass(frozen=True)
class TrialFile:
    """A file to join, which is said to be joined; `is_beside` the fields of its question, drawn above."""

    question: JoinsFiles
    is_joined: bool
    is_beside: bool = False
    template = "calls/pilotage/form/_trial_file.html"


@dataclass(frozen=True)
class TrialPartners:
    """Partner schools, of which one says how many have agreed."""

    question: PartnersQuestion
    agreed: int
    template = "calls/pilotage/form/_trial_partners.html"

    @property
    def offered(self) -> list[tuple[int, bool]]:
        return [(number, number == self.agreed) for number in range(self.question.most + 1)]


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, reference: str, key: str = "") -> HttpResponse:
    """One section as a lycée would fill it in; without a key, the first one that is asked."""
    call = managed_call(request, reference)
    questionnaire = written_form(call)
    if not questionnaire.definition.get("sections") or faults_of(questionnaire.definition):
        messages.info(request, "L’aperçu se lit une fois le formulaire complet : corrigez d’abord ce qui est signalé.")
        return redirect(form_address(call))
    trial = _trial(request, questionnaire)
    lycee = _lycee(call, trial.lycee)
    if lycee is None:
        messages.info(request, "L’aperçu prend les faits d’un lycée, et l’annuaire n’en a encore aucun.")
        return redirect(form_address(call))
    asked = _asked(call, questionnaire, trial, lycee)
    shown = asked.definition.section(key) if key else (asked.sections or questionnaire.schema.sections)[0]
    if shown is None:
        raise Http404(key)
    wrong: dict[str, FieldState] = {}
    not_found = ""
    if request.method == "POST":
        not_found = _not_found(request.POST)
        wrong = _try(request, trial, asked, shown)
        request.session[SESSION] = vars(trial)
        lycee = _lycee(call, trial.lycee)
        asked = _asked(call, questionnaire, trial, lycee)
        if not wrong and not not_found and (answer := _then(request, call, asked, shown)):
            return answer
    context = _context(call, questionnaire, trial, asked, shown, wrong) | {"lycee": lycee, "not_found": not_found}
    return render(request, "calls/pilotage/form/preview.html", context, status=422 if wrong or not_found else 200)


def _then(request: HttpRequest, call: Call, asked: Asking, shown: Section) -> HttpResponse | None:
    """Where a press leads: to the next section when it is asked for, else to the same page; None for what htmx draws again in place."""
    following = neighbours(asked, shown.key)["following"] if "next" in request.POST else None
    place = reverse("calls:form_preview", args=[call.reference, (following or shown).key])
    if not request.htmx:
        return redirect(place)
    return HttpResponse(headers={"HX-Redirect": place}) if following else None


def _not_found(data: QueryDict) -> str:
    """The lycée that was looked for and that the directory has not; "" otherwise."""
    typed = data.get("lycee", "").strip()[:80]
    return typed if typed and "effacer" not in data and _lycee_named(typed) is None else ""


def _trial(request: HttpRequest, questionnaire: Questionnaire) -> Trial:
    """The trial of this version in the session; a new one when it is of another form."""
    kept = request.session.get(SESSION, {})
    return Trial(**kept) if kept.get("version") == questionnaire.pk else Trial(questionnaire.pk)


def _lycee(call: Call, typed: str) -> Establishment | None:
    """The lycée whose facts are taken: the one looked for by its UAI or its name, else an eligible one, else any."""
    eligible = eligible_establishments(call).select_related("authority", "department").order_by("name", "pk")
    return (_lycee_named(typed) if typed else None) or eligible.first() or _lycees().first()


def _lycees() -> QuerySet[Establishment]:
    return Establishment.objects.select_related("authority", "department").order_by("name", "pk")


def _lycee_named(typed: str) -> Establishment | None:
    return _lycees().filter(uai=typed.upper()).first() or matching(_lycees(), typed).first()


def _asked(call: Call, questionnaire: Questionnaire, trial: Trial, lycee: Establishment) -> Asking:
    definition = questionnaire.schema
    known = known_of(PreviewFile(call, lycee), definition.rules.of_call | definition.cited) if definition.known else {}
    definition = definition.told_to(known)
    return asking(definition, trial.given(definition), lycee, known)


def _try(request: HttpRequest, trial: Trial, asked: Asking, shown: Section) -> dict[str, FieldState]:
    """Take what was typed into the trial; the blocks of what is not valid come back."""
    data, wrong = request.POST, {}
    if "effacer" in data:
        trial.values, trial.lines, trial.files = {}, {}, []
        return wrong
    if "lycee" in data and not _not_found(data):
        trial.lycee = data["lycee"].strip()[:80]
    for question in shown.questions:
        if not asked.is_asked(question.key):
            continue
        if isinstance(question, FieldQuestion) and f"v-{question.key}" in data:
            _try_field(trial, question, data, wrong)
        if isinstance(question, JoinsFiles) and f"t-{question.key}" in data:
            trial.files = [key for key in trial.files if key != question.key] + [question.key] * (f"f-{question.key}" in data)
        if isinstance(question, NeedsQuestion):
            trial.lines[question.key] = _quantities(question, data)
        if isinstance(question, PartnersQuestion) and (typed := data.get(f"p-{question.key}", "")).isdecimal():
            trial.lines[question.key] = {AGREED: min(int(typed), question.most)}
    return wrong


def _try_field(trial: Trial, question: FieldQuestion, data: QueryDict, wrong: dict[str, FieldState]) -> None:
    typed = question.posted(data)
    try:
        trial.values[question.key] = question.clean(typed)
    except ValidationError as error:
        wrong[question.key] = _state(question, typed, " ".join(error.messages))


def _quantities(question: NeedsQuestion, data: QueryDict) -> dict[str, int]:
    typed = {item.code: data.get(f"n-{question.key}-{item.code}", "").strip() for item in question.items}
    return {code: min(int(text), MOST_TRIED) for code, text in typed.items() if text.isdecimal() and text.isascii() and int(text)}


def _state(question: Question, typed: Any, error: str = "", text: str = "", **more: Any) -> FieldState:
    """A block of the school whose answers go to the trial."""
    shown = {"token": "", "text": text, "editable": question.is_written, "error": error, "is_trial": True}
    return FieldState(question=question, typed=typed, **shown, **more)


def _context(
    call: Call, questionnaire: Questionnaire, trial: Trial, asked: Asking, shown: Section, wrong: Mapping[str, FieldState]
) -> dict[str, Any]:
    return {
        "call": call,
        "questionnaire": questionnaire,
        "section": asked.section(shown.key) or shown,
        "is_asked": asked.section(shown.key) is not None,
        "sections": asked.sections,
        "blocks": _blocks(trial, asked, shown, wrong),
        "wrong": list(wrong.values()),
        "broken": [limit.message for limit in asked.broken_limits],
        "saved_note": "",
        "swapped": False,
        **neighbours(asked, shown.key),
    }


def _blocks(trial: Trial, asked: Asking, shown: Section, wrong: Mapping[str, FieldState]) -> list[Any]:
    """The blocks of a section in order, as the school has them; needs and files as they are tried."""
    waiting = {each.question.key: each.told for each in asked.waiting(shown)} if asked.hidden else {}
    found: list[Any] = []
    for part in asked.definition.section(shown.key).parts:
        if isinstance(part, Information):
            found.append(InformationBlock(part))
            continue
        if not asked.is_asked(part.key):
            found.append(_state(part, "", waiting=waiting.get(part.key, ""), is_hidden=part.key not in waiting))
            continue
        question = asked.as_required(part)
        found.append(wrong.get(part.key) or _block(trial, asked, question))
        if isinstance(part, JoinsFiles) and isinstance(part, FieldQuestion):
            found.append(TrialFile(question, part.key in trial.files, is_beside=True))
    return found


def _block(trial: Trial, asked: Asking, question: Question) -> Any:
    if question.holding is Holding.LINES:
        return TrialNeeds(question, trial.lines.get(question.key, {}))
    if isinstance(question, PartnersQuestion):
        return TrialPartners(question, trial.agreed(question))
    if question.holding is Holding.FILES:
        return TrialFile(question, question.key in trial.files)
    if not question.is_written:
        given = asked.given.get(question.key, Given())
        return _state(question, "", text=question.text(given), last=asked.definition.explained(question))
    return _state(question, question.typed(trial.values.get(question.key)))
