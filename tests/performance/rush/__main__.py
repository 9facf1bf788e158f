"""The last minutes before a closing, played against a portal of two web processes on the loopback. `make rush` prepares and runs it.

    ENGINE=sqlite|postgres JOURNEYS=400 MINUTES=10 SUBMISSIONS=300 SECONDS=10 make rush
    KILL=1 … make rush      the same submissions while web processes die (−9) and, on PostgreSQL, the database restarts
    BASE=commit make rush   instead, JOURNEYS whole journeys in turn with that build: processor's time of one

It says what was answered, how soon, and what the database kept; it ends by itself, with status 1 where something is lost or doubled.
"""

import io
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.performance.rush.journeys import Told, last_press, whole_journey
from tests.performance.rush.portal import Portal

HERE = Path(__file__).resolve().parents[3]
WEIGHT = 2_000_000  # bytes of a piece
SUBMIT_BAR, PAGE_BAR, UPLOAD_BAR = 2.0, 1.0, 3.0  # seconds, 95th percentile on a quiet machine
MOST = 1_000  # files at most: a rush is bounded


def number(name: str, default: int) -> int:
    return min(int(os.environ.get(name, default)), MOST)


def of_portal(database: str) -> dict[str, str]:
    """What a command of the measured portal is given."""
    return {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "portal.settings.dev", "DEMO": "1"}


def prepared(checkout: Path, database: str, whole: int, ready: int) -> list[dict]:
    """Rows of a checkout on its database, and who comes."""
    command = [sys.executable, str(Path(__file__).with_name("rows.py")), str(checkout), str(whole), str(ready)]
    made = subprocess.run(command, env=of_portal(database), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(made.stdout.splitlines()[-1])


def piece() -> bytes:
    """A PDF of 2 MB that scanners and re-writers take as it is: a page, and a picture without compression."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        picture = pikepdf.Stream(document, os.urandom(WEIGHT))
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height, picture.BitsPerComponent, picture.ColorSpace = 1000, WEIGHT // 1000, 8, pikepdf.Name.DeviceGray
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
        document.save(out)
    return out.getvalue()


def all_at_their_time(acts: list[tuple[float, Callable[[], Told]]]) -> list[Told]:
    """Each act begins at its instant (seconds from now), whatever the others do."""
    told: list[Told] = []
    start = time.monotonic()

    def later(instant: float, act: Callable[[], Told]) -> None:
        time.sleep(max(0.0, start + instant - time.monotonic()))
        told.append(act())

    threads = [threading.Thread(target=later, args=each, daemon=True) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def the_rush(database: str, restart: Callable[[], None] | None) -> list[str]:
    """Whole journeys, then everybody at once; with KILL, only the latter, while processes die."""
    kills = bool(os.environ.get("KILL"))
    whole, minutes = 0 if kills else number("JOURNEYS", 400), float(os.environ.get("MINUTES", 10))
    ready, seconds = number("SUBMISSIONS", 300), float(os.environ.get("SECONDS", 60 if kills else 10))
    comers = prepared(HERE, database, whole, ready)
    portal, draw, content = Portal(HERE, database), random.Random(1), piece()  # noqa: S311 -- instants drawn
    try:
        before = portal.cpu()
        until = minutes * 60 if whole else 0.0
        acts = [(draw.uniform(0, until), whole_act(portal.port, comer, content)) for comer in comers if comer["whole"]]
        tries = 20 if kills else 1
        acts += [(until + draw.uniform(0, seconds), last_act(portal.port, comer, tries)) for comer in comers if not comer["whole"]]
        stop = threading.Event()
        killer = threading.Thread(target=kill_now_and_then, args=(portal, stop, restart), daemon=True)
        if kills:
            killer.start()
        told = all_at_their_time(acts)
        stop.set()
        if kills:
            killer.join()
        spent = [after - earlier for after, earlier in zip(portal.cpu(), before, strict=True)]
        wait_for_the_seal(database)
    finally:
        portal.stop()
    return report(told, spent, len(comers), kills=kills, database=database)


def whole_act(port: int, comer: dict, content: bytes) -> Callable[[], Told]:
    return lambda: whole_journey(port, comer, content)


def last_act(port: int, comer: dict, tries: int) -> Callable[[], Told]:
    return lambda: last_press(port, comer, tries=tries)


def kill_now_and_then(portal: Portal, stop: threading.Event, restart: Callable[[], None] | None) -> None:
    """A web process every few seconds; the database once, half-way."""
    draw, begun, restarted = random.Random(2), time.monotonic(), restart is None  # noqa: S311 -- instants drawn
    while not stop.wait(draw.uniform(2.0, 6.0)):
        portal.kill_one()
        if not restarted and time.monotonic() - begun > 20:
            restart()
            restarted = True


def wait_for_the_seal(database: str) -> None:
    """The worker seals what the acts wrote in the journal, ten minutes at most."""
    count = (
        "import django; django.setup()\nfrom portal.journal.models import JournalEntry\n"
        "print(JournalEntry.objects.filter(sequence=None).count())"
    )
    for _ in range(300):
        done = subprocess.run(
            [sys.executable, "-c", count], cwd=HERE, env=of_portal(database), stdout=subprocess.PIPE, text=True, check=True
        )
        if done.stdout.strip() == "0":
            return
        time.sleep(2)


def report(told: list[Told], spent: list[float], expected: int, *, kills: bool, database: str) -> list[str]:
    """Prints what was measured; what is wrong, one sentence each."""
    os.environ.update(of_portal(database))
    import django

    django.setup()
    from django.core.management import call_command

    from tests.performance.rush.kept import faults

    answers = [answer for one in told for answer in one.answers]
    print(f"{len(told)} lycées, {len(answers)} requêtes ; réponses : {dict(Counter(answer.status for answer in answers))}")
    for kind in ("page", "autosave", "upload", "act", "submit"):
        if times := sorted(answer.seconds for answer in answers if answer.kind == kind and answer.status):
            print(
                f"  {kind:9} {len(times):5}  médiane {1000 * statistics.median(times):6.0f} ms  p95 {1000 * times[int(len(times) * 0.95)]:6.0f} ms"
            )
    print(
        f"processeur : web {spent[0]:.1f} s ({1000 * spent[0] / max(1, len(answers)):.1f} ms par requête), travail de fond {spent[1]:.1f} s"
    )
    found = faults(told)
    call_command("verify_journal")
    found += [f"{one.file} : {one.broken}" for one in told if one.broken]
    found += [f"{expected - len(told)} lycée(s) sans réponse"] if len(told) != expected else []
    errors = sum(answer.status >= 500 for answer in answers)  # noqa: PLR2004 -- HTTP
    found += [f"{errors} réponse(s) de 500 ou plus"] if errors and not kills else []
    print(f"déposés : {sum(one.filed for one in told)} ; fautes : {len(found)}")
    for fault in found[:40]:
        print(f"  ✗ {fault}")
    return found


def beside(base: Path, number_of_journeys: int) -> None:
    """One journey after the other, each build in its turn; processor's time of a journey, web and worker."""
    urls = [f"sqlite:///{base}/var/rush.sqlite3", f"sqlite:///{HERE}/var/rush/rush.sqlite3"]
    comers = json.loads((base / "var" / "rush.json").read_text())[:number_of_journeys]
    builds, content = [Portal(base, urls[0]), Portal(HERE, urls[1])], piece()
    spent: tuple[list[float], list[float]] = ([], [])
    try:
        for rank, comer in enumerate(comers):
            for place, build in enumerate(builds):
                before = build.cpu()
                told = whole_journey(build.port, comer, content)
                if told.broken:
                    raise SystemExit(f"{comer['file']} : {told.broken} ({['avant', 'maintenant'][place]})")
                after = build.cpu()
                if rank >= 4:  # the first compile templates and fill caches, in each of two processes
                    spent[place].append(after[0] - before[0])
    finally:
        for build in builds:
            build.stop()
    was, now = (statistics.median(each) for each in spent)
    print(
        f"{len(spent[0])} parcours en alternance, processeur du web : {1000 * was:.0f} ms avant, {1000 * now:.0f} ms maintenant, {now / was:.2f} ×"
    )


def end_by_itself(seconds: float) -> None:
    """Whatever happens, what was started is stopped: after so long, or when somebody ends the rush."""

    def end(*_signal) -> None:  # noqa: ANN002 -- as a handler is called
        raise SystemExit("La mesure s’arrête : le temps donné est passé, ou on l’a arrêtée.")

    signal.signal(signal.SIGALRM, end)
    signal.signal(signal.SIGTERM, end)
    signal.alarm(int(seconds))


if __name__ == "__main__":
    end_by_itself(float(os.environ.get("MINUTES", 10)) * 60 + 900)
    if os.environ.get("BASE_CHECKOUT"):
        beside(Path(os.environ["BASE_CHECKOUT"]), number("JOURNEYS", 44))
        raise SystemExit(0)
    cluster = os.environ.get("CLUSTER")

    def restart_cluster() -> None:
        subprocess.run([HERE / ".ci" / "postgres", "restart", cluster], check=True, stdout=subprocess.DEVNULL)

    raise SystemExit(bool(the_rush(os.environ["RUSH_DATABASE"], restart_cluster if cluster else None)))
