"""The annuaire de l’éducation (`fr-en-annuaire-education`): reading it in each of its forms, row by row.

Nothing here writes: `read_directory` gives records, portal.directory.importers.writing compares and saves them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from portal.directory.enums import (
    AGRICULTURAL_CONTRACT,
    UNDER_CONTRACT,
    Category,
    Contract,
    EstablishmentState,
    Pathway,
    PriorityEducation,
    Sector,
)
from portal.directory.facts import school_year
from portal.directory.importers import values
from portal.directory.importers.report import FileError, ImportReport, Issue, RowRejected
from portal.directory.importers.table import Table
from portal.directory.importers.types import refusal_of
from portal.directory.models import Establishment, comparison_keys
from portal.directory.regions import NAMES, region_of
from portal.directory.uai import has_uai_form, is_uai, normalise_uai
from portal.text.folding import fold

SECTION_NATURES = {
    "334": "section d’enseignement professionnel d’un autre lycée",
    "335": "section d’enseignement général et technologique d’un autre lycée",
}
EDUCATION = "MINISTERE DE L'EDUCATION NATIONALE"
AGRICULTURE = "AGRICULTURE"
# "coordonnee_x", "code postal" and the like need no alias: coordinates are read in degrees, spaces are folded.
ALIASES = {"etablissement_multi_lignes": "multi_uai"}  # June 2023
REQUIRED = {
    "identifiant_de_l_etablissement", "nom_etablissement", "type_etablissement", "statut_public_prive", "adresse_1", "code_postal",
    "code_commune", "nom_commune", "code_departement", "code_academie", "code_region", "voie_generale", "voie_technologique",
    "voie_professionnelle", "mail", "siren_siret", "latitude", "longitude", "libelle_departement", "libelle_academie",
    "libelle_region", "etat", "ministere_tutelle", "code_nature", "code_type_contrat_prive",
}  # fmt: skip
SECTORS = {"public": Sector.PUBLIC, "prive": Sector.PRIVATE}
STATES = {
    "ouvert": EstablishmentState.OPEN,
    "1": EstablishmentState.OPEN,
    "a fermer": EstablishmentState.CLOSING,
    "2": EstablishmentState.CLOSING,
    "ferme": EstablishmentState.CLOSED,
    "4": EstablishmentState.CLOSED,
}
# What a nature of the national nomenclature (BCN, N_NATURE_UAI) teaches by its very name. « Général et technologique » and « polyvalent »
# do not say which of their pathways a lycée has.
TAUGHT_BY_NATURE = {"301": "has_technological", "302": "has_general", "320": "has_vocational"}
PATHWAY_FIELDS = ("has_general", "has_technological", "has_vocational", "has_agricultural")
PRIORITY = {"REP": PriorityEducation.REP, "REP+": PriorityEducation.REP_PLUS}


@dataclass(frozen=True)
class Record:
    """One establishment as the file describes it. `fields` are attributes of Establishment, without its two keys."""

    line: int
    uai: str
    fields: dict
    region: tuple[str, str]  # INSEE code, name
    academy: tuple[str, str]  # code of two digits, name
    department: tuple[str, str]  # INSEE code, name

    @property
    def authority_code(self) -> str:
        """Who runs it: the DRAAF for agriculture, the rectorat for all others."""
        return f"draaf-{self.region[0]}" if self.fields["ministry"] == AGRICULTURE else f"academie-{self.academy[0]}"


def read_directory(stream: BinaryIO, report: ImportReport, tell: Callable[[int], None] = lambda line: None) -> tuple[list[Record], set]:
    """Read the whole file. Returns one record per lycée, in the order of the file, and every UAI that was seen in it.

    Fills `ignored`, `rejected` and `warnings` of the report; calls `tell(line)` on each row. Raises FileError.
    """
    table = Table(stream, required=REQUIRED, aliases=ALIASES, report=report)
    found: dict[str, list[Record]] = {}
    seen: set[str] = set()
    rows = 0
    for line, row in table.rows():
        tell(line)
        rows += 1
        uai = normalise_uai((row or {}).get("identifiant_de_l_etablissement", ""))[:12]
        seen.add(uai)
        try:
            record = read_row(line, uai, row, report)
        except RowRejected as reason:
            report.rejected.append(Issue(line, uai, reason.code, str(reason)))
            continue
        if record:
            found.setdefault(uai, []).append(record)
    if not rows:
        raise FileError("empty", "Le fichier ne contient aucune ligne après son en-tête.")
    return [merge(records, report) for records in found.values()], seen


def read_row(line: int, uai: str, row: dict[str, str] | None, report: ImportReport) -> Record | None:
    """One row; None when it is not a lycée of its own, which the report then says. Raises RowRejected."""
    if row is None:
        raise RowRejected("columns", "Le nombre de colonnes n’est pas celui de l’en-tête : ligne tronquée ou guillemet en trop.")
    if refused := refusal_of(row["type_etablissement"], row["code_nature"]):
        report.ignored.append(Issue(line, uai, *refused))
        return None
    check_identity(uai, row)
    if section := SECTION_NATURES.get(row["code_nature"]):
        mother = row.get("etablissement_mere", "")
        report.ignored.append(Issue(line, uai, "section", f"C’est une {section}{f' ({mother})' if mother else ''}."))
        return None

    def note(code: str, message: str) -> None:
        report.warn(line, uai, code, message)

    ministry = row["ministere_tutelle"].replace("’", "'").upper()
    region = read_region(row, note)
    return Record(
        line=line,
        uai=uai,
        fields=clip(with_pathway(read_fields(uai, row, ministry, note) | {"region_code": region[0]}, note), note),
        region=region,
        academy=(values.padded_code(row["code_academie"], 2, note, "Code académie"), row["libelle_academie"]),
        department=(values.department_code(row["code_departement"], note), row["libelle_departement"]),
    )


def check_identity(uai: str, row: dict[str, str]) -> None:
    """What a row cannot do without. Raises RowRejected."""
    if not uai:
        raise RowRejected("uai_missing", "Le code UAI manque.")
    if not has_uai_form(uai):
        raise RowRejected("uai_format", f"« {uai} » n’a pas la forme d’un code UAI : sept chiffres et une lettre.")
    if not is_uai(uai):
        raise RowRejected("uai_check_letter", f"« {uai} » : la lettre de contrôle ne correspond pas aux chiffres.")
    needed = {"nom_etablissement": "name", "code_departement": "department", "code_academie": "academy"}
    needed |= {"ministere_tutelle": "ministry", "code_commune": "commune"}
    for column, code in needed.items():
        if not row[column]:
            raise RowRejected(f"{code}_missing", f"La colonne {column} est vide.")
    if not 4 <= len(row["code_commune"]) <= 5:
        raise RowRejected("commune_format", f"Code commune « {row['code_commune']} » : cinq caractères attendus.")
    if fold(row["statut_public_prive"]) not in SECTORS:
        raise RowRejected("sector_unknown", f"Statut « {row['statut_public_prive']} » : Public ou Privé attendu.")
    if fold(row["etat"]) not in STATES:
        raise RowRejected("state_unknown", f"État « {row['etat']} » : OUVERT, A FERMER ou FERME attendu.")


def read_region(row: dict[str, str], note: values.Note) -> tuple[str, str]:
    """(INSEE code, name) of the Région; where the file leaves it empty, that of the département. Raises RowRejected."""
    if row["code_region"]:
        code = values.padded_code(row["code_region"], 2, note, "Code région")
        return code, row["libelle_region"] or NAMES.get(code, "")
    department = values.department_code(row["code_departement"], lambda code, message: None)
    region = region_of(department)
    if region is None:
        raise RowRejected("region_missing", "La colonne code_region est vide, et le département ne dit pas la Région.")
    note("region_from_department", f"Région vide dans le fichier : {region[1]}, d’après le département {department}.")
    return region


def read_fields(uai: str, row: dict[str, str], ministry: str, note: values.Note) -> dict:
    sector = SECTORS[fold(row["statut_public_prive"])]
    contract = read_contract(row["code_type_contrat_prive"], sector, note)
    return {
        "name": row["nom_etablissement"],
        "sector": sector,
        "category": category_of(sector, ministry, contract),
        "contract": contract,
        "ministry": ministry,
        "nature_code": row["code_nature"],
        "nature_label": row.get("libelle_nature", ""),
        "has_general": values.flag(row["voie_generale"]),
        "has_technological": values.flag(row["voie_technologique"]),
        "has_vocational": values.flag(row["voie_professionnelle"]),
        "has_agricultural": ministry == AGRICULTURE,  # Lycee_Agricole does not equal the ministry, and is often empty
        "address": ", ".join(filter(None, (row["adresse_1"], row.get("adresse_2"), row.get("adresse_3")))),
        "postal_code": values.padded_code(row["code_postal"], 5, note, "Code postal"),
        "commune_code": values.padded_code(row["code_commune"], 5, note, "Code commune"),
        "commune_name": row["nom_commune"],
        "phone": values.phone(row.get("telephone", ""), note),
        "email": values.email(row["mail"], note),
        "website": row.get("web", ""),
        "siret": values.siret(row["siren_siret"], note),
        **read_pupils(row, note),
        "has_boarding": values.flag_or_none(row.get("hebergement", "")),
        "priority_education": PRIORITY.get(row.get("appartenance_education_prioritaire", "").upper(), ""),
        "latitude": values.coordinate(row["latitude"], 90, note),
        "longitude": values.coordinate(row["longitude"], 180, note),
        "parent_uai": normalise_uai(row.get("etablissement_mere", ""))[:8],
        "opened_on": values.day(row.get("date_ouverture", ""), note),
        "state": STATES[fold(row["etat"])],
        "source_updated_on": values.day(row.get("date_maj_ligne", ""), note),
        **comparison_keys(uai, row["nom_etablissement"], row["nom_commune"]),
    }


def read_pupils(row: dict[str, str], note: values.Note) -> dict:
    """How many, and the school year of the export; the column is gone since 2026."""
    pupils = values.whole_number(row.get("nombre_d_eleves", ""), note)
    on = values.day(row.get("date_maj_ligne", ""), lambda code, message: None)
    return {"pupils": pupils, "pupils_year": school_year(on) if pupils is not None and on else ""}


def with_pathway(fields: dict, note: values.Note) -> dict:
    """The pathway that the nature implies, where the file leaves the three cells empty; else a warning: calls and quotas count pathways."""
    if fields["has_general"] or fields["has_technological"] or fields["has_vocational"] or fields["state"] == EstablishmentState.CLOSED:
        return fields
    if taught := TAUGHT_BY_NATURE.get(fields["nature_code"]):
        label = Pathway(taught.removeprefix("has_")).label.lower()
        note("pathway_from_nature", f"Aucune voie dans le fichier : la voie {label}, d’après la nature {fields['nature_code']}.")
        return fields | {taught: True}
    note("pathway_unknown", "Aucune voie dans le fichier : un appel réservé à une voie refusera ce lycée, sauf déclaration du lycée.")
    return fields


def read_contract(cell: str, sector: str, note: values.Note) -> str:
    if cell not in Contract.values:
        note("contract_unknown", f"Code de contrat « {cell} » inconnu.")
        return Contract.UNKNOWN
    if sector == Sector.PUBLIC and cell != Contract.NOT_APPLICABLE:
        note("contract_public", f"Un établissement public porte le code de contrat {cell}.")
    return cell


def category_of(sector: str, ministry: str, contract: str) -> str:
    """Statut as the jury reads it: sector, ministry, contract with the State."""
    if ministry == AGRICULTURE:
        if sector == Sector.PUBLIC:
            return Category.PUBLIC_AGRICULTURE
        return Category.PRIVATE_AGRICULTURE if contract in AGRICULTURAL_CONTRACT else Category.WITHOUT_CONTRACT
    if sector == Sector.PUBLIC:
        return Category.PUBLIC_EDUCATION if ministry == EDUCATION else Category.OTHER
    if ministry not in (EDUCATION, "SANS TUTELLE") or contract == Contract.UNKNOWN:
        return Category.OTHER
    return Category.PRIVATE_CONTRACT if contract in UNDER_CONTRACT else Category.WITHOUT_CONTRACT


def clip(fields: dict, note: values.Note) -> dict:
    """No text longer than its column: PostgreSQL would refuse the whole file for one of them."""
    for name, value in fields.items():
        limit = Establishment._meta.get_field(name).max_length
        if isinstance(value, str) and limit and len(value) > limit:
            fields[name] = value[:limit].rstrip()
            note("truncated", f"« {value[:40]}… » dépasse {limit} caractères : coupé.")
    return fields


def merge(records: list[Record], report: ImportReport) -> Record:
    """Several rows of one UAI are its sites: the main one describes it, their pathways add up."""
    if len(records) == 1:
        return records[0]
    main = min(records, key=_main_site_first)
    fields = main.fields | {name: any(record.fields[name] for record in records) for name in PATHWAY_FIELDS}
    boarding = {record.fields["has_boarding"] for record in records}
    fields["has_boarding"] = True if True in boarding else False if False in boarding else None
    report.warn(main.line, main.uai, "merged_rows", f"{len(records)} lignes pour ce code UAI, réunies : voies additionnées.")
    return Record(main.line, main.uai, fields, main.region, main.academy, main.department)


def _main_site_first(record: Record) -> tuple:
    """Order of preference that does not depend on the order of the rows: annexes last, then the site that teaches most."""
    secondary = any(word in record.fields["search_text"] for word in ("annexe", "site ", "pole ", "campus"))
    taught = sum(record.fields[name] for name in (*PATHWAY_FIELDS, "has_boarding") if record.fields[name])
    return secondary, -taught, record.fields["name"], record.fields["address"]
