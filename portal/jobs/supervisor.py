"""Keeping the web server and the worker alive together, in the foreground, as one command."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

STOP_WITHIN = 25  # seconds given to a child to end by itself
QUICK_DEATH = 5  # a child that dies younger than this is started again with a pause
LONGEST_PAUSE = 30
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process and how to start it again. It leads its own group, so that its own children end with it."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=_end_with_parent)  # noqa: S603, PLW1509

    def reap(self, tell: Callable[[str], None]) -> None:
        """Start again what has died, sooner the longer it had lived."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            tell(f"{self.name} s’est arrêté (code {self.process.returncode}), redémarrage.")
            self.signal(signal.SIGKILL)  # what it had started must not go on beside its replacement
            self.quick_deaths = self.quick_deaths + 1 if now - self.started_at < QUICK_DEATH else 0
            self.restart_at = now + min(LONGEST_PAUSE, 2**self.quick_deaths - 1)
            self.process = None
            return
        if self.process is None and now >= self.restart_at:
            self.start()

    def signal(self, number: int) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def stop(self, deadline: float) -> None:
        """Wait for the end that a signal has asked for; insist after the deadline."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.signal(signal.SIGKILL)


def supervise(children: list[Child], *, tell: Callable[[str], None]) -> None:
    """Run the children until SIGINT or SIGTERM, then end them in order. Returns once all have ended."""
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, frame: asked.append(received))
    for child in children:
        child.start()
    while not asked:
        time.sleep(0.25)
        for child in children:
            child.reap(tell)
    tell("Arrêt demandé.")
    deadline = time.monotonic() + STOP_WITHIN
    for child in children:
        if child.process is not None:
            child.process.terminate()
    for child in children:
        child.stop(deadline)


def _end_with_parent() -> None:
    """On Linux, a child does not outlive the command that started it, even killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
