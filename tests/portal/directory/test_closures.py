"""A lycée that the administration says closed before the official directory does: noted, told, kept by imports, taken back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls import checks
from orders.queries.closed_schools import closed_schools, unfinished_at
from portal.directory.closures import EFFECTS, close_lycee
from portal.directory.importers import writing
from portal.directory.importers.writing import import_directory
from portal.directory.models import Establishment, SchoolClosure
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import SCHOOL_ROLES, Role
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.cast import assert_matrix, cast_around, states_of
from tests.factories.directory import EstablishmentFactory, SchoolClosureFactory
from tests.factories.orders import CablingWorkFactory, PurchaseOrderFactory
from tests.factories.workflow import arrows
from tests.portal.directory.files import TOUL, annuaire
from tests.reading import text_of, values_of

pytestmark = pytest.mark.django_db
ADMINS = {"admin", "superuser"}
ARROWS = {("standing", "lift", "lifted"): ADMINS, ("standing", "supersede", "superseded"): set()}
REASON = "Délibération 25CP-101 : fusion des deux lycées."


@pytest.fixture
def school():
    return EstablishmentFactory(name="Lycée Jean-Prouvé")


@pytest.fixture
def heir():
    return EstablishmentFactory(name="Lycée Simone-Veil")


@pytest.fixture
def admin():
    return person(Role.ADMIN)


def closed(school, admin, **given) -> SchoolClosure:
    return close_lycee(
        **{"establishment": school, "closed_on": timezone.localdate(), "reason": REASON, "successor": None, "actor": admin} | given
    )


def address(school) -> str:
    return f"/etablissements/{school.uai}/fermer/"


def posted(**given) -> dict:
    return {"closed_on": timezone.localdate().isoformat(), "reason": REASON, "successor": ""} | given


def mailed() -> set[tuple[str, str]]:
    return set(Message.objects.values_list("code", "to_email"))


def test_life_of_a_closure_is_exactly_this():
    assert arrows(SchoolClosure) == set(ARROWS)


@pytest.mark.parametrize("state", states_of(SchoolClosure))
def test_each_transition_is_open_to_these_people_alone(state):
    assert_matrix(
        state,
        ARROWS,
        make=lambda state, name: SchoolClosureFactory(state=state),
        cast=lambda obj: cast_around(CallFactory(), obj.establishment),
    )


def test_a_closure_is_noted_told_and_read(client, school, heir, admin):
    team = [person(role, at=school) for role in (Role.HEAD, Role.MEMBER)]
    successor = person(Role.HEAD, at=heir)
    person(Role.MEMBER, at=heir), person(Role.HEAD, at=EstablishmentFactory())
    client.force_login(admin)

    page = client.post(address(school), posted(successor=heir.uai), follow=True)

    school.refresh_from_db()
    closure = SchoolClosure.objects.get()
    assert (school.is_closed, closure.successor, closure.closed_by, closure.directory_state) == (True, heir, admin, "open")
    assert mailed() == {("school_closed", user.email) for user in (*team, successor)}
    assert all(words in Message.objects.first().body for words in ("du lycée Jean-Prouvé", "Lycée Simone-Veil", REASON))
    entry = JournalEntry.objects.get(action="close_lycee")
    assert (entry.actor, entry.reason, entry.data["successor"]) == (admin, REASON, heir.uai)
    assert page.redirect_chain[0][0] == closure.get_absolute_url()
    assert all(words in text_of(page) for words in (REASON, "Lycée Simone-Veil", "Fermeture notée"))


def test_a_lycee_without_team_is_told_in_its_mailbox(school, admin):
    closed(school, admin)

    assert mailed() == {("school_closed", school.email)}


def test_what_it_does_is_said_before_the_press(client, school, admin):
    person(Role.HEAD, at=school)
    call = CallFactory()
    ApplicationFactory(call=call, establishment=school)
    ApplicationFactory(call=call, establishment=school, submitted=True)
    PurchaseOrderFactory.create_batch(2, establishment=school, sent=True)
    CablingWorkFactory(establishment=school)
    client.force_login(admin)

    said = text_of(client.get(address(school)))

    assert "1 dossier en préparation ne pourra plus être déposé." in said
    assert "1 dossier déposé, 2 commandes en cours, 1 chantier de câblage." in said
    assert "1 personne de son équipe garde son rôle" in said
    assert "Il n’a ni dossier déposé, ni aide, ni commande en cours." in EFFECTS.of(EstablishmentFactory())


def test_a_closed_lycee_files_nothing_and_keeps_what_it_has(school, admin):
    draft, order = (
        ApplicationFactory(call=CallFactory(), establishment=school, complete=True),
        PurchaseOrderFactory(establishment=school, sent=True),
    )

    closed(school, admin)

    draft.establishment.refresh_from_db()
    order.refresh_from_db()
    assert order.state == "sent"
    assert "est fermé" in " ".join(str(gap) for gap in checks.eligibility_gaps(draft.call, draft.establishment))
    assert list(closed_schools(person(Role.ORDERS))) == [school]


def test_closed_lycees_name_the_one_that_follows(client, school, heir, admin, django_assert_num_queries):
    other = EstablishmentFactory()
    for each in (school, other):
        PurchaseOrderFactory(establishment=each, sent=True)
    closed(school, admin, successor=heir), closed(other, admin)
    reader = person(Role.ORDERS)
    schools = list(closed_schools(reader).order_by("pk"))

    with django_assert_num_queries(4):
        rows = unfinished_at(schools, reader)
    client.force_login(reader)

    assert [row.successor for row in rows] == [heir, None]
    assert "lycée qui lui succède : Lycée Simone-Veil" in text_of(client.get("/lycees-fermes/"))


@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.ADMIN)])
def test_nobody_else_closes_a_lycee(client, school, role):
    user = person(role, at=school if role in SCHOOL_ROLES else None)
    client.force_login(user)

    assert {client.get(address(school)).status_code, client.post(address(school), posted()).status_code} == {403}
    with pytest.raises(PermissionDenied):
        closed(school, user)
    assert "Noter la fermeture" not in text_of(client.get(school.get_absolute_url()))
    assert not Establishment.objects.get(pk=school.pk).is_closed


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closed_on": ""}, "closed_on"),
        ({"closed_on": "2090-01-01"}, "closed_on"),
        ({"reason": " "}, "reason"),
        ({"successor": "0000000Z"}, "successor"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, school, admin, changes, field):
    client.force_login(admin)

    answer = client.post(address(school), posted(**{"successor": "abc"} | changes))

    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert values_of(answer, "successor") == [changes.get("successor", "abc")]
    assert not SchoolClosure.objects.exists()


def test_a_lycee_does_not_follow_itself_nor_a_closed_one(client, school, admin):
    client.force_login(admin)

    answer = client.post(address(school), posted(successor=school.uai))

    assert (answer.status_code, "Un lycée ne se succède pas à lui-même." in text_of(answer)) == (422, True)
    with pytest.raises(TransitionRefused, match="fermé lui aussi"):
        closed(school, admin, successor=EstablishmentFactory(state="closed"))
    with pytest.raises(TransitionRefused, match="dans le futur"):
        closed(school, admin, closed_on=timezone.localdate() + timedelta(days=1))


def test_a_closed_lycee_is_not_closed_again(client, school, admin):
    closed(school, admin)
    client.force_login(admin)

    with pytest.raises(TransitionRefused, match="déjà fermé"):
        closed(school, admin)
    assert client.get(address(school)).status_code == 409
    assert SchoolClosure.objects.count() == 1


def test_taken_back_the_lycee_is_as_the_directory_says(client, school, heir, admin):
    head = person(Role.HEAD, at=school)
    closure = closed(school, admin, successor=heir)
    client.force_login(admin)

    client.post(f"{closure.get_absolute_url()}action/lift/", {"reason": "Fermeture reportée."})

    closure.refresh_from_db()
    assert (closure.state, closure.lift_reason, Establishment.objects.get(pk=school.pk).state) == ("lifted", "Fermeture reportée.", "open")
    assert ("school_closure_lifted", head.email) in mailed()
    assert "Fermeture reportée." in Message.objects.get(code="school_closure_lifted", to_email=head.email).body
    assert "Fermé depuis" not in text_of(client.get(school.get_absolute_url()))
    assert closed(Establishment.objects.get(pk=school.pk), admin).is_standing


def test_taking_back_needs_a_reason(client, school, admin):
    closure = closed(school, admin)
    client.force_login(admin)

    assert client.post(f"{closure.get_absolute_url()}action/lift/", {"reason": " "}).status_code == 422
    assert Establishment.objects.get(pk=school.pk).is_closed


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        (Role.HEAD, "school", 200),
        (Role.MEMBER, "school", 200),
        (Role.HEAD, "heir", 200),
        (Role.HEAD, "elsewhere", 404),
        (Role.MEMBER, "elsewhere", 404),
        (Role.JUROR, "", 404),
        (None, "", 404),
        (Role.AUDITOR, "", 200),
        (Role.ORDERS, "", 200),
    ],
)
def test_who_reads_why_a_lycee_is_closed(client, school, heir, admin, role, where, status):
    closure = closed(school, admin, successor=heir)
    places = {"school": school, "heir": heir, "elsewhere": EstablishmentFactory()}
    client.force_login(person(role, at=places.get(where)))

    page = text_of(client.get(school.get_absolute_url()))

    assert client.get(closure.get_absolute_url()).status_code == status
    assert ("Fermé depuis le" in page, "Voir la fermeture" in page, REASON in page) == (True, status == 200, False)


def test_an_import_that_says_it_open_keeps_it_closed(admin):
    import_directory(annuaire(TOUL))
    closure = closed(Establishment.objects.get(), admin)

    again = import_directory(annuaire(TOUL | {"etat": "A FERMER"}))

    assert [issue.code for issue in again.warnings] == ["closure_kept"]
    assert Establishment.objects.get().is_closed
    perform(SchoolClosure.objects.get(pk=closure.pk), "lift", actor=admin, reason="Reporté.")
    assert Establishment.objects.get().state == "closing"


def test_an_import_that_says_it_closed_takes_over(admin, heir):
    import_directory(annuaire(TOUL))
    school = Establishment.objects.exclude(pk=heir.pk).get()
    closed(school, admin, successor=heir, closed_on=date(2026, 8, 31))

    agreed = import_directory(annuaire(TOUL | {"etat": "FERME"}))
    reopened = import_directory(annuaire(TOUL))

    assert [issue.code for issue in agreed.warnings] == ["closure_over"]
    assert SchoolClosure.objects.get().state == "superseded"
    assert ([issue.code for issue in reopened.warnings], Establishment.objects.get(pk=school.pk).state) == ([], "open")


@pytest.fixture
def while_read(monkeypatch):
    """Have something done by somebody else once an import has compared the file with the closures, before it writes."""
    compared = writing.keep_closed

    def plan(act):
        def keep(records, report):
            kept = compared(records, report)
            act()
            return kept

        monkeypatch.setattr(writing, "keep_closed", keep)

    return plan


def test_a_lycee_closed_while_an_import_reads_the_file_stays_closed(admin, while_read):
    import_directory(annuaire(TOUL))
    while_read(lambda: closed(Establishment.objects.get(), admin))

    import_directory(annuaire(TOUL | {"appellation_officielle": "Lycée Jean-Prouvé"}))

    assert Establishment.objects.get().is_closed
    assert SchoolClosure.objects.get().is_standing


def test_a_closure_taken_back_while_an_import_reads_the_file_stays_taken_back(admin, while_read):
    import_directory(annuaire(TOUL))
    closure = closed(Establishment.objects.get(), admin)
    while_read(lambda: perform(SchoolClosure.objects.get(pk=closure.pk), "lift", actor=admin, reason="Reporté."))

    import_directory(annuaire(TOUL | {"etat": "A FERMER"}))

    assert Establishment.objects.get().state == "closing"
    assert closed(Establishment.objects.get(), admin).is_standing


def test_a_dry_run_ends_no_closure(admin):
    import_directory(annuaire(TOUL))
    closed(Establishment.objects.get(), admin)

    import_directory(annuaire(TOUL | {"etat": "FERME"}), dry_run=True)

    assert SchoolClosure.objects.get().is_standing
