"""Reads again what explanations claim, in whole numbers: each claim is a variant of the instance, an answer, and its proof.

The variant of each sentence is worked out here from the sentence's own figures: a proof of something else proves nothing of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from hashlib import sha256
from typing import Any

from portal.text.canonical import canonical
from portal.text.french import count
from scoring.selection.decimals import decimal_text
from scoring.selection.proof.check_selection import Arithmetic, Refused, exact, worth
from scoring.selection.proof.variants import ENDS, FORCED, Change, Json, followed, variant, varied
from scoring.selection.result import ACCEPTED, PARTLY, REFUSED

FOLLOWS = "answer"  # steps of a claim that the tree of the answer, which is kept once under this name, settles as it is
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


class NotProved(Exception):
    """Nothing is there to prove it: it rests on a solver."""


@dataclass(frozen=True)
class Settled:
    """What the proof of a claim establishes: the selection reached (None: there is none), and what is `left` to a solver."""

    problem: Arithmetic
    selected: frozenset[tuple[str, str]] | None
    times: dict[int, int]
    left: Mapping[str, int | None]

    @property
    def is_whole(self) -> bool:
        """It is the one best selection."""
        return self.selected is not None and not self.left

    def worth(self, name: str) -> Fraction:
        """`score` in points, `cost` in cents below zero."""
        value = worth(enumerate(dict(self.problem.forms("sum"))[name]), self.times)
        return Fraction(value, self.problem.scale) if name == "score" else Fraction(value)

    @property
    def files(self) -> set[str]:
        return {file for file, _ in self.selected or ()}


def printed_claim(problem: Arithmetic, claim: Mapping[str, Any], doctrine: str, steps: Json, digest: str) -> Json:
    """A claim as a result that `check_selection.py` reads, `problem` and `digest` being those of its variant."""
    if claim["selected"] is None:
        nothing = dict.fromkeys(("count", "objective", "cost_cents", "bound", "gap"))
        return {"status": "infeasible", "doctrine": doctrine, "selected": None, **nothing, "digest": digest, "proof": {"steps": steps}}
    times = problem.taken(choices_of(problem, claim["selected"]))
    if times is None:
        raise Refused("la sélection d’une explication ne tient pas une des règles")
    score, cost = (worth(enumerate(form), times) for _, form in problem.forms("sum"))
    points = decimals_of(score, problem.scale)
    return {
        "status": "proven", "doctrine": doctrine, "selected": claim["selected"], "count": len(claim["selected"]), "objective": points,
        "cost_cents": -cost, "bound": points, "gap": "0", "digest": digest, "proof": {"steps": steps},
    }  # fmt: skip


def choices_of(problem: Arithmetic, selected: Iterable[Sequence[str]]) -> list[int]:
    """The choice of each file. Raises KeyError for a file or an option that the instance does not know."""
    named = {(file["id"], option["id"]): c for c, (file, option) in enumerate(problem.choices) if option}
    chosen = {named[file, option] for file, option in selected}
    return [next((c for c in ways if c in chosen), ways[-1]) for ways in problem.ways]


def decimals_of(value: int, scale: int) -> str:
    """`value` / `scale` as a plain decimal, exactly."""
    number = Fraction(value, scale)
    digits = next(digits for digits in range(64) if 10**digits % number.denominator == 0)
    return decimal_text(int(number * 10**digits), digits)


class Audit:
    """All that a result explains, sentence after sentence. `data`: the canonical form of its instance."""

    def __init__(self, data: Mapping[str, Any], printed: Mapping[str, Any]) -> None:
        self.data, self.doctrine = data, printed["doctrine"]
        self.told: Mapping[str, Any] = printed["explanations"]
        proof = printed.get("proof") or {}
        self.claims: Mapping[str, Any] = proof.get("explanations", {})
        self.problem = Arithmetic(data)
        self.rules = {rule["id"]: rule for rule in data["rules"]}
        self.pairs = frozenset((file, option) for file, option in printed["selected"] or ())
        self.files = {file for file, _ in self.pairs}
        self.times = self.problem.taken(choices_of(self.problem, self.pairs)) or {}

    def verdicts(self) -> dict[str, int]:
        """ACCEPTED, PARTLY (rests on a solver) or REFUSED of everything that is claimed, by name: `price:RULE`, `loss:FILE`…"""
        return {key: self._verdict(holds) for key, holds in self._questions()}

    def found(self) -> int:
        """ACCEPTED when everything is proved, PARTLY when some of it rests on a solver, REFUSED when a sentence says otherwise."""
        verdicts = self.verdicts()
        said_so = all(verdicts.get(key) == ACCEPTED for row, keys in self.rows() if row.get("proved") for key in keys)
        is_theirs = all(row.get("selected", file in self.files) is (file in self.files) for file, row in self.told["files"].items())
        if REFUSED in verdicts.values() or not (said_so and is_theirs):
            return REFUSED
        return PARTLY if PARTLY in verdicts.values() else ACCEPTED

    def rows(self) -> Iterator[tuple[Json, list[str]]]:
        """Each row with a sentence, and the claims that the sentence makes; none: it is arithmetic on the selection."""
        for row in self.told["prices"]:
            loose = [f"looser:{row['rule']}"] if row["looser"] else []
            yield row, [f"margin:{row['rule']}"] if row["marginal"] else [f"price:{row['rule']}", *loose]
        yield from ((row, [f"withdrawal:{row['leaves']}"]) for row in self.told["waiting"]["by_withdrawal"])
        yield from ((row, [f"tie:{row['id']}"]) for row in self.told["ties"])
        yield from ((row, row["rests_on"]) for row in (*self.told["files"].values(), self.told["waiting"]))
        for kind in ("conflict", "relaxation"):
            yield from ((row, [f"{kind}:{number}"]) for number, row in enumerate(self.told[f"{kind}s"]))

    def _verdict(self, holds: Callable[[], bool]) -> int:
        try:
            return ACCEPTED if holds() else REFUSED
        except NotProved:
            return PARTLY
        except UNREADABLE:
            return REFUSED

    def _questions(self) -> Iterator[tuple[str, Callable[[], bool]]]:
        for row in self.told["prices"]:
            if row["points"] is not None:
                yield f"price:{row['rule']}", partial(self._price, row)
            if row["marginal"] is not None:
                yield f"margin:{row['rule']}", partial(self._margin, row["rule"], row["marginal"])
            if row["looser"] is not None:
                yield f"looser:{row['rule']}", partial(self._looser, row["rule"], row["looser"])
        for row in self.told["waiting"]["by_withdrawal"]:
            yield f"withdrawal:{row['leaves']}", partial(self._withdrawal, row)
        for row in self.told["ties"]:
            yield f"tie:{row['id']}", partial(self._tie, row)
        for key, row in self.told["files"].items():
            if row["loss"] != "unknown":
                yield f"loss:{key}", partial(self._loss, key, row["loss"])
            if f"bar:{key}" in row["rests_on"]:
                yield f"bar:{key}", partial(self._bar, key, row["rules"])
        for number, row in enumerate(self.told["conflicts"]):
            yield f"conflict:{number}", partial(self._conflict, number, row["sides"])
        for number, row in enumerate(self.told["relaxations"]):
            yield f"relaxation:{number}", partial(self._relaxation, number, row)

    # -- One claim ----------------------------------------------------------------------------------------------------

    def _settled(self, key: str, change: Change, doctrine: str = "") -> Settled:
        """What the claim of that name establishes of that variant. Raises NotProved, Refused."""
        if key not in self.claims:
            raise NotProved(key)
        claim = self.claims[key]
        if canonical(claim["change"]) != canonical(dict(change)):
            raise Refused("la variante prouvée n’est pas celle de l’explication")
        problem, steps = varied(self.problem, self.data, change), self._steps(claim)
        if claim["selected"] is None:
            problem.refute(iter(steps["impossible"]["tree"]), problem.none, 0, problem.rows, problem.possible)
            return Settled(problem, None, {}, {})
        pairs = frozenset((file, option) for file, option in claim["selected"])
        left = problem.left_by(printed_claim(problem, claim, doctrine or self.doctrine, steps, ""))
        return Settled(problem, pairs, problem.taken(choices_of(problem, pairs)) or {}, left)

    def _steps(self, claim: Mapping[str, Any]) -> Json:
        """The trees of a claim, those of the answer where they settle it as they are."""
        if claim["steps"] != FOLLOWS:
            return dict(claim["steps"])
        (rule,) = claim["change"]["without"]
        return {"score": {"tree": followed(self.data, self.claims[FOLLOWS]["tree"], rule)}}

    def derived(self, key: str) -> tuple[Json, Json]:
        """The variant of a claim, and its answer as a result: the two files that `check_selection.py` reads. Raises Refused, KeyError."""
        claim = self.claims[key]
        data = variant(self.data, claim["change"])
        doctrine = "sum" if claim["change"].get("loosened") else self.doctrine
        digest = sha256(canonical(data).encode()).hexdigest()
        return data, printed_claim(Arithmetic(data), claim, doctrine, self._steps(claim), digest)

    # -- One sentence -------------------------------------------------------------------------------------------------

    def _gain(self, found: Settled) -> Fraction:
        """Points that a variant gains. Raises NotProved when nothing shows that it gains no more."""
        if "score" in found.left or (self.doctrine != "sum" and found.left):
            raise NotProved
        return found.worth("score") - Fraction(worth(enumerate(self.problem.forms("sum")[0][1]), self.times), self.problem.scale)

    def _moves(self, found: Settled, row: Mapping[str, Any]) -> bool:
        """Who enters and who leaves is what is said. Raises NotProved when nothing shows that the selection is the best one."""
        said = {key: set(row[key]) for key in ("enters", "leaves")}
        if found.is_whole:
            return (found.files - self.files, self.files - found.files) == (said["enters"], said["leaves"])
        if any(said.values()) or self._gain(found):
            raise NotProved
        return True  # as many points, and nobody is named

    def _price(self, row: Json) -> bool:
        found = self._settled(f"price:{row['rule']}", {"without": [row["rule"]]})
        return self._gain(found) == exact(row["points"]) and self._moves(found, row)

    def _margin(self, rule_id: str, row: Json) -> bool:
        more = self._settled(f"more:{rule_id}", self._shifted(rule_id, row["step"]))
        less = self._settled(f"less:{rule_id}", self._shifted(rule_id, -row["step"]))
        is_said = all(
            (found.selected is None) if said is None else found.selected is not None and self._gain(found) == exact(said)
            for found, said in ((more, row["more"]), (less, row["less"]))
        )
        return is_said and (more.selected is None or self._moves(more, row))

    def _shifted(self, rule_id: str, step: int) -> Change:
        """The maximum moved, and the minimum with it where the number of files is fixed."""
        rule = self.rules[rule_id]
        places = rule["measure"] == "count" and rule.get("min") == rule["max"]
        return {"bounds": {f"{rule_id}:{end}": rule[end] + step for end in (("min", "max") if places else ("max",))}}

    def _looser(self, rule_id: str, row: Json) -> bool:
        side, bound = row["side"], row["bound"]
        if side.rpartition(":")[0] != rule_id:
            return False
        found = self._settled(f"looser:{rule_id}", {"bounds": {side: bound}})
        return self._gain(found) == exact(row["points"]) and self._moves(found, row)

    def _flip(self, file: str) -> Change:
        return {"outside" if file in self.files else "inside": [file]}

    def _loss(self, file: str, said: str) -> bool:
        found = self._settled(f"loss:{file}", self._flip(file))
        if found.selected is None or said == "impossible":
            return found.selected is None and said == "impossible"
        return -self._gain(found) == exact(said)

    def _tie(self, row: Json) -> bool:
        """As good a selection has the other status; at the same cost, or the cheapest of them is dearer."""
        found = self._settled(f"tie:{row['id']}", self._flip(row["id"]))
        same = [
            worth(enumerate(form), found.times) == worth(enumerate(form), self.times)
            for (name, form) in self.problem.forms(self.doctrine)
            if name != "cost"
        ]
        cost = worth(enumerate(self.problem.cost), self.times)
        if row["decided_by"] == "rank":
            return all(same) and found.worth("cost") == cost
        least = found.left.get("cost", int(found.worth("cost")))
        if least is None:
            raise NotProved
        return all(same) and least < cost

    def _withdrawal(self, row: Json) -> bool:
        stay = [list(pair) for pair in sorted(self.pairs) if pair[0] != row["leaves"]]
        found = self._settled(f"withdrawal:{row['leaves']}", {"stay": stay, "outside": [row["leaves"]]})
        if found.selected is None or row["enters"] is None:
            return found.selected is None and row["enters"] is None
        return self._moves(found, {"enters": row["enters"], "leaves": [row["leaves"]]})

    def _bar(self, file: str, rules: list[str]) -> bool:
        """With the selected files of at least its score, the rules named exclude it."""
        scores = {one["id"]: exact(one["score"]) for one in self.data["applications"]}
        stay = [list(pair) for pair in sorted(self.pairs) if scores[pair[0]] >= scores[file]]
        sides = self.claims.get(f"bar:{file}", {}).get("change", {}).get("only", [])
        found = self._settled(f"bar:{file}", {"only": sides, "stay": stay, "inside": [file]})
        return found.selected is None and {side.rpartition(":")[0] for side in sides} <= set(rules)

    def _conflict(self, number: int, sides: list[str]) -> bool:
        """These sides cannot hold together, and any one of them being dropped, some selection keeps the others."""
        found = self._settled(f"conflict:{number}", {"only": sides})
        witnesses = self.claims[f"conflict:{number}"]["witnesses"]
        return found.selected is None and all(
            self._keeps({"only": [one for one in sides if one != side]}, witnesses[side]) for side in sides
        )

    def _keeps(self, change: Change, selected: list[list[str]]) -> bool:
        problem = varied(self.problem, self.data, change)
        problem.left_by(printed_claim(problem, {"selected": selected}, "sum", {}, ""))
        return True

    def _relaxation(self, number: int, row: Json) -> bool:
        """It makes the rules hold at that cost; the first one, at the least cost of all."""
        found = self._settled(f"relaxation:{number}", {"loosened": True}, "sum")
        if found.selected is None or (number == 0 and "score" in found.left):
            raise NotProved
        steps = {step["side"]: step["by"] for step in row["steps"]}
        is_said = all(self._moved(step["side"], step["by"]) == (_bound(step["from"]), _bound(step["to"])) for step in row["steps"])
        return -found.worth("score") == exact(row["cost"]) and self._given(found) == steps and is_said

    def _moved(self, side: str, by: int) -> tuple[Fraction | None, Fraction | None]:
        """The bound of a side, and what it becomes `by` files or cents further, never past the last one that is acceptable; None for a share,
        and for a file forced in or out."""
        rule_id, _, end = side.rpartition(":")
        rule = self.rules.get(rule_id)
        if rule is None:
            return Fraction(end == FORCED["forced_in"]), None
        before, last = exact(rule[end]), rule.get("negotiable")
        if rule["measure"].endswith("share"):
            return before, None
        least = exact(last[end]) if isinstance(last, Mapping) and end in last else None
        if end == "min":
            return before, max(before - by, least or Fraction(0))
        return before, before + by if least is None else min(before + by, least)

    def _given(self, found: Settled) -> dict[str, int]:
        """By how much each side gives way, in files or cents."""
        rules = [rule for rule in variant(self.data, {"loosened": True})["rules"] if "penalty" in rule]
        sides = [(rule, end) for rule in rules for end in ENDS if end in rule]
        first = len(found.problem.choices)
        return {
            _side(rule["id"], end): times * rule.get("unit", 1)
            for place, (rule, end) in enumerate(sides)
            if (times := found.times.get(first + place, 0))
        }


def _bound(said: int | str | None) -> Fraction | None:
    return None if said is None else exact(said)


def _side(rule_id: str, end: str) -> str:
    kind = rule_id.partition(":")[0]
    return f"{rule_id}:{FORCED[kind]}" if kind in FORCED else f"{rule_id}:{end}"


def heard(instance: Mapping[str, Any], printed: Mapping[str, Any]) -> tuple[int, str, list[str]]:
    """(verdict, sentence in French, names of what rests on a solver or is refused) on the explanations of a result."""
    try:
        audit = Audit(instance, printed)
        verdict, verdicts = audit.found(), audit.verdicts()
    except UNREADABLE:
        return REFUSED, "Explications refusées : elles ne peuvent pas être lues.", []
    others = [key for key, found in verdicts.items() if found != ACCEPTED]
    if verdict == REFUSED:
        return REFUSED, "Explications refusées : une au moins n’est pas celle que sa preuve établit.", others
    if not verdicts:
        return ACCEPTED, "", []
    if not others:
        return ACCEPTED, f"Explications : toutes prouvées ({len(verdicts)}).", []
    return PARTLY, f"Explications : {count(len(verdicts) - len(others), 'prouvée', 'prouvées')}, {len(others)} d’après le solveur.", others


def marked(data: Mapping[str, Any], printed: Json, claims: dict[str, Json]) -> Json:
    """The explanations of a result, each row saying whether it is `proved`. A claim that would be refused is taken out of `claims`."""
    audit = Audit(data, printed | {"proof": (printed.get("proof") or {}) | {"explanations": claims}})
    verdicts = audit.verdicts()
    for key, verdict in verdicts.items():
        kind, _, name = key.partition(":")
        for other in ("more", "less") if kind == "margin" else (kind,):
            if verdict == REFUSED:
                claims.pop(f"{other}:{name}", None)
    for row, keys in audit.rows():
        row["proved"] = all(verdicts.get(key) == ACCEPTED for key in keys)
    told: Json = printed["explanations"]
    return told
