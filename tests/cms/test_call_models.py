"""Models of calls: what is kept of a call and what is not, the calls that come of it, and that nothing else ever meets a model."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from calls.actions.call_models import (
    NewCall,
    call_from_model,
    call_from_shipped,
    rename_model,
    restore_model,
    retire_model,
    save_as_model,
    usual_closing,
)
from calls.enums import CallState
from calls.models import Call, CallModel
from calls.queries.call_models import held_by
from calls.queries.waves import wave_report
from calls.shipped.offered import SHIPPED
from calls.workflows import passages
from cms.models import CallPage
from portal import working_days
from portal.accounts.models import User
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.panel import seat_member
from scoring.enums import AmountWay
from scoring.models import AmountPolicy, CallRule, Grid, PanelMember
from tests.architecture.test_access import routes
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, ApplicationFactory, CallFactory, ProgrammeFactory
from tests.factories.conditions import form_with
from tests.factories.directory import AuthorityFactory
from tests.factories.scoring import EnvelopeFactory, GridFactory
from tests.outcomes import refusal_of
from tests.reading import text_of

pytestmark = pytest.mark.django_db
NAME = "Équipement, avec visite"


@pytest.fixture
def manager() -> User:
    return person(Role.CALL_MANAGER)


@pytest.fixture
def call() -> Call:
    """A call with all that a model keeps of one, and files."""
    made = CallFactory(
        reference="L40-V2", title="Lycée 4.0, vague 2", wave=2, eligible_pathways=["vocational"], max_per_establishment=2,
        with_questionnaire=DEFINITION, eligibility={"lycee": "pupils", "at_least": 300},
    )  # fmt: skip
    GridFactory(call=made)
    AmountPolicy.objects.create(call=made, way=AmountWay.ESSENTIAL)
    CallRule.objects.create(call=made, groups=["category:private_contract"], group_labels=["Privé"], minimum=Decimal(1))
    EnvelopeFactory(call=made, label="Équipement 2027")
    ApplicationFactory(call=made)
    return made


@pytest.fixture
def model(call, manager) -> CallModel:
    return save_as_model(call=call, name=NAME, actor=manager)


def new(**given) -> NewCall:
    opens_at = timezone.make_aware(datetime(2028, 3, 1, 8))
    plan = {
        "programme": ProgrammeFactory(), "title": "Lycée 4.0, rural", "reference": "RUR-V1", "opens_at": opens_at, "budget_amount": Decimal(9000),
    }  # fmt: skip
    return NewCall(**plan | given)


# -- What is kept ----------------------------------------------------------------------------------------------------------------


def test_a_model_keeps_rules_form_grid_and_amounts_and_no_file(call, model):
    content = Call.everything.get(pk=model.call_id)

    assert (content.is_model, content.state, content.previous) == (True, CallState.DRAFT, None)
    assert (content.eligible_pathways, content.max_per_establishment, content.eligibility) == (["vocational"], 2, call.eligibility)
    assert content.questionnaire.definition == DEFINITION and content.questionnaire.frozen_at is None
    assert content.grid.criteria.count() == call.grid.criteria.count()
    assert content.amount_policy.way == AmountWay.ESSENTIAL
    assert content.balance_rules.get().terms == call.balance_rules.get().terms
    assert not content.applications.exists() and not content.envelopes.exists()
    assert (model.owner, model.made_from) == (User.objects.get(pk=model.owner_id), "Lycée 4.0, vague 2")


def test_of_the_jury_it_keeps_seats_and_no_name(call, manager):
    body = AuthorityFactory(reims=True)
    juror = person(Role.JUROR)
    seat_member(call=call, user=juror, body=body, is_chair=False, actor=manager)

    model = save_as_model(call=call, name=NAME, actor=manager)
    made = call_from_model(model=model, new=new(), actor=manager)

    assert not PanelMember.objects.exclude(call=call).exists()
    told = {line["label"]: line["told"] for line in wave_report(made)}
    assert told["Jury"] == f"1\N{NO-BREAK SPACE}siège : {body} (1) ; à pourvoir."
    assert "« Équipement 2027 »" in told["Enveloppes"]
    assert str(juror) not in str(held_by(model)) + str(model.kept)


def test_a_condition_on_waves_that_it_would_not_follow_is_left_and_said(manager):
    first = CallFactory(wave=1, state=CallState.RELEASED)
    call = CallFactory(wave=2, previous=first, eligibility={"wave": "retained_1", "equals": False}, with_questionnaire=form_with(
        eleves={"shown_if": {"wave": "outcome_1", "equals": "rejected"}}) | {"known": {"waves": [1]}},
    )  # fmt: skip
    model = save_as_model(call=call, name=NAME, actor=manager)
    made = call_from_model(model=model, new=new(), actor=manager)

    assert Call.objects.get(pk=made.pk).eligibility is None
    assert any(line["label"] == "Condition d’éligibilité" and line["left"] for line in held_by(model))
    assert made.questionnaire.schema.question("eleves")
    missing = [line.sentence for line in passages.ready_to_publish.lines(made) if line.is_missing]
    assert "Le formulaire parle de la vague 1, que cet appel ne suit pas : rien n’en serait jamais connu." in missing


def test_two_models_have_two_names(call, model, manager):
    assert refusal_of(save_as_model, call=call, name=NAME, actor=manager) == [
        f"Un modèle s’appelle déjà « {NAME} » : donnez-lui un autre nom."
    ]
    other = save_as_model(call=call, name="Autre", actor=manager)
    assert refusal_of(rename_model, model=other, name=NAME, actor=manager)
    assert rename_model(model=other, name="Encore un autre", actor=manager).name == "Encore un autre"


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OFFICER, Role.AUDITOR, Role.JUROR, Role.ORDERS])
def test_nobody_but_who_makes_calls_keeps_or_uses_one(call, model, role):
    other = person(role)
    for act in (
        lambda: save_as_model(call=call, name="Autre", actor=other),
        lambda: rename_model(model=model, name="Autre", actor=other),
        lambda: retire_model(model=model, actor=other),
        lambda: call_from_model(model=model, new=new(), actor=other),
        lambda: call_from_shipped(shipped=SHIPPED["lycee-40"], new=new(), actor=other),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not CallModel.objects.visible_to(other).exists()


# -- The calls that come of one ----------------------------------------------------------------------------------------------------


def test_a_call_has_all_that_the_model_keeps_and_its_own_dates(call, model, manager):
    made = Call.objects.get(pk=call_from_model(model=model, new=new(), actor=manager).pk)

    assert (made.is_model, made.state, made.previous, made.wave) == (False, CallState.DRAFT, None, 3)
    assert (made.reference, made.budget_amount, made.eligible_pathways) == ("RUR-V1", 9000, ["vocational"])
    assert made.questionnaire.definition == DEFINITION
    assert Grid.objects.get(call=made).criteria.count() == call.grid.criteria.count()
    assert made.balance_rules.get().terms == call.balance_rules.get().terms

    def length(one: Call) -> int:
        return working_days.between(timezone.localdate(one.opens_at), timezone.localdate(one.closes_at))

    assert length(made) == length(call)


def test_the_pages_texts_are_kept_without_a_page_and_given_back(call, manager, publish_page):
    page = publish_page(call)
    page.contact, page.search_description = "Le service du numérique", "En une phrase."
    page.body = [("paragraph", "<p>Pourquoi cet appel.</p>")] if "paragraph" in page.body.stream_block.child_blocks else page.body
    page.save()
    pages = CallPage.objects.count()

    model = save_as_model(call=call, name=NAME, actor=manager)
    assert CallPage.objects.count() == pages
    made = call_from_model(model=model, new=new(), actor=manager)

    copy = CallPage.objects.get(call=made)
    assert (copy.live, copy.contact, copy.search_description) == (False, "Le service du numérique", "En une phrase.")
    assert copy.body.get_prep_value() == page.body.get_prep_value()


def test_a_model_that_is_retired_makes_no_call_and_can_come_back(model, manager):
    retire_model(model=model, actor=manager)
    assert refusal_of(call_from_model, model=model, new=new(), actor=manager)
    assert refusal_of(retire_model, model=model, actor=manager) == ["Ce modèle est déjà retiré."]
    restore_model(model=model, actor=manager)
    assert call_from_model(model=model, new=new(), actor=manager).pk


@pytest.mark.parametrize("key", SHIPPED)
def test_each_model_of_the_portal_makes_a_draft(key, manager):
    made = call_from_shipped(shipped=SHIPPED[key], new=new(), actor=manager)

    assert made.is_draft and made.closes_at == usual_closing(made.opens_at)
    assert (made.questionnaire is None) is (SHIPPED[key].definition is None)
    assert Grid.objects.filter(call=made).exists() is (SHIPPED[key].definition is not None)
    assert any(line["left"] for line in wave_report(made))


@pytest.mark.parametrize("key", [key for key, shipped in SHIPPED.items() if shipped.definition])
def test_the_page_of_publication_says_what_the_report_of_the_model_said(site, key, manager):
    made = call_from_shipped(shipped=SHIPPED[key], new=new(), actor=manager)
    said = {line["label"]: line["told"] for line in wave_report(made)}

    lines = {line.label: line.sentence for line in passages.ready_to_publish.lines(made)}

    questions = said["Formulaire"].partition(" ;")[0].partition("\u00a0question")[0]
    assert f", {questions}\u00a0question" in lines["Questionnaire"], "an information is no question"
    assert lines["Grille"].endswith("sur\u00a0100.") or lines["Grille"].endswith("sur 100.")
    assert "Elle n’a pas de texte à elle" in lines["Page publique"]

    page = CallPage.objects.get(call=made)
    page.body = [{"type": "text", "value": "<p>Pour qui, et pourquoi.</p>"}]
    page.save_revision()
    assert "Page publique" not in {line.label for line in passages.ready_to_publish.lines(made)}


def test_what_is_taken_already_is_said(call, model, manager):
    assert "référence" in refusal_of(call_from_model, model=model, new=new(reference="L40-V2"), actor=manager)[0]
    early = new(closes_at=new().opens_at - timedelta(days=1))
    assert "avant l’ouverture" in refusal_of(call_from_model, model=model, new=early, actor=manager)[0]


# -- Nothing else meets a model ------------------------------------------------------------------------------------------------------


def test_no_list_of_calls_nor_of_a_programme_has_it(call, model):
    assert list(Call.objects.all()) == [call] == list(call.programme.calls.all())
    assert list(Call.objects.public()) == [call] and model.call not in Call.objects.visible_to(person(Role.ADMIN))


@pytest.mark.parametrize("state", [state for state in CallState if state != CallState.DRAFT])
def test_the_database_refuses_that_it_is_ever_opened(model, state):
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.everything.filter(pk=model.call_id).update(state=state)


def test_the_gate_refuses_to_publish_it(model, manager):
    with pytest.raises(TransitionRefused) as refusal:
        perform(model.call, "publish", actor=manager)
    assert "Un modèle ne se publie pas." in str(refusal.value.reasons)


# Every address without an argument, the editing site's lists, and the pages of the site; models have pages of their own, and the journal tells acts.
EDITING = (
    "/gestion/",
    "/gestion/appels/",
    "/gestion/programmes/",
    "/gestion/pages/",
)
SITE = ("/", "/appels/", "/resultats/", "/plan-du-site/", "/donnees-ouvertes/", "/aide/")
APART = ("pilotage/modeles/", "journal/", "compte/")
PAGES = [
    *SITE,
    *EDITING,
    *sorted({f"/{at.path}" for at in routes() if not re.search(r"[<(^\\]", at.path) and not at.path.startswith((*APART, "gestion/"))}),
]


@pytest.mark.parametrize("role", [None, Role.CALL_MANAGER, Role.AUDITOR])
def test_no_page_names_it(client, site, call, model, role):
    """Whoever reads, whatever the page: the name of the model and the reference of its content are nowhere but among models."""
    if role:
        client.force_login(person(role))
    seen = set()
    for page in PAGES:
        response = client.get(page)
        content = "" if response.streaming else response.content.decode(errors="replace")
        assert NAME not in content and model.call.reference not in content, page
        seen |= {page} if response.status_code == 200 else set()
    assert len(seen) >= (12 if role else 8), seen
    for name, key in (
        ("calls:steered_call", model.call.reference),
        ("calls:next_wave", model.call.reference),
        ("calls:start", model.call.slug),
    ):
        assert client.get(reverse(name, args=[key])).status_code in (302, 403, 404)
    assert client.get(model.call.get_absolute_url()).status_code == 404


def test_every_relation_to_calls_shows_none_of_a_model(model):
    """Whatever offers calls in a field of a form reads the manager that has none."""
    assert Call._default_manager.filter(pk=model.call_id).count() == 0
    for related in apps.get_models():
        for field in related._meta.fields:
            if field.related_model is Call and related is not CallModel:
                assert model.call not in field.formfield().queryset if field.formfield() else True


# -- Pages -----------------------------------------------------------------------------------------------------------------------------


def test_a_call_becomes_a_model_then_a_call_by_its_pages(client, call, manager):
    client.force_login(manager)
    saved = client.post(reverse("calls:save_as_model", args=["L40-V2"]), {"name": NAME}, follow=True)
    model = CallModel.objects.get()
    assert saved.redirect_chain[-1][0] == model.get_absolute_url()
    assert "Résumé" in text_of(saved) and "Ce qu’il contient" in text_of(saved)

    listed = client.get(reverse("calls:models"))
    assert NAME in text_of(listed) and all(each.label in text_of(listed) for each in SHIPPED.values())

    typed = {
        "programme": call.programme.pk,
        "title": "Rural",
        "reference": "RUR-1",
        "opens_at": "2028-03-01T08:00",
        "budget_amount": "9 000",
    }
    refused = client.post(reverse("calls:new_call", args=[model.pk]), typed | {"opens_at": ""})
    assert refused.status_code == 422 and 'value="Rural"' in refused.content.decode()
    made = client.post(reverse("calls:new_call", args=[model.pk]), typed, follow=True)
    assert made.redirect_chain[-1][0] == reverse("calls:steered_call", args=["RUR-1"])
    assert "Repris du modèle" in text_of(made)


def test_an_empty_list_says_what_to_do(client, manager):
    client.force_login(manager)
    assert "Aucun pour l’instant" in text_of(client.get(reverse("calls:models")))
