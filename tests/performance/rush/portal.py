"""A portal served for a rush: its web processes and its worker, their time of processor, and how one of them is killed."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Portal:
    """`manage.py serve` of a checkout, with two web processes and its worker, on the loopback."""

    def __init__(self, checkout: Path, database: str) -> None:
        self.port = free_port()
        self.environment = {
            **os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "portal.settings.dev", "DEMO": "1", "LOG_LEVEL": "WARNING",
            "BASE_URL": f"http://127.0.0.1:{self.port}",
        }  # fmt: skip
        self.log = (checkout / "var" / "rush.log").open("w")  # what the build said
        own = checkout / ".venv" / "bin" / "python"  # an earlier build has the packages of its day
        command = [str(own) if own.exists() else sys.executable, "manage.py", "serve", "--port", str(self.port), "--workers", "2"]
        self.process = subprocess.Popen(command, cwd=checkout, env=self.environment, stdout=self.log, stderr=subprocess.STDOUT)
        self._wait()

    def _wait(self) -> None:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sante/vivant", timeout=5):
                    return
            except OSError:
                time.sleep(0.5)
        raise SystemExit("Le portail ne répond pas : var/rush.log.")

    def web_processes(self) -> list[int]:
        """The children of gunicorn that answer."""
        return [pid for pid in descendants(self.process.pid) if _said(pid) and _said(_parent(pid))]

    def kill_one(self) -> None:
        """One of the two dies as when memory lacks: it says nothing and finishes nothing."""
        if len(alive := self.web_processes()) > 1:
            os.kill(random.choice(alive), signal.SIGKILL)  # noqa: S311 -- a draw

    def cpu(self) -> tuple[float, float]:
        """Seconds of processor so far: of the web, of the worker. A process that ended is counted by its parent."""
        web = worker = 0.0
        for pid in descendants(self.process.pid):
            spent = _spent(pid)
            if "gunicorn" in _command(pid):
                web += spent
            else:
                worker += spent
        return web, worker

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


def descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _said(pid: int) -> bool:
    return "gunicorn" in _command(pid)


def _stat(pid: int) -> list[str]:
    """Fields of /proc/pid/stat after the name; empty when it has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def _spent(pid: int) -> float:
    """Own time and that of its children that ended."""
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / TICKS if fields else 0.0
