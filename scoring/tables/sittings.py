"""Columns of the sittings of a jury, of its scenarios side by side, and of its rules of balance."""

from dataclasses import replace

from django.utils.html import format_html

from portal.text import dates, french
from portal.text.typography import typo
from portal.ui.tables import Column, own_page, whole_euros
from portal.ui.templatetags.ui import badge, badge_of
from portal.ui.templatetags.ui_charts import meter
from scoring.enums import RuleMeasure
from scoring.models import BalanceRule, ScenarioLine, SelectionScenario, SelectionSession
from scoring.screens.proof import PriceRow
from scoring.screens.scenario import GroupShare, ScenarioRow, ScenarioScreen
from scoring.wording.balance import rule_label


def _when(session: SelectionSession) -> str:
    return ", ".join(filter(None, [dates.hour(session.sat_at), session.place]))


SITTINGS = [
    Column("seance", "Séance", lambda session: dates.day(session.sat_at, weekday=True), link=own_page, small=_when, row_header=True),
    Column("appel", "Appel", "call.title", css="w"),
    Column("etat", "État", badge_of, css="w", narrow=""),
    Column("presents", "Présents", lambda session: f"{session.n_present} sur {session.n_seats}", css="n"),
    Column("scenarios", "Scénarios", "n_scenarios", css="n"),
]


def _named(screen: ScenarioScreen) -> str:
    scenario = screen.scenario
    sign = format_html(" {}", badge("ok", "Retenu par le jury", icon="flag")) if scenario.is_retained else ""
    return format_html('<a href="{}">{}</a>{}', scenario.get_absolute_url(), scenario.name, sign)


SCREENS = [
    Column("scenario", "Scénario", _named, row_header=True),
    Column("methode", "Méthode", lambda screen: screen.scenario.get_doctrine_display(), small="scenario.earlier_rule", css="w"),
    Column("enveloppe", "Enveloppe", lambda screen: None if screen.restricted else screen.budget, whole_euros, css="n"),
    Column("retenus", "Retenus", lambda screen: len(screen.selected), css="n"),
    Column("montant", "Montant", "amount", whole_euros, css="n"),
    Column("reste", "Reste", lambda screen: None if screen.restricted else screen.remaining, whole_euros, css="n"),
    Column("plus-basse", "Plus basse retenue", "lowest_selected", french.mark, css="n"),
    Column("plus-haute", "Plus haute écartée", "highest_refused", french.mark, css="n"),
]


def choice(line: ScenarioLine | None) -> str:
    """What one scenario does of a file."""
    if line is None:
        return format_html('<span class="pr-meta">{}</span>', "Pas au classement")
    if line.is_selected:
        return badge("ok", "Retenu en partie" if line.is_partial else "Retenu", icon="check-circle")
    return badge("neutral", "Non retenu", icon="no-symbol")


def _school(row: ScenarioRow) -> str:
    return f"{row.school.town} · {row.school.get_category_display()}"


def choice_columns(scenarios: list[SelectionScenario]) -> list[Column]:
    """One column per scenario. A row is that of the file, then its line in each scenario, in their order."""
    return [
        Column("lycee", "Lycée", lambda given: given[0].school.name, small=lambda given: _school(given[0]), row_header=True),
        Column("rang", "Rang", lambda given: given[0].rank, css="n"),
        Column("note", "Note", lambda given: given[0].line.score, french.mark, css="n"),
        Column("montant", "Montant TTC", lambda given: given[0].line.requested_amount, whole_euros, css="n w"),
        *[
            Column(f"scenario-{scenario.pk}", scenario.name, lambda given, rank=rank: choice(given[1][rank][1]))
            for rank, scenario in enumerate(scenarios)
        ],
    ]


METHODS = [
    Column("methode", "Méthode", template="scoring/session/_method.html", row_header=True),
    Column("retenus", "Retenus", "selected", css="n"),
    Column("montant", "Montant", "amount", whole_euros, css="n"),
    Column("moyenne", "Moyenne", "mean", french.mark, css="n"),
    Column("plus-basse", "Plus basse retenue", "lowest", french.mark, css="n"),
    Column("plus-haute", "Plus haute écartée", "highest_refused", french.mark, css="n"),
    Column("laisses", "Mieux notés laissés", "passed_over", css="n"),
    Column("enfreintes", "Règles enfreintes", "broken", css="n"),
]


# A row is one number retained, in euros.
NUMBERS = [
    Column("retenus", "Retenus", "retained", css="n", row_header=True),
    Column("premier", "Le premier", "first", whole_euros, css="n"),
    Column("median", "Le médian", "median", whole_euros, css="n"),
    Column("dernier", "Le dernier", "last", whole_euros, css="n"),
    Column("total", "En tout", "total", whole_euros, css="n"),
    Column("trop-peu", "Part trop faible", lambda row: french.count(row.too_little, "projet") if row.too_little else None, css="n"),
]

# A row is what one file would get.
PARTS = [
    Column("rang", "Rang", "sharer.file.rank", css="n"),
    Column(
        "lycee",
        "Lycée",
        "sharer.file.application.establishment.name",
        small="sharer.file.application.reference",
        row_header=True,
    ),
    Column("note", "Note", "sharer.file.score", french.mark, css="n"),
    Column("demande", "Demandé TTC", "sharer.file.application.requested_amount", whole_euros, css="n"),
    Column("part", "Aurait TTC", "amount", whole_euros, css="n"),
    Column("raison", "Pourquoi", "reason", lambda text: typo(text), css="w"),
]


def _price(row: PriceRow) -> str | None:
    if row.points is None:
        return None
    return french.points(row.points)


def _rule_priced(row: PriceRow) -> str:
    more = format_html('<details class="pr-small fw-normal"><summary>Lesquels</summary>{}</details>', row.sentence) if row.sentence else ""
    return format_html('{}<small class="text-wrap">{}</small>{}', row.label, row.note, more)


PRICES = [
    Column("regle", "Règle", _rule_priced, css="w", row_header=True),
    Column("prix", "Prix", _price, css="n", narrow=""),
    Column(
        "barre",
        "Barre",
        lambda row: "" if row.points is None else meter(row.share, 100),
        str,
        css="d-none d-md-table-cell pr-w6",
        heading_css="d-none d-md-table-cell",
        hidden=True,
    ),
]


def _negotiable(rule: BalanceRule) -> str:
    if not rule.is_negotiable:
        return "Non négociable"
    bounds = [("minimum", rule.lowest_minimum), ("maximum", rule.highest_maximum)]
    said = [f"{name} jusqu’à {french.number(value)}" for name, value in bounds if value is not None]
    return ", ".join(["Négociable", *said]) if said else ""


def _below(rule: BalanceRule) -> str:
    """What is said under a rule: how far it may be loosened, and by what it departs from the published one."""
    if not rule.departure:
        return _negotiable(rule)
    departs = "S’écarte de la règle publiée" if rule.published else "N’était pas publiée"
    before = format_html(" « {} »", rule_label(rule.published)) if rule.published else ""
    said = format_html("{}{}<br>Motif\u00a0: {}", badge("warn", departs, icon="exclamation-triangle"), before, typo(rule.departure))
    return format_html("{}<br>{}", said, _negotiable(rule)) if _negotiable(rule) else said


def _strength(rule: BalanceRule) -> str:
    if not rule.is_soft:
        return badge("neutral", "Impérative", icon="lock-closed")
    unit = "tranche de 1\u00a0000\u00a0€" if rule.measure in (RuleMeasure.AMOUNT, RuleMeasure.AMOUNT_SHARE) else "dossier"
    said = f"{french.points(rule.penalty_points)} par {unit}"
    return format_html('{} <span class="pr-small">{}</span>', badge("info", "Souple", icon="scale"), said)


def _concerned(row: tuple[BalanceRule, str, int]) -> str:
    rule, _, files = row
    told = french.number(files)
    return format_html("{} {}", badge("err", "Minimum impossible", icon="exclamation-circle"), told) if rule.asks_more_than(files) else told


# A row is a rule, its name in words, and how many files it concerns.
RULES = [
    Column(
        "regle",
        "Règle",
        lambda row: row[1],
        link=lambda row: row[0].get_absolute_url(),
        small=lambda row: _below(row[0]),
        css="w",
        row_header=True,
    ),
    Column("force", "Force", lambda row: _strength(row[0]), css="w"),
    Column("concernes", "Dossiers concernés", _concerned, css="n"),
    Column("supprimer", "Supprimer", template="scoring/session/_rule_remove.html", css="pick", hidden=True),
]
RULES_READ = [replace(RULES[0], link=None), *RULES[1:-1]]  # for who only reads


def line_columns(screen: ScenarioScreen) -> list[Column]:
    """The lines of a scenario; scoring/session/_row.html draws them."""
    return [
        Column("rang", "Rang", css="n rk", narrow=""),
        Column("lycee", "Lycée", row_header=True),
        Column("note", "Note", narrow=""),
        Column("jures", f"Jurés, {screen.marks_from} à {screen.marks_to}", narrow=""),
        Column("montant", "Montant TTC", css="n", narrow=""),
        Column("proposition", "Proposition", narrow=""),
        Column("essayer", "Essayer", css="pick", hidden=True, only="tries"),
    ]


DEPARTMENTS = [
    Column("departement", "Département", "name", row_header=True),
    Column("retenus", "Retenus", "selected", css="n", narrow=""),
    Column("reserve", "Compl.", "waiting", css="n", narrow=""),
    Column("ecartes", "Écartés", "refused", css="n", narrow=""),
]


def balance(screen: ScenarioScreen) -> list[tuple[str, list[Column], list[GroupShare]]]:
    """How the selected files divide, dimension by dimension: its name, the columns of its table, its groups."""
    return [
        (
            dimension,
            [
                Column("groupe", dimension, "label", row_header=True),
                Column("retenus", "Retenus", "selected", css="n", narrow=""),
                Column("classes", "Classés", "total", css="n", narrow=""),
            ],
            groups,
        )
        for dimension, groups in screen.balance
    ]
