"""Columns of a grid: its criteria to prepare, its criteria to read, the levels of one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.text import french
from portal.text.typography import typo
from portal.ui import icons
from portal.ui.tables import Column, TitleRow, joined, plain
from portal.ui.templatetags.ui import badge
from portal.ui.templatetags.ui_charts import meter
from scoring.criteria import ComputedRule, rule_of
from scoring.models import Criterion
from scoring.queries.criteria import MarkedValue


def _kind(criterion: Criterion) -> str:
    if criterion.is_rated:
        return badge("accent", "Noté par le jury", icon="pencil-square")
    return badge("neutral", "Calculé", icon="lock-closed")


def _help(criterion: Criterion, condition: str) -> str:
    """What is looked at, and under what condition the criterion applies."""
    return typo(" ".join(filter(None, (criterion.help, condition))))


def _share(percent: float, decimals: int) -> str:
    return f"{french.number(percent, decimals)}{french.NBSP}%"


@dataclass(frozen=True)
class PreparedCriterion:
    """A criterion of a grid to prepare; `percent` is its share of the mark."""

    criterion: Criterion
    rule: ComputedRule | None
    percent: float
    is_first: bool
    is_last: bool
    condition: str = ""  # in words


def criterion_rows(criteria: list[Criterion], conditions: Mapping[int, str]) -> list[PreparedCriterion]:
    total, last = sum(criterion.weight for criterion in criteria), len(criteria) - 1
    return [
        PreparedCriterion(
            criterion,
            rule_of(criterion.function) if criterion.function else None,
            100 * criterion.weight / total if total else 0,
            rank == 0,
            rank == last,
            conditions.get(criterion.pk, ""),
        )
        for rank, criterion in enumerate(criteria)
    ]


def by_group(rows: list[PreparedCriterion]) -> Iterable[TitleRow | PreparedCriterion]:
    """The criteria under the name of their group."""
    for group, members in groupby(rows, key=lambda row: row.criterion.group):
        yield TitleRow(group or "Sans groupe")
        yield from members


def criterion_attrs(row: PreparedCriterion) -> SafeString:
    return format_html(' id="critere-{}"', row.criterion.pk)


def _levels(row: PreparedCriterion) -> str:
    criterion, rule = row.criterion, row.rule
    if rule:
        return format_html("{}<small>Source\u00a0: {}</small>", typo(rule.told(criterion.parameters)), typo(rule.source))
    if not criterion.levels:
        return f"Demi-points, de 0 à {plain(criterion.max_points)}"
    levels = [
        format_html('<span class="pr-nowrap">{}\u00a0: {}</span>', plain(level["points"]), level["label"]) for level in criterion.levels
    ]
    return format_html("{}<small>sur {}</small>", joined(" · ", levels), plain(criterion.max_points))


CRITERIA = [
    Column("critere", "Critère", "criterion.label", small=lambda row: _help(row.criterion, row.condition), row_header=True),
    Column("nature", "Nature", lambda row: _kind(row.criterion)),
    Column("poids", "Poids", "criterion.weight", css="n"),
    Column("part", "Part", lambda row: _share(row.percent, 1), css="n", narrow="Part de la note"),
    Column("niveaux", "Niveaux ou règle", _levels, css="w"),
    Column("modifier", "Modifier", template="scoring/jury/_criterion_acts.html", css="w", hidden=True, only="may_edit"),
]


def _said(row: tuple[Criterion, int, str]) -> str:
    criterion = row[0]
    return criterion.label if criterion.is_rated else format_html("{} {}", icons.draw("lock-closed", "sm", "Calculé"), criterion.label)


# A row is a criterion, its share of the mark in percent, and its condition in words.
SHARES = [
    Column("critere", "Critère", _said, small=lambda row: _help(row[0], row[2]), row_header=True),
    Column("part", "Part de la note", lambda row: _share(row[1], 0), css="n"),
    Column("barre", "Barre", lambda row: meter(row[1], 100), heading_css="pr-w12", hidden=True),
]


def shares_by_group(groups: Iterable) -> Iterable:
    """Criteria to read, under the name of their group when it has one."""
    for name, rows in groups:
        if name:
            yield TitleRow(name)
        yield from rows


# The levels of a criterion: a row is its three fields.
LEVELS = [
    Column("points", "Points", lambda row: row[0], template="scoring/jury/_bare_field.html", heading_css="pr-w6"),
    Column("nom", "Nom", lambda row: row[1], template="scoring/jury/_bare_field.html", heading_css="pr-w12"),
    Column("description", "Description", lambda row: row[2], template="scoring/jury/_bare_field.html", css="w"),
]


def _points_given(row: MarkedValue) -> str:
    return "Laissé de côté" if row.points is None else french.exact(row.points.normalize())


# What a computed criterion gives with its parameters: a row is one value, and the lycées that have it.
GIVEN = [
    Column("valeur", "Valeur", "label", row_header=True),
    Column("points", "Points", _points_given, css="n"),
    Column("lycees", "Lycées", lambda row: french.number(row.lycees), css="n", only="counts_lycees"),
]


# The bands of marks of a rule of amounts: a row is its two fields.
BANDS = [
    Column("note", "À partir de la note", lambda row: row[0], template="scoring/jury/_bare_field.html", heading_css="pr-w12"),
    Column("vaut", "Poids, ou part en %", lambda row: row[1], template="scoring/jury/_bare_field.html", heading_css="pr-w12"),
]
