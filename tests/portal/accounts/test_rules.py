import pytest

from portal.accounts import rules
from portal.roles import SCHOOL_ROLES, Role
from portal.workflow.actors import SYSTEM
from tests.factories.accounts import UserFactory, person

pytestmark = pytest.mark.django_db
EVERYBODY = [*Role, "superuser", "nobody"]
ADMINS = {Role.ADMIN, "superuser"}
SCHOOL_AND_JURY = SCHOOL_ROLES | {Role.JUROR, Role.CHAIR}


def actor_named(name, school):
    if name == "superuser":
        return UserFactory(is_superuser=True)
    return person(None if name == "nobody" else name, at=school if name in SCHOOL_ROLES else None)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("role", Role)
def test_who_gives_which_role(who, role, school):
    given_by_manager = SCHOOL_AND_JURY | {Role.OFFICER, Role.FINANCE, Role.ORDERS, Role.TECHNICIAN, Role.COMMUNICATION, Role.ADVISER}
    allowed = (
        who in ADMINS
        or (who == Role.CALL_MANAGER and role in given_by_manager)
        or (who == Role.HEAD and role in {Role.MEMBER, Role.READER})
    )

    assert rules.may_give(actor_named(who, school), role, to=UserFactory(), at=school) is allowed


@pytest.mark.parametrize("role", Role)
def test_nobody_raises_themselves(role, school):
    admin, head, manager = person(Role.ADMIN), person(Role.HEAD, at=school), person(Role.CALL_MANAGER)

    assert [rules.may_give(user, role, to=user, at=school) for user in (admin, head, manager)] == [False, False, False]


def test_superuser_starts_the_portal():
    root = UserFactory(is_superuser=True)

    assert rules.may_give(root, Role.ADMIN, to=root)


def test_head_gives_at_their_own_school_only(school, other_school):
    head = person(Role.HEAD, at=school)

    assert not rules.may_give(head, Role.MEMBER, to=UserFactory(), at=other_school)
    assert not rules.may_give(head, Role.MEMBER, to=UserFactory(), at=None)


def test_head_ends_members_and_not_heads(school, other_school):
    head = person(Role.HEAD, at=school)
    second_head = person(Role.HEAD, at=school).grants[0]
    member, foreign = person(Role.MEMBER, at=school).grants[0], person(Role.MEMBER, at=other_school).grants[0]

    assert [rules.may_end(head, grant) for grant in (member, second_head, foreign)] == [True, False, False]


def test_member_leaves_but_a_head_does_not_vanish(school):
    member, head = person(Role.MEMBER, at=school), person(Role.HEAD, at=school)

    assert rules.may_end(member, member.grants[0])
    assert not rules.may_end(head, head.grants[0])


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_manages_people(who, school):
    user = actor_named(who, school)

    assert rules.may_manage_people(user) is (who in ADMINS | {Role.CALL_MANAGER})
    assert rules.may_administer(user) is (who in ADMINS)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_sees_and_manages_a_team(who, school, other_school):
    user = actor_named(who, school)
    staff = who in ADMINS | {Role.CALL_MANAGER}

    assert rules.may_see_team(user, school) is (staff or who in SCHOOL_ROLES)
    assert rules.may_manage_team(user, school) is (staff or who == Role.HEAD)
    assert rules.may_see_team(user, other_school) is staff
    assert rules.may_manage_team(user, other_school) is staff


def test_the_portal_itself_may(school):
    assert rules.may_give(SYSTEM, Role.ADMIN, to=UserFactory(), at=school)
