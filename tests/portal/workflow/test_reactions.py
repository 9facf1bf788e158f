from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from calls.models import Application, Call
from orders.models import CablingWork, PurchaseOrder
from portal.roles import Role
from portal.workflow.gate import perform
from portal.workflow.graph import document
from portal.workflow.reactions import after, reactions_to
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.workflow import reacting

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("names", [("submitt",), ("submit", "aprove"), ("state",), ("save",), ()])
def test_a_name_that_no_machine_has_is_refused_at_start(names):
    with pytest.raises(ImproperlyConfigured, match="Application has no transition"):
        after(Application, *names)


@pytest.mark.django_db
def test_a_reaction_reads_what_has_just_happened():
    application = ApplicationFactory(call__closed=True, submitted=True)
    officer = person(Role.OFFICER)
    seen = []

    def note(instance, move):
        seen.append((instance.pk, instance.state, move))

    with reacting(note, (Application, "declare_inadmissible")):
        perform(application, "declare_inadmissible", actor=officer, reason="Hors délai.", motive="Hors délai.")

    [(key, state, move)] = seen
    assert (key, state) == (application.pk, "inadmissible")
    assert (move.name, move.source, move.target, move.actor) == ("declare_inadmissible", "submitted", "inadmissible", officer)
    assert move.data == {"motive": "Hors délai."}


@pytest.mark.django_db
def test_a_reaction_hears_nothing_of_other_transitions():
    application = ApplicationFactory(call__closed=True, submitted=True)
    seen = []

    with reacting(lambda instance, move: seen.append(move.name), (Application, "declare_admissible"), (Call, "publish")):
        perform(application, "declare_inadmissible", actor=person(Role.OFFICER), reason="Hors délai.", motive="Hors délai.")

    assert seen == []


def named(model, name: str) -> list[str]:
    return [reaction.__name__ for reaction in reactions_to(model, name)]


def test_every_app_reacts_in_the_order_of_the_chain():
    assert named(Call, "publish") == [
        "freeze_on_publication",
        "freeze_grid_on_publication",
        "publish_page_of_call",
        "index_published_call",
        "announce_call",
    ]
    assert named(Application, "submit") == ["freeze_on_commitment", "draw_receipt"]
    assert named(PurchaseOrder, "approve") == ["hold_money_of_lot"]
    assert named(PurchaseOrder, "accept") == ["draw_order_acceptance"]
    assert named(CablingWork, "order") == ["hold_money_of_lot", "draw_service_order"]


def test_the_page_of_the_workflows_is_up_to_date():
    assert (ROOT / "docs/workflows.md").read_text(encoding="utf-8") == document()
