import json

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.directory.importers.annuaire import REQUIRED
from portal.directory.models import Establishment, Territory
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.roles import SCHOOL_ROLES, Role
from tests.factories.accounts import person
from tests.factories.directory import AuthorityFactory, EstablishmentFactory, TerritoryFactory
from tests.factories.jobs import JobFactory
from tests.portal.directory.files import PRIVATE, TOUL, annuaire
from tests.reading import links_of, rows_of, texts_of, tree_of, values_of, words_of

pytestmark = pytest.mark.django_db
IMPORTERS = {Role.ADMIN, Role.CALL_MANAGER}


@pytest.fixture
def reader(client):
    user = person()
    client.force_login(user)
    return user


@pytest.fixture
def importer(client):
    user = person(Role.ADMIN)
    client.force_login(user)
    return user


@pytest.fixture
def schools():
    return {
        "thibault": EstablishmentFactory(name="Lycée Éliane-Thibault", commune_name="Toul", ips="98.0", pupils=820),
        "ruf": EstablishmentFactory(
            name="Lycée Saint-Ruf", private=True, commune_name="Épernay", department=TerritoryFactory(code="51", name="Marne"),
            authority=AuthorityFactory(reims=True), has_vocational=True, has_general=False, has_technological=False,
            density_level=5, ips="110.0", pupils=300,
        ),
        "farm": EstablishmentFactory(name="LEGTA", agricultural=True, commune_name="Rethel", density_level=None),
        "gone": EstablishmentFactory(name="Ancien lycée", state="closed"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"thibault", "ruf", "farm"}),
        ("?q=eliane", {"thibault"}),
        ("?q=ÉPERNAY saint", {"ruf"}),
        ("?q=nulle part", set()),
        ("?q=%22%25_", set()),
        ("?q=%00", {"thibault", "ruf", "farm"}),
        ("?authority=academie-19", {"ruf"}),
        ("?authority=draaf-44", {"farm"}),
        ("?department=51", {"ruf"}),
        ("?category=private_contract", {"ruf"}),
        ("?pathway=vocational", {"ruf"}),
        ("?pathway=agricultural", {"farm"}),
        ("?territory=rural", {"ruf"}),
        ("?territory=urbain", {"thibault"}),
        ("?state=ferme", {"gone"}),
        ("?category=nonsense&authority=nobody", {"thibault", "ruf", "farm"}),
    ],
)
def test_list_is_filtered(client, reader, schools, query, found):
    page = client.get(f"/etablissements/{query}")

    assert {name for name, school in schools.items() if school in page.context["page_obj"]} == found


def test_the_lycees_of_which_no_pathway_is_known_are_found(client, reader, schools):
    silent = EstablishmentFactory(silent=True)

    assert list(client.get("/etablissements/?pathway=inconnue").context["page_obj"]) == [silent]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("nom", ["farm", "thibault", "ruf"]),
        ("-nom", ["ruf", "thibault", "farm"]),
        ("eleves", ["ruf", "thibault", "farm"]),
        ("secret", ["ruf", "farm", "thibault"]),
    ],
)
def test_list_is_sorted(client, reader, schools, sort, order):
    Establishment.objects.filter(pk=schools["farm"].pk).update(pupils=900)

    page = client.get(f"/etablissements/?tri={sort}")

    assert [s.name for s in page.context["page_obj"]] == [schools[name].name for name in order]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_whatever_its_length(client, reader, django_assert_max_num_queries, count):
    EstablishmentFactory.create_batch(count)
    client.get("/etablissements/")

    with django_assert_max_num_queries(8):
        page = client.get("/etablissements/")

    assert len(page.context["page_obj"]) == count


def test_list_is_for_people_signed_in(client, schools):
    answer = client.get("/etablissements/")

    assert (answer.status_code, answer["Location"].startswith("/compte/")) == (302, True)


def test_empty_directory_tells_each_reader_what_to_do(client, reader):
    assert "La Région n’a pas encore importé" in client.get("/etablissements/").content.decode()
    client.force_login(person(Role.ADMIN))
    assert "/etablissements/import/" in [address for _, address in links_of(client.get("/etablissements/"))]


def test_page_says_what_the_files_say_and_absent_is_not_zero(client, reader, schools):
    page = client.get(schools["farm"].get_absolute_url()).content.decode()

    assert "Agricole public" in page
    assert "Absent" in page
    assert "Non connu" in page


@pytest.mark.parametrize(("role", "sees"), [(None, False), (Role.OFFICER, True), (Role.JUROR, False), (Role.MEMBER, True)])
def test_institutional_address_is_for_staff_and_the_school_itself(client, schools, role, sees):
    school = schools["thibault"]
    client.force_login(person(role, at=school if role in SCHOOL_ROLES else None))

    assert (school.email in client.get(school.get_absolute_url()).content.decode()) is sees


def test_member_of_another_school_does_not_see_the_address(client, schools):
    client.force_login(person(Role.MEMBER, at=schools["ruf"]))

    read = words_of(tree_of(client.get(schools["thibault"].get_absolute_url())))

    assert schools["thibault"].name in read
    assert schools["thibault"].email not in read


def test_uai_typed_in_lower_case_finds_the_page(client, reader, schools):
    school = schools["ruf"]

    assert client.get(f"/etablissements/{school.uai.lower()}/")["Location"] == school.get_absolute_url()


@pytest.mark.parametrize("uai", ["0000000A", "%20", "%00", "0540001%00", "x" * 300, "..%2f"])
def test_what_is_no_uai_is_not_found(client, reader, uai):
    assert client.get(f"/etablissements/{uai}/").status_code == 404


def test_text_of_the_file_is_escaped(client, reader):
    school = EstablishmentFactory(name="<script>alert(1)</script>", address='"><img src=x onerror=alert(1)>')

    read = words_of(tree_of(client.get(school.get_absolute_url())))

    assert "<script>alert(1)</script>" in read
    assert '"><img src=x onerror=alert(1)>' in read
    assert "<script>alert(1)</script>" in words_of(tree_of(client.get("/etablissements/")))


def send(client, content=None, kind="annuaire", name="annuaire.csv", **more):
    content = annuaire(TOUL, PRIVATE).getvalue() if content is None else content
    return client.post("/etablissements/import/", {"kind": kind, "file": SimpleUploadedFile(name, content), **more})


@pytest.mark.parametrize("role", [*Role, None])
def test_who_imports(client, role):
    client.force_login(person(role, at=EstablishmentFactory() if role in SCHOOL_ROLES else None))

    codes = (client.get("/etablissements/import/").status_code, send(client).status_code)

    assert codes == ((200, 302) if role in IMPORTERS else (403, 403))
    assert Job.objects.count() == (1 if role in IMPORTERS else 0)


def test_import_runs_in_the_background_and_reports(client, importer, django_capture_on_commit_callbacks):
    broken = TOUL | {"Identifiant_de_l_etablissement": "0540002A", "Nom_etablissement": "<b>Faux</b>"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client, annuaire(TOUL, PRIVATE, broken).getvalue())

    job = Job.objects.get()
    assert answer["Location"] == job.get_absolute_url()
    assert (job.state, job.error, job.result["counts"]["created"]) == ("done", "", 2)
    report = client.get(job.return_url)
    assert report.status_code == 200
    assert "0540002A" in report.content.decode()
    assert [text for text in texts_of(report, "b") if "Faux" in text] == []
    whole = b"".join(client.get(job.result_file.get_absolute_url()).streaming_content)
    assert json.loads(whole)["created"] == ["0540001H", "0670002N"]
    entry = JournalEntry.objects.get(action="import_directory")
    assert (entry.actor, entry.data["created"], entry.data["file"]) == (importer, 2, "annuaire.csv")


def test_dry_run_saves_nothing_and_says_so(client, importer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(client, dry_run="on")

    job = Job.objects.get()
    assert (Establishment.objects.count(), Territory.objects.count(), job.result["counts"]["created"]) == (0, 0, 2)
    assert "Rien n’a été enregistré" in client.get(job.return_url).content.decode()
    assert JournalEntry.objects.filter(action="import_directory").count() == 0


@pytest.mark.parametrize(
    ("kind", "content"),
    [("ips", b"uai;rentree_scolaire;ips_etab\n0540001H;2024-2025;101.2\n"), ("densite", b"CODGEO;LIBGEO;DENS\n54528;Toul;6\n")],
)
def test_other_files_are_imported_from_the_same_page(client, importer, django_capture_on_commit_callbacks, kind, content):
    EstablishmentFactory(uai="0540001H")

    with django_capture_on_commit_callbacks(execute=True):
        send(client, content, kind=kind)

    assert Job.objects.get().result["counts"]["updated"] == 1


def test_wrong_file_fails_with_its_reason(client, importer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(client, b"a,b,c\n1,2,3\n")

    job = Job.objects.get()
    assert (job.state, job.error) == (
        "failed",
        f"Rien n’a été importé. Ce n’est pas le fichier attendu : il manque {len(REQUIRED)} colonnes, dont « adresse_1 », « code_academie », "
        "« code_commune » et « code_departement ». Ses titres : « a », « b », « c ».",
    )
    assert "le travail continue" not in client.get(job.get_absolute_url()).text


@pytest.mark.parametrize(("name", "content"), [("annuaire.csv", b""), ("annuaire.xlsx", b"PK\x03\x04"), ("annuaire.csv", b"%PDF-1.7")])
def test_file_refused_at_the_door_says_why_beside_the_field(client, importer, name, content):
    answer = send(client, content, name=name)

    assert answer.status_code == 422
    assert "n’a pas été enregistré" in answer.content.decode()
    assert Job.objects.count() == 0


def test_two_imports_at_once_are_one(client, importer):
    JobFactory(kind="directory.import", dedupe_key="directory.import", state="running", owner=person(Role.ADMIN))

    answer = client.post(
        "/etablissements/import/", {"kind": "annuaire", "file": SimpleUploadedFile("a.csv", annuaire(TOUL).getvalue())}, follow=True
    )

    assert "Un import est déjà en cours" in answer.content.decode()
    assert Job.objects.count() == 1


def test_report_belongs_to_who_asked(client, importer):
    other = JobFactory(kind="directory.import", state="done", owner=person(Role.ADMIN), params={"dry_run": True})

    assert client.get(f"/etablissements/import/{other.pk}/").status_code == 404


def test_person_who_lost_the_role_reads_no_report_and_imports_nothing(client, importer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        send(client)
    importer.role_grants.all().delete()

    for callback in callbacks:
        callback()

    job = Job.objects.get()
    assert (job.state, Establishment.objects.count()) == ("failed", 0)
    assert client.get(f"/etablissements/import/{job.pk}/").status_code == 403


@pytest.mark.parametrize("address", ["/etablissements/", "/compte/etablissement/"])
def test_sixty_searches_a_minute_then_a_minute_of_rest_for_that_account_alone(client, schools, address):
    member, other = (person(Role.MEMBER, at=EstablishmentFactory()) for _ in range(2))
    client.force_login(member)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert {client.get(address, {"q": "toul"}).status_code for _ in range(60)} == {200}

        refused = client.get(address, {"q": "toul"})
        assert refused.status_code == 429
        assert "soixante recherches en une minute" in words_of(tree_of(refused))
        assert values_of(refused, "q") == ["toul"]
        assert rows_of(refused) == []
        assert client.get(address).status_code == 200

        client.force_login(other)
        assert client.get(address, {"q": "toul"}).status_code == 200
        client.force_login(member)
        clock.shift(61)
        assert client.get(address, {"q": "toul"}).status_code == 200
