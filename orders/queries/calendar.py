"""The calendar of a deployment, as bars between months: lengths worked out here, drawn by the template."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from orders.models import CablingWork, PurchaseOrder
from orders.queries.deployments import Deployment
from portal.text.dates import day
from portal.text.french import count
from portal.text.months import SHORT_MONTHS

LEFT, WIDTH, TOP, ROW = 170, 740, 44, 40  # units of the drawing, 1050 wide: notes are written at the right of the bars


@dataclass(frozen=True)
class Bar:
    """One row: from `start` to `end`, of which `share` (0 to 1) is done."""

    label: str
    start: date
    end: date
    share: float
    note: str
    status: str  # "done", "now" or "": nothing begun
    sentence: str


@dataclass
class CalendarRow:
    """A bar placed on the drawing."""

    bar: Bar
    y: int
    x: float
    width: float
    done: float
    tail: float  # where the note is written


@dataclass
class Calendar:
    rows: list[CalendarRow]
    months: list[tuple[float, str]]
    today: float
    height: int
    title: str
    today_label: str
    bars: list[Bar] = field(default_factory=list)


def calendar_of(deployment: Deployment) -> Calendar | None:
    """The calendar of what has dates; None when nothing has."""
    bars = [bar for work in deployment.works for bar in _bars_of_work(work)]
    bars += [bar for order in deployment.orders if (bar := _bar_of_order(order))]
    if not bars:
        return None
    now = timezone.localdate()
    first = min(min(bar.start for bar in bars), now).replace(day=1)
    last = _next_month(max(max(bar.end for bar in bars), now))
    days = (last - first).days

    def place(moment: date) -> float:
        return round(LEFT + WIDTH * (moment - first).days / days, 1)

    rows = [_placed(bar, TOP + ROW * rank, place) for rank, bar in enumerate(bars)]
    return Calendar(
        rows=rows,
        months=[(place(month), label) for month, label in _months(first, last)],
        today=place(now),
        height=TOP + ROW * len(rows) + 4,
        title=f"Calendrier du déploiement, du {day(first)} au {day(last)}",
        today_label=day(now, year=False),
        bars=bars,
    )


def _bars_of_work(work: CablingWork) -> list[Bar]:
    asked = min(day_ for day_ in (timezone.localtime(work.created_at).date(), work.surveyed_on) if day_)
    ordered = timezone.localtime(work.ordered_at).date() if work.ordered_at else None
    study_end = max(ordered or timezone.localdate(), asked + timedelta(days=1))
    said = f"Étude et devis : du {day(asked, year=False)} au {day(study_end)}" if ordered else f"Étude et devis : depuis le {day(asked)}"
    bars = [Bar("Étude et devis", asked, study_end, 1.0 if ordered else 0.5, "", "done" if ordered else "now", said)]
    start, end = work.started_on or work.starts_on, work.due_on
    received = timezone.localtime(work.accepted_at).date() if work.accepted_at else None
    if start and (received or end):
        end = max(received or end, start + timedelta(days=1))
        status = "done" if received else "now" if work.started_on else ""
        note = "reçu" if received else f"fin le {day(end, year=False)}"
        share = 1.0 if received else 0.0
        bars.append(
            Bar("Câblage", start, end, share, note, status, f"Câblage {work.number} : du {day(start, year=False)} au {day(end)}, {note}")
        )
    return bars


def _bar_of_order(order: PurchaseOrder) -> Bar | None:
    if not order.sent_at or not (order.delivered_on or order.due_on):
        return None
    start = timezone.localtime(order.sent_at).date()
    end = max(order.delivered_on or order.due_on, start + timedelta(days=1))
    received, ordered = order.delivered_quantity, order.quantity
    status = "done" if order.delivered_on else "now"
    note = "livrée" if order.delivered_on else f"{received} / {ordered}"
    said = f"{order.number}, {order.lot.title} : envoyée le {day(start, year=False)}, " + (
        f"livrée le {day(end)}" if order.delivered_on else f"attendue le {day(end)}, {count(received, 'livré')} sur {ordered}"
    )
    return Bar(order.number, start, end, received / ordered if ordered else 0.0, note, status, said)


def _placed(bar: Bar, y: int, place: Callable[[date], float]) -> CalendarRow:
    x, end = place(bar.start), place(bar.end)
    width = round(max(4.0, end - x), 1)
    return CalendarRow(bar, y, x, width, round(width * bar.share, 1), round(x + width + 8, 1))


def _next_month(moment: date) -> date:
    return (moment.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months(first: date, last: date) -> list[tuple[date, str]]:
    """The first day of each month with its name; the year is written where it changes. Far apart, one month in two or three."""
    found, month = [], first
    while month < last:
        found.append(month)
        month = _next_month(month)
    step = 1 + len(found) // 13
    shown = found[::step]
    return [
        (month, SHORT_MONTHS[month.month - 1] + (f" {month.year}" if rank == 0 or month.year != shown[rank - 1].year else ""))
        for rank, month in enumerate(shown)
    ]
