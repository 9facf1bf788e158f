"""A lycée closes while it has a draft, a file, an aid, an order: nothing is dropped, and somebody may end each of these."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from calls.enums import ApplicationState, CallState, Outcome
from calls.hooks.todo import todo_for as files_todo_for
from calls.models import Application
from calls.queries.calls import funnel_of, shares_of
from cms.queries.results import results_summary, retained_files
from orders.hooks.todo import todo_for
from orders.models import CablingWork, PurchaseOrder
from orders.queries.deployments import coverage
from portal.directory.enums import EstablishmentState
from portal.directory.importers.writing import import_directory
from portal.directory.models import Establishment
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, available_transitions, perform
from scoring.enums import DecisionState
from scoring.models import Envelope, FundingDecision
from scoring.queries.criteria import call_facts
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, PurchaseOrderFactory
from tests.factories.scoring import EnvelopeFactory, FundingDecisionFactory
from tests.portal.directory.files import TOUL, annuaire
from tests.reading import links_of, tree_of, words_of

pytestmark = pytest.mark.django_db
AMOUNT = Decimal("56860.80")


def closed(school: Establishment) -> Establishment:
    school.state = EstablishmentState.CLOSED
    school.save()
    return school


def award(**fields) -> FundingDecision:
    """An aid made known, and not answered yet."""
    call = CallFactory(state=CallState.RELEASED, closed=True)
    envelope = EnvelopeFactory(call=call, amount=AMOUNT, committed_amount=AMOUNT)
    decision = FundingDecisionFactory(application__call=call, envelope=envelope, granted_amount=AMOUNT, state=DecisionState.RELEASED)
    answered = {"state": ApplicationState.DECIDED} | fields
    Application.objects.filter(pk=decision.application_id).update(outcome=Outcome.AWARDED, granted_amount=AMOUNT, **answered)
    return FundingDecision.objects.get(pk=decision.pk)


def titles(user) -> list[str]:
    return [item.title for item in todo_for(user) if "fermé" in item.title]


def test_a_draft_of_a_closed_lycee_is_not_filed_and_says_what_to_do():
    application = ApplicationFactory(complete=True, state="awaiting_approval")
    head = person(Role.HEAD, at=application.establishment)
    perform(application, "approve", actor=head)
    closed(application.establishment)

    with pytest.raises(TransitionRefused) as refusal:
        perform(application, "submit", actor=head)

    assert refusal.value.reasons == [
        f"{application.establishment.name} est fermé : il ne dépose plus de dossier. Si un autre lycée lui succède, c’est lui "
        "qui dépose ; si c’est une erreur, dites-le à la Région."
    ]
    assert Application.objects.get().state == "awaiting_approval"


def test_the_team_is_not_asked_to_complete_a_draft_that_cannot_be_filed():
    application = ApplicationFactory(establishment=closed(EstablishmentFactory()))

    (item,) = files_todo_for(person(Role.MEMBER, at=application.establishment))

    assert item.title == f"Le brouillon {application.reference} ne peut plus être déposé"


def test_the_directory_closes_a_lycee_and_no_sum_loses_it(settings):
    settings.REGION_CODE = "44"
    import_directory(annuaire(TOUL))
    school = Establishment.objects.get()
    call = CallFactory(state=CallState.ASSESSMENT)
    files = [ApplicationFactory(call=call, establishment=school, admissible=True)]
    FundingDecisionFactory(application=files[0], state=DecisionState.RELEASED)
    order = PurchaseOrderFactory(decision=FundingDecision.objects.get(), establishment=school)
    before = (funnel_of(call), shares_of(call), call_facts(call, files), coverage()[-1])

    report = import_directory(annuaire(TOUL | {"etat": "FERME"}))

    assert report.closed == [school.uai] and Establishment.objects.get().is_closed
    after = (funnel_of(call), shares_of(call), call_facts(call, files), coverage()[-1])
    assert after == before
    assert (before[0].eligible, before[0].filed, before[3].retained, before[3].total) == (1, 1, 1, 1)
    assert PurchaseOrder.objects.get().state == order.state


@pytest.mark.parametrize("state", ["decided", "accepted_by_school"])
def test_the_call_manager_gives_the_aid_up_and_the_money_follows(state):
    decision = award(state=state)
    order = OrderLineFactory(order__decision=decision).order
    work = CablingWorkFactory(decision=decision)
    call = decision.application.call
    head, finance, manager = (
        person(Role.HEAD, at=closed(decision.application.establishment)),
        person(Role.FINANCE),
        person(Role.CALL_MANAGER),
    )

    ended = perform(decision.application, "give_up_award", actor=manager, reason="Fermé à la rentrée.")

    fresh, envelope = FundingDecision.objects.get(), Envelope.objects.get()
    assert (ended.state, fresh.state, fresh.held_amount, envelope.committed_amount) == ("declined_by_school", DecisionState.DECLINED, 0, 0)
    assert (PurchaseOrder.objects.get(pk=order.pk).state, CablingWork.objects.get(pk=work.pk).state) == ("cancelled", "cancelled")
    assert results_summary(retained_files(call)).total == 0
    assert JournalEntry.objects.get(action="give_up_award").reason == "Fermé à la rentrée."
    assert JournalEntry.objects.get(action="decline").reason == "Le lycée est fermé : l’aide est déclinée en son nom."
    told = set(Message.objects.filter(code="award_given_up").values_list("to_email", flat=True))
    assert told == {head.email, manager.email, decision.application.establishment.email}
    assert "Motif : Fermé à la rentrée." in Message.objects.filter(code="award_given_up").first().body
    given_back = Message.objects.get(code="aid_given_back")
    assert given_back.to_email == finance.email and "ce lycée est fermé" in given_back.body


def test_what_is_already_sent_stays_engaged_until_it_is_cancelled():
    decision = award(state="accepted_by_school")
    order = OrderLineFactory(order__decision=decision, order__sent=True, quantity=10).order
    order.committed_amount = order.lot.ordered_amount = order.net_amount
    order.save()
    order.lot.save()
    closed(decision.application.establishment)

    perform(decision.application, "give_up_award", actor=person(Role.CALL_MANAGER), reason="Fermé.")
    kept = Envelope.objects.get().committed_amount
    perform(PurchaseOrder.objects.get(), "cancel", actor=person(Role.ORDERS), reason="Le titulaire accepte.")

    assert (kept, Envelope.objects.get().committed_amount) == (Decimal("4944.00"), 0)


def test_a_file_whose_closed_lycee_has_not_answered_is_closed_once_its_aid_is_declined():
    decision, manager = award(), person(Role.CALL_MANAGER)
    closed(decision.application.establishment)

    with pytest.raises(TransitionRefused) as refusal:
        perform(decision.application, "close", actor=manager)
    declined = perform(decision.application, "give_up_award", actor=manager, reason="Fermé.")

    assert refusal.value.reasons == ["Le lycée est fermé et n’a pas répondu : déclinez d’abord l’aide en son nom."]
    assert perform(declined, "close", actor=manager).state == "closed"


def test_the_aid_of_an_open_lycee_is_given_up_by_nobody_else():
    decision = award()
    manager = person(Role.CALL_MANAGER)

    with pytest.raises(TransitionRefused) as refusal:
        perform(decision.application, "give_up_award", actor=manager, reason="Fermé.")

    assert refusal.value.reasons == ["Ce lycée est ouvert : c’est son chef d’établissement qui répond."]
    assert "give_up_award" not in [option.name for option in available_transitions(decision.application, manager)]
    for role in (Role.FINANCE, Role.ORDERS, Role.OFFICER, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            perform(decision.application, "give_up_award", actor=person(role), reason="Fermé.")


def test_the_page_says_what_each_closed_lycee_leaves_and_what_may_be_done(client, sign_in):
    decision = award(state="accepted_by_school")
    order = OrderLineFactory(order__decision=decision).order
    work = CablingWorkFactory(decision=decision)
    closed(decision.application.establishment)
    elsewhere = award()
    over = PurchaseOrderFactory(
        state="cancelled", decision=FundingDecisionFactory(application__establishment=closed(EstablishmentFactory()))
    )
    Application.objects.filter(pk=over.decision.application_id).update(state=ApplicationState.CLOSED)
    draft = ApplicationFactory(establishment=closed(EstablishmentFactory()))
    manager = sign_in(Role.CALL_MANAGER)

    page = client.get("/lycees-fermes/")

    text, links = words_of(tree_of(page)).replace("\u00a0", " "), [address for _, address in links_of(page)]
    assert {thing.get_absolute_url() for thing in (decision.application, order, work)} <= set(links)
    assert "décline l’aide au nom du lycée" in text and "Elle n’est pas partie : annulez-la." in text
    for other in (elsewhere.application.reference, over.number, draft.reference):
        assert other not in text
    assert titles(manager) == ["1 lycée fermé a un dossier, une aide ou une commande"]


def test_finance_does_not_learn_there_of_a_file_that_the_jury_still_scores(client, sign_in):
    file = ApplicationFactory(admissible=True, establishment=closed(EstablishmentFactory()))
    finance = sign_in(Role.FINANCE)

    page = client.get("/lycees-fermes/")

    assert file.reference not in page.content.decode() and file.establishment.name not in page.content.decode()
    assert titles(finance) == []
    assert titles(person(Role.CALL_MANAGER)) == ["1 lycée fermé a un dossier, une aide ou une commande"]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.HEAD, Role.JUROR, Role.OFFICER, Role.TECHNICIAN])
def test_the_page_is_that_of_the_staff_who_may_end_these_things(client, sign_in, role):
    school = closed(EstablishmentFactory())
    sign_in(role, at=school if role in (Role.MEMBER, Role.HEAD) else None)

    assert client.get("/lycees-fermes/").status_code == 403


@pytest.mark.parametrize("number", [1, 4])
def test_the_page_costs_the_same_whatever_the_number_of_lycees(client, sign_in, number, django_assert_max_num_queries):
    for _ in range(number):
        decision = award()
        PurchaseOrderFactory(decision=decision)
        closed(decision.application.establishment)
    sign_in(Role.ORDERS)

    with django_assert_max_num_queries(14):
        assert client.get("/lycees-fermes/").status_code == 200


def test_an_order_says_that_its_lycee_is_closed_and_is_cancelled_as_another(client, sign_in):
    order = OrderLineFactory().order
    closed(order.establishment)
    officer = sign_in(Role.ORDERS)

    assert "Ce lycée est fermé." in client.get(order.get_absolute_url()).content.decode()
    assert perform(order, "cancel", actor=officer, reason="Le lycée est fermé.").state == "cancelled"
