"""Going back to the portal of before: nobody reads more than they did, no declaration is lost, and no lycée stays closed that the directory says open."""

from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.accounts.models import RoleGrant
from portal.directory.models import Establishment, FactDeclaration
from portal.roles import Role
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.directory import EstablishmentFactory, FactDeclarationFactory, SchoolClosureFactory, TerritoryFactory


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


@pytest.mark.migrations
@pytest.mark.usefixtures("brought_back_up_to_date")
def test_declared_pathways_stand_through_the_change_of_their_table_and_back():
    school, waiting = EstablishmentFactory(pupils=820, has_boarding=None, has_general=True), EstablishmentFactory()
    Establishment.objects.update(source_updated_on=date(2024, 3, 19), pupils_year="")
    confirmed = FactDeclarationFactory(establishment=school, state="confirmed", has_general=True)
    again = FactDeclarationFactory(establishment=school)
    FactDeclarationFactory(establishment=waiting, fact="priority", priority_education="rep", has_vocational=False)

    back("directory", "0003_closures_noted_by_the_administration")

    old = MigrationExecutor(connection).loader.project_state(("directory", "0003_closures_noted_by_the_administration")).apps
    rows = old.get_model("directory", "PathwayDeclaration").objects.order_by("pk").values_list("pk", "state", "has_general")
    assert list(rows) == [(confirmed.pk, "confirmed", True), (again.pk, "withdrawn", False)]
    assert old.get_model("directory", "Establishment").objects.get(pk=school.pk).has_boarding is False

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    stands = FactDeclaration.objects.get(pk=confirmed.pk)
    assert (stands.fact, stands.label, stands.directory_values["has_general"]) == ("pathways", "générale, professionnelle", False)
    assert Establishment.objects.get(pk=school.pk).pupils_year == "2023-2024"
