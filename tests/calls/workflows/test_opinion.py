"""The machine of an opinion: who moves it, when it is given late, taken back, ended with its file."""

import pytest
from django.core.exceptions import PermissionDenied

from calls.enums import ApplicationState, CallState, OpinionState, OpinionValue
from calls.models import Opinion
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from scoring.models import InterestDeclaration
from tests.factories.accounts import person
from tests.factories.cast import MANAGERS, OFFICERS, assert_matrix, cast_around
from tests.factories.opinions import HEADINGS, SAID, adviser, an_opinion, asking, asking_call, examined_file

pytestmark = pytest.mark.django_db
STAFF = MANAGERS | OFFICERS

ARROWS = {
    ("asked", "give", "given"): {"own_adviser"},
    ("given", "take_back", "asked"): {"own_adviser"},
    ("asked", "extend", "asked"): STAFF,
    ("asked", "cancel", "cancelled"): STAFF,
    ("asked", "end", "ended"): set(),
}


@pytest.mark.parametrize("state", OpinionState.values)
def test_who_moves_an_opinion_and_nobody_else(state):
    def cast(opinion):
        file = opinion.application
        people = cast_around(file.call, file.establishment)
        linked = person(Role.ADVISER, authority=file.establishment.authority, second_factor=False)
        InterestDeclaration.objects.create(application=file, user=linked, reason="Famille.")
        taught_here = person(Role.MEMBER, at=file.establishment, second_factor=False)
        taught_here.role_grants.update(ended_at=taught_here.date_joined)
        taught_here.role_grants.create(role=Role.ADVISER, authority=file.establishment.authority)
        return people | {"linked_adviser": linked, "adviser_who_taught_here": taught_here}

    assert_matrix(state, ARROWS, make=lambda source, name: an_opinion(state=source, written=True), cast=cast)


@pytest.mark.parametrize(
    ("said", "gaps"),
    [
        ({"value": ""}, ["Choisissez le sens"]),
        ({"texts": {}}, ["« Cohérence » et « Équipe »"]),
        ({"value": OpinionValue.WITH_RESERVES}, ["quelles sont les réserves"]),
        ({"value": OpinionValue.WITH_RESERVES, "reserves": "Câbler d’abord."}, []),
        ({"value": OpinionValue.NONE, "texts": {}}, []),
    ],
)
def test_an_opinion_is_given_whole(said, gaps):
    opinion = an_opinion(written=True, **said) if "value" not in said and "texts" not in said else an_opinion()
    Opinion.objects.filter(pk=opinion.pk).update(**({"value": OpinionValue.FAVOURABLE, "texts": SAID} | said))
    opinion.refresh_from_db()
    try:
        given = perform(opinion, "give", actor=adviser(opinion))
    except TransitionRefused as refusal:
        assert [any(gap in reason for reason in refusal.reasons) for gap in gaps] == [True]
    else:
        assert gaps == [] and given.given_at and given.on_version == 1


def test_after_its_day_it_is_given_late_unless_the_call_takes_none():
    late = an_opinion(days=-1, written=True)
    assert late.is_late and late in Opinion.objects.awaited()
    assert perform(late, "give", actor=adviser(late)).is_late

    refused = an_opinion(examined_file(asking_call(opinions=asking(takes_late=False))), days=-1, written=True)
    assert refused not in Opinion.objects.awaited()
    with pytest.raises(TransitionRefused, match="reçus jusqu’au"):
        perform(refused, "give", actor=adviser(refused))


def test_who_gave_it_is_kept_and_goes_with_it_when_taken_back():
    opinion = an_opinion(written=True)
    author = adviser(opinion)
    perform(opinion, "give", actor=author)
    assert Opinion.objects.get().given_by == author

    perform(Opinion.objects.get(), "take_back", actor=adviser(opinion))
    back = Opinion.objects.get()
    assert (back.given_by, back.given_at, back.value) == (None, None, OpinionValue.FAVOURABLE)


@pytest.mark.parametrize(
    ("call_state", "file_state", "gives", "takes_back"),
    [
        (CallState.INSTRUCTION, ApplicationState.ADMISSIBLE, True, True),
        (CallState.ASSESSMENT, ApplicationState.ADMISSIBLE, True, False),
        (CallState.DELIBERATION, ApplicationState.ASSESSED, False, False),
        (CallState.INSTRUCTION, ApplicationState.INADMISSIBLE, False, False),
    ],
)
def test_it_is_given_until_the_jury_deliberates_and_taken_back_until_it_scores(call_state, file_state, gives, takes_back):
    for state, name, possible in (("asked", "give", gives), ("given", "take_back", takes_back)):
        opinion = an_opinion(examined_file(asking_call(call_state), state=file_state), state, written=True)
        try:
            perform(opinion, name, actor=adviser(opinion))
        except TransitionRefused:
            assert not possible, name
        else:
            assert possible, name


@pytest.mark.parametrize("name", ["declare_inadmissible", "withdraw_filed"])
def test_a_file_that_leaves_the_examination_ends_what_is_awaited_and_keeps_what_is_given(name):
    file = examined_file()
    asked = an_opinion(file)
    person_of_body = adviser(file)
    perform(file, name, actor=person(Role.OFFICER if name == "declare_inadmissible" else Role.CALL_MANAGER), reason="Hors sujet.")
    asked.refresh_from_db()
    assert asked.state == OpinionState.ENDED
    assert not Opinion.objects.visible_to(person_of_body).exists()

    kept = an_opinion(state="given")
    perform(kept.application, "withdraw_filed", actor=person(Role.CALL_MANAGER), reason="Lettre du lycée.")
    kept.refresh_from_db()
    assert kept.is_given


def test_the_system_alone_ends_it():
    opinion = an_opinion()
    with pytest.raises(PermissionDenied):
        perform(opinion, "end", actor=person(Role.ADMIN))
    assert perform(opinion, "end", actor=SYSTEM).state == OpinionState.ENDED


def test_the_rows_follow_the_headings_of_the_call():
    assert [heading for heading, _ in an_opinion(written=True).rows] == list(HEADINGS)
