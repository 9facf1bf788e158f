"""What an import would change, field by field, before it does just that or nothing."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.directory.importers.density import import_density
from portal.directory.importers.ips import import_ips
from portal.directory.importers.report import DirectoryMoved
from portal.directory.importers.writing import import_directory
from portal.directory.models import Establishment
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.directory import EstablishmentFactory
from tests.portal.directory.files import FARM, PRIVATE, TOUL, annuaire
from tests.reading import links_of, rows_of, tree_of, words_of

pytestmark = pytest.mark.django_db
LATER = TOUL | {
    "Nom_etablissement": "Lycée Simone-Aubry",
    "Nombre_d_eleves": "1200",
    "Telephone": "",
    "Code_type_contrat_prive": "99",
    "etat": "A FERMER",
    "latitude": "48.7",
    "Hebergement": "0",
}


def told(report) -> list[tuple[str, str, str, str]]:
    return [(change.uai, change.label, change.before, change.after) for change in report.changes]


@pytest.fixture
def importer(client):
    user = person(Role.CALL_MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def send(client, importer, django_capture_on_commit_callbacks):
    """Send a file, have the worker import it, and give its job back."""

    def sent(content: bytes, *, kind: str = "annuaire", dry_run: bool = True) -> Job:
        more = {"dry_run": "on"} if dry_run else {}
        with django_capture_on_commit_callbacks(execute=True):
            client.post("/etablissements/import/", {"kind": kind, "file": SimpleUploadedFile("fichier.csv", content), **more})
        return Job.objects.order_by("-created_at").first()

    return sent


@pytest.fixture
def confirm(client, django_capture_on_commit_callbacks):
    def confirmed(preview: Job) -> Job:
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"{preview.return_url}importer/")
        return Job.objects.order_by("-created_at").first()

    return confirmed


def test_each_field_is_told_before_and_after_in_words():
    import_directory(annuaire(TOUL, PRIVATE))

    report = import_directory(annuaire(LATER, PRIVATE, FARM), dry_run=True)

    assert told(report) == [
        ("0540001H", "Nom", "Lycée polyvalent Marguerite-Thibault", "Lycée Simone-Aubry"),
        ("0540001H", "Téléphone", "03 83 00 00 00", "–"),
        ("0540001H", "Élèves", "820", "1\u00a0200"),
        ("0540001H", "Internat", "Oui", "Non"),
        ("0540001H", "Latitude", "48.675123", "48.700000"),
        ("0540001H", "État", "Ouvert", "À fermer"),
        ("0080003K", "Nouveau lycée", "–", "LEGTA des Trois-Rivières, Rethel (08)"),
    ]


def test_a_change_of_authority_and_departement_is_told():
    import_directory(annuaire(TOUL))

    report = import_directory(annuaire(TOUL | {"Code_academie": "19", "Code_departement": "051"}), dry_run=True)

    assert told(report) == [("0540001H", "Autorité", "academie-12", "academie-19"), ("0540001H", "Département", "54", "51")]


def test_ips_and_density_are_told_too():
    EstablishmentFactory(uai="0540001H", ips="98.0", ips_year="2022-2023", density_level=None)

    ips = import_ips(io.BytesIO(b"uai;rentree_scolaire;ips_etab\n0540001H;2024-2025;101.2\n"), dry_run=True)
    density = import_density(io.BytesIO(b"CODGEO;DENS\n54528;6\n"), dry_run=True)

    assert [change[1:] for change in told(ips)] == [("IPS", "98,0", "101,2"), ("Rentrée de l’IPS", "2022-2023", "2024-2025")]
    assert [change[1:] for change in told(density)] == [("Niveau de densité", "–", "6")]


@pytest.mark.parametrize(
    ("kind", "content", "moved"),
    [
        ("annuaire", annuaire(LATER, FARM).getvalue(), {"phone": "03 83 99 99 99"}),
        ("ips", b"uai;rentree_scolaire;ips_etab\n0540001H;2024-2025;101.2\n", {"ips": "90.0"}),
        ("densite", b"CODGEO;DENS\n54528;6\n", {"density_level": 2}),
    ],
)
def test_the_import_of_a_preview_does_what_it_showed_or_nothing(send, confirm, kind, content, moved):
    import_directory(annuaire(TOUL))
    preview = send(content, kind=kind)
    before = list(Establishment.objects.order_by("pk").values())
    Establishment.objects.update(**moved)

    refused = confirm(preview)

    assert refused.state == "failed" and refused.error.startswith("Rien n’a été importé : l’annuaire du portail a changé depuis l’aperçu")
    assert list(Establishment.objects.order_by("pk").values()) == [before[0] | Establishment.objects.values(*moved).get()]
    Establishment.objects.update(**{name: before[0][name] for name in moved})

    done = confirm(preview)

    assert (done.state, done.result["counts"], done.result["digest"]) == ("done", preview.result["counts"], preview.result["digest"])
    assert JournalEntry.objects.get(action="import_directory").data["updated"] == 1


def test_a_preview_imported_is_not_imported_again(client, send, confirm):
    preview = send(annuaire(TOUL).getvalue())
    done = confirm(preview)

    again = client.post(f"{preview.return_url}importer/")

    assert (again["Location"], Job.objects.count()) == (done.get_absolute_url(), 2)
    page = client.get(preview.return_url)
    assert done.get_absolute_url() in [address for _, address in links_of(page)]
    assert f"{preview.return_url}importer/" not in page.content.decode()


def test_a_preview_that_would_change_nothing_offers_no_import(client, send):
    import_directory(annuaire(TOUL))
    preview = send(annuaire(TOUL).getvalue())

    page = client.get(preview.return_url)

    assert "il n’y a rien à importer" in words_of(tree_of(page)).replace("\u00a0", " ")
    assert f"{preview.return_url}importer/" not in page.content.decode()


def test_the_report_counts_each_field_and_leads_to_its_rows(client, send):
    import_directory(annuaire(TOUL, PRIVATE))
    preview = send(annuaire(LATER, PRIVATE | {"Telephone": "03 88 00 00 00"}).getvalue())

    page = client.get(preview.return_url)
    rows = rows_of(client.get(f"{preview.return_url}modifications/?field=phone"))

    assert preview.result["fields"][0] == {"field": "phone", "label": "Téléphone", "count": 2}
    assert f"{preview.return_url}modifications/?field=phone" in [address for _, address in links_of(page)]
    assert len(rows) == 3
    assert "03 83 00 00 00" in rows[1] and "Lycée Saint-Ruf" in rows[2][0] and "03 88 00 00 00" in rows[2]


def test_the_rows_of_a_lycee_are_found_by_its_name(client, send):
    import_directory(annuaire(TOUL, PRIVATE))
    preview = send(annuaire(LATER, PRIVATE | {"Telephone": ""}).getvalue())

    assert len(rows_of(client.get(f"{preview.return_url}modifications/?q=marguerite"))) == 7
    none = words_of(tree_of(client.get(f"{preview.return_url}modifications/?q=nulle+part")))
    assert "Aucune modification ne répond à ces filtres" in none


def test_thousands_of_changes_are_paged_with_the_same_queries(client, send, django_assert_max_num_queries):
    rows = [TOUL | {"Identifiant_de_l_etablissement": uai} for uai in _uais(120)]
    import_directory(annuaire(*rows))
    few = send(annuaire(*[row | {"Telephone": ""} for row in rows[:2]], *rows[2:]).getvalue())
    with django_assert_max_num_queries(30) as with_few:
        client.get(f"{few.return_url}modifications/")
    count = len(with_few)
    many = send(annuaire(*[row | {"Telephone": "", "Web": ""} for row in rows]).getvalue())

    with django_assert_max_num_queries(count):
        page = client.get(f"{many.return_url}modifications/?page=3")

    assert (page.context["page_obj"].paginator.count, len(page.context["page_obj"])) == (240, 50)


def test_what_a_file_brings_is_escaped(client, send):
    import_directory(annuaire(TOUL))
    preview = send(annuaire(TOUL | {"Nom_etablissement": "<script>alert(1)</script>"}).getvalue())

    page = client.get(f"{preview.return_url}modifications/")

    assert "<script>alert(1)" not in page.content.decode() and "<script>alert(1)</script>" in words_of(tree_of(page))


@pytest.mark.parametrize("gone", [{"deleted_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_file_that_is_no_longer_kept_is_asked_for_again(client, send, gone):
    preview = send(annuaire(TOUL).getvalue())
    StoredFile.objects.update(**gone)

    page = client.get(preview.return_url)
    answer = client.post(f"{preview.return_url}importer/", follow=True)

    assert "envoyez-le de nouveau" in words_of(tree_of(page)) and f"{preview.return_url}importer/" not in page.content.decode()
    assert "envoyez-le de nouveau" in words_of(tree_of(answer))
    assert (Job.objects.count(), Establishment.objects.count()) == (1, 0)
    assert client.get(f"{preview.return_url}modifications/").status_code == 200


@pytest.mark.parametrize("role", [None, Role.ADMIN, Role.OFFICER, Role.AUDITOR])
def test_a_preview_is_of_who_asked_for_it(client, send, role):
    preview = send(annuaire(TOUL).getvalue())
    client.force_login(person(role))
    refused = 404 if role == Role.ADMIN else 403

    assert client.get(f"{preview.return_url}modifications/").status_code == refused
    assert client.post(f"{preview.return_url}importer/").status_code == refused
    assert (Job.objects.count(), Establishment.objects.count()) == (1, 0)


def test_whoever_lost_the_role_imports_nothing(client, importer, send):
    preview = send(annuaire(TOUL).getvalue())
    importer.role_grants.all().delete()

    assert client.post(f"{preview.return_url}importer/").status_code == 403


def test_an_import_is_not_confirmed_twice_nor_from_a_true_import(client, send):
    done = send(annuaire(TOUL).getvalue(), dry_run=False)

    answer = client.post(f"{done.return_url}importer/")

    assert (answer["Location"], Job.objects.count()) == ("/etablissements/import/", 1)


def test_the_whole_report_holds_the_changes_for_programs(client, send):
    preview = send(annuaire(TOUL).getvalue())

    whole = json.loads(b"".join(client.get(preview.result_file.get_absolute_url()).streaming_content))

    assert [change["field"] for change in whole["changes"]] == ["new"]


def test_an_import_refuses_a_digest_that_is_not_its_own():
    with pytest.raises(DirectoryMoved):
        import_directory(annuaire(TOUL), expected="0" * 64)

    assert Establishment.objects.count() == 0


def _uais(count: int) -> list[str]:
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    return [f"{number:07d}{letters[number % 23]}" for number in range(540100, 540100 + count)]
