import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from calls import checks
from calls.actions.start import start_application
from calls.enums import CallState
from calls.models import Answer, Application, RequestLine
from calls.queries.calls import eligible_establishments
from portal.directory.enums import EstablishmentState
from portal.directory.models import Establishment
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from tests.factories.accounts import person
from tests.factories.calls import ASKED_IN_EUROS, AnswerFactory, ApplicationFactory, CallFactory, RequestLineFactory
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


def test_missing_items_follow_the_form_and_name_their_place():
    application = ApplicationFactory(title="")

    found = [(item.key, item.section, item.sentence, item.place) for item in checks.missing_items(application)]

    assert found == [
        ("titre", "projet", "« Titre du projet » n’est pas rempli.", "Section 2, question 1"),
        ("resume", "projet", "« Résumé » n’est pas rempli.", "Section 2, question 2"),
        ("eleves", "projet", "« Élèves concernés » n’est pas rempli.", "Section 2, question 4"),
        ("besoins", "besoins", "« Équipements et câblage » : aucun besoin n’est saisi.", "Aucun besoin n’est saisi"),
    ]


def test_missing_items_of_a_complete_file_are_none():
    assert checks.missing_items(ApplicationFactory(complete=True)) == []


def test_zero_is_an_answer_and_blank_text_is_not():
    application = ApplicationFactory(complete=True)
    Answer.objects.filter(application=application, question_key="eleves").update(value=0)
    Answer.objects.filter(application=application, question_key="resume").update(value="")

    assert [item.key for item in checks.missing_items(application)] == ["resume"]


def test_questions_asked_by_the_region_must_be_answered_even_where_the_form_does_not_require_it():
    application = ApplicationFactory(title="")

    assert [item.key for item in checks.missing_items(application, only=["eleves", "deliberation"])] == ["eleves", "deliberation"]


def test_needs_above_the_ceiling_are_missing_and_say_by_how_much():
    application = ApplicationFactory(complete=True)
    RequestLine.objects.all().delete()
    RequestLineFactory(application=application, item_code="serveur", quantity=20, unit_price_amount=Decimal("6480.00"))

    found = checks.missing_items(application)

    assert [item.place for item in found] == ["15\u00a0520,00\u00a0€ au-dessus du plafond de 140\u00a0000\u00a0€"]


def test_needs_at_the_ceiling_to_the_cent_are_accepted():
    application = ApplicationFactory(complete=True)
    RequestLine.objects.all().delete()
    RequestLineFactory(application=application, quantity=1, unit_price_amount=Decimal("116666.67"), vat_rate=Decimal("20.0"))
    assert RequestLine.objects.get().gross_amount == Decimal("140000.00")

    assert checks.missing_items(application) == []


@pytest.mark.parametrize(
    ("cost", "outing", "missing"), [("60.00", "39.99", []), ("60.00", "40.01", ["cout", "stage"]), ("100.01", None, ["cout"])]
)
def test_needs_and_amounts_stay_together_under_the_ceiling_of_the_call(cost, outing, missing):
    """139 900 € of needs under a ceiling of 140 000 €: 100 € of amounts, to the cent."""
    application = ApplicationFactory(call__with_questionnaire=ASKED_IN_EUROS)
    RequestLineFactory(application=application, quantity=1, unit_price_amount=Decimal("139900.00"), vat_rate=Decimal(0))
    AnswerFactory(application=application, question_key="cout", value=cost)
    AnswerFactory(application=application, question_key="stage", value=outing)

    found = checks.missing_items(application)

    assert [item.key for item in found] == missing
    assert all(item.place.endswith("au-dessus du plafond de 140\u00a0000\u00a0€") for item in found)


def test_eligibility_says_every_gap():
    call = CallFactory(eligible_pathways=["vocational"])
    school = EstablishmentFactory(without_contract=True, state=EstablishmentState.CLOSED, name="Lycée Jean-Bart")

    assert checks.eligibility_gaps(call, school) == [
        f"Lycée Jean-Bart est fermé : il ne dépose plus de dossier. {checks.SUCCESSOR}",
        "L’appel n’est pas ouvert aux lycées de statut « Privé hors contrat ».",
        "L’appel est réservé aux voies : professionnelle.",
    ]


def test_a_lycee_whose_pathways_are_not_known_is_told_what_to_do():
    """176 eligible lycées of France had no pathway in the official directory of March 2024."""
    school = EstablishmentFactory(has_general=False, has_technological=False, has_vocational=False, has_agricultural=False)

    assert checks.eligibility_gaps(CallFactory(eligible_pathways=["vocational"]), school) == [
        f"L’appel est réservé aux voies : professionnelle. {checks.UNKNOWN_PATHWAYS}"
    ]
    assert checks.eligibility_gaps(CallFactory(), school) == []


def test_limit_counts_the_other_files_but_not_the_withdrawn_ones():
    call = CallFactory(max_per_establishment=1)
    school = EstablishmentFactory()
    first = ApplicationFactory(call=call, establishment=school, reference="AAP-0001")
    ApplicationFactory(call=call, establishment=school, reference="AAP-0002", state="withdrawn")

    assert checks.limit_gaps(call, school) == ["L’appel admet un seul dossier par lycée ; le vôtre a déjà : AAP-0001."]
    assert checks.limit_gaps(call, school, besides=first) == []
    assert checks.limit_gaps(call, EstablishmentFactory()) == []


@pytest.mark.parametrize(
    ("state", "start"),
    [
        (CallState.DRAFT, "L’appel n’est pas encore publié."),
        (CallState.WITHDRAWN, "L’appel est retiré."),
        (CallState.INSTRUCTION, "L’appel est clos depuis le "),
    ],
)
def test_opening_says_why_a_call_takes_no_file(state, start):
    call = CallFactory(state=state)

    assert checks.opening_gaps(call)[0].startswith(start)


def test_opening_accepts_to_the_last_instant_of_the_grace_and_not_after(monkeypatch):
    call = CallFactory(grace_minutes=5)

    monkeypatch.setattr(checks, "arrived_at", lambda: call.closes_at + timedelta(minutes=5))
    assert checks.opening_gaps(call) == []

    monkeypatch.setattr(checks, "arrived_at", lambda: call.closes_at + timedelta(minutes=5, microseconds=1))
    assert "au serveur. Votre dossier est conservé tel quel." in checks.opening_gaps(call)[0]


def test_opening_of_a_call_to_come_gives_its_date():
    call = CallFactory(upcoming=True)

    assert checks.opening_gaps(call)[0].startswith("L’appel ouvre le ")


def test_missing_items_of_a_prefetched_file_need_no_query(django_assert_num_queries):
    ApplicationFactory(complete=True)
    application = Application.objects.select_related("call", "questionnaire").prefetch_related("answers", "lines", "attachments").get()

    with django_assert_num_queries(0):
        checks.missing_items(application)


def test_a_call_that_closed_is_told_by_the_clock_not_by_its_state():
    call = CallFactory(closes_at=timezone.now() - timedelta(seconds=1))

    assert call.state == CallState.PUBLISHED
    assert checks.opening_gaps(call) != []


@pytest.mark.parametrize("pathways", [[], ["vocational"], ["general", "agricultural"]])
def test_what_may_apply_is_one_rule_in_sentences_and_as_a_query(settings, pathways):
    settings.REGION_CODE = "44"
    call = CallFactory(eligible_categories=["public_education"], eligible_pathways=pathways)
    for region, category, nature, state, vocational in itertools.product(
        ("44", "28"), ("public_education", "private_contract"), ("306", "334", "335"), ("open", "closed"), (True, False)
    ):
        EstablishmentFactory(
            region_code=region, category=category, nature_code=nature, state=state, has_vocational=vocational, has_general=not vocational
        )

    may_apply = {school.pk for school in Establishment.objects.all() if not checks.eligibility_gaps(call, school)}

    assert may_apply == set(eligible_establishments(call).values_list("pk", flat=True))
    assert may_apply


def test_a_lycee_of_another_region_or_a_section_is_refused_with_the_reason():
    call = CallFactory()
    elsewhere = EstablishmentFactory(region_code="28", name="Lycée Corneille")
    section = EstablishmentFactory(nature_code="334", name="SEP", parent_uai="0540001A")

    assert checks.eligibility_gaps(call, elsewhere) == ["Lycée Corneille n’est pas dans la Région : l’appel est réservé à ses lycées."]
    assert checks.eligibility_gaps(call, section) == [
        "SEP est une section d’un autre lycée (0540001A) : c’est ce lycée qui dépose le dossier."
    ]
    with pytest.raises(TransitionRefused, match="n’est pas dans la Région"):
        start_application(call=call, establishment=elsewhere, actor=person(Role.MEMBER, at=elsewhere))
