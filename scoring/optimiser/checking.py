"""The checker of proofs as a text that is kept, and a kept text run as its readers run it: a program of its own, which sees nothing else."""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from scoring.models import ProofChecker
from scoring.optimiser.process import bare_environment, bound
from scoring.selection.proof import check_selection
from scoring.selection.result import ACCEPTED, PARTLY, REFUSED

LONGEST = 120  # seconds
UNREADABLE = "Le vérificateur gardé n’a pas pu être lancé."


def checker_text() -> str:
    """The program that checks proofs today."""
    return Path(check_selection.__file__).read_text("utf-8")


def digest_of(text: str) -> str:
    """SHA-256 of the very file, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def keep_checker() -> ProofChecker:
    """The program of today, kept once."""
    text = checker_text()
    return ProofChecker.objects.get_or_create(sha256=digest_of(text), defaults={"version": check_selection.VERSION, "text": text})[0]


def is_current(program: ProofChecker) -> bool:
    """Whether the program kept with a proof is still that of today."""
    return program.sha256 == digest_of(checker_text())


def check_with(program: ProofChecker, instance: str, result: str) -> tuple[int, str]:
    """What a kept program answers of the JSON texts of an instance and of a result: (exit code, sentence). One whose text no longer has
    its digest is not run: refused."""
    if digest_of(program.text) != program.sha256:
        return REFUSED, "Le texte du vérificateur gardé ne porte plus son empreinte."
    if is_current(program):
        return check_selection.check(instance, result)
    with tempfile.TemporaryDirectory(prefix="check-") as folder:
        names = ("check_selection.py", "instance.json", "result.json")
        for name, text in zip(names, (program.text, instance, result), strict=True):
            (Path(folder) / name).write_text(text, encoding="utf-8")
        process = subprocess.Popen(  # noqa: S603 -- a text of ours, found again under its digest
            [sys.executable, "-I", *names],
            cwd=folder, env=bare_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        bound(process.pid, LONGEST)
        try:
            said, _ = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return REFUSED, UNREADABLE
    code = process.returncode
    return (code, said.strip()) if code in (ACCEPTED, REFUSED, PARTLY) and said.strip() else (REFUSED, UNREADABLE)
