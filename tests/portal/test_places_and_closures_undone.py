"""Going back to the portal of before: nobody reads more than they did, and no lycée stays closed that the directory says open."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.accounts.models import RoleGrant
from portal.directory.models import Establishment
from portal.roles import Role
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.directory import SchoolClosureFactory, TerritoryFactory


@pytest.fixture
def brought_back_up_to_date(transactional_db):
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def back(app: str, name: str) -> None:
    MigrationExecutor(connection).migrate([(app, name)])


@pytest.mark.migrations
@pytest.mark.usefixtures("brought_back_up_to_date")
def test_a_role_of_one_department_ends_and_is_no_role_of_the_whole_region():
    everywhere, placed = person(Role.TECHNICIAN), person(Role.TECHNICIAN, department=TerritoryFactory())
    RoleGrantFactory(user=placed, role=Role.TECHNICIAN, department=TerritoryFactory(meuse=True))

    back("accounts", "0001_initial")

    in_force = RoleGrant.objects.in_force().order_by("pk").values_list("user", flat=True)
    assert list(in_force) == [everywhere.pk]


@pytest.mark.migrations
@pytest.mark.usefixtures("brought_back_up_to_date")
def test_a_lycee_is_again_what_the_directory_says():
    standing, lifted = SchoolClosureFactory(directory_state="closing"), SchoolClosureFactory(state="lifted")

    back("directory", "0002_declared_pathways")

    states = dict(Establishment.objects.order_by("pk").values_list("pk", "state"))
    assert states == {standing.establishment_id: "closing", lifted.establishment_id: "closed"}
