"""What a rehearsal is made of beside the call: made-up lycées, people of each role, a site."""

import csv
import io
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from wagtail.models import Collection

from calls import checks
from calls.models import Call, ReferenceEdition, ReferenceRow, ReferenceSet
from cms.demo.clock import clock_at
from cms.demo.people import since
from cms.rehearsal.copies import Figures
from cms.starter.build import build_site
from orders.demo import create_catalogue
from portal.accounts.demo import create_demo_accounts
from portal.accounts.models import RoleGrant
from portal.directory.demo import SEED, fictional_density, fictional_directory, fictional_ips
from portal.directory.models import Establishment
from portal.journal.triggers import install_triggers

LYCEES = 60  # in the made-up directory of a rehearsal
FILES = 20  # lycées that apply, the first of which is left to play


def build() -> None:
    """Inside, on empty tables: the guard of the journal, the site, the lycées, the catalogue. Accounts come with the lycées that apply."""
    install_triggers(connection)
    if not Collection.objects.exists():
        Collection.add_root(name="Racine")
    with clock_at(since()):
        build_site()
    _import_lycees()
    create_catalogue()


def applying(call: Call) -> list[Establishment]:
    """Lycées that may apply, of every status in turn and all over the Région, with the accounts of the demonstration in the first three."""
    lycees = list(Establishment.objects.order_by("uai").select_related("authority", "department", "agency"))
    random.Random(SEED).shuffle(lycees)  # noqa: S311 -- made-up lycées
    by_status: dict[str, list[Establishment]] = {}
    for lycee in lycees:
        if not checks.eligibility_gaps(call, lycee):
            by_status.setdefault(lycee.category, []).append(lycee)
    chosen = list(_in_turn(list(by_status.values())))[:FILES]
    with clock_at(since()):
        create_demo_accounts(chosen[:3])
    RoleGrant.objects.update(started_at=since())
    return chosen


def draw_figures(figures: Figures) -> None:
    """Data by lycée, drawn for each made-up one among the values of each column; a table that nobody filled stays empty."""
    rng = random.Random(SEED)  # noqa: S311 -- made-up figures
    for number, columns in figures.items():
        if not any(columns.values()):
            continue
        ReferenceSet.objects.filter(pk=number).update(in_force=1)
        edition = ReferenceEdition.objects.create(of_id=number, number=1, file_name="inventees.csv", sha256="0" * 64)
        ReferenceRow.objects.bulk_create(
            ReferenceRow(
                edition=edition, establishment=lycee, values={key: rng.choice(values) for key, values in columns.items() if values}
            )
            for lycee in Establishment.objects.order_by("uai")
        )


def _import_lycees() -> None:
    """A part of the made-up directory, in the Région of this portal, with density and IPS."""
    with tempfile.TemporaryDirectory() as folder:
        sources = {"import_establishments": _directory(), "import_density": fictional_density(), "import_ips": fictional_ips()}
        for command, text in sources.items():
            path = Path(folder, f"{command}.csv")
            path.write_text(text, encoding="utf-8-sig")
            call_command(command, str(path), verbosity=0)


def _directory() -> str:
    rows = list(csv.DictReader(io.StringIO(fictional_directory()), delimiter=";"))
    random.Random(SEED).shuffle(rows)  # noqa: S311 -- made-up lycées
    sorts: dict[tuple, list[dict]] = {}
    for row in rows:
        sorts.setdefault((row["Statut_public_prive"], row["Lycee_Agricole"], row["Code_departement"]), []).append(row)
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(row | {"Code_region": settings.REGION_CODE} for row in list(_in_turn(list(sorts.values())))[:LYCEES])
    return text.getvalue()


def _in_turn(groups: list[list]) -> Iterator:
    """One of each group, then another of each, as long as there are."""
    for rank in range(max(map(len, groups), default=0)):
        yield from (group[rank] for group in groups if rank < len(group))
