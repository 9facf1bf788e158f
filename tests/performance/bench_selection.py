"""Figures of the optimiser, as multiples of B: the CPU of one score-only solve of the same file by scipy, in a fresh process.

Everything is measured from outside: processor time and peak memory of whole processes, start and imports included. `make bench`; with
JSON=out.json, added to its file.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from scoring.selection.solvers import CPSAT, is_installed
from tests.scoring.selection.families import family

ROOT = Path(__file__).resolve().parents[2]
STICK = [str(ROOT / ".venv-bench/bin/python"), str(ROOT / "tests/performance/milp.py")]
SELECT = [sys.executable, "-m", "scoring.selection"]
EXPLAIN = [*SELECT, "--explain"]
CONTRADICTION = [sys.executable, "-m", "tests.performance.contradiction"]
DRAWS = [sys.executable, "-m", "tests.performance.draws"]
SEEDS = (1, 2, 3)
RUNS = 3
MEMORY = 150  # MB
EXPECTED = {0, 3, 4}  # exit codes


@dataclass
class Figure:
    """One target. `ratio` and `worst`: median and largest over the instances, in B."""

    task: str
    bar: float
    ratio: float
    worst: float
    seconds: float  # CPU, median
    stick: float  # CPU of B, median
    megabytes: int  # largest peak
    note: str = ""


def spent(command: list[str]) -> tuple[float, int, int]:
    """(CPU seconds, peak megabytes, exit code) of a process."""
    with Path(os.devnull).open("w") as nowhere:
        to_nowhere = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)]
        process = os.posix_spawn(command[0], command, os.environ | {"OPENBLAS_NUM_THREADS": "1"}, file_actions=to_nowhere)
        _, status, usage = os.wait4(process, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, os.waitstatus_to_exitcode(status)


def median(command: list[str], runs: int = RUNS) -> tuple[float, int, int]:
    """The median of CPU, the largest memory, the last exit code."""
    all_runs = [spent(command) for _ in range(runs)]
    return statistics.median(cpu for cpu, _, _ in all_runs), max(peak for _, peak, _ in all_runs), all_runs[-1][2]


def as_drawn(value: dict) -> dict:
    return value


def contradictory(value: dict) -> dict:
    """Two rules that pull apart, among the others: more agricultural files than there are places for them."""
    places = value["rules"][0]["min"]
    agri = sum("path:agri" in file["groups"] for file in value["applications"])
    rules = [
        {"id": "agri_many", "measure": "count", "scope": "path:agri", "min": agri},
        {"id": "others_many", "measure": "count", "scope": {"not": "path:agri"}, "min": places - agri // 2},
    ]
    return value | {"rules": [*value["rules"], *rules]}


class Bench:
    """Instances on disk, and B of each, measured once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sticks: dict[Path, float] = {}

    def file(self, name: str, count: int, seed: int, cents: bool, change: Callable[[dict], dict] = as_drawn) -> Path:
        path = self.folder / f"{name}-{count}-{seed}-{cents}-{change.__name__}.json"
        if not path.exists():
            path.write_text(json.dumps(change(family(name, count, seed, cents=cents))))
        return path

    def stick(self, path: Path) -> float:
        if path not in self.sticks:
            self.sticks[path], _, _ = median([*STICK, str(path)])
        return self.sticks[path]

    def measure(self, task: str, bar: float, name: str, count: int, commands: list[list[str]], *, runs: int = RUNS, **options) -> Figure:
        """The best of several commands on each instance of a family."""
        rows, codes = [], []
        for seed in SEEDS:
            for cents in (False, True):
                path = self.file(name, count, seed, cents, **options)
                cpu, peak, code = min(median([*command, str(path)], runs) for command in commands)
                rows.append((cpu / self.stick(path), cpu, self.stick(path), peak))
                codes.append(code)
        ratios, cpus, sticks, peaks = zip(*rows, strict=True)
        bounded = f"{codes.count(3)} sur {len(codes)} bornées" if 3 in codes else ""
        note = ", ".join(filter(None, [bounded, f"codes inattendus : {codes}" if not set(codes) <= EXPECTED else ""]))
        return Figure(
            task,
            bar,
            round(statistics.median(ratios), 2),
            round(max(ratios), 2),
            round(statistics.median(cpus), 2),
            round(statistics.median(sticks), 2),
            max(peaks),
            note,
        )


def figures(bench: Bench) -> list[Figure]:
    either = [SELECT, *([[*SELECT, "--solver", CPSAT]] if is_installed(CPSAT) else [])]
    return [
        bench.measure("places fixes, 230", 0.5, "places", 230, [SELECT]),
        bench.measure("places fixes, 700", 1, "places", 700, [SELECT]),
        bench.measure("enveloppes, 230", 3, "envelopes", 230, either),
        bench.measure("enveloppes, 700", 5, "envelopes", 700, either),
        bench.measure("ordre de mérite, enveloppes, 700", 5, "envelopes", 700, [[*SELECT, "--doctrine", "merit"]]),
        bench.measure("trois niveaux, 230", 10, "levels", 230, [SELECT], runs=1),
        bench.measure("toutes les explications, places, 230", 15, "places", 230, [EXPLAIN], runs=1),
        bench.measure("toutes les explications, places, 700", 80, "places", 700, [EXPLAIN], runs=1),
        bench.measure("conflit et assouplissement, 230", 1, "places", 230, [CONTRADICTION], change=contradictory),
        bench.measure("trois conflits et deux voies, 230", 2, "places", 230, [EXPLAIN], change=contradictory),
        bench.measure("200 tirages, places, 230", 40, "places", 230, [DRAWS], runs=1),
    ]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        rows = figures(Bench(Path(folder)))
    print(f"\n{'sélection':<40}{'en B':>7}{'pire':>7}{'barre':>7}{'CPU s':>8}{'B s':>7}{'Mo':>6}")
    for row in rows:
        over = ["temps"] if row.ratio > row.bar else []
        over += ["mémoire"] if row.megabytes > MEMORY else []
        said = "  ".join(filter(None, ["", f"au-delà : {', '.join(over)}" if over else "", row.note]))
        print(f"{row.task:<40}{row.ratio:>7}{row.worst:>7}{row.bar:>7}{row.seconds:>8}{row.stick:>7}{row.megabytes:>6}{said}")
    if out := os.environ.get("JSON"):
        path = Path(out)
        kept = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps(kept | {"selection": [asdict(row) for row in rows]}, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
