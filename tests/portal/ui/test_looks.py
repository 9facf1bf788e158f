from types import SimpleNamespace

import pytest

from calls.enums import APPLICANT_LABELS, ApplicationState, Outcome
from portal.jobs.models import Job
from portal.roles import Role
from portal.ui.looks import Look, look_of
from portal.workflow.graph import workflow_models
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.portal.ui.sample import looked_at
from tests.reading import elements_of, texts_of


@pytest.mark.parametrize("model", [*workflow_models(), Job], ids=lambda model: model.__name__)
def test_every_state_of_every_machine_has_its_look(model):
    assert list(model.State.choices) == list(model._meta.get_field("state").choices)
    assert set(model.State.LOOKS) == set(model.State)


def test_every_outcome_has_its_look():
    assert set(Outcome.LOOKS) == set(Outcome)


def test_every_look_is_a_level_and_an_icon_that_exist(draw):
    drawn = {look for enum in looked_at() for look in enum.LOOKS.values()}

    assert {look.level for look in drawn} <= {"ok", "warn", "err", "info", "accent", "neutral"}
    assert all(elements_of(draw("{% icon name %}", {"name": look.icon}), "svg") for look in drawn)


def test_a_state_without_look_is_an_error_and_no_grey_badge(monkeypatch):
    monkeypatch.setattr(Job.State, "LOOKS", {Job.State.DONE: Look("ok", "check-circle")})

    with pytest.raises(KeyError):
        look_of(SimpleNamespace(state="queued", State=Job.State))


def test_a_school_sees_the_same_colour_where_it_reads_the_same_words():
    seen = {}
    for state, words in APPLICANT_LABELS.items():
        look = look_of(SimpleNamespace(state=state.value, State=ApplicationState), outside=True)
        assert seen.setdefault(words, look) == look


@pytest.mark.django_db
def test_state_badge_tells_the_school_its_own_words_and_the_region_the_exact_state(draw):
    application = ApplicationFactory(admissible=True)
    member = person(Role.MEMBER, at=application.establishment)

    assert "Recevable, en cours d’examen" in draw("{% state_badge object %}", {"object": application}, user=member)
    assert texts_of(draw("{% state_badge object %}", {"object": application}, user=person(Role.OFFICER)), "span") == ["Recevable"]
    assert "Recevable, en cours d’examen" in draw("{% state_badge object %}", {"object": application})
