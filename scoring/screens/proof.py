"""What a computed scenario proves and explains, laid out for the screen: gauges, prices, replacements, ties, methods side by side.

Not shown to readers with a conflict of interest: every figure counts all files, every sentence may name one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.text import capfirst

from portal.text.french import NBSP, count, number
from portal.text.typography import typo
from scoring.enums import Method, RuleMeasure, RunStatus
from scoring.models import SelectionRun, SelectionScenario
from scoring.optimiser.instance import euros
from scoring.queries.proof import better_exists
from scoring.screens import backing
from scoring.screens.proving import certainty
from scoring.selection.legible import is_legible
from scoring.selection.ranked_list import ZERO
from scoring.selection.result import ACCEPTED

SOLVER_NAMES = {"highs": "HiGHS", "cpsat": "OR-Tools CP-SAT"}
TIGHT, BROKEN = "tight", "broken"
SURE, FRAGILE = Decimal("0.95"), Decimal("0.5")


@dataclass(frozen=True)
class GaugeRow:
    """One rule on one selection, in the unit that the gauge draws: files, euros or per cent."""

    label: str
    rule: str
    value: Decimal
    minimum: Decimal | None
    maximum: Decimal | None
    unit: str
    state: str


@dataclass(frozen=True)
class PriceRow:
    """What one rule costs. `points` is None when it was not found in time."""

    label: str
    points: Decimal | None
    share: int  # length of its bar, out of 100
    note: str
    sentence: str

    @property
    def is_idle(self) -> bool:
        return self.points == 0 and not self.sentence


@dataclass(frozen=True)
class MethodRow:
    """The figures of one method, for the comparison before the vote."""

    scenario: SelectionScenario
    selected: int
    amount: Decimal
    objective: str
    lowest: Decimal | None
    highest_refused: Decimal | None
    mean: Decimal | None
    passed_over: int | None
    broken: int


@dataclass(frozen=True)
class Pill:
    """The state of a scenario in a few words."""

    level: str
    text: str
    icon: str


@dataclass(frozen=True)
class BlockWords:
    """What each block of explanations rests on, in one sentence, or nothing."""

    prices: str = ""
    waiting: str = ""
    ties: str = ""
    motives: str = ""


@dataclass
class ProofScreen:
    """Everything that a run says of one scenario."""

    gauges: list[tuple[str, list[GaugeRow]]] = field(default_factory=list)
    prices: list[PriceRow] = field(default_factory=list)
    idle: list[PriceRow] = field(default_factory=list)  # rules that displace nobody and cost nothing
    margins: list[str] = field(default_factory=list)  # what one more place, or a little more money, would change
    waiting: list[str] = field(default_factory=list)
    one_more: str = ""
    ties: list[str] = field(default_factory=list)
    ties_known: bool = True  # sought to the end
    alone: str = ""  # what is said where they were, and none was found
    words: BlockWords = BlockWords()  # what its blocks rest on
    bands: list[tuple[str, int, str]] = field(default_factory=list)
    is_legible: bool = True  # nothing of what is stored was left out


def pill_of(scenario: SelectionScenario, run: SelectionRun | None, *, restricted: bool) -> Pill | None:
    """Proof and rules of a scenario, or nothing for one that was not computed with rules."""
    if run is None:
        return None
    if better_exists(scenario):
        return Pill("warn", "Une meilleure sélection existe", "exclamation-triangle")
    if scenario.left_sharing:
        chosen, funded = scenario.summary["chosen"], scenario.summary["selected"]
        told = f"{count(chosen, 'choisi')}, {count(funded, 'financé')}"
        return None if restricted else Pill("warn", told, "exclamation-triangle")
    if scenario.status == RunStatus.BOUNDED:
        return Pill("warn", _bounded(scenario.summary.get("gap"), restricted), "exclamation-triangle")
    if restricted:
        return Pill("ok", certainty(scenario), "shield-check") if scenario.status == RunStatus.PROVEN else None
    states = _states(scenario, run)
    broken, tight = states.count(BROKEN), sum(state == TIGHT for code, state in scenario.summary["states"].items() if code in _balance(run))
    if scenario.status == RunStatus.PROVEN:
        return Pill("ok", f"{certainty(scenario)}, {_kept(scenario, run)}", "shield-check")
    if broken:
        return Pill("err", count(broken, "règle non respectée", "règles non respectées"), "exclamation-circle")
    if tight:
        return Pill("warn", count(tight, "règle au plus juste", "règles au plus juste"), "exclamation-triangle")
    return Pill("ok", capfirst(_kept(scenario, run)), "check-circle")


def _kept(scenario: SelectionScenario, run: SelectionRun) -> str:
    """How many rules of balance are kept, as the jury counts those that it wrote; places and envelope are no such rule."""
    balance, states = _balance(run), scenario.summary.get("states", {})
    kept = sum(code in balance and state != BROKEN for code, state in states.items())
    return count(kept, "règle respectée", "règles respectées") if balance else "places et enveloppe respectées"


def _balance(run: SelectionRun) -> set[str]:
    """The rules of balance: a full envelope or the exact number of places is what everybody wants."""
    return {code for code in run.words if code.startswith("regle-")}


def _states(scenario: SelectionScenario, run: SelectionRun) -> list[str]:
    """The state of each rule that the jury set; files locked in or out are shown elsewhere."""
    return [state for code, state in scenario.summary.get("states", {}).items() if code in run.words]


def broken_rules(scenario: SelectionScenario) -> list[str]:
    """The rules, in words, that a scenario does not keep: what its closing says before the press. Not for a reader with a conflict."""
    if scenario.run is None:
        return []
    states, words = scenario.summary.get("states", {}), scenario.run.words
    return [word["rule"] for code, word in words.items() if states.get(code) == BROKEN]


def _bounded(gap: str | None, restricted: bool) -> str:
    if gap is None or restricted:
        return "Meilleure solution trouvée dans le temps permis"
    return f"Au plus {number(Decimal(gap), 2)}{NBSP}points du meilleur possible"


def proof_of(scenario: SelectionScenario, run: SelectionRun) -> ProofScreen:
    """Lay out the result of a scenario. Explanations count every file chosen: once one has left the sharing, none is shown."""
    printed, legible = scenario.printed, is_legible(scenario.result)
    gauges = _grouped(_rows(printed, run.words), run.words, printed)
    if scenario.left_sharing:
        return ProofScreen(gauges=gauges, is_legible=legible)
    told = printed.get("explanations") or {}
    waiting = told.get("waiting") or {}
    priced = [price for price in told.get("prices") or [] if price["rule"] in run.words]
    prices = _prices(priced, run.words)
    replaced, tied = backing.told(waiting.get("by_withdrawal") or []), backing.told(told.get("ties") or [])
    margins = [
        f"{price['sentence']} {backing.MARK}" if backing.marks(priced, price) else price["sentence"] for price in priced if _margin(price)
    ]
    is_proved = (scenario.summary.get("proof") or {}).get("verdict") == ACCEPTED
    ties_word = backing.ties_word(told.get("ties") or [], is_proved=is_proved)
    words = BlockWords(backing.word(priced), replaced.word, ties_word, backing.motives_word(told.get("files") or {}))
    return ProofScreen(
        gauges=gauges,
        is_legible=legible,
        prices=[row for row in prices if not row.is_idle],
        idle=[row for row in prices if row.is_idle],
        margins=[typo(sentence) for sentence in margins],
        waiting=replaced.sentences,
        one_more=typo(waiting.get("sentence") or ""),
        ties=tied.sentences,
        ties_known=told.get("ties_known", True),
        alone=backing.alone(is_proved=is_proved, holds_all=_holds_all(scenario)),
        words=words,
        bands=_bands(told.get("robustness")),
    )


def _holds_all(scenario: SelectionScenario) -> bool:
    """Whether every file is retained, whole."""
    summary = scenario.summary
    return bool(summary.get("files")) and summary.get("selected") == summary["files"] and not summary.get("partial")


def _rows(result: Mapping, words: Mapping) -> list[GaugeRow]:
    """The gauges of the rules that the jury set; files locked in or out are shown elsewhere."""
    return [_row(gauge, words[gauge["rule"]]) for gauge in result.get("gauges", []) if gauge["rule"] in words]


def _row(gauge: Mapping, word: Mapping) -> GaugeRow:
    measure = gauge["measure"]
    unit = {RuleMeasure.COUNT: "", RuleMeasure.AMOUNT: "€"}.get(measure, "%")

    def read(value: int | str | None) -> Decimal | None:
        if value is None:
            return None
        if unit == "€":
            return euros(int(value))
        return Decimal(value) * 100 if unit else Decimal(value)

    low, high = read(gauge["min"]), read(gauge["max"])
    return GaugeRow(word["gauge"], word["rule"], read(gauge["value"]) or ZERO, low, high, unit, gauge["state"])


def _grouped(rows: Iterable[GaugeRow], words: Mapping, result: Mapping) -> list[tuple[str, list[GaugeRow]]]:
    """Gauges under their headings, in the order in which the rules were written."""
    headings = [words[gauge["rule"]]["heading"] for gauge in result.get("gauges", []) if gauge["rule"] in words]
    found: dict[str, list[GaugeRow]] = {}
    for heading, row in zip(headings, rows, strict=True):
        found.setdefault(heading, []).append(row)
    return list(found.items())


def _margin(price: Mapping) -> Mapping | None:
    """What one unit more or less of what all files share would change."""
    return price.get("marginal")


def _prices(priced: Sequence[Mapping], words: Mapping) -> list[PriceRow]:
    """The dearest rule first. Dropping what bounds all files, places or money, says nothing: only the next unit has a price."""
    prices = [price for price in priced if not _margin(price)]
    points = {price["rule"]: None if price.get("points") is None else Decimal(price["points"]) for price in prices}
    highest = max((value for value in points.values() if value is not None), default=ZERO)
    rows = [
        PriceRow(
            f"{words[price['rule']]['rule']} {backing.MARK}" if backing.marks(priced, price) else words[price["rule"]]["rule"],
            points[price["rule"]],
            max(0, int(100 * (points[price["rule"]] or ZERO) / highest)) if highest > 0 else 0,
            _price_note(price),
            typo(price["sentence"]) if price.get("leaves") or price.get("enters") else "",
        )
        for price in prices
    ]
    return sorted(rows, key=lambda row: -(row.points or ZERO))


def _price_note(price: Mapping) -> str:
    """What the rule does, in three words."""
    if price.get("points") is None:
        return "prix non trouvé dans le temps permis"
    displaced = max(len(price.get("leaves") or []), len(price.get("enters") or []))
    return count(displaced, "dossier déplacé", "dossiers déplacés") if displaced else "ne contraint pas"


def _bands(robustness: Mapping | None) -> list[tuple[str, int, str]]:
    """How many selected files stay in when jurors are drawn again: (label, count, level)."""
    shares = [Decimal(str(share)) for share in (robustness or {}).get("selected", {}).values()]
    if not shares:
        return []
    sure = sum(share >= SURE for share in shares)
    fragile = sum(FRAGILE <= share < SURE for share in shares)
    return [("Sûrs", sure, "ok"), ("Fragiles", fragile, "warn"), ("De justesse", len(shares) - sure - fragile, "neutral")]


def methods_of(scenarios: Iterable[SelectionScenario], run: SelectionRun) -> list[MethodRow]:
    """The scenarios of one run side by side."""
    return [_method(scenario, run) for scenario in scenarios if scenario.run_id == run.pk]


def _method(scenario: SelectionScenario, run: SelectionRun) -> MethodRow:
    figures = scenario.summary.get("figures") or {}

    def score(name: str) -> Decimal | None:
        return None if figures.get(name) is None else Decimal(figures[name])

    return MethodRow(
        scenario=scenario,
        selected=scenario.summary["selected"],
        amount=Decimal(scenario.summary["amount"]),
        objective=scenario.summary.get("objective") or "",
        lowest=score("lowest_selected"),
        highest_refused=score("highest_refused"),
        mean=score("mean"),
        passed_over=figures.get("passed_over"),
        broken=_states(scenario, run).count(BROKEN),
    )


def restored(current: SelectionScenario, other: SelectionScenario, words: Mapping) -> list[str]:
    """The rules that the other scenario breaks and this one keeps, by name."""
    before, after = other.summary.get("states", {}), current.summary.get("states", {})
    return [word["gauge"] for code, word in words.items() if before.get(code) == BROKEN and after.get(code) not in (None, BROKEN)]


def solver_name(answered: Mapping | None) -> str:
    """A solver and its version, from {"name", "version"}."""
    if not answered:
        return ""
    name = answered.get("name", "")
    return f"{SOLVER_NAMES.get(name, name)} {answered.get('version', '')}".strip()


def doctrine_sentence(doctrine: str, *, composed: bool = False) -> str:
    """What a method prefers, in one sentence; `composed`: with files that the room put in or out."""
    limits = "les règles, l’enveloppe et les choix de la salle" if composed else "les règles et l’enveloppe"
    return {
        Method.MERIT: f"Les meilleurs dossiers d’abord, aussi loin que {limits} le permettent.",
        Method.SUM: f"Le total des notes le plus élevé que {limits} permettent.",
    }.get(Method(doctrine), "Le classement lu dans l’ordre, coupé par l’enveloppe, sans les règles d’équilibre.")
