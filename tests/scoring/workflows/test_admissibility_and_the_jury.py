"""Admissibility, as the work of the jury closes it."""

import pytest

from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.jury import jury_call

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["deliberation", "voted", "released"])
@pytest.mark.parametrize("act", ["declare_admissible", "declare_inadmissible"])
def test_admissibility_is_not_pronounced_once_the_jury_deliberates(state, act):
    file = ApplicationFactory(call=jury_call(state), submitted=True)

    with pytest.raises(TransitionRefused) as refusal:
        perform(file, act, actor=person(Role.OFFICER), reason="Hors délai.")

    assert refusal.value.reasons == ["La délibération de cet appel est ouverte : la recevabilité ne se prononce plus."]
