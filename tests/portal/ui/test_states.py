import pytest
from django.apps import apps

from portal.roles import Role
from portal.ui.states import LOOKS
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory


def test_every_state_of_every_workflow_has_its_look():
    workflows = {m._meta.model_name: m for m in apps.get_models() if any(type(f).__name__ == "FSMField" for f in m._meta.fields)}
    known = {name: set(table) for name, table in LOOKS.items() if name in workflows}

    assert known == {name: {value for value, _ in model._meta.get_field("state").choices} for name, model in workflows.items()}


@pytest.mark.django_db
def test_state_badge_tells_the_school_its_own_words_and_the_region_the_exact_state(draw):
    application = ApplicationFactory(admissible=True)
    member = person(Role.MEMBER, at=application.establishment)

    assert "Recevable, en cours d’examen" in draw("{% state_badge object %}", {"object": application}, user=member)
    assert "Recevable</span>" in draw("{% state_badge object %}", {"object": application}, user=person(Role.OFFICER))
    assert "Recevable, en cours d’examen" in draw("{% state_badge object %}", {"object": application})
