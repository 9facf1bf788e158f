"""Figures of a loaded portal: server CPU, queries and bytes per page. `make bench`; with JSON=out.json, kept in a file.

CPU is the process time of the answer, templates and database driver included, median of several runs after two warm
ones; no socket, no browser. The first answer after the caches are emptied is given beside. Run against a database made by
`make_load`.
"""

import json
import logging
import os
import statistics
import sys
import time
from contextlib import contextmanager

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
django.setup()
logging.disable(logging.INFO)  # a line per request would hide the table

from allauth.mfa.models import Authenticator  # noqa: E402 -- after the settings
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from calls.models import Application  # noqa: E402
from portal.accounts.models import User  # noqa: E402
from scoring.models import Assessment  # noqa: E402
from tests.performance.pages import Bars, load_pages  # noqa: E402

RUNS = 7


@contextmanager
def signed_in(login: str, address: str):
    client = Client()
    if login and login != "juré":
        client.force_login(User.objects.get(email=f"{login}@preau.example"))
    elif login:
        reading = Assessment.objects.get(pk=address.rstrip("/").rpartition("/")[2])
        Authenticator.objects.get_or_create(user=reading.juror, type=Authenticator.Type.TOTP, defaults={"data": {}})
        client.force_login(reading.juror)
    yield client


def measure(label: str, address: str, login: str, bars: Bars) -> dict:
    with signed_in(login, address) as client:
        client.get(address)
        cache.clear()
        start = time.process_time()
        client.get(address)
        first = (time.process_time() - start) * 1000
        answer = client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
            queries = len(captured)
        times = []
        for _ in range(RUNS):
            start = time.process_time()
            client.get(address)
            times.append((time.process_time() - start) * 1000)
    return {
        "page": label,
        "address": address,
        "status": answer.status_code,
        "cpu_ms": round(statistics.median(times), 1),
        "first_ms": round(first, 1),
        "queries": queries,
        "kilobytes": round(len(answer.content) / 1024, 1),
        "bars": dict(zip(("cpu_ms", "queries", "kilobytes"), bars, strict=True)),
    }


def main() -> int:
    rows = [measure(*page) for page in load_pages()]
    counts = f"{Application.objects.count()} dossiers, {Assessment.objects.count()} évaluations, {connection.vendor}"
    print(f"\n{counts}\n\n{'page':<32}{'état':>6}{'CPU ms':>9}{'barre':>7}{'à froid':>9}{'requêtes':>10}{'barre':>7}{'Ko':>8}{'barre':>7}")
    for row in rows:
        bars = row["bars"]
        over = [name for name, bar in bars.items() if row[name] > bar]
        print(
            f"{row['page']:<32}{row['status']:>6}{row['cpu_ms']:>9}{bars['cpu_ms']:>7}{row['first_ms']:>9}{row['queries']:>10}{bars['queries']:>7}"
            f"{row['kilobytes']:>8}{bars['kilobytes']:>7}{'  au-delà : ' + ', '.join(over) if over else ''}"
        )
    if out := os.environ.get("JSON"):
        with open(out, "w", encoding="utf-8") as file:  # noqa: PTH123 -- a path that the caller typed
            json.dump({"load": counts, "pages": rows}, file, ensure_ascii=False, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
