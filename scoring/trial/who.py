"""Who may apply, who never could and why, who waits for a fact: the lycées of the directory one by one, with the rule of `eligibility_gaps`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings

from calls.conditioned.eligibility import waves_for
from calls.conditioned.lycee_terms import DECLARABLE
from calls.conditioned.wave_terms import is_of_a_wave
from calls.conditions.references import lycee
from calls.models import Call
from calls.queries.eligibility_count import CountedLycees, EligibilityCount, LyceeVerdict, count_of, verdicts_of
from portal.addresses import address
from portal.directory.enums import Category, PriorityEducation
from portal.directory.models import Establishment
from portal.text.french import count
from scoring.trial.report import ExclusionRow, MissingFactRow, PlaceRow, PlaceTable, TrialPart, TrialReport, Weight

ELIGIBLE, UNKNOWN, EXCLUDED = "eligibles", "a-preciser", "non-eligibles"
IMPORTED = {lycee("ips"), lycee("density"), lycee("rural")}


@dataclass(frozen=True)
class Directory:
    """The open lycées of the Région, decided and counted; `elsewhere`: how many the directory has in other Régions."""

    verdicts: list[LyceeVerdict]
    count: EligibilityCount
    elsewhere: int

    @property
    def eligible(self) -> list[Establishment]:
        return self.count.eligible


def directory_for(call: Call) -> Directory:
    """Every open lycée of the Région against the call. Two queries."""
    found = verdicts_of(call)
    elsewhere = Establishment.objects.open().exclude(region_code=settings.REGION_CODE).count()
    return Directory(found, count_of(found, call, waves_for(call, call.eligibility)), elsewhere)


# -- In the report ----------------------------------------------------------------------------------------------------------


def report_who(directory: Directory, call: Call, report: TrialReport) -> None:
    """Counts, reasons, missing facts, places; what is wrong with them."""
    found = directory.count
    for key, lycees in ((ELIGIBLE, found.eligible), (UNKNOWN, found.unknown), (EXCLUDED, found.excluded)):
        report.lists[key] = [each.pk for each in lycees]
    report.open, report.elsewhere = found.total, directory.elsewhere
    report.eligible, report.unknown, report.excluded = len(found.eligible), len(found.unknown), len(found.excluded)
    report.reasons += [ExclusionRow(_listed(each, "motif", report), each.label, each.total, each.alone) for each in found.reasons]
    report.missing += [_fact_row(each, _listed(each, "fait", report)) for each in found.missing]
    report.places += [table for table in _places(directory.verdicts) if len(table.rows) > 1]
    _doubts(call, report)


def _listed(counted: CountedLycees, what: str, report: TrialReport) -> str:
    """The key under which the report keeps these lycées."""
    key = f"{what}-{counted.key}"
    report.lists[key] = [each.pk for each in counted.lycees]
    return key


def _fact_row(counted: CountedLycees, key: str) -> MissingFactRow:
    """A missing fact, and the one way to have it: declared, imported, made public, or said by the directory."""
    reference = counted.reference
    if reference in DECLARABLE:
        act, where = "Le lycée le déclare sur sa page, la Région le confirme", address("directory:declarations")
    elif reference in IMPORTED:
        act, where = "Un fichier officiel le dit : l’importer", address("directory:import")
    elif is_of_a_wave(reference):
        act, where = "La publication des résultats de cette vague le dira", ""
    else:
        act, where = "L’annuaire de l’éducation le dit : le faire corriger à la source", ""
    return MissingFactRow(key, counted.label, counted.total, act, where)


def _places(verdicts: list[LyceeVerdict]) -> Iterator[PlaceTable]:
    """The same lycées by statut, authority, département, agency, pathway, priority education."""
    filters = address("directory:list")
    yield _table("Par statut", verdicts, lambda e: [(e.get_category_display(), f"{filters}?category={e.category}")])
    yield _table("Par autorité", verdicts, lambda e: [(e.authority.name, f"{filters}?authority={e.authority.code}")])
    yield _table("Par agence", verdicts, lambda e: [(e.agency.name, f"{filters}?agency={e.agency.code}")] if e.agency else [])
    yield _table("Par département", verdicts, lambda e: [(str(e.department), f"{filters}?department={e.department.code}")])
    yield _table("Par voie", verdicts, lambda e: [(p.label, f"{filters}?pathway={p.value}") for p in e.pathways])
    yield _table("Par territoire", verdicts, lambda e: [] if e.is_rural is None else [("Rural" if e.is_rural else "Urbain", "")])
    yield _table("Éducation prioritaire", verdicts, _priority)


def _priority(establishment: Establishment) -> list[tuple[str, str]]:
    code = establishment.priority_education
    return [(PriorityEducation(code).label, "")] if code else []


def _table(title: str, verdicts: list[LyceeVerdict], kinds: Callable[[Establishment], list[tuple[str, str]]]) -> PlaceTable:
    found: dict[tuple[str, str], list[int]] = {}
    for verdict in verdicts:
        for kind in kinds(verdict.lycee):
            row = found.setdefault(kind, [0, 0, 0])
            row[0] += verdict.is_eligible
            row[1] += verdict.is_unknown
            row[2] += 1
    rows = [PlaceRow(label, *counts, where) for (label, where), counts in found.items()]
    return PlaceTable(title, sorted(rows, key=lambda row: (-row.total, row.label)))


def _doubts(call: Call, report: TrialReport) -> None:
    edit = {"address": address("calls:eligible_lycees", call.reference), "link": "Ouvrir l’éligibilité"}
    if not report.open:
        report.say(
            Weight.IMPOSSIBLE, TrialPart.LYCEES, "L’annuaire n’a aucun lycée ouvert de la Région.",
            address=address("directory:import"), link="Importer l’annuaire",
        )  # fmt: skip
    elif not report.eligible:
        report.say(
            Weight.IMPOSSIBLE,
            TrialPart.LYCEES,
            f"Aucun des {count(report.open, 'lycée ouvert', 'lycées ouverts')} ne peut déposer.",
            **edit,
        )
    for code in call.eligible_categories:
        if code in Category.values and report.open and not _some(report, Category(code).label):
            report.say(
                Weight.WARNING, TrialPart.LYCEES, f"Statut éligible « {Category(code).label} » : aucun lycée de ce statut ne peut déposer."
            )
    if report.unknown:
        report.say(
            Weight.WARNING, TrialPart.LYCEES,
            f"{count(report.unknown, 'lycée ne peut', 'lycées ne peuvent')} pas déposer tant qu’un fait reste inconnu.",
            listed=UNKNOWN,
        )  # fmt: skip


def _some(report: TrialReport, label: str) -> bool:
    """Whether a lycée of this statut may apply; one statut alone in the directory makes no table."""
    table = next((table for table in report.places if table.title == "Par statut"), None)
    return table is None or any(row.label == label and row.eligible for row in table.rows)
