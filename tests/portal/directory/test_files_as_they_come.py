"""Public files as their publishers give them, and as a spreadsheet saves them again: encodings, separators, workbooks, titles above the header."""

import io
import zipfile

import pytest
from django.core.checks import run_checks
from openpyxl import Workbook

from portal.directory.importers.density import import_density
from portal.directory.importers.ips import import_ips
from portal.directory.importers.writing import import_directory
from portal.directory.models import Authority, Establishment
from tests.factories.directory import EstablishmentFactory
from tests.portal.directory.files import FARM, PRIVATE, TOUL, annuaire

pytestmark = pytest.mark.django_db
GRID = ["CODGEO", "LIBGEO", "DENS", "LIBDENS", "PMUN19", "P1", "P2"]
MFR = FARM | {
    "Identifiant_de_l_etablissement": "0080004L",
    "Nom_etablissement": "MFR de Rethel",
    "Type_etablissement": "Autre",
    "Statut_public_prive": "Privé",
    "Voie_generale": "",
    "Voie_technologique": "",
    "Voie_professionnelle": "",
    "code_nature": "380",
    "libelle_nature": "MAISON FAMILIALE RURALE EDUCATION ORIENT",
    "Code_type_contrat_prive": "60",
}
EREA = TOUL | {"Identifiant_de_l_etablissement": "0540003K", "Type_etablissement": "EREA", "code_nature": "370"}


LONG_GRID = [GRID, *[[f"{n:05}", "Toul", 3, "Petites villes", 15545, 0, 0] for n in range(200)]]


def codes(issues) -> list[tuple[int, str]]:
    return [(issue.line, issue.code) for issue in issues]


def workbook(*sheets: list[list]) -> io.BytesIO:
    book, content = Workbook(), io.BytesIO()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Feuille {number}")
        for row in rows:
            sheet.append(row)
    book.save(content)
    return io.BytesIO(content.getvalue())


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_each_usual_separator_is_read(separator):
    report = import_directory(annuaire(TOUL | {"Adresse_2": "Bâtiment A, porte 2 ; au fond"}, PRIVATE, separator=separator))

    assert (report.created, report.warnings) == (["0540001H", "0670002N"], [])
    assert Establishment.objects.get(uai="0540001H").address == "12 rue des Tilleuls, Bâtiment A, porte 2 ; au fond"


@pytest.mark.parametrize("separator", [";", ","])
def test_windows_1252_is_read_with_its_accents_and_told(separator):
    content = annuaire(TOUL | {"Nom_etablissement": "Lycée de l’Œuvre à Noël"}, encoding="cp1252", bom=False, separator=separator)

    report = import_directory(content)

    assert Establishment.objects.get().name == "Lycée de l’Œuvre à Noël"
    assert codes(report.warnings) == [(1, "windows_1252")]


def test_a_file_in_utf_8_that_one_byte_damages_is_not_taken_for_windows_1252():
    content = annuaire(*[TOUL] * 400).getvalue() + "Lycée".encode("cp1252")

    report = import_directory(io.BytesIO(content))

    assert (report.file_error, Establishment.objects.count()) == ("encoding", 0)


def test_a_file_cut_in_the_middle_of_a_letter_is_refused():
    content = annuaire(TOUL).getvalue() + "Lycé".encode()[:-1]

    assert import_directory(io.BytesIO(content)).file_error == "encoding"


def test_density_grid_is_read_from_the_workbook_as_it_is_published():
    EstablishmentFactory(uai="0540001H", density_level=None)
    cover = [["Grille communale de densité"], ["Source : Insee"]]
    data = [
        ["Grille communale de densité à 7 niveaux"],
        ["Mise en ligne le 27 mai 2025"],
        [],
        ["Code de la commune", "Libellé", "Degré de densité", "Libellé du degré", "Population", "Part 1", "Part 2"],
        GRID,
        ["01001", "L'Abergement-Clémenciat", 6, "Rural à habitat dispersé", 779, 0, None],
        ["54528", "Toul", 3, "Petites villes", 15545, 0.5, 12.25],
    ]

    report = import_density(workbook(cover, data))

    assert (report.file_error, report.updated, report.rejected) == (None, ["0540001H"], [])
    assert Establishment.objects.get().density_level == 3


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda content: b"", lambda content: b"<sheetData>"])
def test_a_workbook_one_part_of_which_is_damaged_is_refused_with_a_sentence(part, damage):
    whole, damaged = workbook(LONG_GRID), io.BytesIO()
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(damaged, "w") as written:
        for name in parts.namelist():
            written.writestr(name, damage(parts.read(name)) if name == part else parts.read(name))

    report = import_density(io.BytesIO(damaged.getvalue()))

    assert report.file_error == "structure"
    assert "Le classeur Excel est abîmé" in report.error_message


def test_a_workbook_whose_bytes_are_damaged_is_refused_with_a_sentence():
    content = bytearray(workbook(LONG_GRID).getvalue())
    begins = zipfile.ZipFile(io.BytesIO(bytes(content))).getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    content[begins : begins + 40] = bytes(byte ^ 0x5A for byte in content[begins : begins + 40])

    assert import_density(io.BytesIO(bytes(content))).file_error == "structure"


def test_density_grid_in_windows_1252_with_commas_and_its_titles_is_read():
    EstablishmentFactory(uai="0540001H", density_level=None)
    lines = [
        "Grille communale de densité,,",
        "Mise en ligne,,",
        ",,",
        "Code,Libellé,Degré",
        "CODGEO,LIBGEO,DENS",
        '54528,"Toul, été",7',
        "1,x",
    ]

    report = import_density(io.BytesIO("\r\n".join(lines).encode("cp1252")))

    assert Establishment.objects.get().density_level == 7
    assert (codes(report.rejected), codes(report.warnings)) == ([(7, "columns")], [(1, "windows_1252")])


def test_directory_in_a_workbook_is_read_with_its_numbers_and_dates():
    rows = [list(TOUL), [int(v) if k in ("Code_postal", "Voie_generale") else v for k, v in TOUL.items()]]
    rows[0] += ["Adresse_2"]

    report = import_directory(workbook(rows))

    school = Establishment.objects.get()
    assert (report.created, school.postal_code, school.has_general, school.pupils) == (["0540001H"], "54200", True, 820)


def test_ips_in_a_workbook_keeps_its_decimals():
    EstablishmentFactory(uai="0540001H", ips=None)

    import_ips(workbook([["rentree_scolaire", "uai", "ips_etab"], ["2024-2025", "0540001H", 104.4]]))

    assert str(Establishment.objects.get().ips) == "104.4"


@pytest.mark.parametrize(
    ("department", "region"),
    [("054", ("44", "Grand Est")), ("02A", ("94", "Corse")), ("974", ("04", "La Réunion")), ("44", ("52", "Pays de la Loire"))],
)
def test_an_empty_region_is_that_of_the_departement(department, region):
    report = import_directory(annuaire(FARM | {"Code_departement": department, "Code_region": "", "Libelle_region": ""}))

    assert Establishment.objects.get().region_code == region[0]
    assert Authority.objects.get(code=f"draaf-{region[0]}").name.endswith(region[1])
    assert codes(report.warnings) == [(2, "region_from_department")]


def test_an_empty_region_of_another_territory_is_refused():
    report = import_directory(annuaire(TOUL | {"Code_departement": "988", "Code_region": ""}))

    assert codes(report.rejected) == [(2, "region_missing")]


@pytest.mark.parametrize(
    ("beside", "created"), [([], []), (["erea"], ["0540003K"]), (["mfr"], ["0080004L"]), (["erea", "mfr"], ["0540003K", "0080004L"])]
)
def test_erea_and_mfr_are_taken_where_the_region_helps_them(settings, beside, created):
    settings.DIRECTORY_BESIDE_LYCEES = beside

    report = import_directory(annuaire(EREA, MFR, TOUL | {"Type_etablissement": "Autre", "code_nature": "310"}))

    assert report.created == created
    assert sorted(codes(report.ignored)) == sorted(
        [(line, "beside") for line, name in ((2, "erea"), (3, "mfr")) if name not in beside] + [(4, "not_a_lycee")]
    )


def test_an_mfr_is_private_agriculture_whose_pathways_its_head_declares(settings):
    settings.DIRECTORY_BESIDE_LYCEES = ["mfr"]

    report = import_directory(annuaire(MFR))

    school = Establishment.objects.select_related("authority").get()
    assert (school.category, school.nature_text, school.authority.code) == (
        "private_agriculture",
        "Maison familiale rurale (MFR)",
        "draaf-44",
    )
    assert codes(report.warnings) == [(2, "pathway_unknown")]


def test_a_setting_that_names_nothing_known_is_told_at_start(settings):
    settings.DIRECTORY_BESIDE_LYCEES = ["erea", "lp"]

    assert [(error.id, "lp?" in error.msg) for error in run_checks() if error.id == "directory.E001"] == [("directory.E001", True)]
