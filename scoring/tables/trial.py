"""What a trial has counted: reasons, missing facts, places, questions, rules; and the lycées of one list."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.text import french
from portal.ui.tables import Column, own_page
from scoring.trial.report import PlaceRow, QuestionRow

REASONS = [
    Column("motif", "Motif", "row.label", link="address", css="w", row_header=True),
    Column("lycees", "Lycées", "row.count", french.number, css="n"),
    Column("seul", "Pour ce seul motif", "row.alone", french.number, css="n"),
]

MISSING = [
    Column("fait", "Fait inconnu", "row.label", link="address", css="w", row_header=True),
    Column("lycees", "Lycées", "row.count", french.number, css="n"),
    Column("acte", "Ce qui le ferait connaître", template="scoring/trial/_missing_act.html", css="w"),
]


def _place(row: PlaceRow) -> str | SafeString:
    return format_html('<a href="{}">{}</a>', row.address, row.label) if row.address else row.label


PLACES = [
    Column("groupe", "Groupe", _place, css="w", row_header=True),
    Column("eligibles", "Éligibles", "eligible", french.number, css="n"),
    Column("inconnus", "À préciser", "unknown", french.number, css="n"),
    Column("ouverts", "Ouverts", "total", french.number, css="n"),
]


def _what(row: QuestionRow) -> str:
    return f"{row.what}, {row.condition}"


QUESTIONS = [
    Column("element", "Élément du questionnaire", "label", small=_what, css="w", row_header=True),
    Column("jamais", "Jamais", "never", french.number, css="n"),
    Column("attente", "Fait inconnu", "waiting", french.number, css="n"),
    Column("selon", "Selon les réponses", "sometimes", french.number, css="n"),
    Column("toujours", "Toujours", "always", french.number, css="n"),
    Column("indecis", "Non décidé", "undecided", french.number, css="n", only="has_undecided"),
]

LINES = [
    Column("ligne", "Ligne", "label", small="condition", css="w", row_header=True),
    Column("jamais", "Jamais remplie", "never", french.number, css="n"),
    Column("attente", "Fait inconnu", "waiting", french.number, css="n"),
    Column("selon", "Selon le dossier", "sometimes", french.number, css="n"),
    Column("toujours", "Toujours remplie", "always", french.number, css="n"),
]

RULES = [
    Column("regle", "Règle d’équilibre", "label", small=lambda row: "Souple" if row.is_soft else "Ferme", css="w", row_header=True),
    Column("lycees", "Lycées éligibles concernés", "concerned", french.number, css="n"),
]

FIGURES = [
    Column("chiffre", "Chiffre", "label", css="w", row_header=True),
    Column("valeur", "Valeur", "figure", css="n"),
]

LYCEES = [
    Column("lycee", "Lycée", "name", link=own_page, small="uai", css="w", row_header=True),
    Column("commune", "Commune", "town", css="w"),
    Column("statut", "Statut", lambda lycee: lycee.get_category_display(), css="w"),
    Column("autorite", "Autorité", "authority.short_name", css="w"),
]
