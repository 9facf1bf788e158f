"""The judge of the optimiser: brute force over every selection of a small instance, in whole numbers.

Written on the JSON format alone, without a line of `scoring.selection`, so that a mistake made there cannot be made here too.
Every selection is one row of a table; a rule side is one column of what it has to spare, negative when it is broken.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product

import numpy as np

LIMIT = 60_000  # selections


@dataclass(frozen=True)
class Side:
    """One side of a rule and its margin on every selection, in cents or files (times the denominator of a share)."""

    name: str
    rule: str
    spare: np.ndarray
    penalty: int | None  # points of the instance's scale, per started unit
    unit: int
    relax_weight: Decimal
    relax_unit: int

    def units(self, unit):
        """Started units missing on every selection."""
        return -(-np.maximum(0, -self.spare) // unit)


class Oracle:
    """Every selection of an instance, and what is best among those that keep its rules."""

    def __init__(self, instance: dict):
        self.instance = instance
        self.files = sorted(instance["applications"], key=lambda file: (file["rank"], file["id"]))
        self.options = [_options(file) for file in self.files]
        choices = [range(-1, len(options)) for options in self.options]
        assert np.prod([len(choice) for choice in choices], dtype=float) <= LIMIT, "trop de sélections à énumérer"
        rows = list(product(*choices))
        self.choice = np.array(rows, dtype=np.int64).reshape(len(rows), len(self.files))
        self.scale = 10 ** max([_decimals(text) for text in self._decimal_texts()], default=0)

    def _decimal_texts(self):
        yield from (file["score"] for file in self.files)
        yield from (option["value"] for options in self.options for option in options)
        yield from (rule["penalty"] for rule in self.instance.get("rules", []) if rule.get("penalty") is not None)

    def _points(self, text):
        return int(Decimal(text) * self.scale)

    def _by_file(self, worth):
        """Table of `worth(option)` of what each selection chooses, one column per file."""
        tables = [np.array([worth(option) for option in options] + [0], dtype=np.int64) for options in self.options]
        columns = [table[self.choice[:, place]] for place, table in enumerate(tables)]
        return np.stack(columns, axis=1) if columns else np.zeros((len(self.choice), 0), dtype=np.int64)

    # -- Measures of every selection ---------------------------------------------------------------------------------

    @cached_property
    def taken(self):
        return self.choice >= 0

    @cached_property
    def value(self):
        return self._by_file(lambda option: self._points(option["value"]))

    @cached_property
    def cost(self):
        return self.cents(None).sum(axis=1)

    def cents(self, line):
        def granted(option):
            amounts = option["amounts"]
            return sum(amounts.values()) if line is None else amounts.get(line, 0)

        return self._by_file(granted)

    # -- Rules -------------------------------------------------------------------------------------------------------

    @cached_property
    def sides(self):
        answer = []
        for rule in self.instance.get("rules", []):
            answer += self._sides_of(rule)
        for kind, sign in (("forced_in", 1), ("forced_out", -1)):
            for key in self.instance.get(kind) or []:
                column = self.taken[:, [file["id"] for file in self.files].index(key)].astype(np.int64)
                spare = column - 1 if sign > 0 else -column
                rule_id = f"{kind}:{key}"
                answer.append(Side(f"{rule_id}:{kind[7:]}", rule_id, spare, None, 1, Decimal(1), 1))
        return answer

    def _sides_of(self, rule):
        inside = np.array([_in_scope(file, rule.get("scope", "*")) for file in self.files], dtype=bool)
        money = rule["measure"].startswith("amount")
        worth = self.cents(rule.get("line")) if money else self.taken.astype(np.int64)
        part, total = worth[:, inside].sum(axis=1), worth.sum(axis=1)
        penalty = None if rule.get("penalty") is None else self._points(rule["penalty"])
        for end, sign in (("min", 1), ("max", -1)):
            if rule.get(end) is None:
                continue
            share, whole = Decimal(rule[end]).as_integer_ratio() if rule["measure"].endswith("share") else (rule[end], 1)
            spare = sign * (whole * part - share * total if rule["measure"].endswith("share") else part - share)
            unit = rule.get("unit", 1) if money else 1
            relax_unit = rule.get("relax_unit", 100_000 if money else 1)
            weight = Decimal(str(rule.get("relax_weight", 1)))
            yield Side(f"{rule['id']}:{end}", rule["id"], spare, penalty, unit * whole, weight, relax_unit * whole)

    def keeps(self, without=()):
        """Which selections keep every hard rule, those named in `without` put aside."""
        answer = np.ones(len(self.choice), dtype=bool)
        for side in self.sides:
            if side.penalty is None and side.rule not in without:
                answer &= side.spare >= 0
        return answer

    def penalties(self, without=()):
        """Points lost to soft rules by every selection."""
        soft = [side for side in self.sides if side.penalty is not None and side.rule not in without]
        return sum((side.penalty * side.units(side.unit) for side in soft), np.zeros(len(self.choice), dtype=np.int64))

    def objective(self, without=()):
        return self.value.sum(axis=1) - self.penalties(without)

    # -- The best ----------------------------------------------------------------------------------------------------

    def best(self, doctrine="sum", among=None, without=()):
        """Row of the best selection among those that keep the rules, None when there is none."""
        left = self.keeps(without) if among is None else self.keeps(without) & among
        rows = np.flatnonzero(left)
        for criterion in self._criteria(doctrine, without):
            if len(rows) == 0:
                return None
            rows = rows[criterion[rows] == criterion[rows].max()]
        return int(rows[0]) if len(rows) else None

    def _criteria(self, doctrine, without):
        """What is maximised, one after the other."""
        if doctrine == "sum":
            yield self.objective(without)
        else:
            scores = [Decimal(file["score"]) for file in self.files]
            for level in sorted(set(scores), reverse=True):
                yield self.value[:, [score == level for score in scores]].sum(axis=1)
            yield -self.penalties(without)
        yield -self.cost
        for place in range(len(self.files)):
            column = self.choice[:, place]
            yield np.where(column < 0, -len(self.options[place]), -column)

    def top(self, among=None, without=()):
        """Highest objective, in points of the scale, None when no selection keeps the rules."""
        left = self.keeps(without) if among is None else self.keeps(without) & among
        return int(self.objective(without)[left].max()) if left.any() else None

    def text(self, points):
        """Points of the scale as the plain decimal of the samples."""
        return _plain(Decimal(int(points)) / self.scale)

    def selected(self, row):
        """The selection of a row, as sorted [id, option]."""
        pairs = zip(self.files, self.options, self.choice[row], strict=True)
        return sorted([file["id"], options[index]["id"]] for file, options, index in pairs if index >= 0)

    def summary(self, doctrine="sum"):
        row = self.best(doctrine)
        if row is None:
            return {"status": "infeasible"}
        return {
            "status": "optimal",
            "objective": self.text(self.objective()[row]),
            "cost_cents": int(self.cost[row]),
            "count": int(self.taken[row].sum()),
            "selected": self.selected(row),
        }

    # -- Explanations ------------------------------------------------------------------------------------------------

    def flip_loss(self):
        """Points lost by the best selection in which each file has the opposite status, None when there is none."""
        row, best = self.best(), self.top()
        losses = {}
        for place, file in enumerate(self.files):
            other = self.top(among=self.taken[:, place] != self.taken[row, place])
            losses[file["id"]] = None if other is None else self.text(best - other)
        return losses

    def tied(self):
        return sorted(key for key, loss in self.flip_loss().items() if loss == "0")

    def replacement(self, doctrine="sum"):
        """Who enters when one selected file leaves and the others stay as they are."""
        row = self.best(doctrine)
        chosen = self.taken[row]
        answer = {}
        for place in np.flatnonzero(chosen):
            others = np.array([at for at in np.flatnonzero(chosen) if at != place], dtype=int)
            same = (self.choice[:, others] == self.choice[row, others]).all(axis=1)
            other = self.best(doctrine, among=same & ~self.taken[:, place])
            answer[self.files[place]["id"]] = None if other is None else self._entering(row, other)
        return answer

    def _entering(self, before, after):
        return sorted(self.files[place]["id"] for place in np.flatnonzero(self.taken[after] & ~self.taken[before]))

    def changes(self, doctrine="sum", without=()):
        """(enters, leaves) when the rules of `without` are dropped."""
        before, after = self.best(doctrine), self.best(doctrine, without=without)
        return self._entering(before, after), self._entering(after, before)

    def rule_price(self):
        """Points gained by the best selection when each rule is dropped."""
        best = self.top()
        return {rule: self.text(self.top(without=(rule,)) - best) for rule in dict.fromkeys(side.rule for side in self.sides)}

    def minimal_conflicts(self):
        """Every set of hard sides that no selection keeps, all of whose proper parts some selection keeps."""
        hard = [side for side in self.sides if side.penalty is None]
        broken = np.array([side.spare < 0 for side in hard]).T if hard else np.zeros((1, 0), dtype=bool)
        conflicts = [frozenset()]
        for pattern in _minimal({frozenset(np.flatnonzero(row).tolist()) for row in np.unique(broken, axis=0)}):
            conflicts = _minimal({conflict | {side} for conflict in conflicts for side in pattern} if pattern else ())
            # a conflict must hold a side that this selection breaks
        return sorted(sorted(hard[side].name for side in conflict) for conflict in conflicts)

    def relaxation_cost(self):
        """Least total of weight x started relaxation units by which the hard rules must be loosened, None beyond what is negotiable."""
        found = self.relaxation()
        return None if found is None else found[0]

    def relaxation(self):
        """(cost, [(side, units)]): the cheapest way, then the fewest sides, then the first sides left alone, then loosened least."""
        hard = [side for side in self.sides if side.penalty is None]
        rows = np.flatnonzero(self._within_what_is_negotiable())
        units = [[int(side.units(side.relax_unit)[row]) for side in hard] for row in rows]
        ways = [(self._cost_of(hard, way), sum(map(bool, way)), [bool(one) for one in way], way) for way in units]
        if not ways:
            return None
        cost, _, _, way = min(ways)
        return cost, [(side.name, number) for side, number in zip(hard, way, strict=True) if number]

    def _cost_of(self, sides, way):
        return sum((side.relax_weight * number for side, number in zip(sides, way, strict=True)), Decimal(0))

    def _within_what_is_negotiable(self):
        answer = np.ones(len(self.choice), dtype=bool)
        for rule in self.instance.get("rules", []):
            last = rule.get("negotiable", {})
            if rule.get("penalty") is not None:
                continue  # a soft rule prevents nothing
            if isinstance(last, dict):
                rule = {key: bound for key, bound in rule.items() if key not in ("min", "max")} | last
            for side in self._sides_of(rule) if last is not True else ():
                answer &= side.spare >= 0
        return answer


def _options(file):
    options = file.get("options") or [{"id": "full", "amounts": file.get("amounts", {})}]
    return [{"value": file["score"], **option} for option in options]


def _in_scope(file, scope):
    match scope:
        case None | "*":
            return True
        case {"any": labels}:
            return any(label in file["groups"] for label in labels)
        case {"all": labels}:
            return all(label in file["groups"] for label in labels)
        case {"ids": ids}:
            return file["id"] in ids
        case {"not": inner}:
            return not _in_scope(file, inner)
        case _:
            return scope in file["groups"]


def _decimals(text):
    return max(0, -Decimal(text).normalize().as_tuple().exponent)


def _plain(number):
    return "0" if number == 0 else f"{number.normalize():f}"


def _minimal(sets):
    """Those of the sets that contain no other one."""
    kept = []
    for candidate in sorted(sets, key=lambda one: (len(one), sorted(one))):
        if not any(other <= candidate for other in kept):
            kept.append(candidate)
    return kept
