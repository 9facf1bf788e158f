"""Why a file is in or out, in French sentences for a head of establishment. Each is true as it is written.

A file is « il ». What is only one way among others is announced by « par exemple ».
"""

from collections.abc import Collection, Iterable, Sequence

from portal.text.french import NBSP, cents_in_euros, count, enumeration, points
from scoring.selection.explanations.losses import Loss
from scoring.selection.explanations.merit import MeritBar
from scoring.selection.explanations.names import BrokenRule, Names
from scoring.selection.explanations.pairs import Pair, Reason
from scoring.selection.explanations.prices import Price
from scoring.selection.explanations.refusals import Addition, Barred, Displaced, Equal, Exchange, Forced, Ground, Leading, Outscored

UNDECIDED = "Le calcul s’est arrêté avant de le départager."
NOT_SETTLED = "Ce que coûterait de le retenir n’a pas été établi."
_STOPPED = "le calcul s’est arrêté avant la meilleure"  # of a selection that is not proved
_BUT_FORCED = ", hors décision du jury"


class FileSentences:
    """Sentences on the files of one instance."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def told(self, application_id: str, motive: Ground, loss: Loss | None, *, is_selected: bool, is_open: bool = False) -> str:
        """All that is said of a file. `is_open`: what keeping it would cost has a meaning, and is not known."""
        if is_selected:
            return self.selected(application_id, motive)
        told = self.refused(application_id, motive)
        if isinstance(motive, Equal | Forced):
            return told
        if loss is None:
            return f"{told} {NOT_SETTLED}" if is_open else told
        return f"{told} {self.loss(application_id, loss, after_a_change=isinstance(motive, Displaced))}"

    # -- Refused ------------------------------------------------------------------------------------------------------

    def refused(self, application_id: str, motive: Ground) -> str:
        """Why a file is out."""
        match motive:
            case Forced():
                return "Écarté par décision du jury."
            case Displaced(prices):
                return self._displaced(application_id, prices)
            case Addition(pair):
                return self._addition(pair)
            case Exchange(pair, many, common):
                return self._unable(pair, many, common)
            case Equal(pair):
                return self._equal(pair)
            case Barred(bar, prices):
                return " ".join([self._barred(bar), *(self._without(application_id, price) for price in prices[:1])])
            case Outscored(but_forced):
                return f"Écarté faute de place{NBSP}: aucun dossier retenu n’a une note plus basse{_BUT_FORCED if but_forced else ''}."
            case _:
                return UNDECIDED

    def _displaced(self, application_id: str, prices: Sequence[Price]) -> str:
        by = f"par {enumeration([self._culprit(price) for price in prices])}"
        if len(prices) > 1:
            return f"Écarté {by}{NBSP}: lever une seule de ces règles suffirait à le retenir."
        price = prices[0]
        told = f"Écarté {by}. Sans cette règle, {self._entrance(application_id, price)}."
        return f"{told} {self._distance(price.letting_in(application_id))}".rstrip()

    def _culprit(self, price: Price) -> str:
        """The side of the rule that gives way when it is dropped."""
        return self.names.side(price.reached.side) if price.reached else self.names.rule(price.rule)

    def _without(self, application_id: str, price: Price) -> str:
        return f"Sans {self._culprit(price)}, {self._entrance(application_id, price)}."

    def _entrance(self, application_id: str, price: Price) -> str:
        """« il entrerait avec le lycée X (15,00), à la place du lycée Y (12,00) »."""
        others = [one for one in price.enters if one != application_id]
        told = f"il entrerait avec {self.names.files(others)}" if others else "il entrerait"
        if not price.leaves:
            return told
        return f"{told}{',' if others else ''} à la place {self.names.of_files(price.leaves)}"

    def _distance(self, reached: BrokenRule | None) -> str:
        """How far the rule would have to give way; nothing for one that is soft, or that concerns one file."""
        if reached is None or reached.rule not in self.names.rules or self.names.rules[reached.rule].is_soft:
            return ""
        before, after = self.names.bounds_of(reached)
        return f"Il serait retenu si {self.names.kind(reached.side)} passait de {before} à {after}."

    def _addition(self, pair: Pair) -> str:
        hard = [broken for broken in pair.broken if not broken.penalty]
        match pair.reason:
            case Reason.RULES if len(hard) == 1 and self.names.is_money_ceiling(hard[0].side):
                missing = cents_in_euros(hard[0].value - int(hard[0].limit))
                return f"Écarté par {self.names.side(hard[0].side)}{NBSP}: il manque {missing} pour l’ajouter aux dossiers retenus."
            case Reason.RULES:
                by = f"par {enumeration([self.names.side(broken.side) for broken in hard])}"
                return f"Écarté {by}{NBSP}: s’il s’ajoutait aux dossiers retenus, {self._outcomes(hard)}."
            case Reason.PENALTIES:
                return f"Écarté{NBSP}: il coûterait plus de points qu’il n’en apporte, car {self._outcomes(pair.broken)}."
            case Reason.COST | Reason.POINTS:
                return f"Écarté{NBSP}: il n’apporterait aucun point, pour {cents_in_euros(pair.cents)}."
            case _:
                return UNDECIDED

    def _unable(self, pair: Pair, many: int, common: Collection[str]) -> str:
        """It scores more than some selected files, and takes the place of none."""
        leaving = pair.leaving or ""
        other = self.names.file(leaving)
        if pair.reason is None:
            return f"Écarté, mais l’échange avec {other} améliorerait la sélection{NBSP}: {_STOPPED}."
        if many == 1:
            return f"Écarté bien que mieux noté que {other}, dont il ne peut pas prendre la place{NBSP}: {self._against(pair)}."
        told = f"Écarté bien que mieux noté que {count(many, 'dossier')} retenus, dont il ne peut prendre la place"
        if common:
            return f"{told}{NBSP}: {self._opposed(common)}."
        return f"{told}. Pour celle {self.names.of_file(leaving)}, par exemple, {self._against(pair)}."

    def _equal(self, pair: Pair) -> str:
        other = self.names.file(pair.leaving or "")
        if pair.reason is Reason.COST:
            return f"À égalité avec {other}, qui demande {cents_in_euros(pair.cents)} de moins."
        return f"À égalité avec {other}, pour le même montant{NBSP}: le dossier déposé en premier est retenu."

    # -- Refused, in order of merit -----------------------------------------------------------------------------------

    def _barred(self, bar: MeritBar) -> str:
        by = f"par {enumeration([self.names.side(side) for side in bar.sides])}"
        if len(bar.sides) > 1:
            means = (
                "chacune de ces règles suffit à l’écarter" if bar.alone else "ces règles ne peuvent plus être respectées ensemble avec lui"
            )
            return f"Écarté {by}{NBSP}: {_once_kept(bar.kept)}{means}."
        side = bar.sides[0]
        if self.names.is_files_ceiling(side):
            return f"Écarté faute de place{NBSP}: toutes les places vont à des dossiers de note au moins égale."
        if self.names.is_money_ceiling(side):
            return f"Écarté {by}{NBSP}: {_once_kept(bar.kept)}il manque {cents_in_euros(bar.missing)} pour le financer."
        return f"Écarté {by}{NBSP}: {_once_kept(bar.kept)}cette règle ne peut plus être respectée avec lui."

    # -- Selected -----------------------------------------------------------------------------------------------------

    def selected(self, application_id: str, motive: Ground) -> str:
        """Why a file is in."""
        match motive:
            case Forced():
                return "Retenu par décision du jury."
            case Displaced(prices):
                return self._kept(application_id, prices)
            case Exchange(pair, many, common):
                return self._protected(pair, many, common)
            case Leading(but_forced):
                return f"Retenu{NBSP}: aucun dossier écarté n’est mieux noté{_BUT_FORCED if but_forced else ''}."
            case _:
                return UNDECIDED

    def _kept(self, application_id: str, prices: Sequence[Price]) -> str:
        if len(prices) > 1:
            thanks = enumeration([_thanks_to(self._culprit(price)) for price in prices])
            return f"Retenu grâce {thanks}{NBSP}: sans l’une de ces règles, il sortirait."
        price = prices[0]
        culprit = self._culprit(price)
        told = f"Retenu pour {culprit}" if culprit.startswith("le minimum") else f"Retenu grâce {_thanks_to(culprit)}"
        others = [one for one in price.leaves if one != application_id]
        if not price.enters:
            return f"{told}{NBSP}: sans cette règle, il sortirait."
        verb = "entrerait" if len(price.enters) == 1 else "entreraient"
        place = f"et il sortirait avec {self.names.files(others)}" if others else "à sa place"
        return f"{told}{NBSP}: sans cette règle, {self.names.files(price.enters)} {verb} {place}."

    def _protected(self, pair: Pair, many: int, common: Collection[str]) -> str:
        """Refused files score more, and none of them can take its place."""
        other = self.names.file(pair.entering)
        if pair.reason is None:
            return f"Retenu, mais l’échange avec {other} améliorerait la sélection{NBSP}: {_STOPPED}."
        if many == 1:
            return f"Retenu bien que {other}, écarté, soit mieux noté{NBSP}: s’il prenait sa place, {self._against(pair)}."
        told = f"Retenu bien que {count(many, 'dossier')} écartés soient mieux notés, dont aucun ne peut prendre sa place"
        if common:
            return f"{told}{NBSP}: {self._opposed(common)}."
        return f"{told}. Pour {other}, par exemple, {self._against(pair)}."

    def pair(self, pair: Pair) -> str:
        """Why one file does not take the place of another."""
        names = self.names
        return f"Si {names.file(pair.entering)} prenait la place {names.of_file(pair.leaving or '')}, {self._against(pair)}."

    # -- What an exchange would do ------------------------------------------------------------------------------------

    def _against(self, pair: Pair) -> str:
        """What stands against an exchange."""
        hard = [broken for broken in pair.broken if not broken.penalty]
        match pair.reason:
            case Reason.RULES:
                return self._outcomes(hard)
            case Reason.PENALTIES:
                return self._outcomes(pair.broken)
            case Reason.POINTS:
                return "la sélection compterait moins de points"
            case Reason.COST:
                return f"à points égaux, il faudrait {cents_in_euros(pair.cents)} de plus"
            case Reason.RANK:
                return "à points et montants égaux, le dossier déposé en premier est retenu"
            case _:
                return f"la sélection serait meilleure{NBSP}: {_STOPPED}"

    def _outcomes(self, broken: Iterable[BrokenRule]) -> str:
        return enumeration([self.names.outcome(one) for one in broken])

    def _opposed(self, sides: Collection[str]) -> str:
        return f"{enumeration([self.names.side(side) for side in sides])} {'s’y oppose' if len(sides) == 1 else 's’y opposent'}"

    # -- What it would cost -------------------------------------------------------------------------------------------

    def loss(self, application_id: str, loss: Loss, *, after_a_change: bool = False) -> str:
        """What keeping a refused file would cost; `after_a_change`: the sentence before has just supposed other rules."""
        if loss.points is None:
            return "Aucune sélection ne peut le retenir avec ces règles."
        keeping = "À règles inchangées, le retenir" if after_a_change else "Le retenir"
        told = f"{keeping} coûterait {points(loss.points)}" if loss.points else f"{keeping} ne coûterait aucun point"
        others = [one for one in loss.enters if one != application_id]
        parts = [f"avec {self.names.files(others)}"] if others else []
        parts += [f"à la place {self.names.of_files(loss.leaves)}"] if loss.leaves else []
        return f"{told}{', par exemple ' if parts else ''}{', '.join(parts)}."


def _once_kept(many: int) -> str:
    """« une fois gardés les 12 dossiers retenus de note au moins égale, »."""
    if many == 0:
        return ""
    kept = f"gardés les {count(many, 'dossier')} retenus" if many > 1 else "gardé le dossier retenu"
    return f"une fois {kept} de note au moins égale, "


def _thanks_to(phrase: str) -> str:
    """« au maximum… », « à l’enveloppe… »."""
    return f"au {phrase.removeprefix('le ')}" if phrase.startswith("le ") else f"à {phrase}"
