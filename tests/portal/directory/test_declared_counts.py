"""Pupils, boarders and priority education, which the directory leaves out: declared, confirmed, corrected, and what an import does to them."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.directory import facts
from portal.directory.declarations import declare_fact
from portal.directory.enums import Fact
from portal.directory.importers.writing import import_directory
from portal.directory.models import Establishment, FactDeclaration
from portal.directory.screens import fact_lines
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.criteria import CallFacts, rule_of
from scoring.groups import groups_of
from scoring.queries.criteria import file_facts
from tests.factories.accounts import person
from tests.factories.directory import EstablishmentFactory, FactDeclarationFactory
from tests.portal.directory.files import PRIVATE, TOUL, annuaire
from tests.reading import tree_of, values_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_autumn_2026")]
COUNTED = TOUL | {"date_maj_ligne": "2024-03-19", "Nombre_d_eleves": "820"}
SILENT = TOUL | {"date_maj_ligne": "2026-10-01", "Nombre_d_eleves": "", "Hebergement": ""}


@pytest.fixture
def in_autumn_2026():
    with time_machine.travel("2026-11-10 10:00+01:00", tick=False):
        yield


@pytest.fixture
def school():
    import_directory(annuaire(COUNTED | {"Hebergement": ""}))
    return Establishment.objects.get()


@pytest.fixture
def member(school):
    return person(Role.MEMBER, at=school)


@pytest.fixture
def keeper():
    return person(Role.CALL_MANAGER)


def declared(school, actor, fact=Fact.PUPILS, **values) -> FactDeclaration:
    return declare_fact(establishment=school, fact=fact, values=values, note="", actor=actor)


def pupils() -> tuple:
    return Establishment.objects.values_list("pupils", "pupils_year").get()


@pytest.mark.parametrize(("day", "year"), [("2026-08-31", "2025-2026"), ("2026-09-01", "2026-2027"), ("2027-01-31", "2026-2027")])
def test_a_school_year_begins_in_september(day, year):

    assert facts.school_year(date.fromisoformat(day)) == year


def test_pupils_of_a_later_year_count_once_confirmed_and_the_directory_is_said_beside(client, school, member, keeper):
    declaration = declared(school, member, pupils=870, pupils_year="2026-2027")
    before = pupils()

    perform(declaration, "confirm", actor=keeper)

    assert (before, pupils()) == ((820, "2023-2024"), (870, "2026-2027"))
    client.force_login(member)
    own = words_of(tree_of(client.get(school.get_absolute_url())))
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory(uai="0540900U")))
    foreign = words_of(tree_of(client.get(school.get_absolute_url())))
    beside = "annuaire : 820 élèves, année scolaire 2023-2024"
    assert f"déclaré par {member} le 10 novembre 2026, confirmé par {keeper} le 10 novembre 2026" in own.replace("\u00a0", " ")
    assert "déclaré par le lycée le 10 novembre 2026, confirmé par la Région le" in foreign.replace("\u00a0", " ")
    assert (str(member) in foreign, str(keeper) in foreign) == (False, False)
    assert beside in own.replace("\u00a0", " ") and beside in foreign.replace("\u00a0", " ")


def test_a_confirmation_of_pupils_cancelled_gives_the_directory_back(school, member, keeper):
    declaration = perform(declared(school, member, pupils=870, pupils_year="2026-2027"), "confirm", actor=keeper)

    perform(declaration, "revoke", actor=keeper, reason="Erreur.", answer="Erreur.")

    assert pupils() == (820, "2023-2024")


def test_a_later_declaration_replaces_the_one_that_counts_and_its_end_gives_the_directory_back(school, member, keeper):
    first = perform(declared(school, member, pupils=840, pupils_year="2025-2026"), "confirm", actor=keeper)
    second = declared(school, member, pupils=870, pupils_year="2026-2027")
    waiting = pupils()

    second = perform(second, "confirm", actor=keeper)

    first.refresh_from_db()
    assert (waiting, pupils(), first.state) == ((840, "2025-2026"), (870, "2026-2027"), "replaced")
    assert JournalEntry.objects.get(action="replace").reason.endswith("870\u00a0élèves, année scolaire 2026-2027.")
    perform(second, "revoke", actor=keeper, reason="Erreur.", answer="Erreur.")
    assert pupils() == (820, "2023-2024")


@pytest.mark.parametrize("year", ["2023-2024", "2024-2025", "2027-2028", "", "demain"])
def test_pupils_are_declared_of_this_school_year_or_the_last_alone(school, member, year):
    with pytest.raises(TransitionRefused):
        declared(school, member, pupils=870, pupils_year=year)


def test_pupils_that_the_directory_counts_this_year_are_not_declared(school, member):
    import_directory(annuaire(COUNTED | {"date_maj_ligne": "2026-10-01"}))

    with pytest.raises(TransitionRefused) as refusal:
        declared(school, member, pupils=870, pupils_year="2026-2027")

    assert refusal.value.reasons == ["L’annuaire dit les élèves de cette année scolaire : une erreur s’y corrige."]


def test_a_directory_without_pupils_keeps_those_of_an_earlier_one_with_their_year(school):
    told = fact_lines(school, person())[1].source
    report = import_directory(annuaire(SILENT, form="2026"))

    assert (report.updated, pupils()) == ([], (820, "2023-2024"))
    lines = {line.fact: line for line in fact_lines(Establishment.objects.get(), person())}
    assert (told, lines["pupils"].source) == ("annuaire du 19 mars 2024", "annuaire antérieur")
    assert (lines["pathways"].source, lines["boarding"].source) == ("annuaire du 1er octobre 2026", "")


@pytest.mark.parametrize(
    ("row", "after", "state"),
    [
        (SILENT, (870, "2026-2027"), "confirmed"),
        (COUNTED | {"date_maj_ligne": "2025-03-19", "Nombre_d_eleves": "830"}, (870, "2026-2027"), "confirmed"),
        (COUNTED | {"date_maj_ligne": "2026-10-01", "Nombre_d_eleves": "868"}, (868, "2026-2027"), "superseded"),
        (COUNTED | {"date_maj_ligne": "2027-09-15", "Nombre_d_eleves": "900"}, (900, "2027-2028"), "superseded"),
    ],
)
def test_an_import_takes_over_once_it_counts_the_same_year_or_a_later_one(school, member, keeper, row, after, state):
    declaration = perform(declared(school, member, pupils=870, pupils_year="2026-2027"), "confirm", actor=keeper)

    report = import_directory(annuaire(row))

    declaration.refresh_from_db()
    assert (pupils(), declaration.state) == (after, state)
    assert [issue.code for issue in report.warnings] == ["declaration_kept" if state == "confirmed" else "declaration_over"]


def test_what_an_import_counts_of_an_earlier_year_is_what_comes_back(school, member, keeper):
    declaration = perform(declared(school, member, pupils=870, pupils_year="2026-2027"), "confirm", actor=keeper)
    import_directory(annuaire(COUNTED | {"date_maj_ligne": "2025-03-19", "Nombre_d_eleves": "830"}))

    perform(FactDeclaration.objects.get(pk=declaration.pk), "revoke", actor=keeper, reason="Erreur.", answer="Erreur.")

    assert pupils() == (830, "2024-2025")


def test_a_declaration_to_answer_ends_when_the_directory_says_it_meanwhile(school, member, keeper):
    declaration = declared(school, member, Fact.BOARDING, has_boarding=False)

    import_directory(annuaire(COUNTED | {"Hebergement": "1"}))

    declaration.refresh_from_db()
    assert (declaration.state, Establishment.objects.get().has_boarding) == ("superseded", True)
    with pytest.raises(TransitionRefused):
        perform(declaration, "confirm", actor=keeper)


@pytest.mark.parametrize(("cell", "known"), [("1", True), ("0", False), ("", None)])
def test_an_empty_cell_on_boarders_is_not_a_no(cell, known):
    import_directory(annuaire(TOUL | {"Hebergement": cell}))

    assert Establishment.objects.get().has_boarding is known


@pytest.mark.parametrize(("cell", "said"), [("REP", "rep"), ("REP+", "rep_plus"), ("", "")])
def test_priority_education_of_the_file_is_read(cell, said):
    import_directory(annuaire(TOUL | {"Appartenance_Education_Prioritaire": cell}))

    assert Establishment.objects.get().priority_education == said


@pytest.mark.parametrize(
    ("fact", "typed", "column", "value"),
    [
        ("boarding", {"has_boarding": "non"}, "has_boarding", False),
        ("boarding", {"has_boarding": "oui"}, "has_boarding", True),
        ("priority", {"priority_education": "zep"}, "priority_education", "zep"),
        ("priority", {"priority_education": "none"}, "priority_education", "none"),
        ("pupils", {"pupils": "1 020", "pupils_year": "2025-2026"}, "pupils", 1020),
    ],
)
def test_each_fact_is_declared_on_its_page_and_confirmed_on_another(client, school, member, keeper, fact, typed, column, value):
    client.force_login(member)
    sent = client.post(f"/etablissements/{school.uai}/declarer/{fact}/", typed)
    declaration = FactDeclaration.objects.get()
    client.force_login(keeper)

    client.post(f"{declaration.get_absolute_url()}action/confirm/")

    assert (sent.status_code, getattr(Establishment.objects.get(), column)) == (302, value)
    assert client.get(declaration.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("fact", [*Fact])
def test_a_form_sent_empty_says_what_is_missing_and_keeps_the_note(client, school, member, fact):
    Establishment.objects.update(has_general=False, has_technological=False)
    client.force_login(member)

    page = client.post(f"/etablissements/{school.uai}/declarer/{fact}/", {"note": "Constat de rentrée."})

    assert (page.status_code, values_of(page, "note"), FactDeclaration.objects.count()) == (422, ["Constat de rentrée."], 0)


def test_no_other_fact_is_declared(client, school, member):
    client.force_login(member)

    assert client.get(f"/etablissements/{school.uai}/declarer/ips/").status_code == 404


def test_a_lycee_declares_of_itself_alone(client, school):
    stranger = person(Role.HEAD, at=EstablishmentFactory())
    client.force_login(stranger)

    assert client.post(f"/etablissements/{school.uai}/declarer/priority/", {"priority_education": "rep"}).status_code == 403
    with pytest.raises(PermissionDenied):
        declared(school, stranger, Fact.PRIORITY, priority_education="rep")
    assert FactDeclaration.objects.count() == 0


def test_lycees_are_found_by_what_they_declared(client, school, member, keeper):
    other = EstablishmentFactory()
    perform(declared(school, member, Fact.PRIORITY, priority_education="zep"), "confirm", actor=keeper)
    client.force_login(keeper)

    assert list(client.get("/etablissements/?priority=zep").context["page_obj"]) == [school]
    assert list(client.get("/etablissements/?priority=inconnue").context["page_obj"]) == [other]


UNKNOWN = [("priority", "unknown", "Éducation prioritaire non connue")]


@pytest.mark.parametrize(
    ("said", "group", "points"),
    [("zep", [("priority", "inside", "Éducation prioritaire")], 8), ("none", [("priority", "outside", "Hors éducation prioritaire")], 0)],
)
def test_priority_education_is_a_group_and_a_criterion_once_confirmed(school, member, keeper, said, group, points):
    declaration = declared(school, member, Fact.PRIORITY, priority_education=said)
    before = [found for found in groups_of(Establishment.objects.get()) if found[0] == "priority"]

    perform(declaration, "confirm", actor=keeper)

    known = Establishment.objects.select_related("authority", "department").get()
    assert (before, [found for found in groups_of(known) if found[0] == "priority"]) == (UNKNOWN, group)
    assert rule_of("priority").mark(file_facts(known), CallFacts(), 8).points == points


@pytest.mark.parametrize(
    "empty", [{"fact": "pupils"}, {"fact": "boarding"}, {"fact": "priority"}, {"fact": "pathways", "has_vocational": False}]
)
def test_the_database_keeps_no_declaration_that_says_nothing(school, empty):
    with pytest.raises(IntegrityError), transaction.atomic():
        FactDeclarationFactory(establishment=school, **{"has_vocational": False} | empty)


def test_the_page_of_a_lycee_takes_the_same_queries_whatever_was_declared(client, school, member, keeper, django_assert_max_num_queries):
    client.force_login(member)
    with django_assert_max_num_queries(40) as none:
        client.get(school.get_absolute_url())
    for fact, values in (("pupils", {"pupils": 9, "pupils_year": "2026-2027"}), ("priority", {"priority_education": "rep"})):
        perform(declared(school, member, fact, **values), "confirm", actor=keeper)

    with django_assert_max_num_queries(len(none)):
        client.get(school.get_absolute_url())


def test_an_import_with_many_declarations_takes_no_query_for_those_that_stand(member, keeper, school, django_assert_max_num_queries):
    rows = [COUNTED, PRIVATE]
    import_directory(annuaire(*rows))
    with django_assert_max_num_queries(20) as without:
        import_directory(annuaire(*rows))
    perform(declared(school, member, pupils=870, pupils_year="2026-2027"), "confirm", actor=keeper)
    import_directory(annuaire(*rows))

    with django_assert_max_num_queries(len(without)):
        import_directory(annuaire(*rows))
