"""Procès-verbal of a sitting of a jury: what it says, where it comes from, how it is drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from exports.papers.parties import Issuer, issuer, signature_of
from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import DataTable, body, facts, heading
from exports.registry import document, sees
from portal.accounts.models import User
from portal.text.dates import printed_day, printed_moment
from portal.text.french import NBSP, euros, mark
from scoring.models import PanelMember, ScenarioLine, SelectionSession
from scoring.optimiser.shared import leftover_of
from scoring.queries.call_rules import departures_of
from scoring.queries.conflicts import conflict_pairs, hidden_ids
from scoring.queries.session import BodyAttendance, attendance_of
from scoring.screens.waiting_list import vacancy_of


@dataclass(frozen=True)
class BodyRow:
    """One body of the jury: who came, who did not."""

    name: str
    present: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class DecidedRow:
    """What the jury proposes for one file."""

    rank: str
    reference: str
    school: str
    score: str
    amount: Decimal
    reason: str


@dataclass(frozen=True)
class MinutesRow:
    """Procès-verbal of one sitting of a jury."""

    issuer: Issuer
    reference: str
    call_title: str
    opened_at: datetime
    closed_at: datetime
    place: str
    chairs: tuple[str, ...]
    bodies: tuple[BodyRow, ...]
    recusals: tuple[str, ...]  # one sentence each
    scenario: str
    method: str
    envelope: Decimal | None
    amounts_rule: str
    leftover: str  # what became of the parts that pay no whole need
    departures: tuple[str, ...]  # from the rules of balance that the call has published
    selected: tuple[DecidedRow, ...]
    waiting: tuple[DecidedRow, ...]
    vacancy: str  # why places of the waiting list stay empty
    refused: tuple[DecidedRow, ...]
    remarks: str
    signed_at: datetime | None  # none: the draft, read before signing
    signed_by: str


def minutes_row(session: SelectionSession) -> MinutesRow:
    """The minutes of a sitting that is closed, signed or not yet. Every file is named: who may read them is decided elsewhere."""
    call, attendance = session.call, attendance_of(session)
    scenario = session.scenarios.get(retained_at__isnull=False)
    lines = list(scenario.lines.select_related("application__establishment").order_by("position"))
    signature = signature_of(session, ("sign_minutes",)) if session.signed_at else None
    budget = scenario.parameters.get("budget")
    seats = [seat for found in attendance.bodies for seat in found.seats]
    return MinutesRow(
        issuer=issuer(call.contact_email),
        reference=minutes_reference(session),
        call_title=call.title,
        opened_at=session.sat_at,
        closed_at=session.closed_at,
        place=session.place,
        chairs=tuple(str(seat.user) for seat in seats if seat.is_chair and seat.is_present),
        bodies=tuple(_body(found) for found in attendance.bodies),
        recusals=_recusals(session, seats, lines),
        scenario=scenario.name,
        method=" ; ".join(filter(None, [scenario.get_doctrine_display(), scenario.earlier_rule])),
        envelope=None if budget is None else Decimal(budget),
        amounts_rule=scenario.amounts_rule,
        leftover=leftover_of(scenario),
        departures=tuple(departures_of(session)),
        selected=tuple(_decided(line) for line in lines if line.is_selected),
        waiting=tuple(_decided(line) for line in lines if line.waiting_rank is not None),
        vacancy=vacancy_of(scenario, lines),
        refused=tuple(_decided(line) for line in lines if not line.is_selected and line.waiting_rank is None),
        remarks=session.remarks,
        signed_at=signature.at if signature else None,
        signed_by=signature.actor_label if signature else "",
    )


def minutes_reference(session: SelectionSession) -> str:
    """The call and the day: "L40-V2-2026-11-22"."""
    return f"{session.call.reference}-{timezone.localtime(session.sat_at):%Y-%m-%d}"


def _body(found: BodyAttendance) -> BodyRow:
    return BodyRow(
        name=found.body.name,
        present=tuple(str(seat.user) for seat in found.seats if seat.is_present),
        absent=tuple(str(seat.user) for seat in found.seats if not seat.is_present),
    )


def _recusals(session: SelectionSession, seats: Iterable[PanelMember], lines: list[ScenarioLine]) -> tuple[str, ...]:
    """Who stood aside from which files, declared or found in the roles before the closing: one sentence a person."""
    pairs, references = (
        conflict_pairs(session.call, until=session.closed_at),
        {line.application_id: line.application.reference for line in lines},
    )
    told = []
    for seat in seats:
        files = sorted(references[key] for user_id, key in pairs if user_id == seat.user_id and key in references)
        if files:
            told.append(
                f"{seat.user} n’a pas pris part à l’examen {'du dossier' if len(files) == 1 else 'des dossiers'} {', '.join(files)}."
            )
    return tuple(told)


def _decided(line: ScenarioLine) -> DecidedRow:
    return DecidedRow(
        rank="–" if line.rank is None else str(line.rank),
        reference=line.application.reference,
        school=f"{line.application.establishment.name}, {line.application.establishment.commune_name}",
        score=mark(line.score),
        amount=line.amount,
        reason=f"{_listed(line)}{line.reason} {line.amount_reason}".strip(),
    )


def _listed(line: ScenarioLine) -> str:
    """Its place on the waiting list, in the words that its lycée reads."""
    return f"Inscrit au rang{NBSP}{line.waiting_rank} de la liste complémentaire. " if line.waiting_rank else ""


def render_minutes(row: MinutesRow) -> bytes:
    """Who sat, who stood aside, which selection was retained and why each file is where it is, what was remarked, who signed."""
    title = f"{'Procès-verbal' if row.signed_at else 'Projet de procès-verbal'} de séance {row.reference}"
    blocks = [
        heading(f"{'Procès-verbal' if row.signed_at else 'Projet de procès-verbal'} de séance du jury"),
        *facts(
            [
                ("Appel à projets", row.call_title),
                ("Séance ouverte", f"{printed_moment(row.opened_at)}{f', {row.place}' if row.place else ''}"),
                ("Séance close", printed_moment(row.closed_at)),
                ("Présidence", ", ".join(row.chairs)),
            ]
        ),
        heading("Présents et absents", 2),
        DataTable(
            ["Collège", "Présents", "Absents"],
            [[found.name, ", ".join(found.present) or "–", ", ".join(found.absent) or "–"] for found in row.bodies],
            [3, 5, 5],
        ),
        heading("Déports", 2),
        *(block for sentence in row.recusals or ("Aucun membre ne s’est déporté.",) for block in body(sentence)),
        heading("Sélection retenue", 2),
        *facts(_selection(row)),
        *_departures(row),
        *_group("Dossiers retenus", row.selected, total=True),
        *(_group("Liste complémentaire", row.waiting) or ([heading("Liste complémentaire", 2)] if row.vacancy else [])),
        *(body(row.vacancy) if row.vacancy else []),
        *_group("Dossiers non retenus", row.refused),
        *([heading("Observations", 2), *body(row.remarks)] if row.remarks else []),
        heading("Signature", 2),
        *body(_signature(row)),
    ]
    return build(
        title, blocks, Letterhead(row.issuer.region, row.issuer.service, f"{row.issuer.region}, séance du {printed_day(row.opened_at)}")
    )


def _signature(row: MinutesRow) -> str:
    if row.signed_at is None:
        return "Projet, à relire : ce procès-verbal n’est pas signé."
    return f"Procès-verbal signé sur le portail par {row.signed_by} le {printed_moment(row.signed_at)}."


def _selection(row: MinutesRow) -> list[tuple[str, str]]:
    return [
        ("Scénario", row.scenario),
        ("Méthode", row.method),
        ("Enveloppe TTC", "" if row.envelope is None else euros(row.envelope)),
        *([("Règle des montants", row.amounts_rule)] if row.amounts_rule else []),
        *([("Ce que les parts laissent", row.leftover)] if row.leftover else []),
        ("Dossiers retenus", str(len(row.selected))),
        ("Montant proposé TTC", euros(_amount(row.selected))),
    ]


def _departures(row: MinutesRow) -> list:
    """By what the sitting departs from the published rules of balance, nothing when it keeps to them."""
    if not row.departures:
        return []
    return [heading("Écarts aux règles d’équilibre publiées", 2), *(part for told in row.departures for part in body(told))]


def _group(title: str, rows: tuple[DecidedRow, ...], *, total: bool = False) -> list:
    """One table of files, nothing when there is none."""
    if not rows:
        return []
    cells = [[line.rank, line.reference, line.school, line.score, euros(line.amount), line.reason] for line in rows]
    last = ["", "", "Total", "", euros(_amount(rows)), ""] if total else None
    return [
        heading(title, 2),
        DataTable(["Rang", "Dossier", "Lycée", "Note", "Montant TTC", "Motif"], cells, [1, 2.2, 3.6, 1.3, 2.4, 4], {0, 3, 4}, total=last),
    ]


def _amount(rows: tuple[DecidedRow, ...]) -> Decimal:
    return sum((line.amount for line in rows), Decimal(0))


def may_read_minutes(user: User, session: SelectionSession) -> bool:
    """The panel and the staff who see the sitting, unless they have a conflict of interest: the minutes name every file."""
    return sees(user, session) and not hidden_ids(session.call, user)


document(
    "session_minutes",
    "Procès-verbal de séance",
    SelectionSession,
    lambda session: render_minutes(minutes_row(session)),
    reference=minutes_reference,
    may_read=may_read_minutes,
    drawn_after=("sign_minutes",),
)
