"""The optimiser in a process of its own: killed at once when asked, bounded in time and memory, fed and read by files.

A solver is foreign code that may run for minutes; the worker that started it must be able to stop it whatever it does.
"""

import contextlib
import json
import logging
import os
import queue
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)
PROVEN, INVALID, BOUNDED, INFEASIBLE = 0, 2, 3, 4  # exit codes of `python -m scoring.selection`
ANSWERS = (PROVEN, BOUNDED, INFEASIBLE)
GENTLE = 10  # niceness
POLL = 0.25  # seconds between two looks at a process
Tell = Callable[[int, int, str], None]


class SolvingFailed(Exception):
    """The solver gave no answer. The message, in French, is shown to the person who asked."""


@dataclass(frozen=True)
class Solve:
    """One solve: a doctrine, a solver, with or without explanations and proof; that of the explanations comes after.

    `gently`: at a low priority, for what nobody waits for.
    """

    doctrine: str
    solver: str = "highs"
    explain: bool = True
    prove: bool = True
    gently: bool = False

    @property
    def command(self) -> list[str]:
        """Arguments of the interpreter; the instance comes by standard input."""
        options = ["--doctrine", self.doctrine, "--solver", self.solver, "--time-limit", str(settings.SELECTION_TIME_LIMIT), "--progress"]
        asked = [*(["--explain-first"] if self.explain else []), *([] if self.prove else ["--proof-time", "0"])]
        return ["-m", "scoring.selection", "-", *options, *asked]

    @property
    def seconds(self) -> int:
        """Seconds of processor after which it is killed."""
        return settings.SELECTION_CPU_SECONDS


@dataclass(frozen=True)
class Resampling:
    """Marks drawn again on a selection already found: see `scoring.optimiser.resampling`."""

    doctrine: str
    solver: str = "highs"
    gently: bool = True

    @property
    def command(self) -> list[str]:
        return ["-m", "scoring.optimiser.resampling"]

    @property
    def seconds(self) -> int:
        """Seconds of processor after which it is killed."""
        return settings.SELECTION_CPU_SECONDS


@dataclass(frozen=True)
class Proving:
    """A proof that goes on from an answer: see `scoring.optimiser.proving`, which says what is `given`; None: what all the tasks read."""

    doctrine: str
    solver: str = "highs"
    gently: bool = True
    given: Mapping | None = None

    @property
    def command(self) -> list[str]:
        return ["-m", "scoring.optimiser.proving"]

    @property
    def seconds(self) -> int:
        """Those of the proof, and those of a search that starts again from what the proof found."""
        return settings.SELECTION_PROOF_SECONDS + settings.SELECTION_CPU_SECONDS


@dataclass(frozen=True)
class Publishing:
    """What everybody may check of a selection: see `scoring.optimiser.publishing`."""

    doctrine: str
    solver: str = "highs"
    gently: bool = True

    @property
    def command(self) -> list[str]:
        return ["-m", "scoring.optimiser.publishing"]

    @property
    def seconds(self) -> int:
        """Seconds of processor after which it is killed."""
        return settings.SELECTION_PROOF_SECONDS


Task = Solve | Resampling | Proving | Publishing


def has_second_solver() -> bool:
    """Whether a second solver is installed here to confirm what the first one found."""
    return find_spec("ortools") is not None


def solve_all(given: dict, tasks: Sequence[Task], *, tell: Tell = lambda done, total, note: None) -> list[dict]:
    """Run these side by side on what they are given, an instance for a solve; their answers in the same order.

    `tell(done, total, note)` is called several times per second; whatever it raises ends every process and goes on up.
    Raises SolvingFailed.
    """
    with tempfile.TemporaryDirectory(prefix="selection-") as folder:
        running = []
        for rank, task in enumerate(tasks):
            source, read = Path(folder) / f"given-{rank}.json", getattr(task, "given", None) or given
            source.write_text(json.dumps(read, ensure_ascii=False), encoding="utf-8")
            running.append(_Process(task, source, Path(folder) / f"answer-{rank}.json"))
        try:
            _watch(running, tell)
            return [process.answer() for process in running]
        finally:
            for process in running:
                process.kill()


def _watch(running: Sequence["_Process"], tell: Tell) -> None:
    while not all(process.is_over for process in running):
        time.sleep(POLL)
        tell(*_progress(running))


def _progress(running: Sequence["_Process"]) -> tuple[int, int, str]:
    """Progress of all of them in thousandths, and the step of the first that still works."""
    for process in running:
        process.read_progress()
    share = sum(process.share for process in running) / len(running)
    note = next((process.note for process in running if not process.is_over), "")
    return min(999, int(share * 1000)), 1000, note


@dataclass
class _Process:
    """One process of the optimiser: reads the instance, writes its answer to a file, reports its progress on stderr."""

    task: Task
    source: Path
    target: Path
    share: float = 0.0
    note: str = ""
    errors: list[str] = field(default_factory=list)

    def __post_init__(self):
        command = [sys.executable, *self.task.command]
        with self.source.open("rb") as given, self.target.open("wb") as written:
            self.process = subprocess.Popen(  # noqa: S603 -- our own module, arguments from a closed list
                command,
                stdin=given,
                stdout=written,
                stderr=subprocess.PIPE,
                cwd=settings.BASE_DIR,
                env=bare_environment(),
                start_new_session=True,
            )
        bound(self.process.pid, self.task.seconds)
        if self.task.gently:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, GENTLE)
        self.lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        """Empty stderr as it comes, so that the process never waits for a reader."""
        with contextlib.suppress(ValueError, OSError):  # closed meanwhile by `kill`
            for line in self.process.stderr:
                self.lines.put(line)

    @property
    def is_over(self) -> bool:
        return self.process.poll() is not None

    def read_progress(self) -> None:
        while not self.lines.empty():
            line = self.lines.get()
            try:
                told = json.loads(line)
                self.share = min(1.0, told["done"] / max(1, told["total"]))
                self.note = str(told.get("note", ""))
            except (ValueError, TypeError, KeyError):
                self.errors = [*self.errors[-20:], line.decode("utf-8", "replace").rstrip()]
        if self.is_over:
            self.share = 1.0

    def answer(self) -> dict:
        """What it printed. Raises SolvingFailed when it failed, was killed, or printed something else."""
        self.read_progress()
        code = self.process.returncode
        if code not in ANSWERS:
            logger.error("solving %s with %s ended with code %s: %s", self.task.doctrine, self.task.solver, code, self._said())
            raise SolvingFailed(self._failure(code))
        try:
            return json.loads(self.target.read_bytes())
        except ValueError as error:
            raise SolvingFailed("Le calcul a rendu une réponse illisible. L’équipe technique en a la trace.") from error

    def _failure(self, code: int | None) -> str:
        if code == INVALID:
            return f"Le calcul refuse ces données : {self._said()}"
        if code in (-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGSEGV, -signal.SIGABRT) or "MemoryError" in self._said():
            return "Le calcul a dépassé le temps ou la mémoire permis : allégez les règles, puis relancez."
        return "Le calcul s’est arrêté sur une erreur. L’équipe technique en a la trace ; vous pouvez le relancer."

    def _said(self) -> str:
        """The problems of a refused instance, otherwise the last lines of what it wrote."""
        for line in self.errors:
            with contextlib.suppress(ValueError, TypeError, KeyError):
                return " ".join(problem["message"] for problem in json.loads(line)["problems"][:5])
        return " ".join(self.errors[-3:])[:600]

    def kill(self) -> None:
        """End the process and whatever it started; nothing when it has ended."""
        if not self.is_over:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stderr.close()


def bare_environment() -> dict[str, str]:
    """Nothing of the portal's own environment: no secret reaches the solver, and one thread each."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def bound(pid: int, seconds: int) -> None:
    """Bound the memory and the processor time of a process just started; it has allocated nothing yet."""
    if not hasattr(resource, "prlimit"):  # Linux only
        return
    memory = settings.SELECTION_MEMORY_MB * 2**20
    with contextlib.suppress(ProcessLookupError, PermissionError):
        resource.prlimit(pid, resource.RLIMIT_AS, (memory, memory))
        resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))
