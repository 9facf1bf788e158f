"""Reference data by lycée: what is read of a file, what each lycée reads of it, who may do what, and what nobody else ever learns."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from openpyxl import Workbook as Book

from calls.actions.next_wave import Wave, prepare_next_wave
from calls.actions.reference_data import (
    TypedColumn,
    add_table,
    bring_edition,
    put_edition_in_force,
    remove_table,
    set_columns,
)
from calls.actions.steering import renew_questionnaire
from calls.checks import asked_in
from calls.conditioned.data_cells import WrongCell, cell_name, kept_value, kind_that_fits
from calls.conditioned.eligibility import errors_in_eligibility
from calls.enums import CallState, ColumnKind
from calls.models import Application, Call, Questionnaire, ReferenceEdition, ReferenceSet
from calls.questionnaire import errors_in
from portal.directory.importers.report import FileError
from portal.directory.models import Establishment
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.conditions import form_with
from tests.factories.reference_data import brought, uai_of
from tests.outcomes import refusal_of
from tests.reading import text_of

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


def in_form(call: Call, **more) -> Questionnaire:
    """The form of the call, with these options of questions, knowing what the call knows; published."""
    form = Questionnaire.objects.get(call=call)
    form.definition = form_with(**more) | {"known": form.definition["known"]}
    assert errors_in(form.definition) == []
    form.save()
    Call.objects.filter(pk=call.pk).update(state=CallState.PUBLISHED)
    return form


def file_of(call: Call, school: Establishment, **more) -> Application:
    made = ApplicationFactory(call=Call.objects.get(pk=call.pk), establishment=school, **more)
    return Application.everything.get(pk=made.pk)


# -- Cells ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "cell", "kept"),
    [
        ("number", "1 250", 1250), ("number", "-3", -3), ("number", "", None), ("amount", "1 250,5 €", "1250.50"), ("amount", "12", "12.00"),
        ("yes_no", "Oui", True), ("yes_no", "0", False), ("day", "1/3/2027", "2027-03-01"), ("day", "2027-03-01", "2027-03-01"),
        ("text", " Internat ", "Internat"),
    ],
)  # fmt: skip
def test_a_cell_is_kept_as_its_column_wants_it(kind, cell, kept):
    assert kept_value(kind, cell) == kept


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("number", "douze"), ("number", "1,5"), ("number", "1" * 10), ("number", "²"), ("amount", "1,234"), ("amount", "1e9"), ("amount", "NaN"),
        ("yes_no", "peut-être"), ("day", "31/02/2027"), ("day", "2027-3-1"), ("text", "x" * 201), ("text", "=1+1"), ("number", "=A1*2"),
        ("text", '=HYPERLINK("http://x";"y")'),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_what_its_column_wants_is_refused(kind, cell):
    with pytest.raises(WrongCell):
        kept_value(kind, cell)


def test_the_kind_that_fits_is_the_narrowest():
    assert kind_that_fits(["18", "", "0"]) == ColumnKind.NUMBER
    assert kind_that_fits(["18", "1,5"]) == ColumnKind.AMOUNT
    assert kind_that_fits(["oui", "non"]) == ColumnKind.YES_NO
    assert kind_that_fits(["01/03/2027"]) == ColumnKind.DAY
    assert kind_that_fits([*"123456789", "douze"]) == ColumnKind.NUMBER  # one in ten is wrong
    assert kind_that_fits(["18", "douze"]) == kind_that_fits([]) == ColumnKind.TEXT
    assert [cell_name(0, 2), cell_name(25, 3), cell_name(26, 4), cell_name(701, 5)] == ["A2", "Z3", "AA4", "ZZ5"]


# -- Files -------------------------------------------------------------------------------------------------------------------------


def test_a_file_gives_the_columns_and_nothing_is_in_force_before_a_second_act(call, manager, text, schools):
    table, edition = add_table(call=call, name="Vague 1", file=brought(text), actor=manager)

    assert [(column["key"], column["kind"]) for column in table.columns] == [
        ("postes_recus", "number"), ("reste", "amount"), ("prioritaire", "yes_no"), ("visite_le", "day"), ("remarque", "text"),
    ]  # fmt: skip
    assert (table.in_force, edition.report["rows"], edition.report["left_out"]) == (None, 2, 0)
    assert edition.rows.get(establishment=schools[0]).values == {
        "postes_recus": 18, "reste": "1250.50", "prioritaire": True, "visite_le": "2027-03-01", "remarque": "Internat",
    }  # fmt: skip
    put_edition_in_force(edition=edition, actor=manager)
    acts = JournalEntry.objects.filter(subject_id=str(call.pk)).order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["add_table", "bring_edition", "put_edition_in_force"]


def test_each_row_left_out_is_told_by_its_cell(table, manager, schools):
    unknown, twice = uai_of(77), schools[2].uai
    lines = [
        "UAI;Postes reçus;Reste;Prioritaire;Visite le;Remarque;Autre",
        f"{schools[0].uai};douze;x;oui;;;",
        f"{unknown};1;;;;;",
        "0540001Z9;1;;;;;",
        f"{twice};1;;;;;",
        f"{twice};2;;;;;",
        f"{schools[1].uai};7;;;;;",
    ]
    edition = bring_edition(of=table, file=brought("\n".join(lines)), actor=manager)

    told = [(fault["cell"], fault["told"].replace(NBSP, " ")) for fault in edition.report["faults"]]
    assert told == [
        ("B2", "Postes reçus : « douze » n’est pas un nombre entier de neuf chiffres au plus."),
        ("C2", "Reste : « x » n’est pas un montant en euros, avec deux décimales au plus."),
        ("A3", "Ce lycée n’est pas dans l’annuaire du portail."),
        ("A4", "« 0540001Z9 » n’est pas un code UAI."),
        ("A5", "Ce lycée est aussi à la ligne 6 : rien ne dit laquelle est la bonne."),
        ("A6", "Ce lycée est aussi à la ligne 5 : rien ne dit laquelle est la bonne."),
    ]
    assert (edition.report["rows"], edition.report["left_out"], edition.report["ignored"]) == (1, 5, ["autre"])
    assert table.in_force == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"UAI;Postes\n", "aucune ligne"),
        (b"Numero;Postes\n1;2\n", "il manque la colonne « uai ». Ses titres : « Numero », « Postes »."),
        ("UAI;Postes reçus\n".encode("utf-16"), "UTF-8"),
        (b"\x00\x01\x02\x03", "UTF-8"),
        (b"PK\x03\x04 nothing of a workbook", "abîmé"),
        (b"UAI;A;a\n1;2;3\n", "même titre"),
        (b"UAI;" + b";".join(b"C%d" % n for n in range(40)) + b"\n1\n", "plus de 30 colonnes"),
        (b"UAI;" + b"a" * 81 + b"\n1;1\n", "dépasse 80 signes"),
        (b"UAI;A\n" + b"x;1\n" * 6001, "plus de 6000 lignes"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(call, manager, content, said):
    with pytest.raises(FileError) as refusal:
        add_table(call=call, name="Vague 1", file=brought(content), actor=manager)
    assert said in str(refusal.value)


def test_windows_files_and_workbooks_are_read(call, manager, schools):
    text = f"UAI;Réseau\n{schools[0].uai};Câblé\n"
    for name, content in (
        ("Un", text.encode("cp1252")),
        ("Deux", text.encode("utf-8-sig")),
        ("Trois", book([["UAI", "Réseau"], [schools[0].uai, "Câblé"]])),
    ):
        _table, edition = add_table(call=call, name=name, file=brought(content), actor=manager)
        assert list(edition.rows.get().values.values()) == ["Câblé"]


def book(rows: list[list]) -> bytes:
    made, content = Book(), BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(content)
    return content.getvalue()


def test_a_formula_of_a_workbook_is_no_value(call, manager, schools):
    content = book([["UAI", "Postes"], [schools[0].uai, "=1+1"], [schools[1].uai, 5]])
    _table, edition = add_table(call=call, name="Postes", file=brought(content), actor=manager)
    assert [row.values for row in edition.rows.order_by("establishment__uai")] == [{}, {"postes": 5}]  # never computed: nothing is there


def test_an_earlier_edition_comes_back(table, manager, schools):
    second = bring_edition(
        of=table, file=brought(f"UAI;Postes reçus;Reste;Prioritaire;Visite le;Remarque\n{schools[0].uai};3;;;;"), actor=manager
    )
    put_edition_in_force(edition=second, actor=manager)
    assert refusal_of(put_edition_in_force, edition=second, actor=manager) == ["Cette édition est déjà en vigueur."]

    put_edition_in_force(edition=table.editions.get(number=1), actor=manager)
    assert ReferenceSet.objects.get(pk=table.pk).in_force == 1 and table.editions.count() == 2


def test_an_edition_without_a_row_is_not_put_in_force(table, manager):
    empty = bring_edition(of=table, file=brought("UAI;Postes reçus;Reste;Prioritaire;Visite le;Remarque\nx;;;;;"), actor=manager)
    assert refusal_of(put_edition_in_force, edition=empty, actor=manager)


# -- In the form ---------------------------------------------------------------------------------------------------------------------


def test_each_lycee_reads_its_own_row_and_a_dash_where_there_is_none(call, table, schools):
    in_form(call, eleves={"help": "Vague 1 : {donnee:postes_recus} postes, {donnee:reste}, le {donnee:visite_le}."})

    helps = [asked_in(file_of(call, school)).question("eleves").help.replace(NBSP, " ").replace("\u202f", " ") for school in schools]
    assert helps == [
        "Vague 1 : 18 postes, 1 250,50 €, le 1er mars 2027.",
        "Vague 1 : 0 postes, –, le 1er avril 2027.",
        "Vague 1 : – postes, –, le –.",
    ]


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        ({"data": "postes_recus", "at_least": 10}, [True, False, False]),
        ({"data": "postes_recus", "at_most": 10}, [False, True, False]),
        ({"data": "reste", "at_least": "1000"}, [True, False, False]),
        ({"data": "prioritaire", "equals": True}, [True, False, False]),
        ({"data": "visite_le", "at_least": "2027-03-15"}, [False, True, False]),
        ({"data": "remarque", "contains": "internat"}, [True, False, False]),
        ({"data": "liste-vague_1", "equals": False}, [False, False, True]),
    ],
)
def test_conditions_compare_each_column_by_its_kind(call, table, schools, condition, asked):
    in_form(call, eleves={"shown_if": condition})
    assert [asked_in(file_of(call, school)).is_asked("eleves") for school in schools] == asked


def test_what_the_call_does_not_know_is_refused_when_the_form_is_saved(call, table):
    known = Questionnaire.objects.get(call=call).definition["known"]

    def errors(**more) -> str:
        return " ".join(errors_in(form_with(**more) | {"known": known}))

    assert "cite « {donnee:autre} », que l’appel ne connaît pas. Citations possibles : {donnee:postes_recus}," in errors(
        eleves={"help": "{donnee:autre}"}
    )
    assert "un intitulé ne cite rien" in errors(eleves={"label": "{donnee:reste}"})
    assert "n’existe pas" in errors(eleves={"shown_if": {"data": "autre", "equals": 1}})
    assert "se compare à un nombre entier" in errors(eleves={"shown_if": {"data": "postes_recus", "equals": "douze"}})


def test_a_form_without_reference_data_reads_no_table(call, schools, django_assert_num_queries):
    Call.objects.filter(pk=call.pk).update(state=CallState.PUBLISHED)
    application = Application.objects.select_related("call", "questionnaire", "establishment").get(pk=file_of(call, schools[0]).pk)
    with django_assert_num_queries(0):
        asked_in(application)


def test_a_form_that_cites_reads_one_row(call, table, schools, django_assert_num_queries):
    in_form(call, eleves={"help": "{donnee:postes_recus} {donnee:reste}", "shown_if": {"data": "prioritaire", "equals": True}})
    application = Application.objects.select_related("call", "questionnaire", "establishment").get(pk=file_of(call, schools[0]).pk)
    with django_assert_num_queries(2):  # its answers, its row
        assert asked_in(application).is_asked("eleves")


# -- What nobody else learns -----------------------------------------------------------------------------------------------------------


def test_no_other_school_nor_the_public_reads_a_row(client, call, table, schools):
    in_form(call, eleves={"help": "Reste : {donnee:reste}, {donnee:remarque}."}, niveau={"help": "Internat de {donnee:remarque}"})
    other = person(Role.HEAD, at=schools[1])
    application = file_of(call, schools[1])
    client.force_login(other)

    page = text_of(client.get(reverse("calls:section", args=[application.reference, "projet"])))
    assert "Reste : –, –." in page.replace(NBSP, " ") and "1 250" not in page.replace(NBSP, " ").replace("\u202f", " ")
    for name, args in (("reference_sets", []), ("reference_set", [table.key]), ("reference_edition", [table.key, 1])):
        assert client.get(reverse(f"calls:{name}", args=["L40-V3", *args])).status_code == 403
    client.logout()
    public = text_of(client.get(f"/appels/{call.slug}/formulaire/"))
    assert "[la donnée « Reste »]" in public.replace(NBSP, " ") and "1 250" not in public.replace("\u202f", " ").replace(NBSP, " ")


def test_a_personal_draft_reads_nothing_of_the_lycee_that_it_names(call, table, schools):
    """Its author is not of the team: the row is the lycée's."""
    in_form(call, eleves={"help": "Reste : {donnee:reste}."}, niveau={"shown_if": {"data": "liste-vague_1", "equals": True}})
    draft = file_of(call, schools[0], kept_for=person())

    asked = asked_in(draft)
    assert asked.question("eleves").help == "Reste : –." and not asked.is_asked("niveau")


def test_eligibility_reads_no_row_whoever_asks(table):
    assert errors_in_eligibility({"data": "postes_recus", "at_least": 1}) == [
        "Condition d’éligibilité : « postes_recus » (data) n’existe pas."
    ]
    assert errors_in_eligibility({"data": "liste-vague_1", "equals": True}) != []


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OFFICER, Role.AUDITOR])
def test_staff_reads_and_only_who_runs_the_call_writes(client, call, table, role, manager):
    reader = person(role)
    client.force_login(reader)
    page = client.get(table.get_absolute_url())

    assert page.status_code == 200 and "Apporter un fichier" not in text_of(page)
    assert client.post(reverse("calls:reference_remove", args=["L40-V3", table.key])).status_code == 403
    for act in (
        lambda: add_table(call=call, name="Autre", file=None, actor=reader),
        lambda: bring_edition(of=table, file=brought("UAI\n1"), actor=reader),
        lambda: put_edition_in_force(edition=table.editions.get(), actor=reader),
        lambda: remove_table(of=table, actor=reader),
    ):
        with pytest.raises(PermissionDenied):
            act()


# -- What is used stays ------------------------------------------------------------------------------------------------------------------


def test_a_table_that_is_used_is_not_removed_and_its_users_are_named(call, table, manager):
    in_form(call, eleves={"help": "{donnee:reste}"}, niveau={"shown_if": {"data": "liste-vague_1", "equals": True}})

    assert refusal_of(remove_table, of=table, actor=manager) == [
        "« Vague 1 » ne se supprime pas : s’en servent la question « Niveau principal » et l’aide de la question « Élèves concernés »."
    ]
    kept = [TypedColumn(c["label"], ColumnKind(c["kind"]), c["key"]) for c in table.columns]
    assert refusal_of(set_columns, of=table, name="Vague 1", columns=[c for c in kept if c.key != "reste"], actor=manager) == [
        "« Reste » ne s’enlève pas : s’en sert l’aide de la question « Élèves concernés »."
    ]
    set_columns(of=table, name="Première vague", columns=[c for c in kept if c.key != "remarque"], actor=manager)
    assert ReferenceSet.objects.get().name == "Première vague"


def test_a_kind_stays_once_a_file_is_in_force(table, manager):
    kept = [TypedColumn(c["label"], ColumnKind.TEXT, c["key"]) for c in table.columns]
    assert "des données sont en vigueur" in refusal_of(set_columns, of=table, name="Vague 1", columns=kept, actor=manager)[0]


def test_before_that_a_kind_may_change_and_the_file_is_read_again(call, manager, text):
    table, _edition = add_table(call=call, name="Vague 1", file=brought(text), actor=manager)
    columns = [TypedColumn(c["label"], ColumnKind.TEXT, c["key"]) for c in table.columns]

    set_columns(of=table, name="Vague 1", columns=columns, actor=manager)
    assert not table.editions.exists()
    read = bring_edition(of=ReferenceSet.objects.get(), file=brought(text), actor=manager)
    assert read.rows.first().values["postes_recus"] == "18"


def test_what_nothing_uses_is_removed_and_the_journal_says_so(call, table, manager):
    remove_table(of=table, actor=manager)

    assert not ReferenceSet.objects.exists() and not ReferenceEdition.objects.exists()
    assert "known" not in Questionnaire.objects.get(call=call).definition
    assert JournalEntry.objects.get(action="remove_table").reason == "Vague 1"


def test_a_frozen_form_keeps_what_it_was_written_with_and_the_next_version_knows_more(call, table, manager):
    Questionnaire.objects.filter(call=call).update(frozen_at=call.created_at)
    add_table(call=call, name="Parc", file=None, actor=manager)

    assert len(Questionnaire.objects.get(call=call).definition["known"]["data"]) == 1
    renewed = renew_questionnaire(questionnaire=Questionnaire.objects.get(call=call), actor=manager)
    assert [each["label"] for each in renewed.definition["known"]["data"]] == ["Parc", "Vague 1"]


def test_the_next_wave_has_the_columns_and_no_row(call, table, manager):
    form = in_form(call, eleves={"help": "{donnee:postes_recus}"})
    plan = Wave(reference="L40-V4", title="Vague suivante", opens_at=call.opens_at, budget_amount=Decimal(1))
    made = prepare_next_wave(call=call, wave=plan, actor=manager)

    copy = made.reference_sets.get()
    assert (copy.key, copy.columns, copy.in_force, copy.editions.count()) == (table.key, table.columns, None, 0)
    assert made.questionnaire.definition["known"]["data"] == form.definition["known"]["data"]
    assert errors_in(made.questionnaire.definition) == []
    report = JournalEntry.objects.get(action="prepare_wave").data["report"]
    assert next(line for line in report if line["label"] == "Données par lycée")["left"] is True


@pytest.mark.parametrize("title", ["UAI", "Code UAI", "Code établissement", "N° UAI", "RNE", "Identifiant_de_l_etablissement"])
def test_the_column_of_the_lycee_has_the_names_that_services_give_it(call, manager, schools, title):
    school = Establishment.objects.order_by("pk").first()

    _table, edition = add_table(call=call, name="Vague 1", file=brought(f"{title};Postes\n{school.uai};3\n".encode()), actor=manager)

    assert edition.report["rows"] == 1


def test_a_file_read_in_windows_1252_says_so_where_its_rows_are_shown(client, call, manager, schools):
    school = Establishment.objects.order_by("pk").first()
    content = f"UAI;Équipé\n{school.uai};à demi\n"

    _table, guessed = add_table(call=call, name="Vague 1", file=brought(content.encode("cp1252")), actor=manager)
    _table, plain = add_table(call=call, name="Vague 2", file=brought(content.encode()), actor=manager)

    assert guessed.report["warnings"] == [
        "Le fichier n’est pas en UTF-8 : il a été lu en Windows-1252. Vérifiez les accents de quelques noms."
    ]
    assert plain.report["warnings"] == []
    client.force_login(manager)
    address = reverse("calls:reference_edition", args=[call.reference, guessed.of.key, guessed.number])
    assert "lu en Windows-1252" in client.get(address).text
