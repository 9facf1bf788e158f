"""Two builds side by side: CPU, queries and bytes of each page, on the same rows. `make bench BASE=commit` prepares and runs it.

    python -m tests.performance.beside BASE_CHECKOUT load=/path/base.sqlite3,/path/now.sqlite3 demo=…

The builds answer in turn, page by page, so that what else the machine does weighs on both. The ratio is that of the lower quartiles of
`RUNS` answers: noise only adds. Addresses are found in the database of the build in hand and must exist in the other.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

RUNS = 24
HERE = Path(__file__).resolve().parents[2]
ADDRESSES = """
import json, django; django.setup()
from tests.performance.pages import {kind}_pages
print(json.dumps({kind}_pages()))
"""


class Build:
    """A worker that answers the pages of a checkout on a SQLite database."""

    def __init__(self, checkout: Path, database: Path) -> None:
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}", "PYTHONHASHSEED": "0"}
        command = [sys.executable, str(Path(__file__).with_name("pages_worker.py")), str(checkout)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def answer(self, address: str, login: str, count: bool = False) -> dict:
        self.process.stdin.write(json.dumps({"address": address, "login": login, "count": count}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def addresses(kind: str, database: Path) -> list[tuple[str, str, str]]:
    """(label, address, login) of the pages measured on this kind of database."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}"}
    found = subprocess.run(
        [sys.executable, "-c", ADDRESSES.format(kind=kind)], cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return [tuple(page[:3]) for page in json.loads(found.stdout.splitlines()[-1])]


def compare(kind: str, base: Build, now: Build, pages: list[tuple[str, str, str]]) -> list[dict]:
    rows = []
    for label, address, login in pages:
        counts = []
        for build in (base, now):
            for _ in range(2):  # the first answers compile templates and fill caches
                build.answer(address, login)
            counts.append(build.answer(address, login, count=True))
        times = ([], [])
        for run in range(RUNS):
            for which in (0, 1) if run % 2 else (1, 0):
                times[which].append((base, now)[which].answer(address, login)["ms"])
        before, after = (statistics.quantiles(of_build, n=4)[0] for of_build in times)
        rows.append(
            {
                "data": kind,
                "page": label,
                "address": address,
                "status": [count["status"] for count in counts],
                "ms": [round(before, 1), round(after, 1)],
                "ratio": round(after / before, 3),
                "queries": [count["queries"] for count in counts],
                "kilobytes": [round(count["bytes"] / 1024, 1) for count in counts],
            }
        )
        print(line(rows[-1]), flush=True)
    return rows


def line(row: dict) -> str:
    def pair(values: list) -> str:
        return f"{values[0]} → {values[1]}"

    statuses = "" if row["status"] == [200, 200] else f"  états : {row['status']}"
    return (
        f"{row['data']:<7}{row['page']:<32}{pair(row['ms']):>18} ms{row['ratio']:>8}"
        f"{pair(row['queries']):>14} req{pair(row['kilobytes']):>18} Ko{statuses}"
    )


def main() -> int:
    base_checkout, *databases = sys.argv[1:]
    rows = []
    for database in databases:
        kind, _, paths = database.partition("=")
        before, after = (Path(path) for path in paths.split(","))
        base, now = Build(Path(base_checkout), before), Build(HERE, after)
        try:
            rows += compare(kind, base, now, addresses(kind, after))
        finally:
            base.close()
            now.close()
    if out := os.environ.get("JSON"):
        Path(out).write_text(json.dumps(rows, ensure_ascii=False, indent=2), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
