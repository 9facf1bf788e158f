"""The rules of balance of a call: those it has, the lycées they are written for, what a sitting does with them."""

from collections.abc import Iterable
from dataclasses import dataclass

from calls.models import Call
from calls.queries.calls import foreseen_establishments
from portal.directory.models import Establishment
from scoring.enums import GroupDimension
from scoring.groups import Group
from scoring.ips_bands import IpsScale
from scoring.models import CallRule, SelectionSession
from scoring.queries.balance import group_keys, groups_by_dimension
from scoring.queries.criteria import ips_scale_of
from scoring.wording.balance import rule_label, strength_told
from scoring.wording.drafts import EligibleFile, Frame, in_scope


def rules_of_call(call: Call) -> list[CallRule]:
    """Its rules in the order in which they were written."""
    rules = list(CallRule.objects.filter(call=call).order_by("pk"))
    for rule in rules:
        rule.call = call
    return rules


def frame_of_call(call: Call, scale: IpsScale | None) -> tuple[Frame, dict[str, list[Group]]]:
    """What the rules of a call are checked against before any file: the lycées that may apply, as often as one may; and the groups offered."""
    schools = list(lycees_of(call))
    groups = groups_by_dimension(schools, scale)
    known = {group.key for row in groups.values() for group in row}
    one = [EligibleFile(frozenset(group_keys(school, scale)), call.budget_amount) for school in schools]
    return Frame(one * call.max_per_establishment, known, None, call.budget_amount, are_lycees=True), groups


def lycees_of(call: Call) -> Iterable[Establishment]:
    """The lycées of the Région that may apply, or may yet once an earlier wave is known, with what their groups are read from."""
    return foreseen_establishments(call).select_related("authority", "department").order_by("uai")


@dataclass(frozen=True)
class RuleRead:
    """A rule of a call as anybody reads it. `lycees`: how many may apply that it concerns, None where it is not counted."""

    rule: CallRule
    label: str
    strength: str
    lycees: int | None = None
    is_impossible: bool = False  # it asks for more files than these lycées may send


def rules_counted(call: Call, frame: Frame) -> list[RuleRead]:
    """Each rule with the lycées that it concerns."""
    read = []
    for rule in rules_of_call(call):
        files = sum(in_scope(file, rule.groups, rule.combination) for file in frame.files)
        lycees = files // max(1, call.max_per_establishment)
        read.append(RuleRead(rule, rule_label(rule), strength_told(rule), lycees, rule.asks_more_than(files)))
    return read


@dataclass(frozen=True)
class PublicRules:
    """What anybody reads of the rules of a call: the rules, what each dimension that they name means, the bands of the index if one does."""

    rules: list[RuleRead]
    dimensions: list[tuple[str, str]]
    bands: list[str]


def public_rules(call: Call) -> PublicRules:
    """One query, three where a rule names the index."""
    rules = [RuleRead(rule, rule_label(rule), strength_told(rule)) for rule in rules_of_call(call)]
    named = {key.partition(":")[0] for read in rules for key in read.rule.groups}
    scale = ips_scale_of(call) if GroupDimension.IPS in named else None
    meanings = [(dimension.label, GroupDimension.MEANINGS[dimension]) for dimension in GroupDimension if dimension in named]
    return PublicRules(rules, meanings, scale.labels if scale else [])


@dataclass(frozen=True)
class MissingRule:
    """A rule that the call has published and that a sitting does without, in words, and why."""

    rule: CallRule
    label: str
    reason: str


def rules_missing_from(session: SelectionSession) -> list[MissingRule]:
    """The rules that its call has published and that are not among its own. One query where the call has none, three at most."""
    published = rules_of_call(session.call)
    if not published:
        return []
    kept = set(session.balance_rules.values_list("published_id", flat=True))
    reasons = dict(session.rules_left_out.values_list("rule_id", "reason"))
    return [MissingRule(rule, rule_label(rule), reasons.get(rule.pk, "")) for rule in published if rule.pk not in kept]


def departures_of(session: SelectionSession) -> list[str]:
    """All by which the rules of a sitting depart from those that its call has published, in sentences; for its minutes."""
    said = []
    for rule in session.balance_rules.select_related("published").order_by("pk"):
        if rule.departure:
            before = f", publiée « {rule_label(rule.published)} »" if rule.published else ", non publiée"
            said.append(f"{rule_label(rule)}{before} : {rule.departure}")
    return said + [f"{missing.label}, publiée et non appliquée : {missing.reason}" for missing in rules_missing_from(session)]
