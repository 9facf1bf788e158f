"""With no code and no shell: each programme from its model to its published page, then the next wave, whose condition knows the earlier ones."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calls.enums import CallState, Outcome
from calls.models import Call, Programme
from calls.shipped.offered import BLANK, SHIPPED
from tests.e2e.conftest import Person
from tests.factories.calls import ApplicationFactory, CallFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
MOST, MOST_OF_A_WAVE = 30, 8
READY = [model for model in SHIPPED.values() if model.key != BLANK]


class Hands:
    """What a person does at a page, counted: a press, a choice in a list, a field that one goes to."""

    def __init__(self, person: Person):
        self.person, self.page, self.total = person, person.page, 0

    def press(self, name: str, role: str = "button") -> None:
        self.total += 1
        self.person.press(name, role=role, exact=True)

    def types(self, field: str, text: str) -> None:
        self.total += 1
        self.page.fill(f"#id_{field}", text)

    def chooses(self, field: str, label: str) -> None:
        self.total += 1
        self.page.select_option(f"#id_{field}", label=label)

    def publishes(self) -> None:
        self.press("Publier l’appel", role="link")
        self.press("Publier l’appel")


def soon() -> str:
    return f"{timezone.localdate() + timedelta(days=3)}T08:00"


def test_each_programme_goes_from_its_model_to_its_published_page(people, region):
    manager, visitor = people("appels"), people()
    Programme.objects.create(code="divers", name="Programmes de la Région", summary="Ce que la Région finance dans ses lycées.")
    for rank, model in enumerate(READY):
        hands = Hands(manager)
        manager.go("/pilotage/")
        hands.press("Créer un appel", role="link")
        if not rank:
            manager.looks("modeles")
        hands.press(f"Créer un appel d’après « {model.label} »", role="link")
        hands.chooses("programme", "Programmes de la Région")
        hands.types("title", f"{model.label} d’essai")
        hands.types("summary", "Une phrase pour la page d’accueil.")
        hands.types("reference", f"ESSAI-{rank}")
        hands.page.fill("#id_opens_at", soon())
        hands.types("budget_amount", "500 000")
        hands.types("contact_email", "appels@preau.example")
        if not rank:
            manager.looks("nouvel-appel")
        hands.press("Créer l’appel")
        hands.publishes()

        call = Call.objects.get(reference=f"ESSAI-{rank}")
        assert (call.state, call.questionnaire.frozen_at is None) == (CallState.PUBLISHED, False)
        visitor.go(call.get_absolute_url())
        visitor.reads(f"{model.label} d’essai")
        assert hands.total <= MOST, model.label


def test_the_next_wave_leaves_out_who_was_retained_and_another_school_applies(people, region):
    retained, other = region["schools"][0], region["schools"][2]
    first = CallFactory(programme=region["call"].programme, reference="L40-V1", wave=1, state=CallState.RELEASED)
    ApplicationFactory(call=first, establishment=retained, outcome=Outcome.AWARDED, granted_amount=Decimal(1000), submitted=True)
    not_served = {"wave": "retained_before", "equals": False}
    Call.objects.filter(pk=region["call"].pk).update(previous=first, state=CallState.RELEASED, eligibility=not_served)

    manager = people("appels")
    hands = Hands(manager)
    manager.go("/pilotage/L40-V2/")
    hands.press("Préparer la vague suivante", role="link")
    hands.press("Préparer la vague suivante")
    manager.looks("vague-3")
    hands.publishes()
    assert hands.total <= MOST_OF_A_WAVE

    third = Call.objects.get(reference="L40-V3")
    assert third.state == CallState.PUBLISHED and third.eligibility == not_served
    Call.objects.filter(pk=third.pk).update(opens_at=timezone.now() - timedelta(hours=1))
    visitor = people()
    visitor.go(f"{third.get_absolute_url()}?q={retained.uai}")
    visitor.reads("Le lycée a été retenu dans une vague précédente")
    team = people("equipe3")
    team.go(f"/appels/{third.slug}/deposer/")
    team.press("Commencer un dossier")
    expect(team.page.get_by_text(other.name).first).to_be_visible()
    assert third.applications.get().establishment == other
