"""What a trial costs over a made-up directory: 4,000 lycées, a form of 150 questions with 100 conditions, admissibility lines, computed criteria,
rules of balance.

`make bench ONLY=trial`, or `python -m tests.performance.bench_trial`, on a database in memory. Bar: 5 s of wall clock for the whole trial.
"""

import os
import random
from time import perf_counter, process_time

from tests.performance.made_up import in_memory

BAR = 5.0  # seconds
LYCEES, QUESTIONS = int(os.environ.get("LYCEES", 4_000)), 150  # of which 99 have a condition
LINES = 10  # of admissibility, on answers and on the lycée
RUNS = int(os.environ.get("RUNS", 3))


def definition(rng: random.Random) -> dict:
    """Choices and numbers in ten sections; two conditions in three read the lycée too, one limit compares with its number of pupils."""
    questions = []
    for rank in range(QUESTIONS):
        key = f"q{rank}"
        if rank % 3:
            choices = [{"value": code, "label": code.upper()} for code in "xyz"]
            questions.append({"key": key, "kind": "choice", "label": f"Question {rank}", "choices": choices, "required": rank % 2 == 0})
        else:
            questions.append({"key": key, "kind": "number", "label": f"Question {rank}", "required": True, "minimum": 0, "maximum": 5_000})
        if rank > 1 and rank % 3:
            questions[-1]["shown_if"] = condition(rng, rank)
    parts = QUESTIONS // 10
    sections = [{"key": f"s{n}", "title": f"Section {n}", "questions": questions[n * parts : (n + 1) * parts]} for n in range(10)]
    limit = {"key": "parc", "condition": {"answer": "q0", "at_most": {"lycee": "pupils"}}, "message": "Pas plus que d’élèves."}
    return {"sections": sections, "limits": [limit]}


def condition(rng: random.Random, rank: int) -> dict:
    facts = [
        {"lycee": "pupils", "at_least": rng.choice([100, 300, 500, 900])},
        {"lycee": "boarding", "equals": rng.random() < 0.5},
        {"lycee": "sector", "equals": rng.choice(["public", "private"])},
        {"lycee": "pathways", "contains": rng.choice(["general", "vocational"])},
        {"lycee": "priority", "is_one_of": ["rep", "rep_plus"]},
        {"lycee": "ips", "at_most": str(rng.choice([80, 95, 110]))},
    ]
    above = list(range(max(0, rank - 12), rank))
    answers = [
        {"answer": f"q{n}", "equals": rng.choice("xyz")} if n % 3 else {"answer": f"q{n}", "at_least": rng.randrange(5_000)}
        for n in rng.sample(above, rng.choice([1, 1, 2]))
    ]
    read = rng.sample(facts, rng.randrange(1, 3)) if rng.random() < 0.66 else []
    return {rng.choice(["all", "any"]): [*read, *answers]}


def directory(rng: random.Random) -> None:
    """Lycées of ten départements and four authorities, with gaps as the official directory has."""
    from portal.directory.models import Authority, Establishment, Territory

    authorities = [Authority.objects.create(code=f"a-{n}", kind="academy", name=f"Académie {n}", short_name=f"A{n}") for n in range(4)]
    departments = [Territory.objects.create(kind="department", code=f"{n:02d}", name=f"Département {n}") for n in range(10)]
    kinds = [("public", "public_education")] * 6 + [("private", "private_contract")] * 3 + [("public", "public_agriculture")]
    rows = []
    for n in range(LYCEES):
        sector, category = rng.choice(kinds)
        rows.append(
            Establishment(
                uai=f"{n:07d}A", name=f"Lycée {n}", sector=sector, category=category, ministry="", authority=rng.choice(authorities),
                department=rng.choice(departments), region_code="44", commune_code="54528", commune_name="Toul",
                has_general=rng.random() < 0.7, has_technological=rng.random() < 0.5, has_vocational=rng.random() < 0.5,
                pupils=rng.choice([None, *range(40, 2_000, 7)]), has_boarding=rng.choice([None, True, False, False]),
                density_level=rng.choice([None, 1, 1, 2, 3, 4, 5, 6]), ips=rng.choice([None, *range(60, 150)]), ips_year="2024-2025",
                priority_education=rng.choice(["", "", "", "none", "rep"]),
            )
        )  # fmt: skip
    Establishment.objects.bulk_create(rows, batch_size=500)


def call(rng: random.Random):  # noqa: ANN201 -- Django is set up after this module is read
    """A draft with everything that a trial reads."""
    from datetime import timedelta

    from django.utils import timezone

    from calls.models import Call, Programme, Questionnaire
    from scoring.models import AmountPolicy, CallRule, Criterion, Grid

    now = timezone.now()
    made = Call.objects.create(
        programme=Programme.objects.create(code="b", name="Banc"), reference="BANC", slug="banc", title="Banc",
        opens_at=now + timedelta(days=10), closes_at=now + timedelta(days=60), budget_amount=2_000_000, ceiling_amount=60_000,
        eligibility={"any": [{"lycee": "pupils", "at_least": 100}, {"lycee": "boarding", "equals": True}]},
        admissibility_lines=[
            {"key": f"l{n}", "label": f"Ligne {n}", "condition": condition(rng, QUESTIONS - n), "message": ""} for n in range(LINES)
        ],
    )  # fmt: skip
    Questionnaire.objects.create(call=made, version=1, definition=definition(rng))
    grid = Grid.objects.create(call=made)
    for rank, function in enumerate(("rurality", "territory", "sector", "pathway", "ips", "priority")):
        Criterion.objects.create(grid=grid, key=function, group="G", label=function, kind="computed", function=function, position=rank)
    AmountPolicy.objects.create(call=made, way="shared", weight_by="linear", threshold=10, floor="amount", floor_amount=12_000)
    for n in range(10):
        CallRule.objects.create(call=made, groups=[f"department:{n:02d}"], group_labels=[f"Département {n}"], minimum=3, maximum=40)
    shares = [("density:rural", "Rural", 25), ("sector:private", "Privé", 20), ("priority:inside", "Éducation prioritaire", 10)]
    for key, label, least in shares:
        CallRule.objects.create(call=made, groups=[key], group_labels=[label], minimum=least, measure="count_share")
    return Call.objects.get(pk=made.pk)


def main() -> None:
    """Prints the figures; exit code 1 above the bar."""
    in_memory()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from scoring.trial.run import trial_of

    rng = random.Random(4)  # noqa: S311 -- made-up lycées
    directory(rng)
    made = call(rng)
    figures = []
    for _ in range(RUNS):
        with CaptureQueriesContext(connection) as queries:
            wall, cpu = perf_counter(), process_time()
            report = trial_of(type(made).objects.get(pk=made.pk))
            figures.append((perf_counter() - wall, process_time() - cpu))
    wall, cpu = min(figures)
    print(
        f"trial of {LYCEES} lycées ({report.eligible} eligible), {len(report.questions)} conditions, {len(report.admissibility)} lines, {len(report.rules)} rules"
    )
    print(f"wall {wall:.2f} s, CPU {cpu:.2f} s (best of {RUNS}), {len(queries)} queries, bar {BAR:.0f} s")
    print(f"findings {len(report.findings)}, not decided {len(report.undecided)}")
    raise SystemExit(min(c for _, c in figures) > BAR)


if __name__ == "__main__":
    main()
