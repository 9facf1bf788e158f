"""Measures drawn as SVG: lengths are attributes, colours are classes, and a sentence says the result."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join

from portal.text import french
from portal.ui.templatetags.ui import LEVEL_CLASSES

register = template.Library()


class Advancing(Protocol):
    """What says how far it is: a background job."""

    @property
    def done(self) -> int: ...

    @property
    def total(self) -> int: ...

    @property
    def is_over(self) -> bool: ...


FILL = {"ok": "g-ok", "warn": "g-warn", "err": "g-err", "info": "g-info", "neutral": "g-none", "accent": "g-fill", "": "g-fill"}

WRITE = {"€": lambda amount: french.euros(amount, 0), "%": lambda part: french.percent(part, 1)}


def share(value: Decimal | float | None, total: Decimal | float | None) -> float:
    """`value` as a length out of 100, kept between 0 and 100; 0 when there is nothing to share."""
    if not total or value is None:
        return 0.0
    return round(max(0.0, min(100.0, float(value) * 100 / float(total))), 2)


@register.simple_tag
def meter(value: Decimal | float | None, total: Decimal | float | None, label: str = "", level: str = "") -> str:
    """A bar from 0 to `total`. `label` says it aloud; without it, a text beside must."""
    said = format_html('role="img" aria-label="{}"', label) if label else format_html('aria-hidden="{}"', "true")
    return format_html(
        '<svg class="pr-meter" viewBox="0 0 100 10" preserveAspectRatio="none" {}>'
        '<rect class="g-track" width="100" height="10"/><rect class="{}" width="{}" height="10"/></svg>',
        said,
        FILL.get(level, "g-fill"),
        share(value, total),
    )


SPREAD_LEFT, SPREAD_WIDTH = 4, 88  # of an axis of 96 units: a dot at either end is whole


def spread_dot(mark: Decimal, low: Decimal | int, high: Decimal | int) -> float:
    """Where a mark stands on the axis from `low` to `high`, in units of the drawing."""
    return round(SPREAD_LEFT + SPREAD_WIDTH * float(mark - low) / float(high - low), 1)


@register.simple_tag
def spread(marks: Sequence[Decimal], low: Decimal | int, high: Decimal | int, decimals: int = 2) -> str:
    """The marks of several jurors, from the lowest to the highest, as dots on one axis; nothing without a mark. The sentence says both ends."""
    if not marks:
        return ""
    said = f"{french.count(len(marks), 'juré')}, de {french.number(marks[0], decimals)} à {french.number(marks[-1], decimals)}"
    dots = format_html_join("", '<circle cx="{}" cy="8" r="4"/>', ((spread_dot(mark, low, high),) for mark in marks))
    return format_html(
        '<svg class="pr-spread" viewBox="0 0 96 16" role="img" aria-label="{}"><path class="g-axis" d="M0 8H96"/><g class="g-dot">{}</g></svg>',
        said,
        dots,
    )


@register.inclusion_tag("ui/components/gauge.html")
def gauge(
    label: str,
    value: Decimal | float | None,
    minimum: Decimal | float | None = None,
    maximum: Decimal | float | None = None,
    total: Decimal | float | None = None,
    unit: str = "",
) -> dict:
    """A value between a minimum and a maximum, with a verdict in words. `unit` "€" writes amounts, "%" shares; `total` is the full scale."""
    value = value or 0
    write = WRITE.get(unit, french.number)
    scale = total or max(float(x) for x in (value, minimum or 0, maximum or 0)) * 1.2 or 1
    level, verdict = _verdict(value, minimum, maximum, write)
    start, end = share(minimum or 0, scale), share(maximum, scale) if maximum is not None else 100.0
    return {
        "label": label,
        "value": write(value),
        "bounds": _bounds(minimum, maximum, write),
        "level": LEVEL_CLASSES[level],
        "icon": {"ok": "check-circle", "warn": "exclamation-triangle", "err": "exclamation-circle"}[level],
        "verdict": verdict,
        "fill": "g-err" if level == "err" else "g-fill",
        "width": share(value, scale),
        "zone_start": start,
        "zone_width": round(max(0.0, end - start), 2),
        "ticks": [share(bound, scale) for bound in (minimum, maximum) if bound is not None],
    }


def _verdict(
    value: Decimal | float, minimum: Decimal | float | None, maximum: Decimal | float | None, write: Callable[..., str]
) -> tuple[str, str]:
    if minimum is not None and value < minimum:
        return "err", f"Non respecté · il manque {write(Decimal(str(minimum)) - Decimal(str(value)))}"
    if maximum is not None and value > maximum:
        return "err", f"Non respecté · {write(Decimal(str(value)) - Decimal(str(maximum)))} de trop"
    if value in (minimum, maximum) and (minimum is not None or maximum is not None):
        return "warn", "Au plus juste · sans marge"
    return "ok", "Respecté"


def _bounds(minimum: Decimal | float | None, maximum: Decimal | float | None, write: Callable[..., str]) -> str:
    parts = [f"min. {write(minimum)}" if minimum is not None else "", f"max. {write(maximum)}" if maximum is not None else ""]
    return " – ".join(part for part in parts if part)


@register.inclusion_tag("ui/components/funnel.html")
def funnel(steps: Iterable[dict], pending_label: str = "") -> dict:
    """Steps that narrow. Each one (mapping): label, value, optional pending (same unit, drawn lighter) and note."""
    steps = [{"pending": 0, "note": "", **step} for step in steps]
    full = max((step["value"] + step["pending"] for step in steps), default=0)
    for step in steps:
        step["width"] = share(step["value"], full)
        step["pending_width"] = share(step["pending"], full)
        step["text"] = french.number(step["value"])
    return {"steps": steps, "pending_label": pending_label}


CHART = {"left": 50, "right": 622, "base": 176, "top": 35}


@register.inclusion_tag("ui/components/bars.html")
def bars(rows: Iterable[dict], title: str, key: str, axis: str = "", cut: int | None = None, unit: str = "dossier") -> dict:
    """A distribution in vertical bars and, folded, its table. `key`: an identifier for the page.

    Each row (mapping): label, value, optional strong (filled colour). `cut`: number of rows left of the cut line.
    """
    rows = [dict(row) for row in rows]
    step = (CHART["right"] - CHART["left"]) / len(rows) if rows else 0
    highest = max((row["value"] for row in rows), default=0) or 1
    for rank, row in enumerate(rows):
        height = round((CHART["base"] - CHART["top"]) * row["value"] / highest, 1)
        x = round(CHART["left"] + rank * step + 2, 1)
        row.update(x=x, width=round(step - 4, 1), y=round(CHART["base"] - height, 1), height=height)
        row.update(
            middle=round(x + (step - 4) / 2, 1),
            above=round(CHART["base"] - height - 6, 1),
            css="g-fill" if row.get("strong") else "g-fill-2",
        )
    cut_x = round(CHART["left"] + cut * step, 1) if cut is not None and rows else None
    return {"rows": rows, "title": title, "key": key, "axis": axis, "cut_x": cut_x, "unit": unit}


@register.inclusion_tag("ui/components/progress.html")
def progress(job: Advancing, poll: bool = True) -> dict:
    """Where a background job stands; with `poll`, the block reads itself again until the job is over."""
    said = f"{french.number(job.done)} sur {french.number(job.total)}" if job.total else ""
    return {"job": job, "said": said, "poll": poll and not job.is_over}
