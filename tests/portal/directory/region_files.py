"""Public files the size of a region, made up: the shape, columns, encodings and counts of those of Grand Est.

469 rows for 465 UAI as on 19 March 2024: 384 lycées of their own by status, 81 sections of another lycée, three lycées on
several rows. Communes are real, people, names and numbers invented; the same files at every run.
"""

import io
from itertools import cycle
from typing import NamedTuple

from portal.directory.demo import ACADEMIES, DEPARTMENTS
from portal.directory.demo_communes import COMMUNES
from portal.directory.uai import check_letter
from tests.portal.directory.files import TOUL, annuaire

EDUCATION, AGRICULTURE = "MINISTERE DE L'EDUCATION NATIONALE", "AGRICULTURE"
PUBLIC, PRIVATE = "Public", "Privé"


class Sort(NamedTuple):
    """So many lycées of one status and nature; `sites` are the rows of those that have several."""

    count: int
    sector: str
    ministry: str
    nature: str
    contract: str = "99"
    sites: tuple[int, ...] = ()


SORTS = (
    Sort(56, PUBLIC, EDUCATION, "300"),
    Sort(17, PUBLIC, EDUCATION, "302"),
    Sort(76, PUBLIC, EDUCATION, "306"),
    Sort(2, PUBLIC, EDUCATION, "315"),
    Sort(63, PUBLIC, EDUCATION, "320"),
    Sort(1, PUBLIC, EDUCATION, "340"),
    Sort(77, PUBLIC, EDUCATION, "334"),
    Sort(5, PUBLIC, AGRICULTURE, "300"),
    Sort(11, PUBLIC, AGRICULTURE, "307"),
    Sort(2, PUBLIC, AGRICULTURE, "320"),
    Sort(9, PRIVATE, AGRICULTURE, "320"),
    Sort(26, PRIVATE, EDUCATION, "300", "30"),
    Sort(10, PRIVATE, EDUCATION, "301", "30"),
    Sort(25, PRIVATE, EDUCATION, "302", "30"),
    Sort(4, PRIVATE, EDUCATION, "306", "30"),
    Sort(39, PRIVATE, EDUCATION, "320", "30", sites=(3, 2, 2)),
    Sort(4, PRIVATE, EDUCATION, "335", "30"),
    Sort(2, PRIVATE, EDUCATION, "300", "10"),
    Sort(1, PRIVATE, EDUCATION, "301", "10"),
    Sort(14, PRIVATE, EDUCATION, "302", "10"),
    Sort(4, PRIVATE, EDUCATION, "306", "10"),
    Sort(17, PRIVATE, EDUCATION, "320", "10"),
)
SECTIONS = ("334", "335")
NATURES = {
    "300": "LYCEE ENSEIGNT GENERAL ET TECHNOLOGIQUE",
    "301": "LYCEE D ENSEIGNEMENT TECHNOLOGIQUE",
    "302": "LYCEE D ENSEIGNEMENT GENERAL",
    "306": "LYCEE POLYVALENT",
    "307": "LYCEE ENS GENERAL TECHNO PROF AGRICOLE",
    "315": "LYCEE EXPERIMENTAL",
    "320": "LYCEE PROFESSIONNEL",
    "334": "SECTION D ENSEIGNEMENT PROFESSIONNEL",
    "335": "SECTION ENSEIGT GENERAL ET TECHNOLOGIQUE",
    "340": "COLLEGE",
}
PATHWAYS = {"300": "110", "301": "010", "302": "100", "306": "111", "307": "111", "315": "100", "320": "001", "340": "000"}
IPS_2021 = (
    "rentree_scolaire;academie;code_du_departement;departement;uai;nom_de_l_etablissment;code_insee_de_la_commune;nom_de_la_commune;"
    "secteur;type_de_lycee;ips_voie_gt;ips_voie_pro;ips_ensemble_gt_pro;ecart_type_de_l_ips_voie_gt;ecart_type_de_l_ips_voie_pro"
)
DENSITY_2022 = "CODGEO;LIBGEO;DENS;LIBDENS;PMUN19"
LEVELS = (
    "Grands centres urbains,Centres urbains intermédiaires,Petites villes,Ceintures urbaines,Bourgs ruraux,Rural à habitat dispersé,"
    "Rural à habitat très dispersé"
).split(",")
_ACADEMY_OF = {department: (code, name) for code, (name, departments) in ACADEMIES.items() for department in departments}


def region_rows(first: int = 1) -> list[dict[str, str]]:
    """The rows of one region; UAI are numbered from `first` (1 to 9,500), so that several regions do not meet."""
    communes, rows = cycle(COMMUNES), []
    for sort in SORTS:
        sites = iter(sort.sites)
        for _ in range(sort.count):
            rows += _on_its_sites(_row(first + len(rows), sort, next(communes)), next(sites, 1))
    return rows


def _on_its_sites(row: dict[str, str], count: int) -> list[dict[str, str]]:
    if count == 1:
        return [row]
    return [row | {"Adresse_1": f"{n} rue du Moulin", "multi_uai": "1"} for n in range(1, count + 1)]


def _row(number: int, sort: Sort, commune: tuple) -> dict[str, str]:
    insee, town, postal_code, department, *_ = commune
    academy, academy_name = _ACADEMY_OF[department]
    digits = f"0{department}{number:04d}"
    general, technological, vocational = PATHWAYS.get(sort.nature, "   ")
    is_farm = sort.ministry == AGRICULTURE
    return TOUL | {
        "Identifiant_de_l_etablissement": digits + check_letter(digits),
        "Nom_etablissement": f'Lycée {"agricole " if is_farm else ""}{"privé " if sort.sector == PRIVATE else ""}n° {number} "Les Tilleuls"',
        "Statut_public_prive": sort.sector,
        "Code_postal": postal_code,
        "Code_commune": insee,
        "Nom_commune": town,
        "Code_departement": f"0{department}",
        "Code_academie": academy,
        "Voie_generale": general.strip(),
        "Voie_technologique": technological.strip(),
        "Voie_professionnelle": vocational.strip(),
        "Mail": f"ce.{digits.lower()}@lycee.example",
        "Lycee_Agricole": "" if number % 3 else str(int(is_farm)),
        "SIREN_SIRET": "" if number % 7 == 0 else TOUL["SIREN_SIRET"],
        "Nombre_d_eleves": "" if number % 3 == 0 else str(200 + number % 900),
        "Libelle_departement": DEPARTMENTS[department],
        "Libelle_academie": academy_name,
        "ministere_tutelle": sort.ministry,
        "code_nature": sort.nature,
        "libelle_nature": NATURES[sort.nature],
        "Code_type_contrat_prive": sort.contract,
        "etablissement_mere": "0540001H" if sort.nature in SECTIONS else "",
    }


def directory_2024() -> io.BytesIO:
    """The extract of the region: UTF-8 with its mark, lines ended as the public copy ends them."""
    return annuaire(*region_rows(), newline="\n")


def vocational_2026() -> io.BytesIO:
    """120 lycées already known, in the form of two years later: no pupils, bare phones, a contract for private farms."""
    known = [row for row in region_rows() if row["code_nature"] in ("307", "320") and row["Code_type_contrat_prive"] != "10"]
    wanted = list(dict.fromkeys(row["Identifiant_de_l_etablissement"] for row in known))[-120:]
    rows = [row | _two_years_later(row) for row in known if row["Identifiant_de_l_etablissement"] in wanted]
    return annuaire(*rows, form="2026", newline="\n")


def _two_years_later(row: dict[str, str]) -> dict[str, str]:
    is_private_farm = (row["Statut_public_prive"], row["ministere_tutelle"]) == (PRIVATE, AGRICULTURE)
    contract = "60" if is_private_farm else row["Code_type_contrat_prive"]
    return {"date_maj_ligne": "2026-02-16", "Telephone": "0383000000", "Code_type_contrat_prive": contract}


def country(regions: int) -> io.BytesIO:
    """Several regions in one file, with the line ends of the national copy."""
    return annuaire(*(row for n in range(regions) for row in region_rows(1 + 500 * n)), newline="\r\n")


def ips_2021() -> io.BytesIO:
    """Two years of the lycées that have an IPS: those of Éducation nationale, public or under contract, sections aside."""
    lines = [IPS_2021]
    for n, row in enumerate(region_rows()):
        if row["ministere_tutelle"] != EDUCATION or row["Code_type_contrat_prive"] == "10" or row["code_nature"] in SECTIONS:
            continue
        for year, value in (("2021-2022", f"{80 + n % 60}.{n % 10}"), ("2020-2021", f"{79 + n % 60}.{n % 10}")):
            head = (year, row["Libelle_academie"].upper(), row["Code_departement"][1:], row["Libelle_departement"].upper())
            name = row["Nom_etablissement"].replace('"', "").upper()
            sector = "public" if row["Statut_public_prive"] == PUBLIC else "privé sous contrat"
            place = (row["Code_commune"], row["Nom_commune"].upper(), sector, "LPO")
            lines.append(";".join((*head, row["Identifiant_de_l_etablissement"], name, *place, value, "", value, "33.8", "")))
    return io.BytesIO("\n".join(lines).encode("utf-8"))


def density_2022() -> io.BytesIO:
    """The grid of the communes of the region."""
    lines = [DENSITY_2022, *(f"{code};{name};{level};{LEVELS[level - 1]};{people}" for code, name, _, _, level, people in COMMUNES)]
    return io.BytesIO("\n".join(lines).encode("utf-8"))
