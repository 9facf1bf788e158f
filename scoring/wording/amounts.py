"""The rule of amounts of a call in French: what it says to lycées, what is missing in it, why a file has its amount."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from portal.text.french import NBSP, cents_in_euros, count, enumeration, few_points, mark, money, number, percent
from scoring.enums import AmountFloor, AmountStep, AmountWay, WeightBy
from scoring.models import AmountPolicy

MOST_WEIGHT = 1000


def policy_sentence(policy: AmountPolicy, scale: int) -> str:
    """The rule as everybody reads it, on the page of the call, in the minutes, in the exports."""
    return " ".join(_sentences(policy, scale))


def _sentences(policy: AmountPolicy, scale: int) -> Iterator[str]:
    if policy.way == AmountWay.ASKED:
        yield "Chaque dossier retenu reçoit ce qu’il demande."
        return
    if policy.way == AmountWay.ESSENTIAL:
        yield "Chaque dossier retenu reçoit ses besoins dits indispensables."
        return
    if policy.way == AmountWay.RATE:
        yield f"Chaque dossier retenu reçoit une part de ce qu’il demande, selon sa note{NBSP}: {_rates(policy, scale)}."
    else:
        pupils = ", multiplié par le nombre d’élèves du lycée" if policy.counts_pupils else ""
        yield "L’enveloppe est partagée entre les dossiers retenus, selon leur note et leur nombre. Aucun ne reçoit plus que ce qu’il demande."
        yield f"{_weights(policy, scale)}{pupils}."
    if policy.ceiling_amount is not None:
        yield f"Un dossier reçoit au plus {money(policy.ceiling_amount)}."
    yield step_told(policy)
    if policy.is_shared:
        yield "Ce qu’une part ne peut pas payer est partagé de nouveau entre les autres."
    if floor := floor_told(policy):
        yield f"Un projet dont la part serait inférieure à {floor} n’est pas financé."


def step_told(policy: AmountPolicy) -> str:
    """What is rounded, and why amounts are seldom round nor equal for all that; empty where marks set no amount."""
    if policy.way not in AmountWay.WEIGHED:
        return ""
    return (
        f"Une part est arrondie {AmountStep(policy.step).label}, puis paie des besoins entiers à leur prix exact{NBSP}: les montants sont "
        "rarement ronds, ni les mêmes à note égale."
    )


def floor_told(policy: AmountPolicy) -> str:
    """Below what a project is not funded: « 500 € »; empty without a minimum."""
    match policy.floor:
        case AmountFloor.AMOUNT:
            return f"{money(policy.floor_amount or Decimal(0))}"
        case AmountFloor.PART:
            return f"{percent(policy.floor_percent or 0)} de sa demande"
        case AmountFloor.ESSENTIAL:
            return "ses besoins dits indispensables"
    return ""


def _rates(policy: AmountPolicy, scale: int) -> str:
    said = [f"{percent(rate)} à partir de {few_points(Decimal(least))} sur {number(scale)}" for least, rate in policy.bands]
    return ", ".join([*said, "rien au-dessous"])


def _weights(policy: AmountPolicy, scale: int) -> str:
    if policy.weight_by == WeightBy.LINEAR:
        return f"Sa part est en proportion des points que sa note, sur {number(scale)}, a au-dessus de {few_points(policy.threshold or Decimal(0))}"
    said = [f"{number(weight)} à partir de {few_points(Decimal(least))} sur {number(scale)}" for least, weight in policy.bands]
    return f"Le poids d’un dossier dans le partage est de {', '.join([*said, 'zéro au-dessous'])}"


# -- What is missing ------------------------------------------------------------------------------------------------------------


def policy_gaps(policy: AmountPolicy, scale: int) -> list[tuple[str, str]]:
    """(field, sentence) of what a rule of amounts lacks, or cannot be; empty when it is complete."""
    if policy.way not in AmountWay.WEIGHED:
        return []
    found = list(_floor_gaps(policy))
    if policy.way == AmountWay.SHARED and policy.weight_by == WeightBy.LINEAR:
        if policy.threshold is None:
            found.append(("threshold", "Donnez la note au-dessus de laquelle un dossier a une part."))
        elif policy.threshold >= scale:
            found.append(("threshold", f"Le seuil reste au-dessous de {number(scale)}, la meilleure note : sinon personne n’a de part."))
        return found
    return [*found, *(("bands", sentence) for sentence in _band_gaps(policy, scale))]


def _floor_gaps(policy: AmountPolicy) -> Iterator[tuple[str, str]]:
    if policy.floor == AmountFloor.AMOUNT:
        if policy.floor_amount is None:
            yield "floor_amount", "Donnez le montant au-dessous duquel un projet n’est pas financé."
        elif policy.ceiling_amount is not None and policy.floor_amount > policy.ceiling_amount:
            most = money(policy.ceiling_amount)
            yield "floor_amount", f"Ce minimum dépasse ce qu’un dossier reçoit au plus ({most}) : personne ne serait financé."
    if policy.floor == AmountFloor.PART and not 1 <= (policy.floor_percent or 0) <= 100:
        yield "floor_percent", "Donnez la part de la demande, de 1 à 100 %, au-dessous de laquelle un projet n’est pas financé."


def _band_gaps(policy: AmountPolicy, scale: int) -> Iterator[str]:
    rows = [(Decimal(least), value) for least, value in policy.bands]
    is_rate = policy.way == AmountWay.RATE
    most = 100 if is_rate else MOST_WEIGHT
    if not rows:
        yield "Donnez au moins un palier : une note, et ce qu’elle vaut."
    if any(not 1 <= value <= most for _, value in rows):
        yield "Une part va de 1 à 100 %." if is_rate else f"Un poids va de 1 à {number(most)}."
    if any(not 0 <= least <= scale for least, _ in rows):
        yield f"Une note va de 0 à {number(scale)}."
    if len({least for least, _ in rows}) < len(rows):
        yield "Deux paliers commencent à la même note : gardez-en un."
    ordered = [value for _, value in sorted(rows)]
    if ordered != sorted(ordered):
        yield "Une meilleure note ne vaut jamais moins : mettez les paliers dans l’ordre."


# -- One amount ------------------------------------------------------------------------------------------------------------------


def amount_sentence(*, amount: Decimal, asked: Decimal, due: int, why: str, score: Decimal, scale: int) -> str:
    """Why a file has its amount: « 12 340 € : sa part, note 15,00 sur 20 ; demandé 18 000 €. »

    `due`: cents that the rule gives it; `amount`: the whole needs and the amounts asked that hold in it, in euros, and what it has of the
    parts that others could not use.
    """
    given = Decimal(due).scaleb(-2)
    told = why if amount in (given, asked) else f"ce que {cents_in_euros(due)} permettent en besoins entiers ({why})"
    if given < amount < asked:
        told = f"{why}, {cents_in_euros(due)}, et {money(amount - given)} que d’autres parts laissaient, faute de payer un besoin entier"
    rest = "" if amount == asked else f"{NBSP}; demandé {money(asked)}"
    return f"{money(amount)}{NBSP}: {told}, note {mark(score)} sur {number(scale)}{rest}."


def too_little_sentence(*, least: int, score: Decimal, scale: int, weight: int) -> str:
    """Why a file that was chosen gets nothing."""
    if not weight:
        return no_part_sentence(score=score, scale=scale)
    return f"Sa part de l’enveloppe serait inférieure à {cents_in_euros(least)}, sans quoi le projet ne peut pas se faire."


def leftover_sentence(*, unused: int, again: int, left: int, is_full: bool) -> str:
    """What became of the parts that pay no whole need (cents): shared again, and what nobody can use; empty when nothing is left of any part.

    The figures add up: what parts leave, with what was in no part, less what was shared again, is what is left.
    `is_full`: every file that shares has the most that it may have.
    """
    told, outside = [], left + again - unused
    if unused:
        told.append(f"Les besoins s’achètent en entier{NBSP}: {cents_in_euros(unused)} des parts ne payaient pas un besoin de plus.")
    if outside > 0 and (unused or again):
        verb = "n’entraient" if outside >= 200 else "n’entrait"
        told.append(
            f"{cents_in_euros(outside)} {verb} dans aucune part{NBSP}: elles sont arrondies, et ne dépassent pas ce qui est demandé."
        )
    if again:
        told.append(f"{cents_in_euros(again)} {'ont été partagés' if again >= 200 else 'a été partagé'} de nouveau entre les autres.")
    if left and (unused or again or is_full):
        why = "chaque dossier a déjà tout ce qu’il peut avoir" if is_full else "c’est trop peu pour un besoin de plus"
        told.append(f"Il reste {cents_in_euros(left)}{NBSP}: {why}.")
    return " ".join(told)


def published_amount(way: str, *, in_part: bool) -> str:
    """Which amount of a retained file the selection that everybody checks gives. `in_part`: some may be funded for what is indispensable alone."""
    match way:
        case AmountWay.RATE:
            return "le montant que leur note leur donne"
        case AmountWay.ESSENTIAL:
            return "le montant de leurs besoins dits indispensables, qui leur est donné"
    return "le montant demandé et celui de leurs besoins dits indispensables" if in_part else "le montant demandé"


def pooled_sentence(labels: Sequence[str]) -> str:
    """Where several envelopes are open to all: they are shared as one. Empty for one."""
    if len(labels) < 2:
        return ""
    named = enumeration([f"«{NBSP}{label}{NBSP}»" for label in labels])
    return (
        f"Les enveloppes {named}, ouvertes à tous, sont partagées comme une seule. Chaque aide prend ensuite sur l’une d’elles{NBSP}: "
        "avant les décisions, une somme peut devoir passer de l’une à l’autre."
    )


NO_PART = "il n’a pas de part de l’enveloppe"


def no_part_sentence(*, score: Decimal, scale: int, pupils: int | None = None, by_pupils: bool = False) -> str:
    """Why a file weighs nothing in a shared envelope: its mark; or, `by_pupils`, the number of pupils of its lycée, unknown or none."""
    if not by_pupils:
        return f"Sa note, {mark(score)} sur {number(scale)}, ne lui donne pas de part de l’enveloppe."
    if pupils is None:
        return f"Le partage compte les élèves, et l’annuaire ne dit pas combien ce lycée en a{NBSP}: {NO_PART}."
    return f"Le partage compte les élèves, et l’annuaire dit que ce lycée n’en a aucun{NBSP}: {NO_PART}."


def revised_sentence(*, amount: Decimal, computed: Decimal) -> str:
    """What stands in place of the computed reason once somebody has set another amount."""
    return f"{money(amount)}{NBSP}: montant fixé à la main{NBSP}; le calcul donnait {money(computed)}."


def sharing_name(name: str, files: int) -> str:
    """A scenario whose envelope is shared says among how many: « Ordre de mérite, 18 dossiers »."""
    return f"{name}, {count(files, 'dossier')}"
