"""The passages of a call: what is ready, what is missing in numbers, what is let through by name; the machine refuses the same list."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from calls.enums import CallState
from calls.models import Application, Call
from calls.workflows.passages import ready_to_publish
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.readiness import Readiness, readiness_of
from scoring.actions.decision import propose_decisions
from scoring.actions.waiver import grant_waiver, lift_waiver, remind_jurors
from scoring.models import CallIpsBands, CallRule, FundingDecision, InterestDeclaration, Waiver
from tests.factories.accounts import person
from tests.factories.deliberation import close, deliberation, sit, vote
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import admissible_file, juror, jury_call, publishable_call, reading, staff, with_second_factor
from tests.factories.scoring import CriterionFactory, EnvelopeFactory, PanelMemberFactory
from tests.outcomes import refusal_of
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db


def said(call: Call, name: str, state: Readiness = Readiness.MISSING) -> list[str]:
    return [line.sentence.replace("\u00a0", " ") for line in readiness_of(call, name) if line.state == state]


def spoken(response) -> str:
    """The words of a page, spaces as they are typed."""
    return words_of(tree_of(response).find("main")).replace("\u00a0", " ")


# -- Publishing ---------------------------------------------------------------------------------------------------------------------


def test_a_call_that_lacks_nothing_is_published_from_a_page_that_says_what_it_does(client):
    call, manager = publishable_call(), staff(Role.CALL_MANAGER)
    client.force_login(manager)
    steering = client.get(reverse("calls:steered_call", args=[call.reference])).text
    address = reverse("calls:call_action", args=[call.slug, "publish"])

    assert f'href="{address}"' in steering
    assert f'action="{address}"' not in steering  # no press without its page

    page = spoken(client.get(address))
    for words in ("Ce que fait cet acte", "L’appel devient public", "La grille et ses poids sont publics et figés", "1 000 000", "appels@"):
        assert words in page.replace("\u00a0", " ")
    client.post(address)
    assert Call.objects.get(pk=call.pk).state == CallState.PUBLISHED


def test_publishing_compares_the_envelopes_with_what_is_announced_and_freezes_the_bands():
    call = publishable_call()
    for value in (80, 90, 100, 110):
        EstablishmentFactory(ips=Decimal(value), ips_year="2024-2025")
    none = said(call, "publish", Readiness.NOTE)
    EnvelopeFactory(call=call, amount=call.budget_amount - 1000)
    less = said(call, "publish", Readiness.NOTE)
    EnvelopeFactory(call=call, label="Régions", amount=Decimal(1000))

    assert any(line.endswith("les finances n’ont encore ouvert aucune enveloppe.") for line in none)
    lines = ready_to_publish.lines(Call.objects.get(pk=call.pk))
    assert [line.address for line in lines if line.label == "Enveloppes"] == [
        ""
    ]  # the page of decisions has no call before its deliberation
    assert "L’appel annonce 1 000 000 €, ses enveloppes font 999 000 € : 1 000 € de moins." in less
    assert "Elles font 1 000 000 €, ce que l’appel annonce." in said(call, "publish", Readiness.READY)

    perform(call, "publish", actor=staff(Role.CALL_MANAGER))
    assert CallIpsBands.objects.get(call=call).scale.bounds == (Decimal(80), Decimal(90), Decimal(100))


def test_a_rule_that_the_lycees_cannot_keep_is_told_before_the_call_is_public():
    call = publishable_call()
    EstablishmentFactory()
    CallRule.objects.create(call=call, minimum=10_000)

    assert "1 règle demande plus de dossiers que les lycées éligibles ne peuvent en déposer." in said(call, "publish")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"summary": ""}, "La phrase de présentation de l’appel n’est pas écrite."),
        ({"contact_email": ""}, "L’appel n’a pas d’adresse de contact : la page et les lettres ne diraient pas à qui écrire."),
        ({"budget_amount": Decimal(0), "ceiling_amount": None}, "L’enveloppe annoncée est de 0 €."),
        ({"jury_on": timezone.localdate() + timedelta(days=2)}, "est annoncé avant la clôture"),
        ({"results_on": timezone.localdate() + timedelta(days=2)}, "sont annoncés avant le jury ou la clôture"),
        ({"ceiling_amount": Decimal(2_000_000)}, "Le plafond par dossier (2 000 000 €) dépasse l’enveloppe (1 000 000 €)."),
        ({"with_questionnaire": False}, "L’appel n’a pas encore de questionnaire."),
    ],
)
def test_what_a_call_lacks_is_said_once_by_the_page_and_by_the_machine(client, change, sentence):
    call, manager = publishable_call(**change), staff(Role.CALL_MANAGER)
    client.force_login(manager)

    refused = refusal_of(perform, call, "publish", actor=manager)
    page = spoken(client.get(reverse("calls:call_action", args=[call.slug, "publish"]))).replace("\u00a0", " ")

    assert len(refused) == 1
    assert sentence in refused[0]
    assert refused == said(call, "publish")
    assert refused[0] in page
    assert Call.objects.get(pk=call.pk).is_draft


def test_a_criterion_that_says_nothing_of_its_marks_holds_the_publication_back():
    call = publishable_call()
    CriterionFactory(grid=call.grid, levels=[], help="", label="Flou")
    CriterionFactory(grid=call.grid, levels=[], help="La clarté du projet.", label="Clair")

    assert said(call, "publish") == ["1 critère n’a ni niveaux ni explication : rien ne dit ce que vaut une note."]
    assert [item.text for line in readiness_of(call, "publish") for item in line.items] == ["Flou"]


def test_a_call_without_grid_is_not_published():
    call = publishable_call()
    call.grid.delete()

    assert said(Call.objects.get(pk=call.pk), "publish") == ["La grille du jury n’est pas faite : la notation ne peut pas commencer."]


# -- Opening the deliberation ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def scored():
    """Three files: one read by both jurors, one by one of two, one by nobody; and one more that nobody was given."""
    call = jury_call()
    one, two = juror(call), juror(call)
    files = [admissible_file(call) for _ in range(4)]
    for person_, file, state in (
        (one, 0, "submitted"), (two, 0, "submitted"), (one, 1, "submitted"), (two, 1, "in_progress"), (one, 2, "assigned"),
    ):  # fmt: skip
        reading(files[file], person_, 4, 2, state=state)
    return call, files, (one, two), staff(Role.CALL_MANAGER)


def test_the_deliberation_names_what_is_missing_by_juror_and_by_file(client, scored):
    call, files, (one, two), manager = scored
    client.force_login(manager)

    refused = refusal_of(perform, call, "start_deliberation", actor=manager)
    page = spoken(client.get(reverse("calls:call_action", args=[call.slug, "start_deliberation"])))

    assert (
        refused
        == said(call, "start_deliberation")
        == [
            "2 évaluations sur 5 manquent, de 2 jurés.",
            "2 dossiers n’ont été lus par personne : un tel dossier ne peut pas être refusé au mérite.",
            "1 dossier attend encore des évaluations.",
        ]
    )
    for words in (str(one), str(two), *(file.reference for file in files[1:]), "Rappeler aux jurés"):
        assert words in page
    assert files[0].reference not in page
    assert Call.objects.get(pk=call.pk).state == CallState.ASSESSMENT


def test_the_deliberation_opens_once_each_file_is_read_or_excepted_by_name(client, scored):
    call, files, (_, two), manager = scored
    for file in files[1:]:
        grant_waiver(application=file, reason="Juré hospitalisé.", actor=manager)

    assert said(call, "start_deliberation") == []
    assert said(call, "start_deliberation", Readiness.EXCEPTED) == ["3 dossiers délibérés sans toutes leurs évaluations."]
    client.force_login(manager)
    page = spoken(client.get(reverse("calls:call_action", args=[call.slug, "start_deliberation"])))
    assert f"{files[1].reference} : Juré hospitalisé. ({manager})" in page.replace("\u00a0", " ")
    assert perform(call, "start_deliberation", actor=manager).state == CallState.DELIBERATION
    entry = JournalEntry.objects.get(action="grant_waiver", subject_id=str(files[1].pk))
    assert (entry.actor, entry.reason, entry.data) == (manager, "Juré hospitalisé.", {"given": 1, "awaited": [str(two)]})


def test_a_waiver_may_be_lifted_and_is_refused_where_nothing_is_missing(scored):
    call, files, _, manager = scored
    grant_waiver(application=files[1], reason="Juré empêché.", actor=manager)
    lift_waiver(application=files[1], actor=manager)

    assert not Waiver.objects.exists()
    assert JournalEntry.objects.filter(action="lift_waiver").count() == 1
    with pytest.raises(TransitionRefused, match="Toutes les évaluations"):
        grant_waiver(application=files[0], reason="Sans raison.", actor=manager)
    for role in (Role.FINANCE, Role.AUDITOR, Role.JUROR, Role.OFFICER):
        with pytest.raises(PermissionDenied):
            grant_waiver(application=files[1], reason="Motif.", actor=person(role))
    assert not Waiver.objects.exists()


def test_a_reminder_goes_to_those_who_have_something_to_hand_in_and_once_a_day(client, scored):
    call, files, (one, two), manager = scored
    idle = juror(call)
    client.force_login(manager)
    address = reverse("scoring:remind_jurors", args=[call.reference])

    client.post(address)
    client.post(address)

    told = Message.objects.filter(code="readings_awaited")
    assert sorted(told.values_list("to_email", flat=True)) == sorted([one.email, two.email])
    assert all("1 évaluation vous reste à rendre" in message.body for message in told)
    assert idle.email not in told.values_list("to_email", flat=True)
    assert JournalEntry.objects.filter(action="remind_jurors").count() == 1


def test_a_second_press_says_who_was_reminded_and_when(client, scored):
    call, _, (one, two), manager = scored
    client.force_login(manager)
    address = reverse("scoring:remind_jurors", args=[call.reference])
    client.post(address)
    at = timezone.localtime(Message.objects.filter(code="readings_awaited").last().created_at)

    page = spoken(client.post(address, follow=True))

    assert "Aucun message n’est envoyé deux fois le même jour. Déjà rappelés aujourd’hui :" in page
    for juror_told in (one, two):
        assert f"{juror_told} à {at.hour} h {at.minute:02d}" in page
    assert page.count("Rappelé le") == 2
    assert "Chacun a reçu un rappel aujourd’hui" in page
    assert "Rappeler aux jurés" not in page


def test_a_juror_who_came_later_in_the_day_is_reminded_alone(client, scored):
    call, files, _, manager = scored
    client.force_login(manager)
    address = reverse("scoring:remind_jurors", args=[call.reference])
    client.post(address)
    reading(files[0], juror(call), state="assigned")

    page = spoken(client.post(address, follow=True))

    assert "1 rappel envoyé. Déjà rappelés aujourd’hui :" in page
    assert Message.objects.filter(code="readings_awaited").count() == 3


def test_a_reminder_of_another_call_is_not_one_of_this_call(client, scored):
    call, _, (one, _), manager = scored
    other = jury_call()
    seat = PanelMemberFactory(call=other, user=one)
    reading(admissible_file(other), one, state="assigned")
    assert seat.call != call
    remind_jurors(call=other, actor=manager)
    client.force_login(manager)

    page = spoken(client.get(reverse("scoring:awaited_readings", args=[call.reference])))

    assert "Rappelé le" not in page
    assert "Rappeler aux jurés" in page


def test_the_next_day_a_reminder_goes_again(scored):
    call, *_, manager = scored
    assert remind_jurors(call=call, actor=manager) == 2
    for message in Message.objects.filter(code="readings_awaited"):
        message.event_key = message.event_key[:-8] + "20200101"
        message.save(update_fields=["event_key"])

    assert remind_jurors(call=call, actor=manager) == 2


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR])
def test_a_reminder_is_for_who_manages_the_jury(scored, role):
    call = scored[0]

    with pytest.raises(PermissionDenied):
        remind_jurors(call=call, actor=person(role))

    assert not Message.objects.exists()


def test_a_manager_to_whom_a_file_is_hidden_reads_a_number_and_no_name(client, scored):
    call, files, _, manager = scored
    InterestDeclaration.objects.create(user=manager, application=files[2], reason="Famille")
    client.force_login(manager)

    for address in (
        reverse("calls:call_action", args=[call.slug, "start_deliberation"]),
        reverse("scoring:awaited_readings", args=[call.reference]),
    ):
        page = client.get(address).text
        assert files[2].reference not in page
        assert files[3].reference in page
    assert client.get(reverse("scoring:waiver", args=[call.reference, files[2].reference])).status_code == 404


def test_the_page_of_what_is_awaited_takes_as_many_queries_for_any_number_of_files(client, django_assert_num_queries):
    call, manager = jury_call(), staff(Role.CALL_MANAGER)
    client.force_login(manager)
    address = reverse("scoring:awaited_readings", args=[call.reference])
    reading(admissible_file(call), juror(call), state="assigned")
    client.get(address)

    for _ in range(2):
        with django_assert_num_queries(10):
            assert client.get(address).status_code == 200
        reading(admissible_file(call), juror(call), state="assigned")


# -- Acts without return ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (publishable_call, "publish"),
        (lambda: jury_call(CallState.PUBLISHED), "start_instruction"),
        (lambda: jury_call(CallState.INSTRUCTION), "start_assessment"),
        (jury_call, "start_deliberation"),
        (lambda: jury_call(CallState.RELEASED), "archive"),
    ],
)
def test_each_passage_of_a_call_has_a_page_before_the_press(client, make, name):
    call = make()
    client.force_login(staff(Role.CALL_MANAGER))
    address = reverse("calls:call_action", args=[call.slug, name])

    assert f'action="{address}"' not in client.get(reverse("calls:steered_call", args=[call.reference])).text
    page = client.get(address)
    assert "Ce que fait cet acte" in page.text
    assert page.context["effects"]
    assert Call.objects.get(pk=call.pk).state == call.state


@pytest.mark.parametrize("name", ["open", "close", "sign_minutes"])
def test_each_act_of_a_sitting_has_a_page_before_the_press(client, name):
    made = deliberation()
    {"open": lambda m: sit(m), "close": sit, "sign_minutes": close}[name](made)
    if name == "open":
        type(made.session).objects.filter(pk=made.session.pk).update(**{"state": "prepared"})
    client.force_login(made.chair)
    address = reverse("scoring:session_action", args=[made.session.pk, name])

    assert f'action="{address}"' not in client.get(made.session.get_absolute_url()).text
    page = client.get(address)
    assert "Ce que fait cet acte" in page.text
    assert page.context["effects"]


# -- Vote and release ---------------------------------------------------------------------------------------------------------------------


def test_the_vote_and_the_release_say_what_is_ready_and_what_is_missing(client):
    made = close(deliberation())
    finance, manager = with_second_factor(made.finance), with_second_factor(made.manager)
    client.force_login(finance)
    address = reverse("scoring:vote", args=[made.call.reference])

    assert said(made.call, "record_vote")[-1] == "Aucune décision n’est proposée."
    assert refusal_of(perform, made.call, "record_vote", actor=finance) == said(made.call, "record_vote")
    assert "Aucune décision n’est proposée." in spoken(client.get(address))

    propose_decisions(session=made.session, actor=finance)
    assert said(made.call, "record_vote") == []
    assert "4 décisions proposées, une par dossier." in spoken(client.get(address))

    client.post(address, {"number": "26CP-7", "held_on": timezone.localdate().isoformat()})
    call = Call.objects.get(pk=made.call.pk)
    assert said(call, "release") == []
    client.force_login(manager)
    page = spoken(client.get(reverse("scoring:release", args=[call.reference])))
    assert "Délibération 26CP-7 du" in page
    assert "4 décisions votées." in page


def test_a_call_is_not_released_while_the_vote_is_not_carried_to_each_decision():
    made = vote(deliberation())
    FundingDecision.objects.filter(application=made.files[0]).update(**{"state": "proposed", "voted_at": None})

    assert refusal_of(perform, made.call, "release", actor=made.manager) == ["Le vote n’est pas encore porté sur 1 décision."]


def test_scoring_does_not_open_without_an_admissible_file():
    call = jury_call(CallState.INSTRUCTION)

    assert said(call, "start_assessment", Readiness.MISSING) == [
        "Aucun dossier n’est recevable : le jury n’aurait rien à noter. L’appel peut être déclaré infructueux."
    ]


def test_a_file_taken_back_during_the_scoring_holds_the_deliberation_back():
    call = jury_call()
    file = admissible_file(call)
    Application.objects.filter(pk=file.pk).update(state="submitted")

    missing = said(call, "start_deliberation", Readiness.MISSING)

    assert "La recevabilité de 1 dossier reste à prononcer." in [sentence.replace("\u00a0", " ") for sentence in missing]
