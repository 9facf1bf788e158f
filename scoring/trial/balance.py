"""The rules of balance, the money and the least amounts against the lycées that may apply: what cannot hold together, proved.

Lycées in the same groups named by the rules are counted together: how many of their files are retained, and for how much, are the numbers
sought. What is impossible for every file that these lycées could send is impossible for those that they will.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from calls.models import Call
from portal.addresses import address
from portal.directory.models import Establishment
from portal.text.french import NBSP, count, enumeration, money, number
from scoring.enums import AmountFloor, AmountWay, GroupDimension, RuleMeasure
from scoring.groups import PROFILE
from scoring.ips_bands import IpsScale
from scoring.models import AmountPolicy, BalanceRule, CallRule, Envelope
from scoring.optimiser.instance import cents
from scoring.queries.amounts import policy_of
from scoring.queries.balance import group_keys, rules_of_last_sitting
from scoring.queries.criteria import ips_scale_of
from scoring.queries.session import envelopes_total
from scoring.trial.feasible import BoundsVerdict, NamedBound, Numbers, contradictions, feasibility
from scoring.trial.places import edition_of
from scoring.trial.report import FigureRow, RuleRow, TrialPart, TrialReport, Weight
from scoring.wording.balance import rule_label
from scoring.wording.drafts import EligibleFile, in_scope

ENVELOPE, FLOOR, CEILING = "enveloppe", "minimum", "plafond"


@dataclass(frozen=True)
class Money:
    """What bounds amounts, in euros; `floor` and `ceiling` of one file, None where nothing says so."""

    envelope: Decimal
    floor: Decimal | None
    ceiling: Decimal | None


@dataclass(frozen=True)
class Pool:
    """The files that lycées in the same named groups may send."""

    groups: frozenset[str]
    files: int


Ruled = BalanceRule | CallRule


def rules_to_try(call: Call) -> list[Ruled]:
    """The rules of balance under which the call will be decided: its own, failing which those of its last sitting."""
    return list(call.balance_rules.order_by("pk")) or rules_of_last_sitting(call)


def report_balance(call: Call, lycees: list[Establishment], report: TrialReport) -> None:
    """The figures of the money, one row per rule, and the contradictions."""
    rules, held = rules_to_try(call), money_of(call)
    report.figures += list(_figures(call, held, len(lycees)))
    _doubts_of_money(call, held, report)
    if not lycees:
        report.undecided.append("Les règles d’équilibre et l’enveloppe : aucun lycée n’est éligible.")
        return
    pools = pools_of(lycees, rules, call)
    report.rules += [RuleRow(rule_label(rule), _within(rule, pools) // call.max_per_establishment, rule.is_soft) for rule in rules]
    asked = numbers_of([rule for rule in rules if not rule.is_soft], pools, held)
    found, is_decided = contradictions(asked)
    for keys in found:
        sentence = _told(keys, rules, pools, held)
        of_rules = bool(set(keys) - _MONEY)
        report.say(
            Weight.IMPOSSIBLE, TrialPart.RULES if of_rules else TrialPart.MONEY, sentence, **(_rules(call) if of_rules else _amounts(call))
        )
    for rule in rules:
        _soft_or_idle(rule, pools, held, report, _rules(call))
    _looked(rules, found, is_decided, report)


_MONEY = {ENVELOPE, FLOOR, CEILING}


def _rules(call: Call) -> dict[str, str]:
    return {"address": address("scoring:call_rules", call.reference), "link": "Ouvrir les règles d’équilibre"}


def _amounts(call: Call) -> dict[str, str]:
    return {"address": address("scoring:amounts", call.reference), "link": "Ouvrir la règle des montants"}


def money_of(call: Call) -> Money:
    """What the call sets: its envelopes, or what it announces as long as none is open; the least and the most of one file."""
    policy = policy_of(call)
    held = envelopes_total(call)
    ceilings = [amount for amount in (call.ceiling_amount, policy.cap_amount) if amount]
    return Money(held or call.budget_amount, _floor(policy), min(ceilings, default=None))


def _floor(policy: AmountPolicy) -> Decimal | None:
    is_amount = policy.way in AmountWay.WEIGHED and policy.floor == AmountFloor.AMOUNT
    return policy.floor_amount if is_amount and policy.floor_amount else None


def _figures(call: Call, held: Money, eligible: int) -> Iterator[FigureRow]:
    yield FigureRow("Enveloppe", money(held.envelope))
    yield FigureRow("Lycées éligibles", number(eligible))
    if eligible:
        yield FigureRow("Enveloppe par lycée éligible", money((held.envelope / eligible).quantize(Decimal(1))))
    if held.ceiling:
        yield FigureRow("Plafond d’un dossier", money(held.ceiling))
        yield FigureRow("Dossiers financés au plafond", number(int(held.envelope // held.ceiling)))
    if held.floor:
        yield FigureRow("Minimum d’un dossier financé", money(held.floor))
        yield FigureRow("Dossiers financés au minimum, au plus", number(int(held.envelope // held.floor)))
    if call.max_per_establishment > 1:
        yield FigureRow("Dossiers par lycée, au plus", number(call.max_per_establishment))


def _doubts_of_money(call: Call, held: Money, report: TrialReport) -> None:
    opened, total = Envelope.objects.filter(call=call).exists(), envelopes_total(call)
    if opened and total != call.budget_amount:
        sentence = f"L’appel annonce {money(call.budget_amount)}, ses enveloppes en tiennent {money(total)}."
        report.say(Weight.WARNING, TrialPart.MONEY, sentence, **edition_of(call))
    if not opened:
        report.undecided.append("Les enveloppes par ligne budgétaire : aucune n’est ouverte, l’enveloppe annoncée a été prise.")
    if held.ceiling and held.envelope and held.ceiling > held.envelope:
        sentence = f"Le plafond d’un dossier ({money(held.ceiling)}) dépasse l’enveloppe ({money(held.envelope)})."
        report.say(Weight.WARNING, TrialPart.MONEY, sentence, **edition_of(call))


# -- What is sought ---------------------------------------------------------------------------------------------------------


def code_of(rule: Ruled) -> str:
    """How a rule is named among the bounds; those of a trial are all of one table."""
    return f"regle-{rule.pk}"


def pools_of(lycees: Iterable[Establishment], rules: Iterable[Ruled], call: Call) -> list[Pool]:
    """The lycées counted by the groups that the rules name. Reads the bands of the IPS where a rule names one."""
    named = frozenset(key for rule in rules for key in rule.groups)
    scale = ips_scale_of(call) if any(key.startswith(GroupDimension.IPS) for key in named) else None
    alike: Counter[tuple] = Counter()
    first: dict[tuple, Establishment] = {}
    for each in lycees:
        profile = (PROFILE(each), _band(each, scale))
        alike[profile] += 1
        first.setdefault(profile, each)
    pools: Counter[frozenset[str]] = Counter()
    for profile, n in alike.items():
        pools[frozenset(group_keys(first[profile], scale)) & named] += n * call.max_per_establishment
    return [Pool(groups, files) for groups, files in sorted(pools.items(), key=lambda row: sorted(row[0]))]


def _band(establishment: Establishment, scale: IpsScale | None) -> int | None:
    return scale.band_of(establishment.ips, establishment.ips_definition or "") if scale else None


def numbers_of(rules: Sequence[Ruled], pools: Sequence[Pool], held: Money) -> Numbers:
    """Files retained of each pool, then euro cents given to each: under the rules, the envelope, the least and the most of one file."""
    most, wide = _most(rules, held), len(pools)
    bounds = (*(pool.files for pool in pools), *(pool.files * most for pool in pools))
    sides = [NamedBound("", dict.fromkeys(range(wide), 1), 1)]  # a selection that retains nobody proves nothing
    for place in range(wide):
        if held.ceiling:
            sides.append(NamedBound(CEILING, {place: cents(held.ceiling), wide + place: -1}, 0))
        if held.floor:
            sides.append(NamedBound(FLOOR, {place: -cents(held.floor), wide + place: 1}, 0))
    sides.append(NamedBound(ENVELOPE, dict.fromkeys(range(wide, 2 * wide), -1), -cents(held.envelope)))
    sums = []
    for rule in rules:
        inside = _inside(rule, pools)
        sums.append(inside)
        sides += _sides(rule, inside, wide)
    return Numbers(bounds, tuple(sides), (frozenset(range(wide)), *sums))


def _most(rules: Sequence[Ruled], held: Money) -> int:
    """Cents above which no bound tells one amount of a file from another: so that what bounds them is a rule, with its name."""
    asked = [rule.minimum for rule in rules if rule.measure == RuleMeasure.AMOUNT and rule.minimum is not None]
    return cents(max([held.envelope, held.floor or Decimal(0), held.ceiling or Decimal(0), *asked]))


def _inside(rule: Ruled, pools: Sequence[Pool]) -> frozenset[int]:
    return frozenset(
        place for place, pool in enumerate(pools) if in_scope(EligibleFile(pool.groups, Decimal(0)), rule.groups, rule.combination)
    )


def _sides(rule: Ruled, inside: frozenset[int], wide: int) -> Iterator[NamedBound]:
    """The bounds of one rule; shares in hundredths of a per cent of the whole."""
    of_money = rule.measure in (RuleMeasure.AMOUNT, RuleMeasure.AMOUNT_SHARE)
    offset = wide if of_money else 0
    places = {offset + place for place in inside}
    for bound, sign in ((rule.minimum, 1), (rule.maximum, -1)):
        if bound is None:
            continue
        if rule.measure in (RuleMeasure.COUNT_SHARE, RuleMeasure.AMOUNT_SHARE):
            part = int(bound * 100)
            factors = {place: sign * ((10_000 if place in places else 0) - part) for place in range(offset, offset + wide)}
            yield NamedBound(code_of(rule), {place: factor for place, factor in factors.items() if factor}, 0)
        else:
            least = int(bound) if rule.measure == RuleMeasure.COUNT else cents(bound)
            yield NamedBound(code_of(rule), dict.fromkeys(places, sign), sign * least)


# -- What is said ------------------------------------------------------------------------------------------------------------


def _told(keys: Sequence[str], rules: Sequence[Ruled], pools: Sequence[Pool], held: Money) -> str:
    labels = [_label(key, rules, held) for key in keys]
    named = [rule for rule in rules if code_of(rule) in keys]
    seen = "".join(f" « {rule_label(rule)} » : {_files(rule, pools)}." for rule in named)
    if len(keys) == 1:
        return f"« {labels[0]} » ne peut pas être tenue, quels que soient les dossiers reçus.{seen}"
    return f"Ces règles ne peuvent pas être tenues ensemble : {enumeration([f'« {label} »' for label in labels])}. Sans l’une d’elles, quelle qu’elle soit, les autres le peuvent.{seen}"


def _within(rule: Ruled, pools: Sequence[Pool]) -> int:
    """How many files that may come the rule counts."""
    return sum(pools[place].files for place in _inside(rule, pools))


def _files(rule: Ruled, pools: Sequence[Pool]) -> str:
    possible = count(_within(rule, pools), "dossier possible", "dossiers possibles")
    return f"{possible} sur {number(sum(pool.files for pool in pools))}"


def _label(key: str, rules: Sequence[Ruled], held: Money) -> str:
    match key:
        case "enveloppe":
            return f"Enveloppe{NBSP}: au plus {money(held.envelope)}"
        case "minimum":
            return f"Au moins {money(held.floor or Decimal(0))} par dossier financé"
        case "plafond":
            return f"Au plus {money(held.ceiling or Decimal(0))} par dossier"
    return next(rule_label(rule) for rule in rules if code_of(rule) == key)


def _soft_or_idle(rule: Ruled, pools: Sequence[Pool], held: Money, report: TrialReport, where: dict[str, str]) -> None:
    """A soft rule that is broken whatever is retained; a rule that no selection could break."""
    label = f"« {rule_label(rule)} »"
    alone = numbers_of([rule], pools, held)
    if rule.is_soft and feasibility(alone.only([code_of(rule)])).verdict is BoundsVerdict.IMPOSSIBLE:
        report.say(Weight.WARNING, TrialPart.RULES, f"{label} est souple, et ne peut jamais être tenue : {_files(rule, pools)}.", **where)
    elif _is_idle(rule, alone):
        report.say(Weight.NOTE, TrialPart.RULES, f"{label} ne décide de rien : aucune sélection ne peut la rompre.", **where)


def _is_idle(rule: Ruled, alone: Numbers) -> bool:
    """Whether each bound of the rule holds whatever is retained."""
    sides = [side for side in alone.sides if side.key == code_of(rule)]
    broken = [NamedBound("", {place: -factor for place, factor in side.coefficients.items()}, 1 - side.least) for side in sides]
    free = tuple(side for side in alone.sides if side.key != code_of(rule))
    return all(feasibility(Numbers(alone.most, (*free, side), alone.sums)).verdict is BoundsVerdict.IMPOSSIBLE for side in broken)


def _looked(rules: Sequence[Ruled], found: Sequence[Sequence[str]], is_decided: bool, report: TrialReport) -> None:
    if not rules:
        report.undecided.append("Les règles d’équilibre : aucune n’est écrite pour cet appel.")
    if found:
        return
    what = (
        f"{count(len(rules), 'règle d’équilibre', 'règles d’équilibre')}, l’enveloppe et les montants par dossier"
        if rules
        else "l’enveloppe et les montants par dossier"
    )
    if is_decided:
        report.looked.append(f"{what[:1].upper()}{what[1:]} : une sélection au moins les tient ensemble, si assez de lycées déposent.")
    else:
        report.undecided.append(f"{what[:1].upper()}{what[1:]} : ni contradiction ni exemple n’a été trouvé.")
