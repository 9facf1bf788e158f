"""A lycée asked to be the partner of another one's project: its life, who acts, what the file then answers, who is told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.actions.completion import cancel_completion_request
from calls.actions.partners import ask_partner
from calls.actions.versions import freeze_version
from calls.actions.writing import WritingRefused
from calls.checks import given_in, missing_items
from calls.enums import ApplicationState, VersionReason
from calls.models import Application, CompletionRequest, Partnership
from calls.queries.content import build_content
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import DelegationFactory, person
from tests.factories.calls import ApplicationFactory, CallFactory, partners_form
from tests.factories.cast import assert_matrix, cast_around, states_of
from tests.factories.directory import EstablishmentFactory
from tests.factories.workflow import arrows

pytestmark = pytest.mark.django_db
SIGNERS, TEAM = {"head"}, {"foreign_member", "foreign_head"}
ARROWS = {
    ("asked", "agree", "agreed"): SIGNERS,
    ("declined", "agree", "agreed"): SIGNERS,
    ("asked", "decline", "declined"): SIGNERS,
    ("agreed", "decline", "declined"): SIGNERS,
    ("declined", "ask_again", "asked"): TEAM,
    ("asked", "withdraw", "withdrawn"): TEAM,
    ("agreed", "withdraw", "withdrawn"): TEAM,
    ("declined", "withdraw", "withdrawn"): TEAM,
    ("asked", "reinstate", "agreed"): set(),
    ("declined", "reinstate", "agreed"): set(),
    ("withdrawn", "reinstate", "agreed"): set(),
    ("asked", "drop", "withdrawn"): set(),
    ("agreed", "drop", "withdrawn"): set(),
    ("declined", "drop", "withdrawn"): set(),
}


@pytest.fixture
def draft():
    """A draft whose form wants one or two partner schools."""
    return ApplicationFactory(call=CallFactory(with_questionnaire=partners_form()), reference="AAP-0001")


@pytest.fixture
def member(draft):
    return person(Role.MEMBER, at=draft.establishment, first_name="Sonia", last_name="Vautrin")


@pytest.fixture
def partner():
    return EstablishmentFactory(name="Lycée Jean-Prouvé", commune_name="Nancy")


@pytest.fixture
def head(partner):
    return person(Role.HEAD, at=partner, first_name="Luc", last_name="Daubenton", job_title="Proviseur")


@pytest.fixture
def asked(draft, partner, member, head):
    return ask_partner(application=draft, question=question_of(draft), partner=partner, actor=member)


def question_of(draft):
    return draft.questionnaire.schema.question("partenaires")


def fresh(draft) -> Application:
    return Application.objects.get(pk=draft.pk)


def gaps(draft) -> list[str]:
    return [item.sentence for item in missing_items(fresh(draft)) if item.key == "partenaires"]


def mailed(code: str) -> list[str]:
    return sorted(Message.objects.filter(code=code).values_list("to_email", flat=True))


def test_life_of_a_partnership_is_exactly_this():
    assert arrows(Partnership) == set(ARROWS)


@pytest.mark.parametrize("state", states_of(Partnership))
def test_each_transition_is_open_to_these_people_alone(state):
    call = CallFactory(with_questionnaire=partners_form())

    def cast(partnership):
        people = cast_around(call, partnership.establishment)
        for kind in TEAM:
            people[kind].role_grants.update(establishment=partnership.application.establishment)
        return people

    def make(state, name):
        file = ApplicationFactory(call=call)
        return Partnership.objects.create(application=file, question_key="partenaires", establishment=EstablishmentFactory(), state=state)

    assert_matrix(state, ARROWS, make=make, cast=cast)


def test_the_file_waits_for_the_agreement_and_then_says_who_gave_it(draft, asked, head):
    assert gaps(draft) == ["« Lycées partenaires » : Lycée Jean-Prouvé n’a pas encore donné son accord."]
    assert mailed("partner_asked") == [head.email]

    perform(asked, "agree", actor=head)

    assert gaps(draft) == []
    [value] = given_in(fresh(draft))["partenaires"].value
    assert (value["name"], value["state"], value["by"]) == ("Lycée Jean-Prouvé", "agreed", "Luc Daubenton, proviseur")
    entry = next(
        entry for section in build_content(fresh(draft))["sections"] for entry in section["entries"] if entry["key"] == "partenaires"
    )
    assert entry["text"].startswith(f"Lycée Jean-Prouvé, Nancy ({asked.establishment.uai}) : accord donné le ")
    assert entry["text"].endswith("par Luc Daubenton, proviseur")


def test_a_refusal_is_a_gap_until_it_is_withdrawn_or_changed(draft, asked, head, member):
    perform(asked, "decline", actor=head, reason="Trop de projets.", refusal="Trop de projets.")

    assert gaps(draft) == ["« Lycées partenaires » : Lycée Jean-Prouvé refuse son accord ; retirez la demande."]
    assert mailed("partner_declined") == [member.email]

    perform(Partnership.objects.get(), "ask_again", actor=member)
    assert gaps(draft) == ["« Lycées partenaires » : Lycée Jean-Prouvé n’a pas encore donné son accord."]
    perform(Partnership.objects.get(), "withdraw", actor=member)
    assert gaps(draft) == ["« Lycées partenaires » : 1\xa0lycée partenaire au moins, aucun pour l’instant."]


def test_who_cannot_be_asked(draft, asked, partner, member):
    def refusal(lycee) -> str:
        with pytest.raises(WritingRefused) as refused:
            ask_partner(application=draft, question=question_of(draft), partner=lycee, actor=member)
        return str(refused.value)

    assert refusal(draft.establishment) == "C’est le lycée qui dépose le dossier : il n’est pas son propre partenaire."
    assert refusal(partner) == "L’accord est déjà demandé au lycée Jean-Prouvé."
    assert refusal(EstablishmentFactory(name="Lycée Fermé", state="closed")) == "Lycée Fermé est fermé."
    ask_partner(application=draft, question=question_of(draft), partner=EstablishmentFactory(), actor=member)
    assert refusal(EstablishmentFactory()) == "2\xa0lycées partenaires au plus : retirez-en un d’abord."
    with pytest.raises(PermissionDenied):
        ask_partner(application=draft, question=question_of(draft), partner=EstablishmentFactory(), actor=person(Role.MEMBER, at=partner))


def test_a_delegate_signs_and_is_named_so(draft, asked, partner, head):
    deputy = person(Role.MEMBER, at=partner, first_name="Inès", last_name="Roussel", job_title="Proviseure adjointe")
    with pytest.raises(PermissionDenied):
        perform(asked, "agree", actor=deputy)
    DelegationFactory(establishment=partner, head=head, delegate=deputy, acts=["partnership"])

    perform(asked, "agree", actor=type(deputy).objects.get(pk=deputy.pk))

    assert Partnership.objects.get().answered_by.startswith("Inès Roussel, proviseure adjointe, par délégation")


def test_nothing_moves_once_the_visa_is_asked(asked, head, member):
    perform(asked, "agree", actor=head)
    Application.objects.filter(pk=asked.application_id).update(state=ApplicationState.AWAITING_APPROVAL)

    for name, actor in (("decline", head), ("withdraw", member)):
        with pytest.raises(TransitionRefused, match="ne s’écrit plus"):
            perform(Partnership.objects.get(), name, actor=actor, reason="Trop tard.")


def test_a_form_without_the_question_costs_no_query(django_assert_num_queries):
    file = ApplicationFactory(complete=True)
    whole = Application.objects.prefetch_related("answers", "lines", "attachments__file").select_related("questionnaire").get(pk=file.pk)

    with django_assert_num_queries(0):
        given_in(whole)


def test_complements_taken_back_give_the_partners_received(draft, asked, head, member):
    """A partner left and another asked while complements were open: the file is again what the Région had received."""
    perform(asked, "agree", actor=head)
    freeze_version(application=fresh(draft), reason=VersionReason.SUBMISSION, actor=member)
    Application.objects.filter(pk=draft.pk).update(state=ApplicationState.SUBMITTED, submitted_at=draft.created_at)
    CompletionRequest.objects.create(
        application=draft, fields=["partenaires"], message="Précisez.", due_on=timezone.localdate(draft.created_at)
    )
    perform(Partnership.objects.get(), "withdraw", actor=member)
    other = ask_partner(application=fresh(draft), question=question_of(draft), partner=EstablishmentFactory(), actor=member)

    cancel_completion_request(application=fresh(draft), actor=SYSTEM, reason="Demandé par erreur.")

    assert Partnership.objects.get(pk=asked.pk).is_agreed
    assert not Partnership.objects.get(pk=other.pk).is_current
