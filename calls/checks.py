"""What is missing from a file, and whether a lycée may apply: questions with sentences for answers. No model is imported."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone

from calls.asking import Asking, asking
from calls.conditioned.admissibility_lines import FILED_ON
from calls.conditioned.data_terms import facts_of_data
from calls.conditioned.eligibility import condition_gaps
from calls.conditioned.lycee_terms import facts_of_lycee
from calls.conditioned.wave_terms import facts_of_waves
from calls.conditions.evaluation import Asked
from calls.conditions.references import Reference, Source
from calls.enums import ApplicationState, CallState
from calls.questionnaire import Section
from calls.questions.base import TITLE_KEY, Gap, Given, Holding, Json, Question
from calls.questions.registry import KINDS
from portal.directory.enums import Category, Pathway
from portal.directory.models import Establishment
from portal.text.canonical import canonical
from portal.text.dates import moment
from portal.text.french import euros, the_school
from portal.workflow.arrival import arrived_at

if TYPE_CHECKING:
    from calls.models import Application, ApplicationVersion, Call


# Sections of another lycée (annuaire, code_nature): they apply through the lycée that they belong to.
SECTION_NATURES = ("334", "335")
SUCCESSOR = "Si un autre lycée lui succède, c’est lui qui dépose ; si c’est une erreur, dites-le à la Région."
UNKNOWN_PATHWAYS = "L’annuaire ne dit pas celles de ce lycée : son équipe les déclare sur la page du lycée, et la Région les confirme."


@dataclass(frozen=True)
class MissingItem:
    """One thing to complete: `key` names the question and `section` its section, so that a screen can link to it."""

    key: str
    section: str
    sentence: str
    label: str = ""
    place: str = ""  # "Section 4, question 3", "Pièce obligatoire, PDF"


def opening_gaps(call: "Call", establishment: Establishment | None = None) -> list[str]:
    """Why the call does not accept files at the instant when the request arrived; empty when it does.

    The only judge of openings and deadlines: for `establishment`, a later closing granted to it counts.
    """
    now, lycee = arrived_at(), establishment.pk if establishment else None
    if call.state == CallState.PUBLISHED and call.opens_at <= now <= call.deadline_for(lycee):
        return []
    if call.state == CallState.DRAFT:
        return ["L’appel n’est pas encore publié."]
    if call.state == CallState.WITHDRAWN:
        return ["L’appel est retiré."]
    if now < call.opens_at:
        return [f"L’appel ouvre le {moment(call.opens_at)} (heure de Paris)."]
    clock = timezone.localtime(now)
    where = f" pour {the_school(establishment.name)}" if establishment and call.closing_for(lycee) != call.closes_at else ""
    return [
        f"L’appel est clos{where} depuis le {moment(call.closing_for(lycee))} (heure de Paris) ; il est {clock:%H h %M min %S s} au serveur. "
        "Votre dossier est conservé tel quel."
    ]


def sending_gaps(application: "Application") -> list[str]:
    """The same for a file, by the closing of its lycée; a personal draft is no lycée's yet."""
    return opening_gaps(application.call, None if application.is_personal else application.establishment)


def eligibility_gaps(call: "Call", establishment: Establishment) -> list[str]:
    """Why this establishment may not apply to this call; empty when it may. `eligible_establishments` is the same rule as a query."""
    gaps = []
    if establishment.region_code != settings.REGION_CODE:
        gaps.append(f"{establishment.name} n’est pas dans la Région : l’appel est réservé à ses lycées.")
    if establishment.nature_code in SECTION_NATURES:
        of = f" ({establishment.parent_uai})" if establishment.parent_uai else ""
        gaps.append(f"{establishment.name} est une section d’un autre lycée{of} : c’est ce lycée qui dépose le dossier.")
    if establishment.is_closed:
        gaps.append(f"{establishment.name} est fermé : il ne dépose plus de dossier. {SUCCESSOR}")
    if establishment.category not in call.eligible_categories:
        gaps.append(f"L’appel n’est pas ouvert aux lycées de statut « {Category(establishment.category).label} ».")
    wanted = set(call.eligible_pathways)
    if wanted and not wanted & {pathway.value for pathway in establishment.pathways}:
        labels = ", ".join(Pathway(code).label.lower() for code in call.eligible_pathways)
        unknown = "" if establishment.knows_pathways else f" {UNKNOWN_PATHWAYS}"
        gaps.append(f"L’appel est réservé aux voies : {labels}.{unknown}")
    return gaps + condition_gaps(call, establishment)


def limit_gaps(call: "Call", establishment: Establishment, *, besides: "Application | None" = None) -> list[str]:
    """Why one more file of this establishment would be too many; `besides` is a file not to count."""
    files = call.applications.filter(establishment=establishment).exclude(state=ApplicationState.WITHDRAWN)
    if besides is not None:
        files = files.exclude(pk=besides.pk)
    references = list(files.order_by("reference").values_list("reference", flat=True))
    if len(references) < call.max_per_establishment:
        return []
    most = "un seul dossier" if call.max_per_establishment == 1 else f"{call.max_per_establishment} dossiers au plus"
    return [f"L’appel admet {most} par lycée ; le vôtre a déjà : {', '.join(references)}."]


def missing_items(
    application: "Application",
    only: list[str] | None = None,
    *,
    received: dict[str, Given] | None = None,
    asked: Asking | None = None,
) -> list[MissingItem]:
    """What the file still lacks, in the order of the form.

    `only` restricts to the questions that the Région asks to complete: each must then be answered, required or not; those that the new answers
    have asked are looked at with them, as the form requires them. `received`: what the
    Région has received (`received_in`), looked at in place of the rows. `asked`: the form as the file is asked it, where it is known already.
    Reads the answers, lines and attachments of the file: no query when they are prefetched. Raises nothing:
    a question asked is a question answered or an item here.
    """
    asked = asked or asked_in(application, given_in(application) if received is None else received)
    unsound = {answer.question_key for answer in application.answers.all() if answer.unsound} if received is None else set()
    opened = None if only is None else {*only, *newly_asked(application, asked)}
    found = []
    for section in asked.sections:
        for question in section.questions:
            if only is not None and question.key in only:
                question = replace(question, required=True)
            if opened is not None and question.key not in opened:
                continue
            if question.key in unsound:
                found.append(_item(section, question, Gap(f"« {question.label} » : ce qui est écrit n’est pas valable, corrigez-le.")))
            elif (gap := _gap_of(application, question, asked)) and (only is not None or not may_follow(question)):
                found.append(_item(section, question, gap))
    return found + list(_limit_items(asked, opened))


@dataclass(frozen=True)
class FollowingItem:
    """One answer that was not there at the filing and comes until a day that its call sets."""

    key: str
    section: str
    label: str
    until: date
    is_late: bool


def may_follow(question: Question) -> bool:
    """Whether a file may still be filed without this answer, by the day when the request arrived."""
    return question.follows_until is not None and timezone.localdate(arrived_at()) <= question.follows_until


def following_items(application: "Application", given: Mapping[str, Given], asked: Asking | None = None) -> list[FollowingItem]:
    """What is still to follow of a file that gives these answers, late or not. No query for a form in which nothing may follow."""
    if not any(question.follows_until for question in application.questionnaire.schema.questions):
        return []
    asked, today = asked or asked_in(application, given), timezone.localdate()
    return [
        FollowingItem(question.key, section.key, question.label, question.follows_until, today > question.follows_until)
        for section in asked.sections
        for question in section.questions
        if question.follows_until and question.gap(given.get(question.key, Given()), None)
    ]


def following_filed(application: "Application") -> list[FollowingItem]:
    """What is still to follow of what the Région has received; nothing once it has refused or scored the file, for nothing may come any more.

    One query for a filed file in which something may follow, none otherwise.
    """
    if application.submitted_at is None or application.state not in ApplicationState.FOLLOWED_UP:
        return []
    if not any(question.follows_until for question in application.questionnaire.schema.questions):
        return []
    version = application.submitted_version
    return following_items(application, given_in_version(version) if version else given_in(application))


def newly_asked(application: "Application", asked: Asking | None = None) -> list[str]:
    """The keys of the questions that are asked now and were not in the version that the Région received: what answers given since have opened.

    None before a first version. No query for a form without conditions, else that of the version, once for each instance.
    """
    definition = application.questionnaire.schema
    if not definition.rules.deciding or application.submitted_version is None:
        return []
    entries = [entry for section in application.submitted_version.content["sections"] for entry in section["entries"]]
    then = {entry["key"] for entry in entries if entry.get("asked", True)}
    return [question.key for question in (asked or asked_in(application)).questions if question.key not in then and question.is_written]


def _limit_items(asked: Asking, only: Collection[str] | None) -> Iterator[MissingItem]:
    """The limits that the answers do not keep to, each placed at the last question that it reads among those that may be changed."""
    for limit in asked.broken_limits:
        keys = [question.key for question in asked.questions if question.key in limit.questions and (only is None or question.key in only)]
        if keys:
            section, question = asked.section_of(keys[-1]), asked.question(keys[-1])
            yield _item(section, question, Gap(limit.message, limit.message))


def _gap_of(application: "Application", question: Question, asked: Asking) -> Gap | None:
    """What this question still wants. An amount that takes the whole request above the ceiling of the call is one: no decision grants more."""
    given, ceiling = asked.given, application.call.ceiling_amount
    answer = given.get(question.key, Given())
    gap = question.gap(answer, ceiling)
    if gap or not (ceiling and question.counts_in_request and question.read(answer.value)):
        return gap
    amounts = [q.read(given[q.key].value) or Decimal(0) for q in asked.questions if q.counts_in_request and q.key in given]
    lines = [line for q in asked.questions if q.key in given for line in given[q.key].lines]
    over = sum(amounts) + sum(line.gross_amount for line in lines) - ceiling
    if over <= 0:
        return None
    place = f"{euros(over)} au-dessus du plafond de {euros(ceiling, 0)}"
    return Gap(
        f"« {question.label} » : besoins et montants dépassent ensemble le plafond par dossier, {place}.", place[0].upper() + place[1:]
    )


def unchanged_questions(application: "Application", keys: list[str]) -> list[Question]:
    """The questions of `keys` whose answer is still that of the last version that the Région received; none when it received no version.

    A file given again is the same answer: it is compared by its fingerprint. One query, and those of `given_in`.
    """
    version = application.submitted_version
    if version is None:
        return []
    received = {entry["key"]: entry for section in version.content["sections"] for entry in section["entries"]}
    given = given_in(application)
    asked = [question for question in asked_in(application, given).questions if question.key in keys]
    return [q for q in asked if _substance(q.frozen(given.get(q.key, Given()))) == _substance(received.get(q.key))]


def same_answers(before: "ApplicationVersion", after: "ApplicationVersion") -> set[str]:
    """The keys of the questions that two frozen versions of a file answer alike, files compared by their fingerprints. No query."""
    was, now = ({entry["key"]: entry for section in each.content["sections"] for entry in section["entries"]} for each in (before, after))
    return {key for key, entry in now.items() if _substance(entry) == _substance(was.get(key))}


def _substance(entry: dict | None) -> str:
    """What an entry of a frozen version answers, in a form that compares."""
    if entry is None:
        return ""
    return canonical([entry["value"], entry["lines"], sorted(file["sha256"] for file in entry["files"])])


def given_in_version(version: "ApplicationVersion") -> dict[str, Given]:
    """What a frozen version holds in answer to each question that was asked, by key."""
    entries = [entry for section in version.content["sections"] for entry in section["entries"] if entry.get("asked", True)]
    return {entry["key"]: KINDS[entry["kind"]].thawed(entry) for entry in entries}


def received_in(application: "Application") -> dict[str, Given] | None:
    """What the Région has received, by question, while complements are awaited or a new version is written: the rows then hold what is not sent.

    None otherwise, for the rows are then what was received. One query while something is written, none otherwise when prefetched.
    """
    version = application.submitted_version if application.is_rewritten or application.open_completion_request else None
    return given_in_version(version) if version else None


def given_in(application: "Application", holdings: Collection[Holding] = tuple(Holding)) -> dict[str, Given]:
    """What the file holds in answer to each question, by key; a question that nothing answers may be absent.

    Reads the answers, lines and attachments of the file: no query when they are prefetched. `holdings`: where to look, everywhere unless said.
    """
    # Read from `all()`, not from a narrower query: rows that are prefetched cost nothing.
    values = {answer.question_key: answer.value for answer in application.answers.all()}
    if application.title:
        values.setdefault(TITLE_KEY, application.title)
    lines, files = defaultdict(list), defaultdict(list)
    for line in application.lines.all() if Holding.LINES in holdings else ():
        lines[line.question_key].append(line)
    for attachment in application.attachments.all() if Holding.FILES in holdings else ():
        if attachment.removed_at is None:
            files[attachment.question_key].append(attachment)
    if Holding.PARTNERS in holdings and Holding.PARTNERS in application.questionnaire.schema.holdings:
        values |= partners_given(application)
    keys = [*values, *lines, *files]
    given = {key: Given(values.get(key), tuple(lines.get(key, ())), tuple(files.get(key, ()))) for key in keys}
    return application.questionnaire.schema.completed(given)


def partners_given(application: "Application") -> dict[str, Json]:
    """The partner schools named in answer to each question, in the order in which they were asked."""
    named = defaultdict(list)
    for partnership in sorted(application.partnerships.all(), key=lambda each: each.pk):
        if partnership.is_current:
            named[partnership.question_key].append(partnership.as_value)
    return dict(named)


def read_partners(applications: Iterable["Application"]) -> None:
    """Read at once the partner schools of the files whose form asks for some; no query for the others."""
    asking_some = [each for each in applications if Holding.PARTNERS in each.questionnaire.schema.holdings]
    prefetch_related_objects(asking_some, "partnerships")


def with_partners(application: "Application") -> "Application":
    """The file with its partner schools read once."""
    read_partners([application])
    return application


def with_content(application: "Application") -> "Application":
    """The file with its answers, needs and attachments read once: the same conditions are asked several times in a request."""
    prefetch_related_objects([application], "answers", "lines", "attachments__file")
    return with_partners(application)


def asked_in(application: "Application", given: Mapping[str, Given] | None = None) -> Asking:
    """The form as the file is asked it: the one answer to « is this question asked? ». `given`: what to look at in place of the rows.

    Without it, reads of the file what the conditions look at, and nothing when the form has none: who wants the answers too gives them.
    """
    definition = application.questionnaire.schema
    known = known_of(application, definition.rules.of_call | definition.cited) if definition.known else {}
    definition = definition.told_to(known)
    if not definition.rules:
        return Asking(definition, given or {})
    if given is None:
        looked_at = [question for question in definition.questions if question.key in definition.rules.looked_at]
        is_plain = all(question.is_written for question in looked_at)  # else figures worked out from any other answer
        given = given_in(application, {question.holding for question in looked_at} if is_plain else tuple(Holding))
    return asking(definition, given, application.establishment, known)


def facts_of_file(application: "Application", asked: Asking, wanted: Collection[Reference]) -> dict[Reference, Any]:
    """The facts wanted of a file, answers as they are asked; None for what is not known yet. `asked` holds its answers."""
    facts: dict[Reference, Any] = {}
    for reference in {each.whole for each in wanted if each.source is Source.ANSWER}:
        question, truth = asked.definition.question(reference.key), asked.truth(reference.key)
        if question is not None and truth.is_true:
            facts[reference] = question.compared(asked.given.get(reference.key, Given()))
        elif truth.is_false:
            facts[reference] = Asked.NOT
    if FILED_ON in wanted:  # before it is sent: as if it were now
        facts[FILED_ON] = timezone.localdate(application.submitted_at or timezone.now())
    known = {each for each in wanted if each.source in (Source.WAVE, Source.DATA)}
    return facts | facts_of_lycee(application.establishment, wanted) | known_of(application, known)


def known_of(application: "Application", wanted: Collection[Reference]) -> dict[Reference, Any]:
    """What the call knows of the lycée of a file, among the facts wanted. A personal draft is nobody's yet: of it nothing is known."""
    if not wanted or application.is_personal:
        return {}
    call, lycee = application.call, application.establishment
    return facts_of_waves(call, lycee.pk, wanted) | facts_of_data(call, lycee, wanted)


def _item(section: Section, question: Question, gap: Gap) -> MissingItem:
    place = gap.place or f"Section {section.number}, question {section.place_of(question.key)}"
    return MissingItem(question.key, section.key, gap.sentence, question.label, place)
