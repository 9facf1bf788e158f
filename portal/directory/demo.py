"""A fictional directory on real communes, in the official format: 342 lycées of the ten départements of Grand Est.

Totals are those of the Région's own presentation of Lycée 4.0: 237 public lycées of which 17 agricultural, 105 private of
which 19 agricultural, 183,018 and 36,869 pupils, four authorities. Names, people and numbers are invented; UAI codes are
in a range (9000 and above) that no lycée bears. Deterministic: the same file at every run.
"""

import csv
import io
import random
from dataclasses import dataclass

from portal.directory.demo_communes import COMMUNES, PLACES

SEED = 2017
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
ACADEMIES = {
    "12": ("Nancy-Metz", ("54", "55", "57", "88")),
    "15": ("Strasbourg", ("67", "68")),
    "19": ("Reims", ("08", "10", "51", "52")),
}
DEPARTMENTS = {
    "08": "Ardennes",
    "10": "Aube",
    "51": "Marne",
    "52": "Haute-Marne",
    "54": "Meurthe-et-Moselle",
    "55": "Meuse",
    "57": "Moselle",
    "67": "Bas-Rhin",
    "68": "Haut-Rhin",
    "88": "Vosges",
}
WEIGHTS = {"08": 18, "10": 20, "51": 34, "52": 14, "54": 42, "55": 14, "57": 64, "67": 66, "68": 43, "88": 27}
SILENT = ("0089010A", "0109026G")  # lycées of which the file says no pathway, as of many in the official one
FIRST_NAMES = (
    "Marguerite Simone Hortense Émile Paul Camille Jeanne Louis Berthe Auguste Colette Marcel Irène Victor Odile Gaston Lucie Armand "
    "Élise Raymond Henriette Théo Adèle Joseph Blanche René Clémence Maurice Sidonie Léon Mathilde Edmond Rosalie Fernand Alice"
).split()
SURNAMES = (
    "Thibault Lhuillier Weill Vautrin Reinhardt Grandjean Aubry Pierron Marchal Roussel Lakhal Ferhat Schaeffer Kuntz Muller Didier Colin "
    "Humbert Laurent Antoine Klein Meyer Jacquot Barbier Chevrier Mangin Noël Thirion Vuillemin Zimmermann Hoffner Jung Kessler Lambert "
    "Mathis Oberlin Parmentier Quirin Risser Simonin Toussaint Ulrich Valentin Wagner Xardel Yvon Zeller Bernhard Courtois Duval"
).split()
SAINTS = "Saint-Ruf Sainte-Odette Saint-Aurin Notre-Dame-du-Pré Sainte-Walburge Saint-Elme La-Providence-des-Bois Sainte-Yvette".split()
FARMS = (
    "des Trois-Rivières",
    "du Val-de-Saône",
    "de la Haute-Meuse",
    "du Vignoble",
    "des Étangs",
    "du Plateau-Lorrain",
    "de la Forêt",
    "des Coteaux",
    "du Ried",
)


@dataclass(frozen=True)
class Kind:
    """One of the four sorts of lycées, with how many there are."""

    code: str
    count: int
    public: bool
    agricultural: bool


KINDS = (
    Kind("public", 220, True, False),
    Kind("public_agri", 17, True, True),
    Kind("private", 86, False, False),
    Kind("private_agri", 19, False, True),
)
PUPILS = {True: 183_018, False: 36_869}
HEADER = (
    "Identifiant_de_l_etablissement Nom_etablissement Type_etablissement Statut_public_prive Adresse_1 Adresse_2 Adresse_3 Code_postal "
    "Code_commune Nom_commune Code_departement Code_academie Code_region Ecole_maternelle Ecole_elementaire Voie_generale Voie_technologique "
    "Voie_professionnelle Telephone Fax Web Mail Restauration Hebergement ULIS Apprentissage Segpa Section_arts Section_cinema Section_theatre "
    "Section_sport Section_internationale Section_europeenne Lycee_Agricole Lycee_militaire Lycee_des_metiers Post_BAC "
    "Appartenance_Education_Prioritaire GRETA SIREN_SIRET Nombre_d_eleves Fiche_onisep position Type_contrat_prive Libelle_departement "
    "Libelle_academie Libelle_region coordX_origine coordY_origine epsg_origine nom_circonscription latitude longitude precision_localisation "
    "date_ouverture date_maj_ligne etat ministere_tutelle multi_uai rpi_concentre rpi_disperse code_nature libelle_nature "
    "Code_type_contrat_prive PIAL etablissement_mere type_rattachement_etablissement_mere code_circonscription "
    "code_zone_animation_pedagogique libelle_zone_animation_pedagogique code_bassin_formation libelle_bassin_formation"
).split()


def fictional_directory() -> str:
    """The directory as CSV text (`;`, the 72 columns of 2024), one row per lycée."""
    rng = random.Random(SEED)  # noqa: S311 -- invented schools, not a secret
    rows = [_row(kind, index, rng) for kind in KINDS for index in range(kind.count)]
    _share_pupils(rows, rng)
    for number, row in enumerate(sorted(rows, key=lambda r: (r["Code_departement"], r["Nom_etablissement"]))):
        row["Identifiant_de_l_etablissement"] = _uai(row["Code_departement"], number)
        academy = ACADEMIES[row["Code_academie"]][0].lower()
        if row["Identifiant_de_l_etablissement"] in SILENT:
            row |= dict.fromkeys(("Voie_generale", "Voie_technologique", "Voie_professionnelle"), "")
        row["Mail"] = f"ce.{row['Identifiant_de_l_etablissement'].lower()}@ac-{academy}.example"
    return _csv(HEADER, sorted(rows, key=lambda r: r["Identifiant_de_l_etablissement"]))


def fictional_density() -> str:
    """INSEE's density level of each commune used, in the columns of the official grid."""
    header = ["CODGEO", "LIBGEO", "DENS", "LIBDENS", "PMUN19"]
    return _csv(
        header, [dict(zip(header, (code, name, level, "", people), strict=True)) for code, name, _, _, level, people in COMMUNES], ";"
    )


def fictional_ips() -> str:
    """An IPS for each lycée that has one (never an agricultural one), in the columns of 2023 and after."""
    rng = random.Random(SEED + 1)  # noqa: S311 -- invented figures
    header = ["rentree_scolaire", "uai", "nom_de_l_etablissement", "secteur", "type_de_lycee", "ips_etab"]
    rows = []
    for row in csv.DictReader(io.StringIO(fictional_directory()), delimiter=";"):
        if row["ministere_tutelle"] == "AGRICULTURE":
            continue
        public = row["Statut_public_prive"] == "Public"
        vocational = row["Voie_generale"] == "0"
        mean = 88 if vocational else 106 if public else 122
        values = (
            "2024-2025",
            row["Identifiant_de_l_etablissement"],
            row["Nom_etablissement"],
            "public" if public else "privé sous contrat",
        )
        rows.append(
            dict(zip(header, (*values, "LP" if vocational else "LPO", f"{min(155, max(64, rng.gauss(mean, 9))):.1f}"), strict=True))
        )
    return _csv(header, rows)


def _row(kind: Kind, index: int, rng: random.Random) -> dict:
    department = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    communes = [c for c in COMMUNES if c[3] == department]
    favoured = [c for c in communes if c[4] >= 4] if kind.agricultural else communes
    code, name, postal_code, _, _, _ = rng.choices(favoured, [max(c[5], 3000) ** (0.2 if kind.agricultural else 0.8) for c in favoured])[0]
    sort, nature, label, tracks = _nature(kind, rng)
    academy = next(a for a, (_, departments) in ACADEMIES.items() if department in departments)
    row = dict.fromkeys(HEADER, "")
    row |= {
        "Nom_etablissement": f"{sort} {_name(kind, index, rng)}",
        "Type_etablissement": "Lycée",
        "Statut_public_prive": "Public" if kind.public else "Privé",
        "Adresse_1": f"{rng.randint(1, 98)} {rng.choice(['rue', 'avenue', 'place'])} {rng.choice(['des Tilleuls', 'du Moulin', 'de la Gare', 'des Écoles'])}",
        "Code_postal": postal_code,
        "Code_commune": code,
        "Nom_commune": name.replace("’", "'"),
        "Code_departement": f"0{department}",
        "Code_academie": academy,
        "Code_region": "44",
        "Voie_generale": str(int("g" in tracks)),
        "Voie_technologique": str(int("t" in tracks)),
        "Voie_professionnelle": str(int("p" in tracks)),
        "Telephone": f"03 00 {rng.randint(10, 99)} {rng.randint(10, 99)} {rng.randint(10, 99)}",
        "Hebergement": str(int(kind.agricultural or rng.random() < 0.3)),
        "Restauration": "1",
        "Lycee_Agricole": str(int(kind.agricultural)),
        "Type_contrat_prive": _contract(kind)[1],
        "Code_type_contrat_prive": _contract(kind)[0],
        "Libelle_departement": DEPARTMENTS[department],
        "Libelle_academie": ACADEMIES[academy][0],
        "Libelle_region": "Grand Est",
        "date_ouverture": f"{rng.randint(1965, 1998)}-09-01",
        "date_maj_ligne": "2026-09-15",
        "etat": "OUVERT",
        "ministere_tutelle": "AGRICULTURE" if kind.agricultural else "MINISTERE DE L'EDUCATION NATIONALE",
        "multi_uai": "0",
        "code_nature": nature,
        "libelle_nature": label,
    }
    return row | _position(code, f"{kind}-{index}")


def _position(commune: str, lycee: str) -> dict[str, str]:
    """Somewhere in the commune, within about a kilometre of its middle; drawn apart, so that it moves nothing else."""
    north, east = PLACES[commune]
    rng = random.Random(lycee)  # noqa: S311 -- invented positions
    return {"latitude": f"{north + rng.uniform(-0.01, 0.01):.5f}", "longitude": f"{east + rng.uniform(-0.015, 0.015):.5f}"}


def _nature(kind: Kind, rng: random.Random) -> tuple[str, str, str, str]:
    """(what its name begins with, code_nature, libelle_nature, tracks among g t p)."""
    if kind.agricultural:
        sort = "Lycée agricole" if kind.public else "Lycée agricole privé"
        return sort, "307", "LYCEE ENS GENERAL TECHNO PROF AGRICOLE", rng.choice(["gtp", "tp", "p"])
    suffix = "" if kind.public else " privé"
    return rng.choices(
        [
            (f"Lycée polyvalent{suffix}", "306", "LYCEE POLYVALENT", "gtp"),
            (f"Lycée général et technologique{suffix}", "300", "LYCEE ENSEIGNT GENERAL ET TECHNOLOGIQUE", "gt"),
            (f"Lycée professionnel{suffix}", "320", "LYCEE PROFESSIONNEL", "p"),
            (f"Lycée général{suffix}", "302", "LYCEE D ENSEIGNEMENT GENERAL", "g"),
        ],
        [30, 34, 28, 8],
    )[0]


def _name(kind: Kind, index: int, rng: random.Random) -> str:
    if kind.agricultural and kind.public:
        return FARMS[index % len(FARMS)] + ("" if index < len(FARMS) else f" {SURNAMES[index]}")
    if not kind.public and index % 4 == 0:
        return f"{SAINTS[index // 4 % len(SAINTS)]}-{SURNAMES[index % len(SURNAMES)]}"
    return f"{rng.choice(FIRST_NAMES)}-{SURNAMES[(index * 7) % len(SURNAMES)]}"


def _contract(kind: Kind) -> tuple[str, str]:
    if kind.public:
        return "99", "SANS OBJET"
    return ("60", "SOUS CONTRAT ETABLISSEMENT AGRICOLE") if kind.agricultural else ("30", "CONTRAT D'ASSOCIATION TOUTES CLASSES")


def _share_pupils(rows: list[dict], rng: random.Random) -> None:
    """Pupils per lycée, whose sums are the published ones, by sector."""
    for public, total in PUPILS.items():
        group = [row for row in rows if (row["Statut_public_prive"] == "Public") == public]
        weights = [rng.uniform(0.15, 0.4) if row["Lycee_Agricole"] == "1" else rng.uniform(0.4, 1.8) for row in group]
        shares = [int(total * weight / sum(weights)) for weight in weights]
        shares[0] += total - sum(shares)
        for row, pupils in zip(group, shares, strict=True):
            row["Nombre_d_eleves"] = str(pupils)


def _uai(department: str, number: int) -> str:
    digits = int(f"{department}{9000 + number:04d}")
    return f"{digits:07d}{LETTERS[digits % 23]}"


def _csv(header: list[str], rows: list[dict], delimiter: str = ";") -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, header, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
