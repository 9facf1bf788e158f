"""What a sitting has set, read: its money by line, its groups, its rules in words, what rules are checked against."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from calls.models import Call
from portal.accounts.models import User
from portal.directory.models import Establishment
from scoring.enums import GroupDimension, Method
from scoring.groups import WHERE_NAMED, Group, counted_by_group, groups_of
from scoring.ips_bands import IpsScale
from scoring.models import BalanceRule, Envelope, SelectionSession, SessionEnvelope
from scoring.queries.criteria import ips_scale_of
from scoring.queries.ranking import RankedFile, ranking
from scoring.wording.drafts import EligibleFile, Frame

COMMON_LINE = "commune"


@dataclass(frozen=True)
class MoneyLine:
    """One line of money of a sitting: envelopes that every lycée draws on are one; one reserved to a group is its own."""

    code: str
    label: str
    amount: Decimal
    available: Decimal  # what the envelopes hold: the sitting may offer less
    group: str = ""
    envelope_id: int | None = None
    pooled: tuple[str, ...] = ()  # the envelopes that it puts together, by name; none for one alone


def group_keys(establishment: Establishment, scale: IpsScale | None = None) -> dict[str, str]:
    """Key → label of every group of a lycée, as rules and instances write them."""
    return {f"{dimension}:{value}": label for dimension, value, label in groups_of(establishment, scale)}


def is_eligible(file: RankedFile) -> bool:
    """A file that nobody scored, or that asks for nothing, is not selected."""
    return file.score is not None and file.application.requested_amount > 0


def eligible_files(files: list[RankedFile], scale: IpsScale | None) -> list[EligibleFile]:
    return [
        EligibleFile(frozenset(group_keys(file.application.establishment, scale)), file.application.requested_amount)
        for file in files
        if is_eligible(file)
    ]


def groups_by_dimension(schools: Iterable[Establishment], scale: IpsScale | None) -> dict[str, list[Group]]:
    """Groups of these lycées, by label of dimension, with how many each counts."""
    counts = counted_by_group(((school, True) for school in schools), scale)
    found: dict[str, list[Group]] = {dimension.label: [] for dimension in GroupDimension}
    for (dimension, value, label), (n, _) in sorted(counts.items()):
        found[GroupDimension(dimension).label].append(Group(dimension, value, label, n))
    return {label: groups for label, groups in found.items() if groups}


def envelope_rows(session: SelectionSession) -> list[SessionEnvelope]:
    """One row per envelope of the call, stored or as it would be: what remains of it, for those whom it is for."""
    kept = {row.envelope_id: row for row in session.money.all()}
    rows = []
    for envelope in Envelope.objects.filter(call=session.call_id).in_tree_order():
        row = kept.get(envelope.pk) or SessionEnvelope(session=session, amount=envelope.remaining_amount, group=envelope.group)
        row.envelope = envelope
        rows.append(row)
    return rows


def money_lines(session: SelectionSession) -> list[MoneyLine]:
    """The lines of money of a sitting, the common one first."""
    rows = envelope_rows(session)
    common = [row for row in rows if not row.group]
    label = common[0].envelope.label if len(common) == 1 else "Enveloppes communes"
    only = common[0].envelope_id if len(common) == 1 else None
    offered = sum((row.amount for row in common), Decimal(0))
    held = sum((row.envelope.remaining_amount for row in common), Decimal(0))
    pooled = tuple(row.envelope.label for row in common) if len(common) > 1 else ()
    lines = [MoneyLine(COMMON_LINE, label, offered, held, envelope_id=only, pooled=pooled)] if common else []
    return lines + [
        MoneyLine(f"enveloppe-{row.envelope_id}", row.envelope.label, row.amount, row.envelope.remaining_amount, row.group, row.envelope_id)
        for row in rows
        if row.group
    ]


def groups_written(
    session: SelectionSession, lines: Iterable[MoneyLine], rules: Iterable[BalanceRule]
) -> Callable[[Establishment], dict[str, str]]:
    """How an instance of this sitting writes the groups of a lycée: all that there were when the first was computed, the later ones where a
    rule or an envelope names them, so that a group which nothing reads makes no scenario old.
    """
    named = {key for rule in rules for key in rule.groups} | {line.group for line in lines if line.group}
    scale = ips_scale_of(session.call) if any(key.startswith(GroupDimension.IPS) for key in named) else None

    def written(school: Establishment) -> dict[str, str]:
        return {key: label for key, label in group_keys(school, scale).items() if key in named or not key.startswith(WHERE_NAMED)}

    return written


def line_of(groups: Mapping[str, str], lines: list[MoneyLine]) -> MoneyLine | None:
    """The line that a file draws on: the first one reserved to one of its groups, otherwise the common one."""
    return next((x for x in lines if x.group and x.group in groups), None) or next((x for x in lines if not x.group), None)


def frame_of(session: SelectionSession, viewer: User) -> tuple[Frame, dict[str, list[Group]]]:
    """What the rules of a sitting are checked against, and the groups offered; files hidden from `viewer` count nowhere."""
    files, scale = ranking(session.call, viewer=viewer), ips_scale_of(session.call)
    groups = groups_by_dimension((file.application.establishment for file in files if is_eligible(file)), scale)
    known = {group.key for row in groups.values() for group in row}
    money = sum((line.amount for line in money_lines(session)), Decimal(0))
    return Frame(eligible_files(files, scale), known, session.places, money), groups


def previous_rules(session: SelectionSession) -> SelectionSession | None:
    """The latest sitting with rules to start from: of this call, failing that of an earlier call of the programme. None where the call has
    published its own: these are applied, or departed from with a reason."""
    if session.call.balance_rules.exists():
        return None
    others = SelectionSession.objects.exclude(pk=session.pk).filter(balance_rules__isnull=False, held_at__lte=session.held_at)
    same: Call = session.call
    found = others.filter(call=same).order_by("-held_at", "-pk").first()
    return found or others.filter(call__programme=same.programme_id).select_related("call").order_by("-held_at", "-pk").first()


def rules_of_last_sitting(call: Call) -> list[BalanceRule]:
    """The rules of its latest sitting that has some."""
    session = SelectionSession.objects.filter(call=call, balance_rules__isnull=False).order_by("-held_at", "-pk").first()
    return rules_of_session(session) if session else []


def default_doctrine(session: SelectionSession) -> Method:
    """Order of merit when as many files are funded as the money allows, total of scores when places are fixed."""
    return Method.MERIT if session.places is None else Method.SUM


def rules_of_session(session: SelectionSession) -> list[BalanceRule]:
    """Its rules in the order in which they were written."""
    return list(session.balance_rules.select_related("published").order_by("pk"))
