"""The table of the territorial agencies: read, previewed, imported; their page; what follows from it for lycées, lots and technicians."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from orders.queries.catalogue import closeness_of
from portal.directory.importers.agencies import import_agencies
from portal.directory.importers.report import DirectoryMoved
from portal.directory.importers.writing import import_directory
from portal.directory.models import AgencyPlace, Establishment, Territory
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.roles import SCHOOL_ROLES, STAFF_ROLES, Role
from tests.factories.accounts import person
from tests.factories.directory import EstablishmentFactory, TerritoryFactory
from tests.factories.orders import LotFactory
from tests.portal.directory.files import PRIVATE, TOUL, annuaire
from tests.portal.directory.test_files_as_they_come import workbook
from tests.reading import rows_of, tree_of, words_of

pytestmark = pytest.mark.django_db


def table(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode())


def followed() -> dict[str, str | None]:
    return dict(Establishment.objects.order_by("uai").values_list("uai", "agency__name"))


@pytest.fixture
def lycees():
    """Two in Toul, one in Nancy, one in Meuse."""
    return [
        EstablishmentFactory(uai="0540001H", name="Lycée Aubry", commune_code="54528"),
        EstablishmentFactory(uai="0540002J", name="Lycée Colin", commune_code="54528"),
        EstablishmentFactory(uai="0540003K", name="Lycée Didier", commune_code="54395", commune_name="Nancy"),
        EstablishmentFactory(uai="0550001C", name="Lycée Humbert", department=TerritoryFactory(meuse=True), commune_code="55029"),
    ]


def test_the_narrowest_place_of_the_table_counts(lycees):
    report = import_agencies(table("Agence;Département;Commune;UAI", "Nancy;54;;", "Toul;;54528;", "Verdun;;;0540002J"))

    assert followed() == {"0540001H": "Toul", "0540002J": "Verdun", "0540003K": "Nancy", "0550001C": None}
    assert [(issue.uai, issue.code) for issue in report.warnings] == [("0550001C", "no_agency")]
    assert [(change.uai, change.before, change.after) for change in report.changes][:1] == [("0540001H", "–", "Toul")]


@pytest.mark.parametrize(
    "content",
    [
        table("agence;departement", "Nancy;054", "Meuse;55"),
        table("Agence territoriale,Code département", "Nancy,54", "Meuse,55"),
        workbook([["Les agences"], ["Agence", "Departement"], ["Nancy", 54], ["Meuse", 55]]),
    ],
)
def test_each_form_of_the_table_is_read(lycees, content):
    assert import_agencies(content).file_error is None
    assert set(followed().values()) == {"Nancy", "Meuse"}


def test_rows_that_make_no_sense_are_told_and_the_others_imported(lycees):
    report = import_agencies(
        table(
            "agence;departement;commune;uai", ";54;;", "Nancy;99;;", "Nancy;;Toul;", "Nancy;;;0540001A", "Nancy;;;", "Nancy;54;;", "Toul;54;;",
            f"{'x' * 81};55;;", "Nancy;54", "nancy;;;0670002N", "=1+1;88;;",
        )
    )  # fmt: skip

    assert [(issue.line, issue.code) for issue in report.rejected] == [
        (2, "agency_missing"), (3, "department_unknown"), (4, "commune_format"), (5, "uai_format"), (6, "place_missing"), (8, "place_twice"),
        (9, "agency_long"), (10, "columns"), (12, "agency_sign"),
    ]  # fmt: skip
    assert ("0670002N", "unknown_uai") in [(issue.uai, issue.code) for issue in report.warnings]
    assert (followed()["0540001H"], Territory.objects.filter(kind="agency").count()) == ("Nancy", 1)


@pytest.mark.parametrize("content", [table("agence;ville", "Nancy;Toul"), table("uai", "0540001H"), table("")])
def test_a_file_that_is_no_table_of_agencies_changes_nothing(lycees, content):
    import_agencies(table("agence;departement", "Nancy;54"))

    assert import_agencies(content).file_error in ("header", "empty")
    assert followed()["0540001H"] == "Nancy"


def test_the_last_table_is_the_whole_table_and_an_agency_keeps_its_key(lycees):
    import_agencies(table("agence;departement;commune", "Nancy;54;", "Toul;;54528"))
    nancy = Territory.objects.get(name="Nancy")

    report = import_agencies(table("agence;departement", "NANCY;55"))

    assert followed() == {"0540001H": None, "0540002J": None, "0540003K": None, "0550001C": "Nancy"}
    assert (Territory.objects.get(name="Nancy").pk, AgencyPlace.objects.count()) == (nancy.pk, 0)
    assert len(report.updated) == 4


def test_the_same_table_twice_changes_no_lycee(lycees):
    lines = ("agence;departement", "Nancy;54", "Meuse;55")
    import_agencies(table(*lines))

    report = import_agencies(table(*lines))

    assert (report.updated, len(report.unchanged), report.changes) == ([], 4, [])


def test_a_lycee_that_comes_or_moves_later_is_followed_at_once(lycees):
    import_agencies(table("agence;departement;commune;uai", "Nancy;54;;", "Rhin;;67482;", "Toul;;;0540009S"))

    import_directory(annuaire(TOUL, PRIVATE, TOUL | {"Identifiant_de_l_etablissement": "0540009S"}))
    came = followed()
    import_directory(annuaire(TOUL | {"Code_commune": "67482"}))

    assert (came["0540001H"], came["0670002N"], came["0540009S"]) == ("Nancy", "Rhin", "Toul")
    assert followed()["0540001H"] == "Rhin"


def test_a_trial_and_a_preview_that_no_longer_holds_change_nothing(lycees):
    content = ("agence;departement", "Nancy;54")
    preview = import_agencies(table(*content), dry_run=True)
    Establishment.objects.filter(uai="0540002J").update(name="Lycée renommé")

    with pytest.raises(DirectoryMoved):
        import_agencies(table(*content), expected=preview.digest())

    assert (set(followed().values()), Territory.objects.filter(kind="agency").count()) == ({None}, 0)


def test_a_lot_of_an_agency_covers_the_lycees_that_it_follows_and_no_other(lycees):
    import_agencies(table("agence;departement;commune", "Nancy;54;", "Toul;;54528"))
    agencies = {agency.name: agency for agency in Territory.objects.filter(kind="agency")}
    lots = {name: LotFactory(cabling=True, number=name, departments=[agency]) for name, agency in agencies.items()}
    toul, nancy = (Establishment.objects.select_related("department").get(uai=uai) for uai in ("0540001H", "0540003K"))

    assert [closeness_of(lots["Toul"], toul), closeness_of(lots["Nancy"], toul)] == [1, None]
    assert [closeness_of(lots["Toul"], nancy), closeness_of(lots["Nancy"], nancy)] == [None, 1]


def test_the_table_is_imported_from_the_page_of_imports(client, lycees, django_capture_on_commit_callbacks):
    client.force_login(person(Role.CALL_MANAGER))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            "/etablissements/import/", {"kind": "agences", "file": SimpleUploadedFile("agences.csv", b"agence,departement\nNancy,54\n")}
        )

    job = Job.objects.get()
    assert (job.state, job.result["fields"]) == ("done", [{"field": "agency", "label": "Agence territoriale", "count": 3}])


def test_the_command_imports_the_table(lycees, tmp_path):
    source = tmp_path / "agences.csv"
    source.write_bytes(table("agence;departement", "Nancy;54").getvalue())

    call_command("import_agencies", source, verbosity=0)

    assert followed()["0540001H"] == "Nancy"


@pytest.mark.parametrize("role", [*Role, None])
def test_staff_alone_read_who_follows_whom(client, lycees, role):
    import_agencies(table("agence;departement", "Nancy;54"))
    technician = person(Role.TECHNICIAN, department=lycees[0].department)
    agency = Territory.objects.get(kind="agency")
    client.force_login(person(role, at=lycees[0] if role in SCHOOL_ROLES else None))
    pages = [client.get("/etablissements/agences/"), client.get(f"/etablissements/agences/{agency.code}/")]
    school = client.get(lycees[0].get_absolute_url()).content.decode()

    assert {page.status_code for page in pages} == ({200} if role in STAFF_ROLES else {403})
    assert any(technician.last_name in page.content.decode() for page in pages) is (role in STAFF_ROLES)
    assert (f"/etablissements/agences/{agency.code}/" in school) is (role in STAFF_ROLES)
    assert "Nancy" in school


def test_the_page_of_an_agency_has_its_lycees_and_its_technicians(client, lycees):
    import_agencies(table("agence;departement", "Nancy;54", "Verdun;55"))
    Establishment.objects.filter(uai="0540003K").update(state="closed")
    here, everywhere = person(Role.TECHNICIAN, department=lycees[0].department), person(Role.TECHNICIAN)
    elsewhere = person(Role.TECHNICIAN, department=lycees[3].department)
    client.force_login(person(Role.ORDERS))
    listed = rows_of(client.get("/etablissements/agences/"))

    page = client.get(f"/etablissements/agences/{Territory.objects.get(name='Nancy').code}/")

    assert [row[:2] for row in listed[1:]] == [["Nancy", "2"], ["Verdun", "1"]]
    assert [school.uai for school in page.context["page_obj"]] == ["0540001H", "0540002J"]
    said = words_of(tree_of(page))
    assert [str(user) in said for user in (here, everywhere, elsewhere)] == [True, True, False]
    assert client.get("/etablissements/agences/agence-9/").status_code == 404


def test_lycees_are_listed_by_agency_where_there_are_agencies(client, lycees):
    client.force_login(person(Role.OFFICER))
    without = client.get("/etablissements/").context["form"].fields
    import_agencies(table("agence;departement", "Nancy;54"))
    code = Territory.objects.get(kind="agency").code

    page = client.get(f"/etablissements/?agency={code}")

    assert ("agency" in without, sorted(school.uai for school in page.context["page_obj"])) == (False, ["0540001H", "0540002J", "0540003K"])


@pytest.mark.parametrize(("role", "told"), [(Role.ADMIN, "Importer la table des agences"), (Role.ORDERS, "n’a pas encore importé")])
def test_without_any_agency_each_reader_reads_what_to_do(client, role, told):
    client.force_login(person(role))

    assert told in words_of(tree_of(client.get("/etablissements/agences/")))


def test_the_pages_take_the_same_queries_whatever_their_length(client, lycees, django_assert_max_num_queries):
    import_agencies(table("agence;departement", "Nancy;54"))
    client.force_login(person(Role.ORDERS))
    address = f"/etablissements/agences/{Territory.objects.get(kind='agency').code}/"
    client.get(address)
    with django_assert_max_num_queries(20) as few:
        client.get(address)
    count = len(few)
    EstablishmentFactory.create_batch(12, agency=Territory.objects.get(kind="agency"))
    for _ in range(3):
        person(Role.TECHNICIAN, department=lycees[0].department)

    with django_assert_max_num_queries(count):
        client.get(address)


@pytest.fixture
def works(client, django_capture_on_commit_callbacks):
    """Press, have the worker do it, and give the work back."""
    client.force_login(person(Role.CALL_MANAGER))

    def done(address: str, data: dict | None = None) -> Job:
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address, data or {})
        return Job.objects.order_by("-created_at").first()

    def sent(content: io.BytesIO, **more) -> Job:
        return done("/etablissements/import/", {"kind": "agences", "file": SimpleUploadedFile("agences.csv", content.getvalue()), **more})

    return sent, done


def test_a_table_imported_by_mistake_is_given_back_as_it_was_after_a_preview(client, lycees, works):
    sent, done = works
    sent(table("agence;departement;commune;uai", "Nancy;54;;", "Toul;;54528;", "Verdun;;;0540002J", "Lointaine;;67482;"))
    before, places = followed(), AgencyPlace.objects.count()
    wrong = sent(table("agence;departement", "Erreur;54", "Erreur;99"))
    page = words_of(tree_of(client.get(wrong.return_url)))
    assert "Revenir à la table d’avant" in page and "ce qu’elles nomment n’a pas d’agence par elles" in page and "créé" not in page
    assert followed() != before

    preview = done(f"{wrong.return_url}revenir/")
    assert "1 lycée n’aura aucune agence" in words_of(tree_of(client.get(preview.return_url))).replace("\u00a0", " ")
    assert "l’agence de 3 lycées change" in words_of(tree_of(client.get(preview.return_url))).replace("\u00a0", " ")
    done(f"{preview.return_url}importer/")

    assert (followed(), AgencyPlace.objects.count()) == (before, places)
    listed = [row[0] for row in rows_of(client.get("/etablissements/agences/"))[1:]]
    assert listed == ["Lointaine", "Nancy", "Toul", "Verdun"]  # the one made by mistake stays for lots alone
    assert "revenir" not in client.get(preview.return_url).content.decode()  # a preview has replaced nothing


def test_the_table_is_read_as_the_import_takes_it_and_the_same_one_changes_nothing(client, lycees, works):
    sent, _ = works
    sent(table("agence;departement;commune", "Nancy;54;", "Toul;;54528", "Lointaine;;67482"))

    written = client.get("/etablissements/agences/table.csv").content
    preview = sent(io.BytesIO(written), dry_run="on")
    moved = sent(io.BytesIO(written.replace(b"67482", b"67483")), dry_run="on")

    assert written.decode("utf-8-sig").splitlines() == [
        "agence;uai;commune;departement", "Toul;;54528;", "Lointaine;;67482;", "Nancy;;;54"
    ]  # fmt: skip
    assert "il n’y a rien à importer" in words_of(tree_of(client.get(preview.return_url)))
    assert "la table des agences est remplacée" in words_of(tree_of(client.get(moved.return_url)))  # of a commune without any lycée


def test_a_table_of_before_that_is_kept_no_more_is_said(client, lycees, works):
    sent, done = works
    first = sent(table("agence;departement", "Nancy;54"))
    StoredFile.objects.filter(name__startswith="table-des-agences-avant").update(expires_at=timezone.now())

    done(f"{first.return_url}revenir/")

    assert "n’est plus gardée" in words_of(tree_of(client.get("/etablissements/import/")))
    assert (Job.objects.count(), "revenir/" in client.get(first.return_url).content.decode()) == (1, False)
