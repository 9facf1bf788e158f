import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from portal.directory.importers.density import import_density
from portal.directory.importers.ips import import_ips
from portal.directory.models import Establishment
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db
API_2021 = "rentree_scolaire;academie;uai;ips_voie_gt;ips_ensemble_gt_pro"
LABELS_2021 = "Rentrée scolaire;Académie;UAI;IPS voie GT;IPS Ensemble GT-PRO"
AFTER_2023 = "num_ligne;rentree_scolaire;uai;ips_voie_gt;ips_etab"


def csv(*lines: str) -> io.BytesIO:
    return io.BytesIO("\r\n".join(lines).encode("utf-8-sig"))


@pytest.fixture
def school():
    return EstablishmentFactory(uai="0540001H", ips=None, density_level=None)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (API_2021, "2021-2022;NANCY-METZ;0540001H;110;104.4"),
        (LABELS_2021, "2021-2022;NANCY-METZ;0540001H;110;104,4"),
        (AFTER_2023, "1;2021-2022;0540001H;110;104.4"),
    ],
)
def test_ips_is_read_in_each_form(school, header, row):
    report = import_ips(csv(header, row))

    school.refresh_from_db()
    assert report.updated == ["0540001H"]
    assert (school.ips, school.ips_year) == (Decimal("104.4"), "2021-2022")


def test_ips_keeps_the_newest_year_that_has_a_value(school):
    rows = ["2019-2020;R;0540001H;1;99.1", "2021-2022;R;0540001H;1;", "2020-2021;R;0540001H;1;101.5"]

    import_ips(csv(API_2021, *rows))

    school.refresh_from_db()
    assert (school.ips, school.ips_year) == (Decimal("101.5"), "2020-2021")


def test_older_ips_file_changes_nothing(school):
    import_ips(csv(API_2021, "2021-2022;R;0540001H;1;104.4"))

    report = import_ips(csv(API_2021, "2018-2019;R;0540001H;1;90.0"))

    school.refresh_from_db()
    assert (report.unchanged, school.ips) == (["0540001H"], Decimal("104.4"))


def test_absent_ips_stays_absent(school):
    import_ips(csv(API_2021, "2021-2022;R;0670002N;1;104.4", "2021-2022;R;0540001H;1;NS"))

    school.refresh_from_db()
    assert school.ips is None


def test_ips_rows_that_make_no_sense_are_told(school):
    rows = [
        "2021-2022;R;0540001A;1;100",
        "21/22;R;0540001H;1;100",
        "2021-2022;R;0540001H;1;cent",
        "2021-2022;R;0540001H;1;0",
        "2021-2022;R",
    ]

    report = import_ips(csv(API_2021, *rows))

    assert [(issue.line, issue.code) for issue in report.rejected] == [
        (2, "uai_format"), (3, "year_format"), (4, "ips_format"), (5, "ips_format"), (6, "columns"),
    ]  # fmt: skip


def test_ips_same_file_twice_writes_nothing(school, django_assert_num_queries):
    import_ips(csv(API_2021, "2021-2022;R;0540001H;1;104.4"))

    with django_assert_num_queries(3):  # the lycées, in a transaction
        report = import_ips(csv(API_2021, "2021-2022;R;0540001H;1;104.4"))

    assert report.unchanged == ["0540001H"]


def test_ips_file_of_another_kind_is_refused(school):
    assert import_ips(csv("uai;rentree_scolaire;note", "0540001H;2021-2022;12")).file_error == "header"


@pytest.mark.parametrize("header", ["CODGEO;LIBGEO;DENS", "code_commune;nom;densite_7"])
def test_density_is_read_in_each_form(school, header):
    report = import_density(csv(header, "54528;Toul;5"))

    school.refresh_from_db()
    assert report.updated == ["0540001H"]
    assert (school.density_level, school.is_rural) == (5, True)


def test_density_of_a_city_serves_its_arrondissements():
    EstablishmentFactory(uai="0750001U", commune_code="75113", density_level=None)

    import_density(csv("CODGEO;LIBGEO;DENS", "75056;Paris;1"))

    assert Establishment.objects.get().density_level == 1


def test_commune_missing_from_the_grid_is_told_and_stays_unknown(school):
    report = import_density(csv("CODGEO;LIBGEO;DENS", "01001;L'Abergement;6", "54528;Toul;9"))

    school.refresh_from_db()
    assert [issue.code for issue in report.warnings] == ["commune_unknown"]
    assert [(issue.line, issue.code) for issue in report.rejected] == [(3, "density_format")]
    assert school.density_level is None


def test_density_dry_run_saves_nothing(school):
    import_density(csv("CODGEO;LIBGEO;DENS", "54528;Toul;5"), dry_run=True)

    school.refresh_from_db()
    assert school.density_level is None


@pytest.mark.parametrize(
    ("command", "header", "row"),
    [("import_ips", API_2021, "2021-2022;R;0540001H;1;104.4"), ("import_density", "CODGEO;LIBGEO;DENS", "54528;Toul;5")],
)
def test_commands_import_and_refuse_with_a_sentence(school, tmp_path, capsys, command, header, row):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(csv(header, row).getvalue())
    bad.write_bytes(csv("a,b", "1,2").getvalue())

    call_command(command, good)

    assert "1  modifiés" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Rien n’a été importé"):
        call_command(command, bad)
    with pytest.raises(CommandError, match="Impossible de lire"):
        call_command(command, tmp_path / "none.csv")
