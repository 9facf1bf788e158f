"""The same question written again, from the JSON alone, for CP-SAT: is there anything better than this answer?

Nothing of `scoring.selection` is used. One question for each thing that is claimed, in order, what came before being kept.
"""

from decimal import Decimal

from ortools.sat.python import cp_model

SECONDS = 2.0


class OtherModel:
    """An instance, and a selection as pairs (file, option). `is_better`: True, False, or None when CP-SAT does not know in time."""

    def __init__(self, value, doctrine, selection):
        self.model = cp_model.CpModel()
        self.files = sorted(value["applications"], key=lambda file: (file["rank"], file["id"]))
        self.options = [file.get("options") or [{"id": "full", "amounts": file["amounts"]}] for file in self.files]
        self.scale = 10**6
        self.taken = [[self.model.new_bool_var("") for _ in options] for options in self.options]
        for ways in self.taken:
            self.model.add_at_most_one(ways)
        self.penalties, self.most = 0, 0
        self.here = [self._place(file, options, selection) for file, options in zip(self.files, self.options, strict=True)]
        self.owed = sum(self._rule(rule) for rule in value["rules"])
        self.steps = [self._worths(lambda file, option: self._value(file, option))] if doctrine == "sum" else self._levels()

    def is_better(self):
        """Whether a selection is better than the one in hand, or than none where there is none."""
        for at_hand, form in [*self._goals()]:
            found = self._ask(form >= at_hand + 1)
            if found is not False:
                return found
            self.model.add(form == at_hand)
        return self._earlier()

    def exists(self):
        """Whether any selection keeps the rules."""
        return self._ask(None)

    def _goals(self):
        """(what the selection is worth, form): points less penalties, or each score then penalties; then cost."""
        points = [(worth, form) for worth, form in self.steps]
        if len(points) == 1:
            yield points[0][0] - self.owed, points[0][1] - self.penalties
        else:
            yield from points
            yield -self.owed, -self.penalties
        yield self._worths(lambda _, option: -sum(option["amounts"].values()))

    def _levels(self):
        scores = sorted({Decimal(file["score"]) for file in self.files}, reverse=True)
        only = [
            self._worths(lambda file, option, score=score: self._value(file, option) if Decimal(file["score"]) == score else 0)
            for score in scores
        ]
        return [*only, (0, 0)]

    def _value(self, file, option):
        return int(Decimal(option.get("value", file["score"])) * self.scale)

    def _worths(self, worth):
        """(what the selection is worth, the form of it)."""
        table = [[worth(file, option) for option in options] for file, options in zip(self.files, self.options, strict=True)]
        form = sum(one * way for row, ways in zip(table, self.taken, strict=True) for one, way in zip(row, ways, strict=True))
        return sum(row[at] for row, at in zip(table, self.here, strict=True) if at is not None), form

    def _rule(self, rule):
        """Adds a rule; what the selection owes for it."""
        unit = rule.get("unit", 1) if rule["measure"] == "amount" else 1
        owed = 0
        for end, sign in (("min", 1), ("max", -1)):
            if end in rule:
                part, whole = Decimal(rule[end]).as_integer_ratio()
                at_hand, form = self._measure(rule, part, whole)
                rest = 0 if rule["measure"].endswith("share") else part
                if "penalty" not in rule:
                    self.model.add(sign * form >= sign * rest)
                    continue
                price, step = int(Decimal(rule["penalty"]) * self.scale), unit * whole
                lacking = self.model.new_int_var(0, 10**15 // step, "")
                self.model.add(sign * form + step * lacking >= sign * rest)
                self.penalties += price * lacking
                owed += price * max(0, -(-(sign * rest - sign * at_hand) // step))
        return owed

    def _measure(self, rule, part, whole):
        def worth(file, option):
            one = sum(option["amounts"].values()) if rule["measure"].startswith("amount") else 1
            if not rule["measure"].endswith("share"):
                return one * _within(file, rule["scope"])
            return one * (whole * _within(file, rule["scope"]) - part)

        return self._worths(worth)

    def _place(self, file, options, selection):
        names = [[file["id"], option["id"]] for option in options]
        return next((place for place, name in enumerate(names) if name in selection), None)

    def _earlier(self):
        """Whether one as good takes, on the first file where it differs, a choice that is listed before."""
        firsts = []
        for place, (ways, at) in enumerate(zip(self.taken, self.here, strict=True)):
            first = self.model.new_bool_var("")
            firsts.append(first)
            for before, chosen in zip(self.taken[:place], self.here, strict=False):
                self.model.add(chosen_or_out(before, chosen)).only_enforce_if(first)
            self.model.add(sum(ways[:at]) == 1).only_enforce_if(first)
        self.model.add_exactly_one(firsts)
        return self._ask(None)

    def _ask(self, constraint):
        model = self.model.clone()
        if constraint is not None:
            model.add(constraint)
        search = cp_model.CpSolver()
        search.parameters.num_workers = 1
        search.parameters.presolve_inclusion_work_limit = 0  # 9.15 is wrong on some shares with it
        search.parameters.max_time_in_seconds = SECONDS
        status = search.solve(model)
        return {cp_model.OPTIMAL: True, cp_model.FEASIBLE: True, cp_model.INFEASIBLE: False}.get(status)


def chosen_or_out(ways, at):
    return sum(ways) == 0 if at is None else ways[at] == 1


def _within(file, scope):
    if isinstance(scope, str):
        return scope == "*" or scope in file["groups"]
    kind, names = next(iter(scope.items()))
    answers = {
        "any": lambda: bool({*names} & {*file["groups"]}),
        "all": lambda: {*names} <= {*file["groups"]},
        "not": lambda: not _within(file, names),
        "ids": lambda: file["id"] in names,
    }
    return answers[kind]()
