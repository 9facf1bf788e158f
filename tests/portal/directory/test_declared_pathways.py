"""Pathways that the official directory leaves empty: a head declares them, the Région confirms, an import keeps them or takes over."""

import pytest
from django.core.exceptions import PermissionDenied

from calls import checks
from calls.actions.start import start_application
from calls.queries.calls import eligible_establishments
from portal.directory.declarations import declare_pathways
from portal.directory.importers.writing import import_directory
from portal.directory.models import Establishment, PathwayDeclaration
from portal.directory.todo import todo_for
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.groups import groups_of
from scoring.queries.criteria import file_facts
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.cast import assert_matrix, cast_around, states_of
from tests.factories.directory import EstablishmentFactory, PathwayDeclarationFactory
from tests.factories.workflow import arrows
from tests.portal.directory.files import TOUL, annuaire
from tests.reading import links_of, rows_of

pytestmark = pytest.mark.django_db

KEEPERS = {"call_manager", "admin", "superuser"}
ARROWS = {
    ("declared", "confirm", "confirmed"): KEEPERS,
    ("declared", "refuse", "refused"): KEEPERS,
    ("declared", "withdraw", "withdrawn"): {"head"},
    ("declared", "supersede", "superseded"): set(),
    ("confirmed", "revoke", "revoked"): KEEPERS,
    ("confirmed", "supersede", "superseded"): set(),
}
SILENT = TOUL | {"Voie_generale": "", "Voie_technologique": "", "Voie_professionnelle": "", "code_nature": "306"}


def school() -> Establishment:
    return Establishment.objects.get()


def declared(actor, pathways=("vocational",)) -> PathwayDeclaration:
    return declare_pathways(establishment=school(), pathways=pathways, note="Bac pro depuis 2019.", actor=actor)


@pytest.fixture
def silent():
    """A lycée that the import of the official file has left without any pathway."""
    import_directory(annuaire(SILENT))
    return school()


@pytest.fixture
def head(silent):
    return person(Role.HEAD, at=silent)


def test_the_workflow_is_exactly_this():
    assert arrows(PathwayDeclaration) == set(ARROWS)


@pytest.mark.parametrize("state", states_of(PathwayDeclaration))
def test_each_transition_is_open_to_these_people_alone(state):
    def make(state: str, name: str) -> PathwayDeclaration:
        return PathwayDeclarationFactory(state=state)

    assert_matrix(state, ARROWS, make=make, cast=lambda declaration: cast_around(CallFactory(), declaration.establishment))


def test_a_declaration_counts_once_confirmed_everywhere_that_pathways_count(settings, silent, head):
    settings.REGION_CODE = silent.region_code
    call = CallFactory(eligible_categories=[silent.category], eligible_pathways=["vocational"])
    before = (checks.eligibility_gaps(call, silent), eligible_establishments(call).count())

    declaration = declared(head)
    waiting = checks.eligibility_gaps(call, school())
    perform(declaration, "confirm", actor=person(Role.CALL_MANAGER))

    assert before == ([f"L’appel est réservé aux voies : professionnelle. {checks.UNKNOWN_PATHWAYS}"], 0)
    assert waiting == before[0]
    assert (checks.eligibility_gaps(call, school()), list(eligible_establishments(call))) == ([], [school()])
    assert start_application(call=call, establishment=school(), actor=head).state == "draft"
    assert file_facts(school()).pathways == {"vocational"}
    assert ("pathway", "vocational", "Voie professionnelle") in groups_of(school())


def test_who_declares_what_is_written_and_who_is_told(silent, head):
    manager, admin = person(Role.CALL_MANAGER), person(Role.ADMIN)
    person(Role.OFFICER)

    declaration = declared(head, ["general", "vocational"])
    perform(declaration, "confirm", actor=manager)

    lines = JournalEntry.objects.filter(subject_id=str(declaration.pk)).order_by("pk")
    assert [(line.action, line.target, line.actor) for line in lines] == [
        ("declare_pathways", "declared", head),
        ("confirm", "confirmed", manager),
    ]
    asked, answered = Message.objects.filter(code="pathways_declared"), Message.objects.get(code="pathways_confirmed")
    assert set(asked.values_list("to_email", flat=True)) == {manager.email, admin.email}
    assert "générale, professionnelle" in asked.first().body and "Bac pro depuis 2019." in asked.first().body
    assert (answered.to_email, declaration.get_absolute_url() in answered.body) == (head.email, True)


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.CALL_MANAGER, Role.ADMIN, Role.OFFICER])
def test_nobody_but_the_head_declares(silent, role):
    actor = person(role, at=silent if role == Role.MEMBER else None)

    with pytest.raises(PermissionDenied):
        declared(actor)
    assert PathwayDeclaration.objects.count() == 0


def test_a_head_of_another_lycee_does_not_declare(silent):
    foreign = person(Role.HEAD, at=EstablishmentFactory())

    with pytest.raises(PermissionDenied):
        declare_pathways(establishment=silent, pathways=["general"], note="", actor=foreign)


def test_nothing_is_declared_where_the_directory_speaks_nor_twice_nor_of_a_closed_lycee(silent, head):
    declared(head)
    speaking, gone = EstablishmentFactory(), EstablishmentFactory(silent=True, state="closed")
    tries = [
        (silent, head, "Une déclaration existe déjà : à confirmer."),
        (speaking, person(Role.HEAD, at=speaking), "L’annuaire dit les voies de ce lycée : une erreur s’y corrige."),
        (gone, person(Role.HEAD, at=gone), "Ce lycée est fermé."),
    ]

    for establishment, actor, sentence in tries:
        with pytest.raises(TransitionRefused) as refusal:
            declare_pathways(establishment=establishment, pathways=["general"], note="", actor=actor)
        assert refusal.value.reasons == [sentence]

    assert PathwayDeclaration.objects.count() == 1


def test_a_refusal_says_why_and_another_declaration_may_follow(silent, head):
    refused = perform(declared(head), "refuse", actor=person(Role.ADMIN), reason="Bac pro fermé.", answer="Bac pro fermé.")

    assert "Motif : Bac pro fermé." in Message.objects.get(code="pathways_refused").body
    assert (school().pathways, refused.answer) == ([], "Bac pro fermé.")
    assert declared(head, ["technological"]).awaits_answer


def test_a_confirmation_is_cancelled_with_its_pathways(silent, head):
    confirmed = perform(declared(head), "confirm", actor=person(Role.ADMIN))

    perform(confirmed, "revoke", actor=person(Role.CALL_MANAGER), reason="Erreur.", answer="Erreur.")

    assert school().pathways == []
    assert "Motif : Erreur." in Message.objects.get(code="pathways_revoked").body


def test_an_import_that_still_says_nothing_keeps_what_was_confirmed(silent, head):
    perform(declared(head), "confirm", actor=person(Role.ADMIN))

    same = import_directory(annuaire(SILENT))
    renamed = import_directory(annuaire(SILENT | {"Nom_etablissement": "Lycée Marguerite-Thibault"}))

    assert (same.unchanged, renamed.updated) == ([silent.uai], [silent.uai])
    assert [pathway.value for pathway in school().pathways] == ["vocational"]
    assert PathwayDeclaration.objects.get().is_confirmed
    assert [issue.code for issue in same.warnings] == ["pathway_declared"]
    assert same.warnings[0].message == "Aucune voie dans le fichier : voies déclarées par le lycée, professionnelle."


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_import_that_says_the_pathways_takes_over_and_says_so(silent, head, confirmed):
    declaration = declared(head)
    if confirmed:
        perform(declaration, "confirm", actor=person(Role.ADMIN))

    report = import_directory(annuaire(SILENT | {"Voie_generale": "1"}))

    assert [pathway.value for pathway in school().pathways] == ["general"]
    assert PathwayDeclaration.objects.get().state == "superseded"
    assert [issue.code for issue in report.warnings] == ["pathway_declaration_over"]
    assert JournalEntry.objects.get(action="supersede").reason == "L’annuaire dit : générale."
    told = Message.objects.get(code="pathways_superseded")
    assert told.to_email == head.email and "dit à présent les voies" in told.body and ": générale." in told.body


def test_an_official_file_that_says_what_was_declared_ends_the_declaration_too(silent, head):
    perform(declared(head), "confirm", actor=person(Role.ADMIN))

    report = import_directory(annuaire(SILENT | {"Voie_professionnelle": "1"}))

    assert report.unchanged == [silent.uai]
    assert (PathwayDeclaration.objects.get().state, [p.value for p in school().pathways]) == ("superseded", ["vocational"])


def test_a_trial_import_changes_no_declaration(silent, head):
    declared(head)

    import_directory(annuaire(SILENT | {"Voie_generale": "1"}), dry_run=True)

    assert PathwayDeclaration.objects.get().awaits_answer and Message.objects.filter(code="pathways_superseded").count() == 0


def test_the_head_is_led_to_the_declaration_and_the_staff_to_its_answer(client, silent, head):
    call = CallFactory(eligible_categories=[silent.category], eligible_pathways=["vocational"])
    address = f"/etablissements/{silent.uai}/voies/"
    client.force_login(head)
    led = [item.url for item in todo_for(head)], address in [to for _, to in links_of(client.get(f"{call.get_absolute_url()}deposer/"))]

    sent = client.post(address, {"pathways": ["vocational"], "note": "Bac pro."})
    declaration = PathwayDeclaration.objects.get()

    assert led == ([address], True)
    assert (sent.status_code, sent.url) == (302, declaration.get_absolute_url())
    assert todo_for(head) == []
    assert "La Région doit encore les confirmer" in client.get(f"{call.get_absolute_url()}deposer/").content.decode()
    (item,) = todo_for(person(Role.CALL_MANAGER))
    assert (item.title, item.url) == ("Confirmer les voies déclarées par 1\u00a0lycée", "/etablissements/voies-declarees/")
    assert todo_for(person(Role.OFFICER)) == []


def test_what_is_typed_is_kept_when_no_pathway_is_chosen(client, silent, head):
    client.force_login(head)

    page = client.post(f"/etablissements/{silent.uai}/voies/", {"note": "Bac pro depuis 2019."})

    assert page.status_code == 422
    assert "Choisissez au moins une voie." in page.content.decode() and "Bac pro depuis 2019." in page.content.decode()


def test_staff_answer_on_the_page_and_the_lycee_shows_where_its_pathways_come_from(client, silent, head):
    declaration = declared(head)
    manager = person(Role.CALL_MANAGER)
    client.force_login(manager)
    listed = rows_of(client.get("/etablissements/voies-declarees/"))
    read = client.get(f"{declaration.get_absolute_url()}action/confirm/").content.decode()

    answered = client.post(f"{declaration.get_absolute_url()}action/confirm/")

    assert "Professionnelle" in listed[1] and "À confirmer" in listed[1]
    assert "Le chef d’établissement en est prévenu par courriel." in read
    assert (answered.status_code, PathwayDeclaration.objects.get().state) == (302, "confirmed")
    client.force_login(person())
    assert "déclarées par le lycée, confirmées par la Région" in client.get(silent.get_absolute_url()).content.decode()


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.FINANCE, Role.JUROR])
def test_others_read_no_declaration(client, silent, head, role):
    declaration = declared(head)
    client.force_login(person(role))

    assert client.get(declaration.get_absolute_url()).status_code == 404
    assert client.get("/etablissements/voies-declarees/").status_code == 403
    assert client.get(f"/etablissements/{silent.uai}/voies/").status_code == 403
    assert "Bac pro depuis 2019." not in client.get(silent.get_absolute_url()).content.decode()


def test_the_head_of_another_lycee_reads_no_declaration_of_this_one(client, silent, head):
    declaration = declared(head)
    client.force_login(person(Role.HEAD, at=EstablishmentFactory()))

    assert client.get(declaration.get_absolute_url()).status_code == 404
    assert client.post(f"{declaration.get_absolute_url()}action/withdraw/").status_code == 404


def test_one_who_declared_and_then_keeps_the_directory_does_not_confirm(silent):
    both = person(Role.HEAD, at=silent)
    declaration = declared(both)
    both.role_grants.create(role=Role.ADMIN)

    with pytest.raises(PermissionDenied):
        perform(declaration, "confirm", actor=type(both).objects.get(pk=both.pk))
