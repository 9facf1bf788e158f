"""Columns of the pages of retention: the calls, the rules of one, the files of a list."""

from calls.models import Call, RetentionItem
from calls.queries.retention import RetentionLine, RuleSummary
from portal.addresses import address
from portal.text import dates, french
from portal.text.typography import typo
from portal.ui.tables import Column


def _page(call: Call) -> str:
    return address("calls:call_retention", call.reference)


def _waiting(call: Call) -> str:
    proposal = call.alive_proposal
    if proposal is None:
        return "aucune"
    return "à confirmer" if proposal.awaits_second_person else f"confirmée, effacement à partir du {dates.day(proposal.runs_at)}"


SEALED = "scellé, compté à l’ouverture"


def _first(call: Call) -> str:
    if call.is_sealed:
        return SEALED
    return dates.day(call.retention_due_on) if call.retention_due_on else "rien de prévu"


CALLS = [
    Column("reference", "Référence", "reference", link=_page, css="w", row_header=True),
    Column("intitule", "Appel", lambda call: typo(call.title), css="w", narrow=""),
    Column("cloture", "Clôture", "closes_at", dates.day),
    Column("echeance", "Premier effacement possible", _first),
    Column("proposition", "Proposition", _waiting, css="w"),
]


def _due(summary: RuleSummary) -> str:
    if summary.is_sealed:
        return SEALED
    if not summary.due:
        return "rien"
    files, pieces = french.count(len(summary.due), "dossier"), french.count(summary.pieces, "élément")
    return f"{files}, {pieces}, {french.count(summary.people, 'personne')}"


def _later(summary: RuleSummary) -> str:
    if summary.is_sealed:
        return SEALED
    parts = []
    if summary.later:
        parts.append(f"{french.count(len(summary.later), 'dossier')}, dès le {dates.day(summary.next_on)}")
    if summary.unknown:
        parts.append(f"{french.count(len(summary.unknown), 'dossier')} dont la durée ne court pas encore")
    if summary.held_back:
        parts.append(f"{french.count(len(summary.held_back), 'échu mais retenu', 'échus mais retenus')}")
    return " ; ".join(parts) or "rien"


RULES = [
    Column("regle", "Règle", "rule.label", small="rule.covers", css="w", row_header=True),
    Column("duree", "Durée", template="calls/pilotage/retention/_duration.html"),
    Column("depuis", "Court depuis", "rule.starts", css="w"),
    Column("echu", "Échu aujourd’hui", _due, css="w"),
    Column("suite", "Plus tard", _later, css="w"),
]

_FILE = [
    Column("dossier", "Dossier", "application.reference", small="application.establishment.name", css="w", row_header=True),
]
DUE = [
    *_FILE,
    Column("depuis", "Depuis le", "starts_on", dates.day),
    Column("echeance", "Échu le", "due_on", dates.day),
    Column("elements", "Éléments", "held.pieces", french.number, css="n"),
    Column("personnes", "Personnes", lambda line: len(line.held.people), french.number, css="n"),
]
HELD_BACK = [*_FILE, Column("regle", "Règle", "rule.label", css="w"), Column("obstacle", "Ce qui l’empêche", "obstacle", css="w")]


def _result(item: RetentionItem) -> str:
    if item.is_done:
        return f"effacé le {dates.day(item.done_at)}"
    if item.is_left:
        return f"laissé : {item.reason}"
    return f"serait laissé aujourd’hui : {item.gap}" if item.gap else "à faire"


LISTED = [
    *_FILE,
    Column("regle", "Règle", "named.label", css="w"),
    Column("echeance", "Échu le", "due_on", dates.day),
    Column("elements", "Éléments", "pieces", french.number, css="n"),
    Column("suite", "Suite", _result, css="w"),
]
CSV = ("Règle", "Dossier", "UAI", "Lycée", "Court depuis", "Échu le", "Éléments", "Personnes", "Ce qui l’empêche", "Ce qui reste")


def csv_row(line: RetentionLine) -> tuple[object, ...]:
    """One file under one rule, for a spreadsheet in French."""
    school = line.application.establishment
    days = [f"{each:%d/%m/%Y}" if each else "" for each in (line.starts_on, line.due_on)]
    return (
        line.rule.label, line.application.reference, school.uai, school.name, *days, line.held.pieces, len(line.held.people), line.obstacle,
        line.rule.remains,
    )  # fmt: skip
