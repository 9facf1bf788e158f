"""The scenarios of a sitting as a workbook: one sheet each, the lines of the page, without the files hidden from the person who asks."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from django.db.models import QuerySet

from calls.models import Call
from exports.registry import WorkbookKind, register_workbook
from exports.workbooks.columns import ESTABLISHMENT, FILE_REFERENCE, of_file
from exports.xlsx.workbook import MONEY, NUMBER, Sheet, SheetColumn
from portal.accounts.models import User
from scoring.models import SelectionScenario, SelectionSession
from scoring.optimiser.shared import frozen_parts
from scoring.queries.conflicts import hidden_ids
from scoring.queries.criteria import ips_scale_of
from scoring.queries.scenario import lines_by_scenario, scenarios_of
from scoring.screens.scenario import ScenarioRow, scenario_screen
from scoring.tables.ranking import RANK

_FORBIDDEN = re.compile(r"[\\/*?:\[\]]")  # in the name of a sheet
_LONGEST = 27


def _proposal(row: ScenarioRow) -> str:
    if row.line.is_selected:
        return "Retenu en partie" if row.line.is_partial else "Retenu"
    return "Liste complémentaire" if row.line.waiting_rank else "Non retenu"


_COLUMNS = [
    SheetColumn.of(RANK, width=8),
    of_file(FILE_REFERENCE, "line.application"),
    *[of_file(column, "line.application") for column in ESTABLISHMENT],
    SheetColumn("note", "Note", lambda row: row.line.score, NUMBER, 10),
    SheetColumn("montant_demande_ttc", "Montant demandé TTC", lambda row: row.line.requested_amount, MONEY, 16),
    SheetColumn("montant_propose_ttc", "Montant proposé TTC", lambda row: row.line.amount if row.line.is_selected else None, MONEY, 16),
    SheetColumn("proposition", "Proposition", _proposal, width=16),
    SheetColumn("motif", "Motif", lambda row: row.motive, width=30),
    SheetColumn("raison", "Raison", lambda row: row.reason, width=80),
    SheetColumn("raison_du_montant", "Raison du montant", lambda row: row.line.amount_reason, width=80),
]


def _columns(scenario: SelectionScenario, *, restricted: bool) -> list[SheetColumn]:
    """The columns of one scenario; where its envelope is shared, the part of each file and what no whole need could use of it."""
    parts = {} if restricted else frozen_parts(scenario)
    if not parts:
        return _COLUMNS

    def figure(name: str) -> Callable[[ScenarioRow], Decimal | None]:
        return lambda row: getattr(parts.get(row.line.application.reference), name, None)

    return [
        *_COLUMNS,
        SheetColumn("part_ttc", "Part de l’enveloppe TTC", figure("part"), MONEY, 16),
        SheetColumn("part_inutilisee_ttc", "Part qui ne paie pas un besoin entier TTC", figure("unused"), MONEY, 16),
    ]


def _sittings(user: User) -> QuerySet[SelectionSession]:
    return SelectionSession.objects.visible_to(user).filter(scenarios__isnull=False)


def _titles(scenarios: Iterable[SelectionScenario]) -> list[str]:
    """Names of sheets: what Excel allows, each one once."""
    return [f"{rank}. {_FORBIDDEN.sub(' ', scenario.name)[:_LONGEST]}" for rank, scenario in enumerate(scenarios, start=1)]


def _scenarios(user: User, params: Mapping[str, str]) -> tuple[str, list[Sheet], int]:
    """The latest sitting of the call. Raises SelectionSession.DoesNotExist when the person may not read it any more."""
    sitting = _sittings(user).filter(call__reference=params["call"]).select_related("call").order_by("-held_at", "-pk").distinct()[:1].get()
    hidden = hidden_ids(sitting.call, user)
    scenarios = scenarios_of(sitting)
    lines = lines_by_scenario(scenarios, hidden)
    bands = ips_scale_of(sitting.call)
    screens = [scenario_screen(scenario, lines[scenario.pk].values(), bands, restricted=bool(hidden)) for scenario in scenarios]
    sheets = [
        Sheet(title, _columns(screen.scenario, restricted=bool(hidden)), screen.rows)
        for title, screen in zip(_titles(scenarios), screens, strict=True)
    ]
    return f"Scénarios {sitting.call.reference}", sheets, sum(len(screen.rows) for screen in screens)


register_workbook(
    WorkbookKind(
        code="scenarios",
        offered_on="scoring.scenarios",
        label="Scénarios d’une séance",
        help="Un onglet par scénario de la dernière séance : rang, note, montants, proposition et sa raison.",
        may_ask=lambda user: _sittings(user).exists(),
        sheets=_scenarios,
        calls=lambda user: Call.objects.filter(pk__in=_sittings(user).values("call")),
    )
)
