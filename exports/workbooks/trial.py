"""The trial of a call by the directory as a workbook: its findings, every lycée with what it lacks, the points of its computed criteria."""

from collections.abc import Mapping

from django.db.models import QuerySet

from calls.models import Call
from exports.registry import WorkbookKind, register_workbook
from exports.xlsx.workbook import NUMBER, Sheet, SheetColumn
from portal.accounts.models import User
from portal.directory.models import Establishment
from scoring import rules
from scoring.models import CallTrial
from scoring.queries.jury import jury_calls
from scoring.screens.trial import SIGNS
from scoring.trial.report import PointsRow, TrialPart, TrialReport, Weight
from scoring.trial.who import ELIGIBLE, EXCLUDED, UNKNOWN

PARTS = {
    TrialPart.LYCEES: "Lycées",
    TrialPart.FORM: "Questionnaire",
    TrialPart.ADMISSIBILITY: "Recevabilité",
    TrialPart.GRID: "Critères calculés",
    TrialPart.RULES: "Règles d’équilibre",
    TrialPart.MONEY: "Enveloppe",
    TrialPart.CALENDAR: "Calendrier",
}
STANDINGS = {ELIGIBLE: "Éligible", UNKNOWN: "À préciser", EXCLUDED: "Non éligible"}


def _findings(trial: CallTrial, report: TrialReport) -> Sheet:
    columns = [
        SheetColumn("importance", "Importance", lambda row: SIGNS[Weight(row.weight)][2], width=14),
        SheetColumn("partie", "Partie", lambda row: PARTS[TrialPart(row.part)], width=22),
        SheetColumn("constat", "Constat", lambda row: row.sentence, width=110),
        SheetColumn("eprouve_le", "Éprouvé le", lambda row: trial.made_at, width=17),
    ]
    return Sheet("Constats", columns, report.of(*TrialPart))


def _lycees(trial: CallTrial, report: TrialReport) -> tuple[Sheet, int]:
    """Every lycée that was decided, in the order of the directory, with all that was said of it."""
    standing = {pk: told for key, told in STANDINGS.items() for pk in trial.lists.get(key, ())}
    told: dict[int, list[str]] = {}
    for key, label in [(row.key, row.label) for row in report.reasons] + [
        (row.key, f"Fait inconnu : {row.label}") for row in report.missing
    ]:
        for pk in trial.lists.get(key, ()):
            told.setdefault(pk, []).append(label)
    columns = [
        SheetColumn("uai", "UAI", lambda e: e.uai, width=11),
        SheetColumn("etablissement", "Établissement", lambda e: e.name, width=38),
        SheetColumn("commune", "Commune", lambda e: e.commune_name, width=20),
        SheetColumn("departement", "Département", lambda e: e.department.code, width=12),
        SheetColumn("autorite", "Autorité", lambda e: e.authority.short_name, width=14),
        SheetColumn("statut", "Statut", lambda e: e.get_category_display(), width=26),
        SheetColumn("eligibilite", "Éligibilité", lambda e: standing[e.pk], width=14),
        SheetColumn("pourquoi", "Pourquoi", lambda e: " ; ".join(told.get(e.pk, ())), width=70),
    ]
    everyone = Establishment.objects.select_related("department", "authority")
    rows = [each for each in everyone if each.pk in standing]
    return Sheet("Lycées", columns, rows), len(rows)


def _points(report: TrialReport) -> Sheet:
    rows: list[tuple[PointsRow, dict]] = [(row, bar) for row in report.criteria for bar in row.bars]
    columns = [
        SheetColumn("critere", "Critère", lambda pair: pair[0].label, width=40),
        SheetColumn("maximum", "Maximum", lambda pair: pair[0].maximum, NUMBER, 12),
        SheetColumn("points", "Points", lambda pair: pair[1]["label"], width=14),
        SheetColumn("lycees", "Lycées", lambda pair: pair[1]["value"], NUMBER, 12),
    ]
    return Sheet("Critères calculés", columns, rows)


def _trial(user: User, params: Mapping[str, str]) -> tuple[str, list[Sheet], int]:
    """Raises CallTrial.DoesNotExist when the person may not read it any more."""
    trial = _trials(user).select_related("call").get(call__reference=params["call"])
    report = TrialReport.from_json(trial.report)
    lycees, n = _lycees(trial, report)
    sheets = [_findings(trial, report), lycees, _points(report)]
    return f"Épreuve {trial.call.reference}", sheets, n + len(report.findings)


def _trials(user: User) -> QuerySet[CallTrial]:
    return CallTrial.objects.filter(call__in=jury_calls(user).values("pk"))


register_workbook(
    WorkbookKind(
        code="epreuve",
        offered_on="scoring.trial",
        offered_as="Compte rendu XLSX",
        label="Épreuve d’un appel par l’annuaire",
        help="Les constats, chaque lycée avec ce qui lui manque pour déposer, et la répartition des points calculés.",
        may_ask=rules.reads_trials,
        sheets=_trial,
        calls=lambda user: Call.objects.filter(trial__in=_trials(user).values("pk")),
    )
)
