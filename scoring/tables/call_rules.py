"""Columns of the rules of balance of a call, of those that a sitting does without, and of the bands of the index."""

from django.utils.html import format_html

from portal.text import french
from portal.text.typography import typo
from portal.ui.tables import Column
from portal.ui.templatetags.ui import badge
from scoring.queries.call_rules import RuleRead


def _lycees(read: RuleRead) -> str:
    told = french.number(read.lycees)
    return format_html("{} {}", badge("err", "Minimum impossible", icon="exclamation-circle"), told) if read.is_impossible else told


RULES = [
    Column(
        "regle",
        "Règle",
        lambda read: typo(read.label),
        link=lambda read: read.rule.get_absolute_url(),
        small=lambda read: typo(read.strength),
        css="w",
        row_header=True,
    ),
    Column("lycees", "Lycées éligibles", _lycees, css="n"),
    Column("supprimer", "Supprimer", template="scoring/jury/_call_rule_acts.html", css="pick", hidden=True, only="may_edit"),
]
RULES_READ = [
    Column("regle", "Règle", lambda read: typo(read.label), small=lambda read: typo(read.strength), css="w", row_header=True),
    Column("lycees", "Lycées éligibles", _lycees, css="n"),
]
LEFT_OUT = [
    Column("regle", "Règle publiée", lambda missing: typo(missing.label), css="w", row_header=True),
    Column("motif", "Motif", lambda missing: typo(missing.reason), css="w"),
    Column("appliquer", "Appliquer", template="scoring/session/_rule_restore.html", css="w", hidden=True, only="may_restore"),
]
BANDS = [
    Column("tranche", "Tranche", lambda row: typo(row[0]), row_header=True),
    Column("lycees", "Lycées", lambda row: french.number(row[1]), css="n"),
]
