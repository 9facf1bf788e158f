import pytest
from django.db import connection

from portal.journal.recorder import record
from portal.journal.seal import seal_pending
from portal.journal.triggers import install_triggers, remove_triggers
from portal.workflow.actors import SYSTEM
from tests.factories.directory import EstablishmentFactory


@pytest.fixture
def school(db):
    return EstablishmentFactory(name="Lycée Jean-Prouvé", commune_name="Nancy")


@pytest.fixture
def chain(school):
    """Five sealed entries about one school."""
    entries = [record(school, f"act_{n}", actor=SYSTEM, reason=f"Motif {n}", data={"n": n}) for n in range(1, 6)]
    seal_pending()
    for entry in entries:
        entry.refresh_from_db()
    return entries


@pytest.fixture
def unlocked(chain):
    """The same chain in the hands of somebody who owns the database: the triggers are gone."""
    remove_triggers(connection)
    yield chain
    install_triggers(connection)


@pytest.fixture
def sql(db):
    def run(statement, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    return run
