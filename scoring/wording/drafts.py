"""Rules of balance before they are stored: what makes one impossible or useless, said in French. No database here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.text.french import NBSP, money, number
from scoring.enums import Combination, RuleMeasure
from scoring.wording.balance import bound

MOST_RULES = 60
MOST_GROUPS = 12
SHARES = (RuleMeasure.COUNT_SHARE, RuleMeasure.AMOUNT_SHARE)


@dataclass(frozen=True)
class EligibleFile:
    """One file that may be selected, as rules see it. `amount` in euros."""

    groups: frozenset[str]
    amount: Decimal


@dataclass(frozen=True)
class RuleDraft:
    """A rule as typed. Bounds are files, euros or per cent."""

    measure: str
    groups: tuple[str, ...] = ()
    combination: str = Combination.ANY
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    penalty_points: Decimal | None = None
    is_negotiable: bool = True
    lowest_minimum: Decimal | None = None
    highest_maximum: Decimal | None = None


@dataclass(frozen=True)
class Frame:
    """What rules are checked against: the files that may be selected, the groups known, the places and the money (euros).

    `are_lycees`: no file is known yet; each "file" is a lycée that may apply, and what it will ask for is not known.
    """

    files: Sequence[EligibleFile]
    known: Collection[str]
    places: int | None = None
    money: Decimal = Decimal(0)
    are_lycees: bool = False


def in_scope(file: EligibleFile, groups: Collection[str], combination: str) -> bool:
    """Whether a rule on these groups counts the file; a rule without group counts every file."""
    if not groups:
        return True
    return file.groups.issuperset(groups) if combination == Combination.ALL else not file.groups.isdisjoint(groups)


def gaps(draft: RuleDraft, frame: Frame) -> list[tuple[str, str]]:
    """(field, sentence) of all that prevents a rule from being stored; empty when it can be."""
    if unknown := [key for key in draft.groups if key not in frame.known]:
        many = "Ces groupes n’ont" if len(unknown) > 1 else "Ce groupe n’a"
        what = "lycée qui puisse répondre à" if frame.are_lycees else "dossier dans"
        return [("groups", f"{many} aucun {what} cet appel : choisissez dans la liste.")]
    found = list(_form_gaps(draft))
    return found or list(_lycee_gaps(draft, frame) if frame.are_lycees else _content_gaps(draft, frame))


def _form_gaps(draft: RuleDraft) -> Iterable[tuple[str, str]]:
    """What is wrong whatever the files."""
    if draft.minimum is None and draft.maximum is None:
        yield "minimum", "Donnez un minimum, un maximum, ou les deux."
    if len(draft.groups) > MOST_GROUPS:
        yield "groups", f"Une règle compte au plus {MOST_GROUPS} groupes."
    if draft.measure in SHARES and not draft.groups:
        yield "groups", "Une part se calcule sur un groupe : choisissez-le."
    for name, value in (("minimum", draft.minimum), ("maximum", draft.maximum)):
        if value is not None and (message := _unit_gap(draft.measure, value)):
            yield name, message
    if draft.minimum is not None and draft.maximum is not None and draft.minimum > draft.maximum:
        yield "minimum", f"Le minimum ({bound(draft.measure, draft.minimum)}) dépasse le maximum ({bound(draft.measure, draft.maximum)})."
    if draft.penalty_points is not None and draft.penalty_points <= 0:
        yield "penalty_points", "Une règle souple coûte plus de 0 point."
    yield from _negotiation_gaps(draft)


def _unit_gap(measure: str, value: Decimal) -> str:
    if measure == RuleMeasure.COUNT and value != value.to_integral_value():
        return "Un nombre de dossiers est entier."
    if measure in SHARES and value > 100:
        return f"Une part va de 0 à 100{NBSP}%."
    return ""


def _negotiation_gaps(draft: RuleDraft) -> Iterable[tuple[str, str]]:
    if draft.lowest_minimum is not None and draft.minimum is None:
        yield "lowest_minimum", "Cette règle n’a pas de minimum à négocier."
    elif draft.lowest_minimum is not None and draft.lowest_minimum > (draft.minimum or 0):
        yield "lowest_minimum", "Le minimum acceptable ne dépasse pas le minimum."
    if draft.highest_maximum is not None and draft.maximum is None:
        yield "highest_maximum", "Cette règle n’a pas de maximum à négocier."
    elif draft.highest_maximum is not None and draft.maximum is not None and draft.highest_maximum < draft.maximum:
        yield "highest_maximum", "Le maximum acceptable n’est pas inférieur au maximum."


def _content_gaps(draft: RuleDraft, frame: Frame) -> Iterable[tuple[str, str]]:
    """What the files, the places or the money make impossible."""
    scoped = [file for file in frame.files if in_scope(file, draft.groups, draft.combination)]
    if not scoped:
        both = draft.combination == Combination.ALL and len(draft.groups) > 1
        yield (
            "groups",
            "Aucun dossier noté et chiffré n’est dans tous ces groupes à la fois." if both else "Aucun dossier noté et chiffré n’y est.",
        )
        return
    low = draft.minimum or Decimal(0)
    if draft.measure == RuleMeasure.COUNT:
        if low > len(scoped):
            yield (
                "minimum",
                f"Le minimum ({number(low)}) dépasse le nombre de dossiers notés et chiffrés du groupe ({number(len(scoped))}).",
            )
        elif frame.places is not None and low > frame.places:
            yield "minimum", f"Le minimum ({number(low)}) dépasse le nombre de places ({number(frame.places)})."
    if draft.measure == RuleMeasure.AMOUNT:
        asked = sum((file.amount for file in scoped), Decimal(0))
        if low > asked:
            yield "minimum", f"Le minimum ({money(low)}) dépasse ce que ces dossiers demandent en tout ({money(asked)})."
        elif low > frame.money:
            yield "minimum", f"Le minimum ({money(low)}) dépasse les enveloppes de la séance ({money(frame.money)})."


def _lycee_gaps(draft: RuleDraft, frame: Frame) -> Iterable[tuple[str, str]]:
    """What the lycées that may apply, or the money announced, make impossible before any file is there."""
    scoped = sum(in_scope(file, draft.groups, draft.combination) for file in frame.files)
    low = draft.minimum or Decimal(0)
    if not scoped:
        yield "groups", "Aucun lycée qui puisse répondre à l’appel n’est dans tous ces groupes à la fois."
    elif draft.measure == RuleMeasure.COUNT and low > scoped:
        yield "minimum", f"Le minimum ({number(low)}) dépasse le nombre de dossiers que ces lycées peuvent déposer ({number(scoped)})."
    elif draft.measure == RuleMeasure.AMOUNT and low > frame.money:
        yield "minimum", f"Le minimum ({money(low)}) dépasse l’enveloppe annoncée ({money(frame.money)})."
