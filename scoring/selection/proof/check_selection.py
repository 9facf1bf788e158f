"""Vérifie, en nombres entiers et avec Python seul, qu’une sélection est la meilleure : python check_selection.py INSTANCE.json RESULT.json

Exit 0 proved, 1 refused, 2 when two files cannot be read or Python is older than 3.9, 3 when part of it rests on a solver. Nothing that a solver said is believed: the rules are read here, and each
claim, « no selection keeps these rows and is worth this target », is refuted by adding up whole numbers.
Choices are numbered file after file (by rank, then id): its options as they are listed, then leaving it out. A row is a sum over choices
that reaches a number; a soft one may be helped by a slack, one more choice, which costs points. A tree is a list of lines:
  ["B", w, row, m, row, m …]  w × form + Σ m × (row - number) is worth so much at most over what is still possible: when it is below
                              w × target the branch is closed; a choice that would bring it below is possible no more;
  ["C", choice]               first with this choice, then without it;
  ["G", group, k]             first with at most k files of the group (0: all, n: those of the n-th rule), then with k + 1 at least.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from hashlib import sha256

sys.version_info >= (3, 9) or sys.exit(print("Il faut Python 3.9, ou plus recent.") or 2)  # before what older ones lack
from math import gcd, lcm  # noqa: E402

VERSION, TYPE_CHECKING = "check_selection/1", False
if TYPE_CHECKING:  # by whoever checks types: importing typing takes as long as checking a small proof
    from typing import Any, Callable, Container, Iterable, Iterator, Sequence  # noqa: UP035 - in one line

CLAIMS = {"score": "le total", "penalties": "les pénalités", "cost": "le coût", "order": "l’ordre de dépôt"}  # level:14.5: la note 14.5
Row = tuple[list[tuple[int, int]], int]  # (column, coefficient) of each choice, and the number that their sum reaches
Ways = list[tuple[int, ...]]  # choices of each file


class Refused(ValueError):
    """What is claimed does not hold, or is not proved: says where, in French."""


class Arithmetic:
    """An instance in whole numbers: cents, files, and points in `scale`-ths. Columns are the choices, then the slacks of soft rows."""

    def __init__(self, data: Any) -> None:
        self.ways, self.possible, self.choices = Ways(), Ways(), list[tuple["Any", "Any"]]()  # file and option, None for leaving it out
        for file in sorted(data["applications"], key=lambda one: (one["rank"], one["id"])):
            options = file.get("options") or [{"id": "full", "value": file["score"], "amounts": file["amounts"]}]
            ways = tuple(range(len(self.choices), len(self.choices) + len(options) + 1))
            inside, outside = (file["id"] in data.get(key, ()) for key in ("forced_in", "forced_out"))
            self.choices += [(file, option) for option in [*options, None]]
            self.ways.append(ways)
            self.possible.append(ways[(len(ways) - 1) * outside : len(ways) - inside])
        points = [exact(option["value"]) if option else Fraction() for _, option in self.choices]
        self.scale = lcm(*(worth.denominator for worth in [*points, *(exact(rule.get("penalty", 0)) for rule in data["rules"])]))
        self.rows, self.penalties, self.groups = list[Row](), [0] * len(points), [[c for c, (_, one) in enumerate(self.choices) if one]]
        for rule in data["rules"]:
            money, part = {"count": (0, 0), "amount": (1, 0), "count_share": (0, 1), "amount_share": (1, 1)}[rule["measure"]]
            self.groups.append([c for counted in [within(rule.get("scope", "*"))] for c in self.groups[0] if counted(self.choices[c][0])])
            holds, over = {*self.groups[-1]}, self.groups[0 if part else -1]
            cents = {c: sum(a for k, a in self.choices[c][1]["amounts"].items() if k == rule.get("line", k)) for c in money * over}
            for end, sign in [("min", 1)] * ("min" in rule) + [("max", -1)] * ("max" in rule):
                top, whole = exact(rule[end]).as_integer_ratio()
                row = {c: sign * cents.get(c, 1) * (whole * (c in holds) - top * part) for c in over}  # a file is one
                if "penalty" in rule:
                    row[len(self.penalties)] = (rule.get("unit", 1) if money else 1) * whole
                    self.penalties.append(-int(exact(rule["penalty"]) * self.scale))
                number, divisor = 0 if part else sign * top, gcd(*row.values()) or 1
                self.rows.append(([(c, a // divisor) for c, a in row.items() if a], -(-number // divisor)))
        self.none = [0] * len(self.penalties)
        self.points = [worth.numerator * (self.scale // worth.denominator) for worth in points] + self.none[len(points) :]
        self.cost = [-sum(option["amounts"].values()) if option else 0 for _, option in self.choices] + self.none[len(points) :]

    def picked(self, wanted: Container[tuple[Any, Any]]) -> list[int]:
        """One choice for each file: the option that is wanted, or leaving it out."""
        return [next((c for c in ways for f, o in [self.choices[c]] if (f["id"], o and o["id"]) in wanted), ways[-1]) for ways in self.ways]

    def taken(self, picked: Iterable[int]) -> dict[int, int] | None:
        """How many times each column is taken, slacks at their least; None when a hard row of the call is broken."""
        times = dict.fromkeys(picked, 1)
        for row, number in self.rows:
            if (lacking := number - worth(row, times)) > 0:
                if not row or row[-1][0] < len(self.choices):
                    return None
                times[row[-1][0]] = -(-lacking // row[-1][1])
        return times

    def narrowed(self, line: Sequence[Any], form: Sequence[int], target: int, rows: Sequence[Row], possible: Ways) -> Ways:
        """What is still possible for each file after a line B: nothing for one of them when the branch is closed."""
        must(len(line) % 2 == 1 and all(type(m) is int and 0 <= m < 2**200 for m in line), "un poids n’est pas un entier positif")
        value, terms = [line[0] * one for one in form], [*zip(line[1::2], line[2::2])]
        for place, times in terms:
            for c, a in rows[place][0]:
                value[c] += times * a
        must(max(value[len(self.choices) :], default=0) <= 0, "une règle souple pèse plus que sa pénalité")
        best = [value[ways[0]] if len(ways) == 1 else max([value[c] for c in ways]) for ways in possible]
        room = sum(best) - line[0] * target - sum(times * rows[place][1] for place, times in terms)
        return [w[: room >= 0] if len(w) == 1 else tuple([c for c in w if room + value[c] >= top]) for w, top in zip(possible, best)]

    def refute(self, lines: Iterator[Any], form: Sequence[int], target: int, rows: list[Row], possible: Ways) -> None:
        """Walks a tree: no selection of `possible` keeps `rows` and is worth `target`. Raises Refused where it does not follow."""
        stack = [(rows, possible)]
        while stack:
            rows, possible = stack.pop()
            while all(possible):
                if sum(map(len, possible)) == len(possible):
                    times, kept = self.taken(c for (c,) in possible), [*rows, (enumerate(form), target)]
                    must(times is None or any(worth(row, times) < number for row, number in kept), "une meilleure sélection existe")
                    break
                kind, *line = next(lines, list["Any"]([""]))
                if kind == "B":
                    possible = self.narrowed(line, form, target, rows, possible)
                elif kind == "C":
                    stack.append((rows, [tuple([c for c in ways if c != line[0]]) for ways in possible]))
                    possible = [(line[0],) if line[0] in ways else ways for ways in possible]
                elif must(kind == "G" and type(line[1]) is int, "la preuve s’arrête avant la fin, ou une de ses lignes est inconnue"):
                    stack.append(([*rows, ([(c, 1) for c in self.groups[line[0]]], line[1] + 1)], possible))
                    rows = [*rows, ([(c, -1) for c in self.groups[line[0]]], -line[1])]

    def forms(self, doctrine: str) -> list[tuple[str, list[int]]]:
        """(name, form) of what is made largest, one after the other; then comes the order of the files."""
        if doctrine == "sum":
            return [("score", [*map(sum, zip(self.points, self.penalties))]), ("cost", self.cost)]
        must(doctrine == "merit", "cette doctrine est inconnue")
        levels = {exact(file["score"]): (f"level:{file['score']}", [*self.none]) for file, _ in self.choices}
        for c, (file, _) in enumerate(self.choices):
            levels[exact(file["score"])][1][c] = self.points[c]
        return [*(levels[score] for score in sorted(levels, reverse=True)), ("penalties", self.penalties), ("cost", self.cost)]

    def left_by(self, result: Any) -> dict[str, int | None]:
        """What the proof of a result leaves to a solver: the most that each claim leaves possible, None for no bound. Raises Refused."""
        steps, picked = result["proof"]["steps"], self.picked({(file, option) for file, option in result["selected"]})
        once = len(result["selected"]) == result["count"] == sum(1 for c in picked if self.choices[c][1])
        must(once, "la sélection n’est pas faite de dossiers et d’options de l’instance, une fois chacun")
        times = must(all(map(tuple.__contains__, self.possible, picked)) and self.taken(picked), "la sélection ne tient pas une des règles")
        score, cost = (worth(enumerate(form), times) for _, form in self.forms("sum"))
        must([exact(result["objective"]) * self.scale, result["cost_cents"]] == [score, -cost], "le total ou le coût n’est pas le sien")
        rows, possible, left, opened = self.rows, self.possible, dict[str, "int | None"](), list[tuple["Any", int]]()
        for name, form in self.forms(result["doctrine"]):
            reached, step = sum(form[c] * n for c, n in times.items()), gcd(*form) or 1
            target = int(steps.get(name, {}).get("target", reached + step))
            if name in steps:
                self.refute(iter(steps[name]["tree"]), form, target, rows, possible)
            if name not in steps or target > reached + step:
                left[name] = target - step if name in steps else None
                opened += [(left[name], target - step - reached)] * name.startswith(("score", "level"))
            rows = [*rows, ([(c, a) for c, a in enumerate(form) if a], reached)]
        for line in steps.get("order", {}).get("keep", []):
            possible = self.narrowed(line[1:], self.none, 0, rows, possible)
        lines, possible = iter(steps.get("order", {}).get("tree", [])), [*possible]
        for file, choice in enumerate(picked if "order" in steps else ()):
            possible[file] = tuple([c for c in possible[file] if c < choice])
            self.refute(lines, self.none, 0, rows, possible)
            possible[file] = (choice,)
        most, lack = {"proven": (score, 0), "bounded": (opened or [(score, 0)])[0]}[result["status"]]
        said = [exact(result[key] or 0) * self.scale for key in ("bound", "gap")]
        must(most is None or said == [most, lack], "la borne ou l’écart annoncé n’est pas celui qui est prouvé")
        return left if "order" in steps else {**left, "order": None}


def must(found: Any, why: str) -> Any:
    """What was found. Raises Refused for None and False."""
    if found is None or found is False:
        raise Refused(why)
    return found


def exact(text: Any) -> Fraction:
    return Fraction(str(text) if {*str(text)} <= {*"-.0123456789"} else "")


def worth(form: Iterable[tuple[int, int]], times: dict[int, int]) -> int:
    return sum(a * times.get(c, 0) for c, a in form)


def within(scope: Any) -> Callable[[Any], bool]:
    """Is a file one of those that a rule counts? One name is all of one; « * » is all of none, which every file is in."""
    ((kind, names),) = ({"all": [scope] * (scope != "*")} if isinstance(scope, str) else scope).items()
    known, some, every = {*names}, lambda file: not known.isdisjoint(file["groups"]), lambda file: known.issubset(file["groups"])
    return {"any": some, "all": every, "ids": lambda file: file["id"] in known, "not": lambda file: not within(names)(file)}[kind]


def check(instance_text: str, result_text: str) -> tuple[int, str]:
    """(exit code, what was found, in French) for the canonical JSON of an instance and that of a result."""
    try:
        data, result = (json.loads(text, parse_float=str) for text in (instance_text, result_text))
        canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        must(sha256(canonical).hexdigest() == result["digest"], "ce résultat est celui d’une autre instance, ou d’une autre écriture")
        problem = Arithmetic(data)
        if (result["status"], result["selected"], result["bound"]) == ("infeasible", None, None):
            problem.refute(iter(result["proof"]["steps"]["impossible"]["tree"]), problem.none, 0, problem.rows, problem.possible)
            return 0, "Prouvé : aucune sélection ne tient toutes les règles."
        left = ", ".join(CLAIMS.get(name, f"la note {name[6:]}") for name in problem.left_by(result))
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as why:
        return 1, f"Refusé : {why if isinstance(why, Refused) else 'l’instance (premier fichier) ou le résultat (second) ne se lit pas'}."
    told = f"La sélection tient les règles ; d’après le solveur seulement : {left}."
    return (3, told) if left else (0, "Prouvé : aucune autre sélection conforme aux règles n’est aussi bonne.")


if __name__ == "__main__":
    try:
        code, told = check(*[open(name, encoding="utf-8").read() for name in sys.argv[1:]])  # noqa: PTH123, SIM115 - starts sooner
    except (OSError, TypeError, UnicodeError):  # a file is missing, is not text, or there are not two: `check` lets none of these out
        code, told = 2, "Emploi : python check_selection.py INSTANCE.json RESULTAT.json, deux fichiers lisibles de ce dossier."
    print(told.encode(sys.stdout.encoding, "replace").decode(sys.stdout.encoding))
    sys.exit(code)
