"""The optimiser in a process of its own: answers, progress, stopping at once, bounds."""

import os
import time

import pytest

from scoring.optimiser import process
from scoring.optimiser.process import Solve, SolvingFailed, solve_all

INSTANCE = {
    "applications": [
        {"id": "A", "rank": 1, "score": "90", "groups": [], "amounts": {"commune": 60}},
        {"id": "B", "rank": 2, "score": "80", "groups": [], "amounts": {"commune": 50}},
        {"id": "C", "rank": 3, "score": "70", "groups": [], "amounts": {"commune": 50}},
    ],
    "rules": [{"id": "argent-commune", "measure": "amount", "line": "commune", "max": 100}],
}


def test_both_doctrines_are_solved_side_by_side():
    merit, total = solve_all(INSTANCE, [Solve("merit", explain=False), Solve("sum", explain=False)])

    assert (merit["status"], merit["selected"]) == ("proven", [["A", "full"]])
    assert (total["status"], total["selected"]) == ("proven", [["B", "full"], ["C", "full"]])


def test_impossible_rules_are_an_answer():
    rules = [*INSTANCE["rules"], {"id": "places", "measure": "count", "min": 3, "max": 3}]

    answer = solve_all(INSTANCE | {"rules": rules}, [Solve("sum", explain=False)])[0]

    assert (answer["status"], answer["selected"]) == ("infeasible", None)


def test_refused_instance_says_why():
    with pytest.raises(SolvingFailed, match="Le calcul refuse ces données"):
        solve_all({"applications": [{"id": "A"}]}, [Solve("sum", explain=False)])


def fake_solver(monkeypatch, tmp_path, code):
    """A program in the place of the optimiser."""
    program = tmp_path / "solver"
    program.write_text(f"#!/usr/bin/env python3\n{code}\n")
    program.chmod(0o700)
    monkeypatch.setattr(process.sys, "executable", str(program))


def test_stopping_kills_the_process_at_once(monkeypatch, tmp_path):
    pid = tmp_path / "pid"
    fake_solver(monkeypatch, tmp_path, f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)")

    def stop(done, total, note):
        if pid.exists() and pid.read_text():
            raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        solve_all(INSTANCE, [Solve("sum")], tell=stop)

    assert time.monotonic() - started < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_progress_is_told(monkeypatch, tmp_path):
    line = '{"done": 3, "total": 4, "note": "Prix des règles"}'
    fake_solver(monkeypatch, tmp_path, f"import sys, time; print({line!r}, file=sys.stderr, flush=True); time.sleep(1); print('{{}}')")
    told = []

    solve_all(INSTANCE, [Solve("sum")], tell=lambda *step: told.append(step))

    assert (750, 1000, "Prix des règles") in told


def test_process_is_bounded_in_memory(monkeypatch, tmp_path, settings):
    settings.SELECTION_MEMORY_MB = 200
    fake_solver(monkeypatch, tmp_path, "import time; time.sleep(0.5); kept = bytearray(400 * 2**20)")

    with pytest.raises(SolvingFailed, match="le temps ou la mémoire permis"):
        solve_all(INSTANCE, [Solve("sum")])


def test_failure_gives_no_trace_to_the_person(monkeypatch, tmp_path):
    fake_solver(monkeypatch, tmp_path, "import sys; print('Traceback: /secret', file=sys.stderr); sys.exit(1)")

    with pytest.raises(SolvingFailed, match="^Le calcul s’est arrêté sur une erreur"):
        solve_all(INSTANCE, [Solve("sum")])


def test_process_knows_nothing_of_the_portal(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "top")
    monkeypatch.setenv("DATABASE_URL", "postgres://portal:password@host/portal")
    fake_solver(monkeypatch, tmp_path, "import json, os; print(json.dumps(dict(os.environ)))")

    answer = solve_all(INSTANCE, [Solve("sum")])[0]

    assert {"SECRET_KEY", "DATABASE_URL"} & set(answer) == set()
