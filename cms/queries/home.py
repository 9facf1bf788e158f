"""What the home page says beside the list of calls: where each examination stands, what was granted, counted when it is read."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum

from calls.conditioned.retained import retained
from calls.enums import CallState
from calls.models import Application, Call
from cms.queries.calls import CallCard, public_pages
from cms.queries.timeline import steps_of
from portal.text.dates import local

# What happens now, in the words of the public calendar. A vote is not told before its results are public.
DELIBERATING = "Le jury délibère, puis la Commission permanente vote."
HAPPENING = {
    CallState.PUBLISHED: "Les dépôts sont clos : l’instruction va commencer.",
    CallState.INSTRUCTION: "La Région vérifie que chaque dossier est complet, puis le jury les note.",
    CallState.ASSESSMENT: "Le jury lit et note les dossiers, puis il délibère.",
    CallState.DELIBERATION: DELIBERATING,
    CallState.VOTED: DELIBERATING,
}


@dataclass(frozen=True)
class Examined:
    """A call whose files are being read: what happens now, and the next date that its page announces."""

    call: Call
    code: str
    label: str
    happening: str
    when: str  # empty: no date is announced any more
    what: str


def examined(cards: list[CallCard], now: datetime) -> list[Examined]:
    """Where the calls of these cards stand. Two queries, whatever their number; none for no card."""
    pages = public_pages().filter(callpage__call__in=[card.call for card in cards]).specific() if cards else []
    milestones = {page.call_id: page.milestones for page in pages}
    told, today = [], local(now).date()
    for card in cards:
        coming = [step for step in steps_of(card.call, milestones.get(card.call.pk, ())) if step.starts_on >= today]
        when, what = (coming[0].when, coming[0].what) if coming else ("", "")
        told.append(Examined(card.call, card.code, card.label, HAPPENING.get(card.call.state, ""), when, _in_a_sentence(what)))
    return told


def _in_a_sentence(label: str) -> str:
    """« réunion d’information » inside a sentence; a word all in capitals keeps them."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


@dataclass(frozen=True)
class Granted:
    """What results made public have granted: to how many lycées, how much, in how many calls."""

    calls: int
    schools: int
    amount: Decimal


def _retained(calls: list[Call]) -> Q:
    return retained() & Q(call__in=calls)


def granted(calls: list[Call]) -> Granted:
    """By these calls, whose results are public: a lycée retained twice counts once. One query."""
    told = Application.objects.filter(_retained(calls)).aggregate(
        schools=Count("establishment", distinct=True), amount=Sum("granted_amount")
    )
    return Granted(len(calls), told["schools"], told["amount"] or Decimal(0))


def latest_results(calls: list[Call], limit: int = 3) -> list[Call]:
    """The first of these calls, each with the number of lycées that it retained (`retained`). One query."""
    latest = calls[:limit]
    files = Application.objects.filter(_retained(latest)).order_by()
    counts = dict(files.values_list("call").annotate(number=Count("pk")))
    for call in latest:
        call.retained = counts.get(call.pk, 0)
    return latest
