"""Pathways that the official directory leaves empty: a head declares them, the Région confirms, an import keeps them or takes over."""

import pytest
from django.core.exceptions import PermissionDenied

from calls import checks
from calls.actions.start import start_application
from calls.queries.calls import eligible_establishments
from portal.directory.declarations import declare_fact
from portal.directory.enums import DECLARABLE, Fact
from portal.directory.importers.writing import import_directory
from portal.directory.models import Establishment, FactDeclaration
from portal.directory.todo import todo_for
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.groups import groups_of
from scoring.queries.criteria import file_facts
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.cast import SCHOOL, assert_matrix, cast_around, states_of
from tests.factories.directory import EstablishmentFactory, FactDeclarationFactory
from tests.factories.workflow import arrows
from tests.portal.directory.files import TOUL, annuaire
from tests.reading import links_of, rows_of

pytestmark = pytest.mark.django_db

KEEPERS = {"call_manager", "admin", "superuser"}
ARROWS = {
    ("declared", "confirm", "confirmed"): KEEPERS,
    ("declared", "refuse", "refused"): KEEPERS,
    ("declared", "withdraw", "withdrawn"): SCHOOL,
    ("declared", "supersede", "superseded"): set(),
    ("confirmed", "revoke", "revoked"): KEEPERS,
    ("confirmed", "replace", "replaced"): set(),
    ("confirmed", "supersede", "superseded"): set(),
}
SILENT = TOUL | {"Voie_generale": "", "Voie_technologique": "", "Voie_professionnelle": "", "code_nature": "306"}


def school() -> Establishment:
    return Establishment.objects.get()


def pathway_values(*pathways: str) -> dict:
    return {f"has_{pathway.value}": pathway.value in pathways for pathway in DECLARABLE}


def declared(actor, pathways=("vocational",)) -> FactDeclaration:
    values = pathway_values(*pathways)
    return declare_fact(establishment=school(), fact=Fact.PATHWAYS, values=values, note="Bac pro depuis 2019.", actor=actor)


@pytest.fixture
def silent():
    """A lycée that the import of the official file has left without any pathway."""
    import_directory(annuaire(SILENT))
    return school()


@pytest.fixture
def head(silent):
    return person(Role.HEAD, at=silent)


def test_the_workflow_is_exactly_this():
    assert arrows(FactDeclaration) == set(ARROWS)


@pytest.mark.parametrize("state", states_of(FactDeclaration))
def test_each_transition_is_open_to_these_people_alone(state):
    def make(state: str, name: str) -> FactDeclaration:
        return FactDeclarationFactory(state=state)

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
        ("declare_fact", "declared", head),
        ("confirm", "confirmed", manager),
    ]
    asked, answered = Message.objects.filter(code="fact_declared"), Message.objects.get(code="fact_confirmed")
    assert set(asked.values_list("to_email", flat=True)) == {manager.email, admin.email}
    assert "générale, professionnelle" in asked.first().body and "Bac pro depuis 2019." in asked.first().body
    assert (answered.to_email, declaration.get_absolute_url() in answered.body) == (head.email, True)


@pytest.mark.parametrize("role", [None, Role.CALL_MANAGER, Role.ADMIN, Role.OFFICER])
def test_nobody_but_the_lycee_declares(silent, role):
    actor = person(role)

    with pytest.raises(PermissionDenied):
        declared(actor)
    assert FactDeclaration.objects.count() == 0


def test_a_head_of_another_lycee_does_not_declare(silent):
    foreign = person(Role.HEAD, at=EstablishmentFactory())

    with pytest.raises(PermissionDenied):
        declare_fact(establishment=silent, fact=Fact.PATHWAYS, values=pathway_values("general"), note="", actor=foreign)


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
            declare_fact(establishment=establishment, fact=Fact.PATHWAYS, values=pathway_values("general"), note="", actor=actor)
        assert refusal.value.reasons == [sentence]

    assert FactDeclaration.objects.count() == 1


def test_a_refusal_says_why_and_another_declaration_may_follow(silent, head):
    refused = perform(declared(head), "refuse", actor=person(Role.ADMIN), reason="Bac pro fermé.", answer="Bac pro fermé.")

    assert "Motif : Bac pro fermé." in Message.objects.get(code="fact_refused").body
    assert (school().pathways, refused.answer) == ([], "Bac pro fermé.")
    assert declared(head, ["technological"]).awaits_answer


def test_a_confirmation_is_cancelled_with_its_pathways(silent, head):
    confirmed = perform(declared(head), "confirm", actor=person(Role.ADMIN))

    perform(confirmed, "revoke", actor=person(Role.CALL_MANAGER), reason="Erreur.", answer="Erreur.")

    assert school().pathways == []
    assert "Motif : Erreur." in Message.objects.get(code="fact_revoked").body


def test_an_import_that_still_says_nothing_keeps_what_was_confirmed(silent, head):
    perform(declared(head), "confirm", actor=person(Role.ADMIN))

    same = import_directory(annuaire(SILENT))
    renamed = import_directory(annuaire(SILENT | {"Nom_etablissement": "Lycée Marguerite-Thibault"}))

    assert (same.unchanged, renamed.updated) == ([silent.uai], [silent.uai])
    assert [pathway.value for pathway in school().pathways] == ["vocational"]
    assert FactDeclaration.objects.get().is_confirmed
    assert [issue.code for issue in same.warnings] == ["declaration_kept"]
    assert same.warnings[0].message == "Non dit par le fichier : déclaré par le lycée, voies de formation, professionnelle."


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_import_that_says_the_pathways_takes_over_and_says_so(silent, head, confirmed):
    declaration = declared(head)
    if confirmed:
        perform(declaration, "confirm", actor=person(Role.ADMIN))

    report = import_directory(annuaire(SILENT | {"Voie_generale": "1"}))

    assert [pathway.value for pathway in school().pathways] == ["general"]
    assert FactDeclaration.objects.get().state == "superseded"
    assert [issue.code for issue in report.warnings] == ["declaration_over"]
    assert JournalEntry.objects.get(action="supersede").reason == "L’annuaire dit : générale."
    told = Message.objects.get(code="fact_superseded")
    assert told.to_email == head.email and "le dit à présent" in told.body and "Voies de formation : générale." in told.body


def test_an_official_file_that_says_what_was_declared_ends_the_declaration_too(silent, head):
    perform(declared(head), "confirm", actor=person(Role.ADMIN))

    report = import_directory(annuaire(SILENT | {"Voie_professionnelle": "1"}))

    assert report.unchanged == [silent.uai]
    assert (FactDeclaration.objects.get().state, [p.value for p in school().pathways]) == ("superseded", ["vocational"])


def test_a_trial_import_changes_no_declaration(silent, head):
    declared(head)

    import_directory(annuaire(SILENT | {"Voie_generale": "1"}), dry_run=True)

    assert FactDeclaration.objects.get().awaits_answer and Message.objects.filter(code="fact_superseded").count() == 0


def test_the_head_is_led_to_the_declaration_and_the_staff_to_its_answer(client, silent, head):
    call = CallFactory(eligible_categories=[silent.category], eligible_pathways=["vocational"])
    address = f"/etablissements/{silent.uai}/declarer/pathways/"
    client.force_login(head)
    led = [item.url for item in todo_for(head)], address in [to for _, to in links_of(client.get(f"{call.get_absolute_url()}deposer/"))]

    sent = client.post(address, {"pathways": ["vocational"], "note": "Bac pro."})
    declaration = FactDeclaration.objects.get()

    assert led == ([address], True)
    assert (sent.status_code, sent.url) == (302, declaration.get_absolute_url())
    assert todo_for(head) == []
    assert "La Région doit encore les confirmer" in client.get(f"{call.get_absolute_url()}deposer/").content.decode()
    (item,) = todo_for(person(Role.CALL_MANAGER))
    assert (item.title, item.url) == ("Répondre à 1\u00a0déclaration de lycée", "/etablissements/declarations/")
    assert todo_for(person(Role.OFFICER)) == []


def test_what_is_typed_is_kept_when_no_pathway_is_chosen(client, silent, head):
    client.force_login(head)

    page = client.post(f"/etablissements/{silent.uai}/declarer/pathways/", {"note": "Bac pro depuis 2019."})

    assert page.status_code == 422
    assert "Choisissez au moins une voie." in page.content.decode() and "Bac pro depuis 2019." in page.content.decode()


def test_staff_answer_on_the_page_and_the_lycee_shows_where_its_pathways_come_from(client, silent, head):
    declaration = declared(head)
    manager = person(Role.CALL_MANAGER)
    client.force_login(manager)
    listed = rows_of(client.get("/etablissements/declarations/"))
    read = client.get(f"{declaration.get_absolute_url()}action/confirm/").content.decode()

    answered = client.post(f"{declaration.get_absolute_url()}action/confirm/")

    assert listed[1][1:3] == ["Voies de formation", "Professionnelle"] and "À confirmer" in listed[1]
    assert "le chef d’établissement en sont prévenus par courriel" in read
    assert (answered.status_code, FactDeclaration.objects.get().state) == (302, "confirmed")
    client.force_login(person())
    assert "déclaré par le lycée le" in client.get(silent.get_absolute_url()).content.decode()


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.FINANCE, Role.JUROR])
def test_others_read_no_declaration(client, silent, head, role):
    declaration = declared(head)
    client.force_login(person(role))

    assert client.get(declaration.get_absolute_url()).status_code == 404
    assert client.get("/etablissements/declarations/").status_code == 403
    assert client.get(f"/etablissements/{silent.uai}/declarer/pathways/").status_code == 403
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
