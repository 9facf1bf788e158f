"""The decisions of a call as a workbook: each of them, what it retains and what it cuts with the reason, the money that it takes from."""

from collections.abc import Mapping

from exports.registry import WorkbookKind, register_workbook
from exports.workbooks.columns import ESTABLISHMENT, FILE_AMOUNT, FILE_REFERENCE, of_file
from exports.xlsx.workbook import MONEY, NUMBER, Sheet, SheetColumn
from portal.accounts.models import User
from scoring import rules
from scoring.models import DecisionCut, DecisionLine, EnvelopeTransfer, FundingDecision
from scoring.queries.decision import decision_calls, decisions_of, envelopes_of
from scoring.wording import cuts


def _about(path: str) -> list[SheetColumn]:
    """The file and its lycée, for a row that holds the decision at `path`, or is it."""
    file = f"{path}.application" if path else "application"
    return [of_file(FILE_REFERENCE, file), *[of_file(column, file) for column in ESTABLISHMENT]]


def _budget(decision: FundingDecision, name: str) -> str | int | None:
    return getattr(decision.envelope, name) if decision.envelope else None


_DECISIONS = [
    *_about(""),
    SheetColumn("titre", "Titre du projet", lambda d: d.application.title, width=40),
    SheetColumn("rang", "Rang", lambda d: d.rank, width=8),
    SheetColumn("note", "Note", lambda d: d.score, NUMBER, 10),
    SheetColumn("issue", "Issue", lambda d: d.get_outcome_display(), width=22),
    SheetColumn("etat", "État", lambda d: d.get_state_display(), width=18),
    of_file(FILE_AMOUNT, "application"),
    SheetColumn("accorde_ttc", "Accordé TTC", lambda d: d.granted_amount if d.is_granted else None, MONEY, 16),
    SheetColumn("taux", "Taux (%)", lambda d: d.rate, NUMBER, 10),
    SheetColumn("a_verser_ttc", "Dont à verser TTC", lambda d: d.to_pay_amount if d.is_granted else None, MONEY, 16),
    SheetColumn("enveloppe", "Enveloppe", lambda d: _budget(d, "label"), width=34),
    SheetColumn("section", "Section", lambda d: d.envelope.get_section_display() if d.envelope else None, width=16),
    SheetColumn("exercice", "Exercice", lambda d: _budget(d, "year"), width=10),
    SheetColumn("programme", "Programme budgétaire", lambda d: _budget(d, "programme"), width=28),
    SheetColumn("imputation", "Imputation", lambda d: _budget(d, "budget_code"), width=18),
    SheetColumn("motif", "Motif", lambda d: d.motive, width=60),
    SheetColumn("motif_montant", "Motif du montant", lambda d: d.amount_reason, width=50),
]
_RETAINED = [
    *_about("decision"),
    SheetColumn("ligne", "Ligne retenue", lambda line: line.heading, width=40),
    SheetColumn("nature", "Nature", lambda line: "Montant à verser" if line.is_amount else line.request_line.get_kind_display(), width=18),
    SheetColumn("quantite", "Quantité retenue", lambda line: line.quantity, width=12),
    SheetColumn("montant_ttc", "Montant TTC", lambda line: line.granted_amount, MONEY, 16),
]
_CUT = [
    *_about("decision"),
    SheetColumn("ligne", "Ligne réduite", lambda cut: cut.label, width=40),
    SheetColumn("demande", "Demandé (unités ou euros)", lambda cut: cut.asked, NUMBER, 14),
    SheetColumn("non_retenu", "Non retenu", lambda cut: cut.left, NUMBER, 14),
    SheetColumn("libelle", "Motif de la liste", lambda cut: ", ".join(each["label"] for each in cut.chosen), width=30),
    SheetColumn("motif", "Motif lu par le lycée", cuts.reason, width=60),
]
_ENVELOPES = [
    SheetColumn("enveloppe", "Enveloppe", lambda e: e.label, width=36),
    SheetColumn("deleguee_de", "Déléguée de", lambda e: e.parent.label if e.parent else None, width=30),
    SheetColumn("reservee_a", "Réservée à", lambda e: e.group_label, width=28),
    SheetColumn("section", "Section", lambda e: e.get_section_display(), width=16),
    SheetColumn("exercice", "Exercice", lambda e: e.year, width=10),
    SheetColumn("programme", "Programme budgétaire", lambda e: e.programme, width=28),
    SheetColumn("imputation", "Imputation", lambda e: e.budget_code, width=18),
    SheetColumn("montant", "Montant", lambda e: e.amount, MONEY, 16),
    SheetColumn("delegue", "Délégué", lambda e: e.delegated_amount, MONEY, 16),
    SheetColumn("pris", "Pris par les décisions", lambda e: e.committed_amount, MONEY, 18),
    SheetColumn("reste", "Reste", lambda e: e.remaining_amount, MONEY, 16),
]
_TRANSFERS = [
    SheetColumn("fait_le", "Fait le", lambda t: t.made_at, width=17),
    SheetColumn("de", "De", lambda t: f"{t.source.call.reference} · {t.source.label}", width=40),
    SheetColumn("vers", "Vers", lambda t: f"{t.target.call.reference} · {t.target.label}", width=40),
    SheetColumn("montant", "Montant", lambda t: t.amount, MONEY, 16),
    SheetColumn("motif", "Motif", lambda t: t.reason, width=50),
    SheetColumn("par", "Par", lambda t: str(t.made_by or "Compte supprimé"), width=24),
    SheetColumn("annule", "Annule un autre", lambda t: t.reverses_id is not None, width=12),
]


def _sheets(user: User, params: Mapping[str, str]) -> tuple[str, list[Sheet], int]:
    """Raises Call.DoesNotExist when the person may not read these decisions any more."""
    call = decision_calls(user).get(reference=params["call"])
    decisions = list(decisions_of(call, user))
    read = {"decision__in": [decision.pk for decision in decisions]}
    around = ("decision__application__establishment__authority", "decision__application__establishment__department")
    lines = DecisionLine.objects.filter(**read).select_related("request_line", *around).order_by("decision__application__reference", "pk")
    cut = DecisionCut.objects.filter(**read).select_related(*around).order_by("decision__application__reference", "pk")
    envelopes = list(envelopes_of(call).select_related("parent"))
    moved = EnvelopeTransfer.objects.filter(source__call=call) | EnvelopeTransfer.objects.filter(target__call=call)
    transfers = moved.select_related("source__call", "target__call", "made_by").order_by("made_at", "pk")
    sheets = [
        Sheet("Décisions", _DECISIONS, decisions), Sheet("Lignes retenues", _RETAINED, lines), Sheet("Lignes réduites", _CUT, cut),
        Sheet("Enveloppes", _ENVELOPES, envelopes), Sheet("Virements", _TRANSFERS, transfers),
    ]  # fmt: skip
    return f"Décisions {call.reference}", sheets, len(decisions) + len(envelopes)


register_workbook(
    WorkbookKind(
        code="decisions",
        offered_on="scoring.decisions",
        offered_as="Décisions XLSX",
        label="Décisions d’un appel",
        help="Chaque décision avec sa ligne budgétaire, ce qu’elle retient et ce qu’elle réduit avec son motif ; les enveloppes et les virements.",
        may_ask=rules.reads_decisions,
        sheets=_sheets,
        calls=decision_calls,
    )
)
