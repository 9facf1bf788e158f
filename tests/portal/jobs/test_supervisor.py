"""The supervisor in a process of its own, as `serve` runs it: signals are its language."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
from portal.jobs.supervisor import Child, supervise
note = "import os, sys, time; open(sys.argv[1], 'a').write(str(os.getpid()) + chr(10)); time.sleep(60)"
supervise([Child("Le témoin", [sys.executable, "-c", note, sys.argv[1]])], tell=lambda text: print(text, flush=True))
print("fini", flush=True)
"""


@contextmanager
def supervised(tmp_path):
    """A supervisor of one child that writes its process id each time it starts. Gives the supervisor and a reader of ids."""
    log = tmp_path / "pids"
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(log)], cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def started(count: int) -> list[int]:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            pids = [int(line) for line in log.read_text().splitlines()] if log.exists() else []
            if len(pids) >= count:
                return pids
            time.sleep(0.05)
        raise AssertionError(f"{count} départs attendus")

    try:
        yield process, started
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def is_alive(pid: int) -> bool:
    for _ in range(60):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_children_then_the_command(tmp_path, number):
    with supervised(tmp_path) as (process, started):
        (child,) = started(1)
        process.send_signal(number)
        said, _ = process.communicate(timeout=20)

    assert (process.returncode, said) == (0, "Arrêt demandé.\nfini\n")
    assert is_alive(child) is False


def test_child_that_dies_is_started_again(tmp_path):
    with supervised(tmp_path) as (process, started):
        (first,) = started(1)
        os.kill(first, signal.SIGKILL)
        _, second = started(2)
        process.terminate()
        said, _ = process.communicate(timeout=20)

    assert said.startswith("Le témoin s’est arrêté (code -9), redémarrage.\n")
    assert is_alive(second) is False


@pytest.mark.skipif(sys.platform != "linux", reason="un fils ne suit son père que sous Linux")
def test_children_do_not_outlive_a_command_that_is_killed(tmp_path):
    with supervised(tmp_path) as (process, started):
        (child,) = started(1)
        process.kill()

        assert is_alive(child) is False


@pytest.mark.django_db
def test_serve_says_at_once_that_the_port_is_taken():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Le port {port} n’est pas libre"):
            call_command("serve", port=port)
