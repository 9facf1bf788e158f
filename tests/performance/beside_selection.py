"""The optimiser beside an earlier build, a second solver and scipy: whole processes, in turn, on the same files.

    python -m tests.performance.beside_selection BASE_CHECKOUT

`make bench BASE=commit ONLY=selection` prepares and runs it. OUTSIDE=folder adds instances written by others; JSON=out.json keeps the
figures. Times are those of the processor, start and imports included; each is the least of `RUNS` runs, since noise only adds.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from portal.text.canonical import canonical
from scoring.selection.instance import Instance
from scoring.selection.solvers import CPSAT, is_installed
from tests.performance.bench_selection import MEMORY, SELECT, STICK, spent
from tests.scoring.selection.families import family

ROOT = Path(__file__).resolve().parents[2]
CHECKER = ROOT / "scoring/selection/proof/check_selection.py"
RUNS = 2
SEEDS = (1, 2)
ANSWERED, PROVED, BOUNDED = {0, 4}, 0, 3
BEFORE, NOW, WITH_PROOF, CHECK, SECOND, SCIPY = "avant", "réponse", "avec preuve", "vérifier", "cp-sat", "scipy"
EXPLAINED_BEFORE, EXPLAINED, PRESS = "expliqué avant", "expliqué", "expliqué et prouvé"
FAMILIES = [
    ("places, 230", "places", 230, "sum", 2),
    ("places, 700", "places", 700, "sum", 2),
    ("places, 2 000", "places", 2000, "sum", 2),
    ("mérite, enveloppes, 230", "envelopes", 230, "merit", 2),
    ("enveloppes, 230", "envelopes", 230, "sum", 4),
]


@dataclass
class Times:
    """What one instance cost, by what was asked: seconds of processor, peak megabytes, exit code."""

    label: str
    cpu: dict[str, float]
    peak: dict[str, int]
    code: dict[str, int]

    def ratio(self, ours: str, theirs: str) -> float:
        return self.cpu[ours] / self.cpu[theirs]


@dataclass
class Target:
    """A ratio, its bar, the median and the largest over the instances."""

    task: str
    bar: float
    median: float
    worst: float
    note: str = ""


class Course:
    """Runs what is asked of each file, in turn."""

    def __init__(self, base: Path, folder: Path) -> None:
        self.base, self.folder = base, folder

    def run(self, label: str, path: Path, doctrine: str, asked: Iterable[str]) -> Times:
        commands = {name: self._command(name, path, doctrine) for name in asked}
        times = Times(label, {}, {}, {})
        for _ in range(RUNS):
            for name, command in commands.items():
                cpu, peak, code = spent(command)
                times.cpu[name] = min(cpu, times.cpu.get(name, cpu))
                times.peak[name] = max(peak, times.peak.get(name, 0))
                times.code[name] = code
        print(f"  {label:<34}" + "".join(f"  {name} {times.cpu[name]:.2f}" for name in commands), flush=True)
        return times

    def _command(self, name: str, path: Path, doctrine: str) -> list[str]:
        said = [str(path), "--doctrine", doctrine]
        before = ["/usr/bin/env", "-C", str(self.base), *SELECT, *said]
        alone = [*SELECT, *said, "--proof-time", "0"]
        match name:
            case "avant":
                return before
            case "expliqué avant":
                return [*before, "--explain"]
            case "expliqué":
                return [*alone, "--explain"]
            case "avec preuve":
                return [*SELECT, *said]
            case "expliqué et prouvé":  # what the room waits for
                return [*SELECT, *said, "--explain-first"]
            case "cp-sat":
                return [*alone, "--solver", CPSAT]
            case "scipy":
                return [*STICK, str(path)]
            case "vérifier":
                return [sys.executable, "-I", "-S", str(CHECKER), str(path), str(self._printed(path, doctrine))]
        return alone

    def _printed(self, path: Path, doctrine: str) -> Path:
        """The answer with its proof, once, for the checker to read."""
        kept = self.folder / f"{path.stem}-{doctrine}-answer.json"
        command = [*SELECT, str(path), "--doctrine", doctrine]
        with kept.open("wb") as file:
            process = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, file.fileno(), 1)])
            os.waitpid(process, 0)
        return kept


def as_kept(value: dict) -> str:
    """The text that the checker reads."""
    return canonical(Instance.from_dict(value).to_dict())


def families(course: Course) -> tuple[list[Times], list[Target]]:
    every, targets = [], []
    second = [SECOND] if is_installed(CPSAT) else []
    for label, name, count, doctrine, bar in FAMILIES:
        rows = []
        for seed in SEEDS:
            path = course.folder / f"{name}-{count}-{seed}.json"
            path.write_text(as_kept(family(name, count, seed, cents=seed == 2)))
            rows.append(course.run(f"{label} ({seed})", path, doctrine, [BEFORE, NOW, WITH_PROOF, CHECK, *second, SCIPY]))
        targets.append(target(f"{label} : réponse et preuve / réponse d’avant", bar, rows, WITH_PROOF, BEFORE))
        targets.append(target(f"{label} : vérification / réponse", 0.2, rows, CHECK, NOW))
        every += rows
    return every, targets


def explained(course: Course) -> tuple[list[Times], list[Target]]:
    rows = []
    for seed in SEEDS:
        path = course.folder / f"places-342-{seed}.json"
        path.write_text(as_kept(family("places", 342, seed, cents=seed == 2)))
        rows.append(course.run(f"places, 342 ({seed})", path, "sum", [EXPLAINED_BEFORE, EXPLAINED, PRESS]))
    return rows, [
        target("342 lycées : explications seules / avant", 1, rows, EXPLAINED, EXPLAINED_BEFORE),
        target("342 lycées : réponse, preuve et explications / avant", 1.2, rows, PRESS, EXPLAINED_BEFORE),
    ]


def outside(course: Course, folder: Path) -> tuple[list[Times], list[Target]]:
    rows = []
    for path in sorted(folder.glob("*.json")):
        given = json.loads(path.read_text())
        copy = course.folder / path.name
        copy.write_text(as_kept(given.get("instance", given)))
        rows.append(course.run(path.stem, copy, "sum", [BEFORE, NOW, SECOND]))
    left = [row.label for row in rows if row.code[SECOND] in ANSWERED and row.code[NOW] not in ANSWERED]
    told = target("instances d’ailleurs : réponse / CP-SAT", 0.35, rows, NOW, SECOND)
    told.note = f"laissées ouvertes : {', '.join(left)}" if left else "aucune laissée ouverte que CP-SAT prouve"
    return rows, [told, target("instances d’ailleurs : réponse / avant", 1, rows, NOW, BEFORE)]


def target(task: str, bar: float, rows: list[Times], ours: str, theirs: str) -> Target:
    ratios = [row.ratio(ours, theirs) for row in rows]
    wrong = [row.label for row in rows if ours == CHECK and row.code[CHECK] != PROVED]
    note = f"non prouvées : {', '.join(wrong)}" if wrong else ""
    return Target(task, bar, round(statistics.median(ratios), 2), round(max(ratios), 2), note)


def main(base: Path) -> int:
    with tempfile.TemporaryDirectory() as name:
        course = Course(base, Path(name))
        parts = [families(course), explained(course)]
        if given := os.environ.get("OUTSIDE"):
            if not is_installed(CPSAT):
                sys.exit("OUTSIDE compare avec CP-SAT, qui n’est pas installé : .ci/setup dev l’apporte.")
            parts.append(outside(course, Path(given)))
    rows = [row for part, _ in parts for row in part]
    targets = [one for _, part in parts for one in part]
    peak = max(peak for row in rows for name, peak in row.peak.items() if name in (NOW, WITH_PROOF, PRESS) and "2 000" not in row.label)
    print(f"\n{'rapport':<62}{'médian':>8}{'pire':>8}{'barre':>8}")
    for one in targets:
        print(f"{one.task:<62}{one.median:>8}{one.worst:>8}{one.bar:>8}  {'au-delà  ' if one.median > one.bar else ''}{one.note}")
    print(f"mémoire, jusqu’à 700 dossiers : {peak} Mo (barre : {MEMORY})")
    if out := os.environ.get("JSON"):
        Path(out).write_text(
            json.dumps({"rows": [asdict(row) for row in rows], "targets": [asdict(one) for one in targets]}, ensure_ascii=False)
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
