import json
from datetime import date
from decimal import Decimal
from unicodedata import normalize

import pytest
from django.core.management import CommandError, call_command

from portal.directory.enums import Category
from portal.directory.importers.writing import import_directory
from portal.directory.models import Authority, Establishment, Territory
from tests.factories.directory import EstablishmentFactory
from tests.portal.directory.files import FARM, PRIVATE, TOUL, annuaire

pytestmark = pytest.mark.django_db


def codes(issues) -> list[tuple[int, str, str]]:
    return [(issue.line, issue.uai, issue.code) for issue in issues]


@pytest.mark.parametrize("form", ["2023", "2024", "2026"])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_import_reads_every_form_of_the_file(form, newline):
    report = import_directory(annuaire(TOUL, PRIVATE, FARM, form=form, newline=newline))

    assert report.file_error is None
    assert report.created == ["0540001H", "0670002N", "0080003K"]
    school = Establishment.objects.get(uai="0540001H")
    assert (school.postal_code, school.pupils) == ("54200", None if form == "2026" else 820)


def test_import_fills_every_field_from_the_file():
    import_directory(annuaire(TOUL))

    school = Establishment.objects.select_related("authority", "department").get()
    assert school.name == "Lycée polyvalent Marguerite-Thibault"
    assert school.category == Category.PUBLIC_EDUCATION
    assert (school.authority.code, school.authority.name) == ("academie-12", "Académie de Nancy-Metz")
    assert (school.department.code, school.department.name, school.region_code) == ("54", "Meurthe-et-Moselle", "44")
    assert [p.value for p in school.pathways] == ["general", "technological"]
    assert school.has_boarding is True
    assert (school.latitude, school.longitude) == (Decimal("48.675123"), Decimal("5.891200"))
    assert (school.opened_on, school.source_updated_on) == (date(1967, 11, 13), date(2024, 3, 19))
    assert school.search_text == "0540001h lycee polyvalent marguerite-thibault toul"
    assert (school.ips, school.density_level, school.is_rural) == (None, None, None)


def test_import_composes_accents_that_come_apart_from_their_letters():
    import_directory(annuaire(TOUL | {"Nom_etablissement": normalize("NFD", "Lycée Émile-Zola")}))

    assert Establishment.objects.get().name == "Lycée Émile-Zola"


def test_import_creates_the_authorities_of_the_file():
    import_directory(annuaire(TOUL, PRIVATE, FARM))

    assert dict(Authority.objects.values_list("code", "name")) == {
        "academie-12": "Académie de Nancy-Metz",
        "academie-15": "Académie de Strasbourg",
        "academie-19": "Académie de Reims",
        "draaf-44": "DRAAF Grand Est",
        "region-44": "Région Grand Est",
    }
    assert Establishment.objects.get(uai="0080003K").authority.code == "draaf-44"
    assert list(Territory.objects.order_by("code").values_list("code", flat=True)) == ["08", "54", "67"]


@pytest.mark.parametrize(
    ("sector", "ministry", "contract", "category"),
    [
        ("Public", "MINISTERE DE L'EDUCATION NATIONALE", "99", Category.PUBLIC_EDUCATION),
        ("Privé", "MINISTERE DE L'EDUCATION NATIONALE", "30", Category.PRIVATE_CONTRACT),
        ("Privé", "MINISTERE DE L'EDUCATION NATIONALE", "21", Category.PRIVATE_CONTRACT),
        ("Privé", "MINISTERE DE L'EDUCATION NATIONALE", "10", Category.WITHOUT_CONTRACT),
        ("Privé", "SANS TUTELLE", "99", Category.WITHOUT_CONTRACT),
        ("Public", "AGRICULTURE", "99", Category.PUBLIC_AGRICULTURE),
        ("Privé", "AGRICULTURE", "60", Category.PRIVATE_AGRICULTURE),
        ("Privé", "AGRICULTURE", "99", Category.PRIVATE_AGRICULTURE),
        ("Privé", "AGRICULTURE", "50", Category.WITHOUT_CONTRACT),
        ("Public", "MER", "99", Category.OTHER),
        ("Privé", "MER", "99", Category.OTHER),
        ("Privé", "MINISTERE DE L'EDUCATION NATIONALE", "!!", Category.OTHER),
    ],
)
def test_import_computes_the_category(sector, ministry, contract, category):
    row = TOUL | {"Statut_public_prive": sector, "ministere_tutelle": ministry, "Code_type_contrat_prive": contract}

    import_directory(annuaire(row))

    assert Establishment.objects.get().category == category


def test_same_file_twice_writes_nothing(django_assert_num_queries):
    import_directory(annuaire(TOUL, PRIVATE, FARM))

    # establishments, declarations, closures, and these two again in a transaction that writes nothing
    with django_assert_num_queries(7):
        report = import_directory(annuaire(TOUL, PRIVATE, FARM))

    assert report.counts() == {
        "created": 0, "updated": 0, "unchanged": 3, "closed": 0, "absent": 0, "ignored": 0, "rejected": 0, "warnings": 0,
    }  # fmt: skip


def test_newer_file_updates_what_changed_and_dates_the_rest():
    import_directory(annuaire(TOUL, PRIVATE))

    report = import_directory(
        annuaire(TOUL | {"Nombre_d_eleves": "835", "date_maj_ligne": "2025-03-19"}, PRIVATE | {"date_maj_ligne": "2025-03-19"})
    )

    assert (report.updated, report.unchanged) == (["0540001H"], ["0670002N"])
    assert list(Establishment.objects.order_by("uai").values_list("pupils", "source_updated_on")) == [
        (835, date(2025, 3, 19)),
        (820, date(2025, 3, 19)),
    ]


def test_import_keeps_what_other_files_brought():
    import_directory(annuaire(TOUL))
    Establishment.objects.update(ips=Decimal("104.4"), ips_year="2021-2022", density_level=3)

    import_directory(annuaire(TOUL | {"Nombre_d_eleves": "1"}))

    school = Establishment.objects.get()
    assert (school.pupils, school.ips, school.ips_year, school.density_level) == (1, Decimal("104.4"), "2021-2022", 3)


def test_new_school_takes_the_density_of_its_commune():
    import_directory(annuaire(TOUL))
    Establishment.objects.update(density_level=3)

    import_directory(annuaire(TOUL, TOUL | {"Identifiant_de_l_etablissement": "0540002J"}, PRIVATE))

    assert dict(Establishment.objects.values_list("uai", "density_level")) == {"0540001H": 3, "0540002J": 3, "0670002N": None}


def test_moved_school_loses_the_density_of_its_former_commune():
    import_directory(annuaire(TOUL, PRIVATE))
    Establishment.objects.update(density_level=3)

    import_directory(annuaire(TOUL | {"Code_commune": "67482"}, PRIVATE | {"Code_commune": "67001"}))

    assert dict(Establishment.objects.values_list("uai", "density_level")) == {"0540001H": 3, "0670002N": None}


def test_closed_absent_and_unknown_closed_are_told_apart():
    import_directory(annuaire(TOUL, PRIVATE))

    report = import_directory(annuaire(TOUL | {"etat": "FERME"}, FARM | {"etat": "FERME"}))

    assert report.closed == ["0540001H"]
    assert report.absent == ["0670002N"]
    assert codes(report.ignored) == [(3, "0080003K", "already_closed")]
    assert dict(Establishment.objects.values_list("uai", "state")) == {"0540001H": "closed", "0670002N": "open"}


def test_closed_school_is_neither_absent_nor_closed_again():
    import_directory(annuaire(TOUL, PRIVATE))
    import_directory(annuaire(TOUL | {"etat": "FERME"}, PRIVATE))

    again = import_directory(annuaire(TOUL | {"etat": "FERME"}, PRIVATE))
    without = import_directory(annuaire(PRIVATE))

    assert (again.closed, again.unchanged) == ([], ["0540001H", "0670002N"])
    assert without.absent == []


def test_bad_rows_are_rejected_and_the_others_imported():
    rows = [
        TOUL | {"Identifiant_de_l_etablissement": "0540001A"},
        TOUL | {"Identifiant_de_l_etablissement": "54001"},
        TOUL | {"Identifiant_de_l_etablissement": ""},
        TOUL | {"Nom_etablissement": ""},
        TOUL | {"Statut_public_prive": "Mixte"},
        TOUL | {"Code_academie": ""},
        TOUL | {"etat": "DISPARU"},
        PRIVATE,
    ]

    report = import_directory(annuaire(*rows))

    assert codes(report.rejected) == [
        (2, "0540001A", "uai_check_letter"),
        (3, "54001", "uai_format"),
        (4, "", "uai_missing"),
        (5, "0540001H", "name_missing"),
        (6, "0540001H", "sector_unknown"),
        (7, "0540001H", "academy_missing"),
        (8, "0540001H", "state_unknown"),
    ]
    assert report.created == ["0670002N"]


def test_truncated_line_is_rejected_with_its_number():
    content = annuaire(TOUL, PRIVATE).getvalue().decode("utf-8-sig").splitlines()
    broken = "\n".join([content[0], content[1][:90], content[2]])

    report = import_directory(annuaire_from(broken))

    assert [(issue.line, issue.code) for issue in report.rejected] == [(2, "columns")]
    assert report.created == ["0670002N"]


def test_rejected_school_is_not_absent():
    import_directory(annuaire(TOUL, PRIVATE))

    report = import_directory(annuaire(TOUL | {"Nom_etablissement": ""}, PRIVATE))

    assert (report.absent, codes(report.rejected)) == ([], [(2, "0540001H", "name_missing")])


def test_sections_and_other_types_are_ignored_with_the_reason():
    section = {"Identifiant_de_l_etablissement": "0540002J", "code_nature": "334", "etablissement_mere": "0540001H"}
    report = import_directory(
        annuaire(TOUL, TOUL | section, TOUL | {"Type_etablissement": "Collège"}, TOUL | {"Type_etablissement": "Ecole"})
    )

    assert codes(report.ignored) == [(3, "0540002J", "section"), (4, "0540001H", "not_a_lycee"), (5, "0540001H", "not_a_lycee")]
    assert report.ignored[0].message == "C’est une section d’enseignement professionnel d’un autre lycée (0540001H)."
    assert report.created == ["0540001H"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_rows_of_one_uai_are_merged_whatever_their_order(order):
    rows = [
        TOUL | {"multi_uai": "1", "Voie_generale": "1", "Voie_technologique": "0"},
        TOUL | {"multi_uai": "1", "Nom_etablissement": "Annexe du lycée", "Voie_generale": "0", "Voie_technologique": "0",
                "Voie_professionnelle": "1", "Adresse_1": "1 rue du Lavoir"},
    ]  # fmt: skip

    report = import_directory(annuaire(*(rows[i] for i in order)))

    school = Establishment.objects.get()
    assert (school.name, school.address) == ("Lycée polyvalent Marguerite-Thibault", "12 rue des Tilleuls")
    assert [p.value for p in school.pathways] == ["general", "vocational"]
    assert [(issue.uai, issue.code) for issue in report.warnings] == [("0540001H", "merged_rows")]
    assert report.created == ["0540001H"]


@pytest.mark.parametrize(("code", "expected"), [("067", "67"), ("02A", "2A"), ("02b", "2B"), ("971", "971"), ("67", "67"), ("010", "10")])
def test_department_code_is_normalised(code, expected):
    import_directory(annuaire(TOUL | {"Code_departement": code}))

    assert Establishment.objects.get().department.code == expected


def test_values_damaged_by_a_spreadsheet_are_told_and_repaired_where_possible():
    damaged = FARM | {
        "SIREN_SIRET": "2,17003E+13",
        "Code_departement": "8",
        "Code_commune": "8362",
        "Code_postal": "8300",
        "Telephone": "324000000",
        "date_ouverture": "27/05/2001",
    }

    report = import_directory(annuaire(damaged))

    school = Establishment.objects.select_related("department").get()
    assert (school.siret, school.department.code, school.commune_code, school.postal_code) == ("", "08", "08362", "08300")
    assert (school.phone, school.opened_on) == ("0324000000", date(2001, 5, 27))
    assert {issue.code for issue in report.warnings} == {"excel_damage"}
    assert len(report.warnings) == 6


def test_doubtful_values_warn_and_do_not_stop_the_row():
    odd = TOUL | {"SIREN_SIRET": "20005226400014", "Mail": "pas une adresse", "Nombre_d_eleves": "beaucoup", "latitude": "999"}

    report = import_directory(annuaire(odd))

    assert [issue.code for issue in report.warnings] == ["email_format", "siret_checksum", "pupils_format", "coordinates_format"]
    school = Establishment.objects.get()
    assert (school.siret, school.email, school.pupils, school.latitude) == ("20005226400014", "", None, None)


def test_text_too_long_is_cut_with_a_warning():
    report = import_directory(annuaire(TOUL | {"Nom_etablissement": "Lycée " + "x" * 400}))

    assert [issue.code for issue in report.warnings] == ["truncated"]
    assert len(Establishment.objects.get().name) == 160


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (annuaire().getvalue(), "empty"),
        (b"PK\x03\x04 not a workbook", "structure"),
        (b"Lyc\x9de;nom\r\n", "encoding"),
        (annuaire(TOUL, encoding="utf-16", bom=False).getvalue(), "encoding"),
        (b"uai;nom\r\n0540001H;Toul\r\n", "header"),
        (b"%PDF-1.7 ;", "header"),
    ],
)
def test_file_that_cannot_be_read_imports_nothing(content, code):
    EstablishmentFactory()

    report = import_directory(annuaire_from(content))

    assert report.file_error == code
    assert report.error_message != ""
    assert sum(report.counts().values()) == 0
    assert Establishment.objects.count() == 1


def test_dry_run_says_the_same_and_saves_nothing():
    report = import_directory(annuaire(TOUL, PRIVATE), dry_run=True)

    assert report.created == ["0540001H", "0670002N"]
    assert (Establishment.objects.count(), Authority.objects.count()) == (0, 0)


def test_failure_while_saving_leaves_the_directory_as_it_was(monkeypatch):
    import_directory(annuaire(TOUL))
    monkeypatch.setattr("portal.directory.importers.writing._upsert", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        import_directory(annuaire(TOUL | {"Nombre_d_eleves": "1"}, PRIVATE))

    assert list(Establishment.objects.values_list("uai", "pupils")) == [("0540001H", 820)]
    assert Authority.objects.filter(code="academie-15").exists() is False


def test_command_writes_the_report(tmp_path, capsys):
    source, out = tmp_path / "annuaire.csv", tmp_path / "out.json"
    source.write_bytes(annuaire(TOUL, TOUL | {"Identifiant_de_l_etablissement": "0540002A"}).getvalue())

    call_command("import_establishments", source, report=out)

    assert json.loads(out.read_text()) == {
        "file_error": None,
        "created": ["0540001H"],
        "updated": [],
        "unchanged": [],
        "closed": [],
        "absent": [],
        "ignored": [],
        "rejected": [
            {
                "line": 3,
                "uai": "0540002A",
                "code": "uai_check_letter",
                "message": "« 0540002A » : la lettre de contrôle ne correspond pas aux chiffres.",
            }
        ],
        "warnings": [],
        "is_same": False,
        "changes": [
            {
                "uai": "0540001H",
                "name": TOUL["Nom_etablissement"],
                "field": "new",
                "label": "Nouveau lycée",
                "before": "–",
                "after": "Lycée polyvalent Marguerite-Thibault, Toul (54)",
            }
        ],
    }
    assert "1  créés" in capsys.readouterr().out


def test_command_fails_with_a_sentence_and_still_writes_the_report(tmp_path):
    source, out = tmp_path / "annuaire.csv", tmp_path / "out.json"
    source.write_bytes(annuaire(TOUL, separator="|").getvalue())

    with pytest.raises(CommandError, match=r"il manque 2\d colonnes, dont « adresse_1 », "):
        call_command("import_establishments", source, report=out)

    assert json.loads(out.read_text())["file_error"] == "header"


def test_command_names_the_file_that_it_cannot_open(tmp_path):
    with pytest.raises(CommandError, match="absent.csv"):
        call_command("import_establishments", tmp_path / "absent.csv")


def annuaire_from(content):
    import io

    return io.BytesIO(content.encode() if isinstance(content, str) else content)
