"""A file is found by the same words in every list, whatever their order."""

import pytest
from django.urls import reverse

from calls.enums import CallState
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation, propose
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import admissible_file, juror, jury_call, reading, staff

pytestmark = pytest.mark.django_db
WORDS = [("metz kleber", True), ("KLÉBER Metz", True), ("kleber nancy", False), ("metz poincare", False)]


def schools():
    return [EstablishmentFactory(name="Kléber", commune_name="Metz"), EstablishmentFactory(name="Henri-Poincaré", commune_name="Nancy")]


@pytest.fixture
def call():
    return jury_call(CallState.ASSESSMENT)


@pytest.fixture
def files(call):
    return [admissible_file(call, establishment=school) for school in schools()]


@pytest.mark.parametrize(("typed", "is_found"), WORDS)
def test_list_of_files(client, files, typed, is_found):
    client.force_login(staff(Role.OFFICER))

    found = client.get("/dossiers/", {"q": typed}).context["rows"]

    assert [row.application for row in found] == files[:1] * is_found


@pytest.mark.parametrize(("typed", "is_found"), WORDS)
def test_pile_of_a_juror(client, call, files, typed, is_found):
    user = juror(call)
    readings = [reading(file, user, 4, 2) for file in files]
    client.force_login(user)

    found = client.get(reverse("scoring:pile"), {"q": typed}).context["page_obj"]

    assert list(found) == readings[:1] * is_found


@pytest.mark.parametrize(("typed", "is_found"), WORDS)
@pytest.mark.parametrize("name", ["progress_by_file", "ranking"])
def test_lists_of_the_jury(client, call, files, name, typed, is_found):
    user = juror(call)
    for file in files:
        reading(file, user, 4, 2)
    client.force_login(staff(Role.CALL_MANAGER))

    found = client.get(reverse(f"scoring:{name}", args=[call.reference]), {"q": typed}).context["page_obj"]

    listed = list(found) if name == "progress_by_file" else [row.application for row, _ in found]
    assert listed == files[:1] * is_found


@pytest.mark.parametrize(("typed", "is_found"), WORDS)
def test_list_of_decisions(client, typed, is_found):
    made = propose(deliberation(marks=(90, 80), amounts=(100, 100), schools=schools()))
    client.force_login(made.finance)

    found = client.get("/decisions/", {"appel": made.call.reference, "q": typed}).context["page_obj"]

    assert [decision.application for decision in found] == made.files[:1] * is_found


@pytest.mark.parametrize(("typed", "is_found"), [("metz (57)", True), ("metz", True), ("nancy metz", False)])
def test_people_of_a_place(client, typed, is_found):
    here = EstablishmentFactory(name="Kléber (57)", commune_name="Metz")
    member = person(Role.MEMBER, at=here)
    client.force_login(staff(Role.ADMIN))

    found = client.get(reverse("accounts:people"), {"lieu": typed}).context["page_obj"]

    assert list(found) == [member] * is_found
