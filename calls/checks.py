"""What is missing from a file, and whether a lycée may apply: questions with sentences for answers. No model is imported."""

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils import timezone

from calls.enums import ApplicationState, CallState, QuestionKind
from calls.questionnaire import TITLE_KEY, Question, Section
from portal.directory.enums import Category, Pathway
from portal.text.dates import moment
from portal.text.french import euros
from portal.workflow.arrival import arrived_at


@dataclass(frozen=True)
class MissingItem:
    """One thing to complete: `key` names the question and `section` its section, so that a screen can link to it."""

    key: str
    section: str
    sentence: str
    label: str = ""
    place: str = ""  # "Section 4, question 3", "Pièce obligatoire, PDF"


def opening_gaps(call) -> list[str]:
    """Why the call does not accept files at the instant when the request arrived; empty when it does."""
    now = arrived_at()
    if call.state == CallState.PUBLISHED and call.opens_at <= now <= call.deadline:
        return []
    if call.state == CallState.DRAFT:
        return ["L’appel n’est pas encore publié."]
    if call.state == CallState.WITHDRAWN:
        return ["L’appel est retiré."]
    if now < call.opens_at:
        return [f"L’appel ouvre le {moment(call.opens_at)} (heure de Paris)."]
    clock = timezone.localtime(now)
    return [
        f"L’appel est clos depuis le {moment(call.closes_at)} (heure de Paris) ; il est {clock:%H h %M min %S s} au serveur. "
        "Votre dossier est conservé tel quel."
    ]


def eligibility_gaps(call, establishment) -> list[str]:
    """Why this establishment may not apply to this call; empty when it may."""
    gaps = []
    if establishment.is_closed:
        gaps.append(f"{establishment.name} est fermé dans l’annuaire.")
    if establishment.category not in call.eligible_categories:
        gaps.append(f"L’appel n’est pas ouvert aux lycées de statut « {Category(establishment.category).label} ».")
    wanted = set(call.eligible_pathways)
    if wanted and not wanted & {pathway.value for pathway in establishment.pathways}:
        labels = ", ".join(Pathway(code).label.lower() for code in call.eligible_pathways)
        gaps.append(f"L’appel est réservé aux voies : {labels}.")
    return gaps


def limit_gaps(call, establishment, *, besides=None) -> list[str]:
    """Why one more file of this establishment would be too many; `besides` is a file not to count."""
    files = call.applications.filter(establishment=establishment).exclude(state=ApplicationState.WITHDRAWN)
    if besides is not None:
        files = files.exclude(pk=besides.pk)
    references = list(files.order_by("reference").values_list("reference", flat=True))
    if len(references) < call.max_per_establishment:
        return []
    most = "un seul dossier" if call.max_per_establishment == 1 else f"{call.max_per_establishment} dossiers au plus"
    return [f"L’appel admet {most} par lycée ; le vôtre a déjà : {', '.join(references)}."]


def missing_items(application, only: list[str] | None = None) -> list[MissingItem]:
    """What the file still lacks, in the order of the form.

    `only` restricts to the questions that the Région asks to complete: each must then be answered, required or not.
    Reads the answers, lines and attachments of the file: three queries, none when they are prefetched. Raises nothing:
    a question asked is a question answered or an item here.
    """
    answers = {answer.question_key: answer.value for answer in application.answers.all()}
    if application.title:
        answers.setdefault(TITLE_KEY, application.title)
    lines, files = defaultdict(list), defaultdict(int)
    for line in application.lines.all():
        lines[line.question_key].append(line)
    for attachment in application.attachments.all():
        files[attachment.question_key] += attachment.removed_at is None
    found = []
    for section in application.questionnaire.schema.sections:
        for question in section.questions:
            if only is not None and question.key in only:
                question = replace(question, required=True)
            if only is None or question.key in only:
                found += _question_gaps(application, section, question, answers.get(question.key), lines[question.key], files[question.key])
    return found


def is_blank(value) -> bool:
    """Whether a stored answer says nothing. Zero says something."""
    return value is None or value == "" or value == []


def needs_ceiling(application, question: Question) -> Decimal | None:
    """Most that a needs table may ask for, in euros incl. VAT: the question's own ceiling, or the call's."""
    return question.ceiling if question.ceiling is not None else application.call.ceiling_amount


def _question_gaps(application, section: Section, question: Question, value, lines: list, files: int) -> list[MissingItem]:
    if question.kind == QuestionKind.NEEDS:
        return _needs_gaps(application, section, question, lines)
    if not question.required:
        return []
    if question.kind == QuestionKind.FILE:
        formats = ", ".join(kind.upper() for kind in question.accept)
        sentence = f"La pièce « {question.label} » n’est pas jointe."
        return [] if files else [_item(section, question, sentence, f"Pièce obligatoire, {formats}")]
    return [_item(section, question, f"« {question.label} » n’est pas rempli.")] if is_blank(value) else []


def _needs_gaps(application, section: Section, question: Question, lines: list) -> list[MissingItem]:
    if not lines:
        sentence = f"« {question.label} » : aucun besoin n’est saisi."
        return [_item(section, question, sentence, "Aucun besoin n’est saisi")] if question.required else []
    total = sum((line.gross_amount for line in lines), Decimal(0))
    ceiling = needs_ceiling(application, question)
    if ceiling is None or total <= ceiling:
        return []
    place = f"{euros(total - ceiling)} au-dessus du plafond de {euros(ceiling, 0)}"
    return [_item(section, question, f"« {question.label} » : le total TTC dépasse le plafond, {place}.", place[0].upper() + place[1:])]


def _item(section: Section, question: Question, sentence: str, place: str = "") -> MissingItem:
    where = place or f"Section {section.position + 1}, question {section.place_of(question.key)}"
    return MissingItem(question.key, section.key, sentence, question.label, where)
