"""The next wave of a call: a draft made of what the last one was, and what it was left to write."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls import rules
from calls.conditioned.eligibility import eligibility_of
from calls.models import Call, Questionnaire, slug_of
from calls.queries.call_models import FORM_LINE
from calls.queries.knowledge import with_known
from portal import working_days
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.dates import day, moment
from portal.text.french import count, enumeration
from portal.workflow.gate import TransitionRefused

KEPT = (
    "programme",
    "summary",
    "grace_minutes",
    "ceiling_amount",
    "max_per_establishment",
    "eligible_categories",
    "eligible_pathways",
    "eligibility",
    "admissibility_lines",
    "reasons",
    "reasons_only",
    "opinions",
    "requires_approval",
    "sealed",
    "reminder_days",
    "own_scores_first",
    "contact_email",
)  # fields of a call that the next wave begins with


@dataclass(frozen=True)
class Carried:
    """One line of the report: what was taken from the last wave, or (`is_left`) what was left to write, and why."""

    label: str
    told: str
    is_left: bool = False


Carrier = Callable[[Call, Call, User], Iterator[Carried]]
_carriers: list[tuple[int, Carrier]] = []


def carried(order: int) -> Callable[[Carrier], Carrier]:
    """Register what an app carries from a wave to the next: `carrier(last, following, actor)` writes, and gives the lines of the report."""

    def keep(carrier: Carrier) -> Carrier:
        _carriers.append((order, carrier))
        _carriers.sort(key=lambda one: one[0])
        return carrier

    return keep


def carry(last: Call, following: Call, actor: User) -> list[dict]:
    """Have every app carry what is its own; the lines of the report as a journal keeps them."""
    lines = [line for _, carrier in _carriers for line in carrier(last, following, actor)]
    return [{"label": line.label, "told": line.told, "left": line.is_left} for line in lines]


def origin(last: Call, following: Call) -> str:
    """What a report calls the call from which something is taken: the last wave, a model, or the call of which a model is made."""
    return "Le modèle" if last.is_model else "L’appel" if following.is_model else "La vague précédente"


@dataclass(frozen=True)
class Wave:
    """What is chosen for the next wave; `budget_amount` in euros, `opens_at` aware."""

    reference: str
    title: str
    opens_at: datetime
    budget_amount: Decimal


@dataclass(frozen=True)
class Dates:
    """A calendar, in the order in which it happens."""

    opens_at: datetime
    closes_at: datetime
    jury_on: date | None
    results_on: date | None


def dates_of(call: Call, opens_at: datetime) -> Dates:
    """The calendar of a call that would open then: each date as many working days after the opening as it was.

    A jury or results that came before the opening are a typing error: they are not carried.
    """
    last_opening = timezone.localdate(call.opens_at)
    opening = timezone.localdate(opens_at)

    def same_distance(known: date) -> date:
        return working_days.moved(opening, working_days.between(last_opening, known))

    closing = timezone.localtime(call.closes_at)
    return Dates(
        opens_at,
        timezone.make_aware(datetime.combine(same_distance(closing.date()), closing.time())),
        *(same_distance(known) if known and known >= last_opening else None for known in (call.jury_on, call.results_on)),
    )


@transaction.atomic
def prepare_next_wave(*, call: Call, wave: Wave, actor: User) -> Call:
    """Make the draft of the next wave, with all that the apps carry; its journal keeps the report.

    Raises PermissionDenied, and TransitionRefused when the reference or the address is taken, when this call already has a next wave, or
    when the same calendar would close it before it opens.
    """
    if not rules.manages_call(call, actor):
        raise PermissionDenied("next_wave")
    last = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if following := Call.following_of(last):
        raise TransitionRefused([f"La vague suivante existe déjà : « {following} » ({following.reference})."], wrong_state=True)
    dates = dates_of(last, wave.opens_at)
    if dates.closes_at <= dates.opens_at:
        raise TransitionRefused([f"La clôture serait le {moment(dates.closes_at)}, avant l’ouverture : choisissez une heure plus tôt."])
    following = Call(
        **{name: getattr(last, name) for name in KEPT},
        previous=last,
        reference=wave.reference,
        slug=slug_of(wave.title),
        title=wave.title,
        wave=last.wave + 1,
        budget_amount=wave.budget_amount,
        opens_at=dates.opens_at,
        closes_at=dates.closes_at,
        jury_on=dates.jury_on,
        results_on=dates.results_on,
    )
    try:
        with transaction.atomic():
            following.save()
    except IntegrityError as error:
        raise TransitionRefused(["Un appel porte déjà cette référence ou cette adresse : changez la référence ou l’intitulé."]) from error
    told = carry(last, following, actor)
    recorder.record(following, "prepare_wave", actor=actor, reason=str(last), data={"from": last.reference, "report": told})
    recorder.record(last, "continued", actor=actor, reason=str(following), data={"reference": following.reference})
    return following


@carried(10)
def calendar(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """The dates; of a model, how far they are from one another."""
    if following.is_model:
        days = working_days.between(timezone.localdate(last.opens_at), timezone.localdate(last.closes_at))
        yield Carried("Calendrier", f"Clôture {count(days, 'jour ouvré', 'jours ouvrés')} après l’ouverture ; aucune date n’est gardée.")
        return
    after = [f"jury le {day(following.jury_on)}" if following.jury_on else ""]
    after += [f"résultats le {day(following.results_on)}" if following.results_on else ""]
    told = [f"ouverture le {moment(following.opens_at)}", f"clôture le {moment(following.closes_at)}", *filter(None, after)]
    yield Carried("Calendrier", f"{', '.join(told).capitalize()} : aux mêmes jours ouvrés après l’ouverture.")
    if not following.jury_on or not following.results_on:
        yield Carried(
            "Jury et résultats", f"{origin(last, following)} n’annonçait pas les deux dates, ou pas après son ouverture.", is_left=True
        )


@carried(20)
def rules_of_call(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    yield Carried("Règles", "Statuts et voies éligibles, plafond, nombre de dossiers par lycée, visa, délai de grâce, contact.")
    if following.reasons:
        yield Carried("Motifs", f"{count(len(following.reasons), 'motif proposé', 'motifs proposés')} aux actes qui en demandent un.")
    if condition := eligibility_of(following).in_words():
        yield Carried("Condition d’éligibilité", f"{condition[0].upper()}{condition[1:]}.")


def days_moved(definition: dict, last: Call, following: Call) -> dict:
    """The definition with the days until which a piece may follow, each as many working days after the opening as it was."""
    opened, opening = timezone.localdate(last.opens_at), timezone.localdate(following.opens_at)

    def part(raw: dict) -> dict:
        until = date.fromisoformat(raw["follows_until"]) if raw.get("follows_until") else None
        if until is None or until < opened:
            return raw
        return raw | {"follows_until": working_days.moved(opening, working_days.between(opened, until)).isoformat()}

    sections = [section | {"questions": [part(raw) for raw in section["questions"]]} for section in definition["sections"]]
    return definition | {"sections": sections}


@carried(30)
def form(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """The form in force, as a first version that may still change."""
    source = last.questionnaire
    if source is None:
        yield Carried(FORM_LINE, f"{origin(last, following)} n’en avait pas.", is_left=True)
        return
    copy = Questionnaire.objects.create(
        call=following, version=1, definition=with_known(following, days_moved(source.definition, last, following))
    )
    asked = count(len(copy.schema.questions), "question")
    if until := sorted({question.follows_until for question in copy.schema.questions if question.follows_until}):
        told = f"Jusqu’au {enumeration([day(each) for each in until])} : aux mêmes jours ouvrés après l’ouverture."
        yield Carried("Pièces qui peuvent suivre le dépôt", told)
    yield Carried(
        FORM_LINE,
        f"{asked}, de la version {source.version}" + (" ; il se modifie jusqu’à la publication." if not following.is_model else "."),
    )
