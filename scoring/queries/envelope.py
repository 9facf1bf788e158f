"""Envelopes: to whom they may be reserved, whom they serve, what moved between them, what the call says of them."""

from django.db.models import Count, Q, QuerySet

from calls.enums import CallState
from calls.models import Call
from portal.accounts.models import User
from portal.directory.models import Establishment
from scoring import rules
from scoring.groups import Group, counted_by_group
from scoring.models import AnnouncedAmount, Envelope, EnvelopeTransfer
from scoring.queries.balance import group_keys, groups_by_dimension
from scoring.queries.money import exact_sum


def money_calls(user: User) -> QuerySet[Call]:
    """Every call whose money this person reads, whatever its state, the latest first; none for whoever does not read decisions."""
    return Call.objects.visible_to(user).order_by("-opens_at", "pk") if rules.reads_decisions(user) else Call.objects.none()


def with_money(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Each with `held_amount`, its envelopes in euros, `taken_amount`, what decisions take, and `n_envelopes`."""
    return calls.annotate(
        n_envelopes=Count("envelopes"),
        held_amount=exact_sum("envelopes__amount", filter=Q(envelopes__parent=None)),
        taken_amount=exact_sum("envelopes__committed_amount"),
    )


def groups_offered() -> dict[str, list[Group]]:
    """Groups of lycées to which an envelope may be reserved, by label of dimension: those of the directory, without the bands of an index,
    which belong to a call and move."""
    return groups_by_dimension(_open_lycees(), None)


def group_names() -> dict[str, str]:
    """Key → name of each of them."""
    return {f"{dimension}:{value}": label for dimension, value, label in counted_by_group(((one, True) for one in _open_lycees()), None)}


def _open_lycees() -> QuerySet[Establishment]:
    return Establishment.objects.open().select_related("authority", "department")


def is_for(group: str, establishment: Establishment) -> bool:
    """Whether an envelope reserved to this group (none: to all) serves this lycée."""
    return not group or group in group_keys(establishment)


def targets_of(envelope: Envelope, user: User) -> list[Envelope]:
    """Where money of an envelope may be moved by this person: its own parts, or its line and the other parts of it; a line of the call,
    or of another call whose money still changes. Never to the other section of the budget."""
    if not rules.decides_funding(envelope.call, user):
        return []
    near = Q(parent=envelope.parent_id) | Q(pk=envelope.parent_id) if envelope.parent_id else Q(parent=envelope.pk) | Q(parent=None)
    found = Envelope.objects.visible_to(user).filter(near).exclude(pk=envelope.pk).exclude(call__state__in=CallState.SETTLED)
    if envelope.section:
        found = found.filter(section__in=("", envelope.section))
    rows = found.select_related("call").order_by("call__title", "call__pk", "label")
    return [row for row in rows if rules.decides_funding(row.call, user)]


def transfers_of(envelope: Envelope) -> QuerySet[EnvelopeTransfer]:
    """What was moved from it or to it, the latest first."""
    about = EnvelopeTransfer.objects.filter(Q(source=envelope) | Q(target=envelope))
    return about.select_related("source__call", "target__call", "made_by", "reverses", "reversed_by")


def announcements_of(call: Call) -> QuerySet[AnnouncedAmount]:
    """What the call has announced anew of its money, the latest first."""
    return AnnouncedAmount.objects.filter(call=call).order_by("-announced_at", "-pk")
