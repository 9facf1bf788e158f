"""The command line, with and without Django."""

import io
import json
import signal
import subprocess
import sys

import pytest
from django.core.management import call_command

from scoring.selection.command import main
from scoring.selection.instance import Instance
from scoring.selection.solve import solve
from tests.scoring.selection.cases import amount, count, file, instance
from tests.scoring.selection.families import family

TWO = instance(file("A", "12", 10, rank=1), file("B", "11", 10, rank=2), rules=[count("places", max=1, label="Places")])
IMPOSSIBLE = instance(file("A", "12", 10), rules=[count("places", min=1), amount("envelope", max=9)])


def run(value, *arguments):
    stdout, stderr = io.StringIO(), io.StringIO()
    text = value if isinstance(value, str) else json.dumps(value)
    code = main(["-", *arguments], io.StringIO(text), stdout, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


def test_a_proved_selection():
    code, printed, said = run(TWO)

    answer = json.loads(printed)
    assert (code, said) == (0, "")
    assert {key: answer[key] for key in ("status", "doctrine", "selected", "count", "objective", "cost_cents", "bound", "gap")} == {
        "status": "proven",
        "doctrine": "sum",
        "selected": [["A", "full"]],
        "count": 1,
        "objective": "12",
        "cost_cents": 10,
        "bound": "12",
        "gap": "0",
    }
    assert answer["digest"] == Instance.from_dict(TWO).digest
    assert answer["solver"]["name"] == "highs"
    assert answer["figures"] == {"mean": "12", "lowest_selected": "12", "highest_refused": "11", "passed_over": 0}
    assert [(gauge["rule"], gauge["value"], gauge["state"]) for gauge in answer["gauges"]] == [("places", 1, "tight")]
    assert answer["warnings"] == []


@pytest.mark.parametrize("solver", ["highs", "cpsat"])
@pytest.mark.parametrize("doctrine", ["sum", "merit"])
def test_the_solver_and_the_doctrine_are_chosen(doctrine, solver):
    _, printed, _ = run(TWO, "--doctrine", doctrine, "--solver", solver)

    answer = json.loads(printed)
    assert (answer["doctrine"], answer["solver"]["name"], answer["selected"]) == (doctrine, solver, [["A", "full"]])


def test_impossible_rules():
    code, printed, _ = run(IMPOSSIBLE)

    answer = json.loads(printed)
    assert (code, answer["status"], answer["selected"], answer["gauges"]) == (4, "infeasible", None, None)


def test_no_time():
    code, printed, _ = run(family("levels", 120, 1), "--time-limit", "0", "--proof-time", "0")

    answer = json.loads(printed)
    assert (code, answer["status"], answer["selected"], answer["figures"]) == (3, "bounded", None, None)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("nothing", "$"),
        (json.dumps(instance(file("A", 1.5))), "applications[0].score"),
        (json.dumps(instance(*(file(f"A{n}", "9", 10**14) for n in range(100)))), "applications.amounts"),
    ],
)
def test_a_bad_instance_is_told_on_the_error_stream(text, where):
    code, printed, said = run(text)

    assert (code, printed) == (2, "")
    assert [problem["where"] for problem in json.loads(said)["problems"]] == [where]


def test_a_file_that_is_not_there():
    said = io.StringIO()

    code = main(["/nowhere.json"], io.StringIO(), io.StringIO(), said)

    assert (code, said.getvalue()) == (2, "Le fichier ne peut pas être lu\u00a0: No such file or directory.\n")


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf", "1e9", "soon"])
def test_a_time_limit_is_a_reasonable_number_of_seconds(seconds):
    with pytest.raises(SystemExit) as stopped:
        run(TWO, "--time-limit", seconds)

    assert stopped.value.code == 2


def test_the_confirmation_of_the_other_solver():
    _, printed, _ = run(TWO, "--confirm")

    assert json.loads(printed)["confirmed_by"]["name"] == "cpsat"


def test_the_command_of_the_portal_is_the_same(tmp_path, capsys):
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(TWO))

    call_command("select", str(path))

    assert json.loads(capsys.readouterr().out)["selected"] == [["A", "full"]]


def test_the_command_of_the_portal_has_the_same_exit_code(tmp_path):
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(IMPOSSIBLE))

    with pytest.raises(SystemExit) as stopped:
        call_command("select", str(path), stdout=io.StringIO())

    assert stopped.value.code == 4


def test_the_module_runs_alone_and_prints_what_the_library_finds(tmp_path):
    path, value = tmp_path / "instance.json", family("places", 50, 1)
    path.write_text(json.dumps(value))

    ran = subprocess.run([sys.executable, "-m", "scoring.selection", str(path)], capture_output=True, text=True)

    printed = json.loads(ran.stdout)
    assert (ran.returncode, ran.stderr) == (0, "")
    found = solve(Instance.from_dict(value)).to_dict()
    assert {key: printed[key] for key in found if key != "sentence"} == {key: found[key] for key in found if key != "sentence"}
    assert (printed["proof"]["verdict"], printed["sentence"]) == (
        0,
        "Aucune sélection conforme aux règles n’a un meilleur total\u00a0: c’est prouvé.",
    )


@pytest.mark.parametrize("solver", ["highs", "cpsat"])
def test_a_search_that_is_terminated_ends_at_once_and_prints_nothing(tmp_path, solver):
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(family("levels", 2000, 1, cents=True)))
    command = [sys.executable, "-m", "scoring.selection", str(path), "--progress", "--solver", solver]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        first = json.loads(process.stderr.readline())
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=10)

    assert first == {"done": 0, "total": 1, "note": "Recherche de la meilleure sélection"}
    assert (process.returncode, printed) == (-signal.SIGTERM, "")
