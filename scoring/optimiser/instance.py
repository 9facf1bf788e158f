"""From a sitting to the instance that the optimiser reads: files, requests, money, rules, locks. Points are decimal strings,
money is whole cents, shares are decimal strings: no binary fraction anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from calls.models import Call
from portal.text.canonical import fingerprint
from portal.text.french import count
from scoring.enums import AmountWay, AssessmentState, Combination, GroupDimension, LockSide, Motive, RuleMeasure
from scoring.models import AmountPolicy, Assessment, BalanceRule, FileLock, SelectionRun, SelectionSession
from scoring.optimiser.offers import asks_of, no_part, offer_of
from scoring.queries.amounts import policy_of
from scoring.queries.balance import MoneyLine, groups_written, is_eligible, line_of, money_lines, rules_of_session
from scoring.queries.ranking import RankedFile, ranking
from scoring.selection.instance import Instance
from scoring.wording.balance import envelope_label, gauge_label, group_title, places_label, rule_label

WHOLE, ESSENTIAL = "full", "essential"  # option ids: the whole request, or only the needs said indispensable
SOFT_UNIT_CENTS = 100_000  # a soft rule on money costs its points for each started 1 000 euros
CENT = Decimal("0.01")
MARK = Decimal("0.0001")


@dataclass(frozen=True)
class Built:
    """The instance of a sitting in canonical form, its SHA-256, the ranking that it was read from, and the files left out."""

    instance: dict
    digest: str
    files_digest: str  # of the files alone: it changes with the ranking, the requests and the directory, not with what the jury sets
    files: list[RankedFile]
    left_out: list[dict]
    offers: dict[int, Decimal]  # file (id) → euros that the rule of amounts gives it, before any envelope is shared
    words: dict  # code of a rule → {"rule": the whole sentence, "gauge": what its gauge measures, "heading": what it goes under}


def cents(amount: Decimal) -> int:
    """Euros as whole cents; amounts of the portal have two decimals."""
    return int(amount * 100)


def euros(amount: int) -> Decimal:
    """Whole cents as euros."""
    return Decimal(amount).scaleb(-2)


def build(session: SelectionSession, *, locked: bool = False) -> Built:
    """The instance of a sitting as its call, its ranking and its rules are now. `locked`: with the files that it puts in or out.

    The order of submission separates what scores and costs leave equal. About a dozen queries, whatever the number of files.
    Raises `scoring.selection.instance.InvalidInstance` for what the optimiser cannot read.
    """
    files, policy = ranking(session.call), policy_of(session.call)
    lines = money_lines(session)
    rules = rules_of_session(session)
    entries = _entries(session, files, lines, rules)
    locks = list(session.locks.select_related("application")) if locked else []
    funded = [entry for entry in entries if entry.line and entry.offered]
    references = {entry.reference for entry in funded}
    raw = {
        "applications": [_application(entry, session.partial_share) for entry in funded],
        "rules": [*([] if policy.is_shared else _envelope_rules(lines)), *_places_rule(session), *map(_rule, rules)],
        "forced_in": _locked(locks, LockSide.IN, references),
        "forced_out": _locked(locks, LockSide.OUT, references),
        "labels": _labels(entries, rules),
    }
    instance = Instance.from_dict(raw)
    nowhere = [{"application": entry.file.application.pk, "reason": NO_LINE} for entry in entries if entry.line is None]
    nothing = [_nothing(entry, policy, session.call) for entry in entries if entry.line and not entry.offered]
    left_out = [*_left_out(files), *nowhere, *nothing]
    offers = {entry.file.application.pk: entry.offered for entry in entries}
    words = words_of(session, [] if policy.is_shared else lines, rules)
    return Built(instance.to_dict(), instance.digest, _facts_digest(entries), files, left_out, offers, words)


def _nothing(entry: "InstanceFile", policy: AmountPolicy, call: Call) -> dict:
    """A file to which the rule of amounts gives nothing."""
    reason = NO_ESSENTIAL if policy.way == AmountWay.ESSENTIAL else TOO_LITTLE
    if policy.is_shared:
        reason = no_part(policy, call, entry.file.score, entry.file.application.establishment.pupils)
    return {"application": entry.file.application.pk, "reason": reason, "motive": Motive.TOO_LITTLE.value}


@dataclass(frozen=True)
class InstanceFile:
    """One file that may be selected. `rank` is that of submission; `essential` the euros of its indispensable needs; `offered` those that
    the rule of amounts gives it, 0 for nothing."""

    rank: int
    file: RankedFile
    groups: Mapping[str, str]
    line: MoneyLine | None
    essential: Decimal
    offered: Decimal

    @property
    def reference(self) -> str:
        return self.file.application.reference

    @property
    def asked(self) -> Decimal:
        return self.file.application.requested_amount

    @property
    def facts(self) -> list:
        """What the jury does not decide."""
        return [self.reference, self.rank, f"{self.file.score:.2f}", cents(self.asked), cents(self.essential), sorted(self.groups)]


def _entries(
    session: SelectionSession, files: Iterable[RankedFile], lines: Sequence[MoneyLine], rules: Iterable[BalanceRule]
) -> list[InstanceFile]:
    """The files that may be selected, in the order of their submission."""
    eligible = sorted(filter(is_eligible, files), key=lambda file: (file.application.submitted_at, file.application.reference))
    policy, call = policy_of(session.call), session.call
    asks = asks_of(session.call_id, {file.application.pk: file.application for file in eligible})
    groups_of_school = groups_written(session, lines, rules)
    found = []
    for rank, file in enumerate(eligible, start=1):
        groups, ask = groups_of_school(file.application.establishment), asks[file.application.pk]
        offered = euros(offer_of(policy, call, ask, file.score, file.application.establishment.pupils).used)
        found.append(InstanceFile(rank, file, groups, line_of(groups, lines), euros(ask.essential), offered))
    return found


def _facts_digest(entries: Iterable[InstanceFile]) -> str:
    return fingerprint([entry.facts for entry in entries])


NO_LINE = "Aucune enveloppe de la séance ne s’adresse à ce lycée."
NO_ESSENTIAL = "Ce dossier ne dit aucun de ses besoins indispensable : la règle des montants ne lui donne rien."
TOO_LITTLE = "Ce que la règle des montants donne à sa note ne permet pas de faire le projet."


def _application(entry: InstanceFile, share: int | None) -> dict:
    """One file with its ways of being funded. A partial award is worth `share` per cent of the score; None: whole requests only."""
    written = {
        "id": entry.reference,
        "name": entry.file.application.establishment.name,
        "rank": entry.rank,
        "score": f"{entry.file.score:.2f}",
        "groups": sorted(entry.groups),
    }
    whole = {entry.line.code: cents(entry.offered)}
    if share is None or not 0 < entry.essential < entry.offered:
        return written | {"amounts": whole}
    value = (entry.file.score * share / 100).quantize(CENT, ROUND_HALF_UP)
    part = {"id": ESSENTIAL, "amounts": {entry.line.code: cents(entry.essential)}, "value": f"{value:.2f}"}
    return written | {"options": [{"id": WHOLE, "amounts": whole}, part]}


def marks_of(run: SelectionRun) -> dict[str, list[list[str]]]:
    """The marks that each file of a run received, [body, points] as decimal strings, without names; empty when files have changed since.

    Jurors' marks count in the score by the weight of the rated criteria: they are reduced to that share of the scale.
    """
    built = build(run.session)
    if built.files_digest != run.files_digest:
        return {}
    criteria = list(run.session.call.grid.criteria.all())
    total = sum(criterion.weight for criterion in criteria)
    share = Decimal(sum(criterion.weight for criterion in criteria if criterion.is_rated)) / total if total else Decimal(0)
    return {
        file.application.reference: [[mark.body.code, f"{(mark.score * share).quantize(MARK):f}"] for mark in file.jurors]
        for file in built.files
        if file.score is not None
    }


def _envelope_rules(lines: Sequence[MoneyLine]) -> list[dict]:
    """What each line offers; the jury may open it up to what the envelopes hold, and no further."""
    return [
        {
            "id": f"argent-{line.code}",
            "label": line.label,
            "measure": RuleMeasure.AMOUNT.value,
            "line": line.code,
            "max": cents(line.amount),
            "negotiable": {"max": cents(line.available)} if line.available > line.amount else False,
        }
        for line in lines
    ]


def _places_rule(session: SelectionSession) -> list[dict]:
    if session.places is None:
        return []
    exact = {"min": session.places, "max": session.places}
    return [{"id": "places", "label": "Places", "measure": RuleMeasure.COUNT.value, **exact}]


def _rule(rule: BalanceRule) -> dict:
    """One rule of balance in the format of the optimiser."""
    written: dict = {"id": rule.code, "label": group_title(rule), "measure": rule.measure, "scope": scope_of(rule)}
    written |= {key: measured(rule.measure, value) for key, value in (("min", rule.minimum), ("max", rule.maximum)) if value is not None}
    if rule.is_soft:
        written["penalty"] = f"{rule.penalty_points:.2f}"
        written |= {"unit": SOFT_UNIT_CENTS} if rule.measure in (RuleMeasure.AMOUNT, RuleMeasure.AMOUNT_SHARE) else {}
    limits = {"min": rule.lowest_minimum, "max": rule.highest_maximum}
    given = {key: measured(rule.measure, value) for key, value in limits.items() if value is not None}
    if not rule.is_negotiable:
        written["negotiable"] = False
    elif given:
        written["negotiable"] = given
    return written


def words_of(session: SelectionSession, lines: Iterable[MoneyLine], rules: Iterable[BalanceRule]) -> dict:
    """How screens name the rules of this instance; frozen with it, for rules change."""
    said = {f"argent-{line.code}": {"rule": envelope_label(line.label, line.amount), "gauge": line.label, "heading": ""} for line in lines}
    if session.places is not None:
        said["places"] = {"rule": places_label(session.places), "gauge": "Places", "heading": ""}
    return said | {rule.code: {"rule": rule_label(rule), "gauge": gauge_label(rule), "heading": _heading(rule)} for rule in rules}


def _heading(rule: BalanceRule) -> str:
    """The dimension of a rule on one group; several groups of different dimensions go together."""
    dimensions = {key.partition(":")[0] for key in rule.groups}
    return GroupDimension(dimensions.pop()).label if len(dimensions) == 1 else "Ensemble" if not dimensions else "Groupes combinés"


def scope_of(rule: BalanceRule) -> str | dict[str, list[str]]:
    """The scope of a rule: every file, one group, or several combined."""
    if not rule.groups:
        return "*"
    if len(rule.groups) == 1:
        return rule.groups[0]
    return {"all" if rule.combination == Combination.ALL else "any": list(rule.groups)}


def measured(measure: str, value: Decimal) -> int | str:
    """A bound as the optimiser writes it: files, cents, or a share as a decimal string."""
    if measure == RuleMeasure.COUNT:
        return int(value)
    if measure == RuleMeasure.AMOUNT:
        return cents(value)
    return f"{(value / 100).normalize():f}"


def unmeasured(measure: str, value: int | str) -> Decimal:
    """A bound of the optimiser in the unit of a rule: files, euros, per cent."""
    if measure == RuleMeasure.COUNT:
        return Decimal(value)
    if measure == RuleMeasure.AMOUNT:
        return euros(int(value))
    return Decimal(value) * 100


def _locked(locks: Iterable[FileLock], side: str, references: set[str]) -> list[str]:
    return sorted(lock.application.reference for lock in locks if lock.side == side and lock.application.reference in references)


def _labels(entries: Iterable[InstanceFile], rules: Iterable[BalanceRule]) -> dict[str, str]:
    """The names of the groups: those in which there is a file, and those that a rule names though nobody is in them."""
    found: dict[str, str] = {key: label for rule in rules for key, label in zip(rule.groups, rule.group_labels, strict=False)}
    for entry in entries:
        found |= entry.groups
    return dict(sorted(found.items()))


def _left_out(files: Iterable[RankedFile]) -> list[dict]:
    """Files that cannot be selected, each with its reason: no mark, every reader recused, no amount."""
    unscored = {file.application.pk for file in files if file.score is None}
    recused: dict[int, int] = dict.fromkeys(unscored, 0)
    given: dict[int, int] = dict.fromkeys(unscored, 0)
    for pk, state in Assessment.objects.filter(application__in=unscored).order_by().values_list("application_id", "state"):
        given[pk] += 1
        recused[pk] += state == AssessmentState.RECUSED
    reasons = []
    for file in files:
        pk = file.application.pk
        if pk in unscored:
            every = given[pk] and given[pk] == recused[pk]
            readers = count(recused[pk], "juré s’est déporté", "jurés se sont déportés")
            reasons.append({"application": pk, "reason": f"Aucune note{f' : {readers}' if every else ' n’a été rendue'}."})
        elif file.application.requested_amount <= 0:
            reasons.append({"application": pk, "reason": "Ce dossier ne demande aucun montant."})
    return reasons
