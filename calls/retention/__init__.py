"""How long what a call gathers is kept: one closed catalogue, from which the pages, the job and the legal page read (docs/adr/0057-retention.md).

Nothing of a rule goes by itself: one person proposes, another confirms (`calls.actions.retention`).
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.text.french import count
from portal.text.months import months_later


@dataclass(frozen=True)
class RetentionRule:
    """What is kept, from which fact its time runs, how long unless a call says otherwise (months), and what is left at the end."""

    key: str
    label: str
    covers: str
    starts: str
    months: int  # unless the settings of the installation say otherwise
    floor: int
    ceiling: int
    basis: str
    remains: str

    @property
    def bounds(self) -> str:
        return f"de {in_words(self.floor)} à {in_words(self.ceiling)}"


DRAFTS = RetentionRule(
    "drafts",
    "Brouillons jamais déposés",
    "réponses, pièces, besoins et versions d’un dossier commencé et jamais déposé, ou retiré avant son dépôt",
    "la clôture de l’appel pour ce lycée",
    12, 2, 36,
    "RGPD, article 5.1.e : un brouillon n’a servi à aucune décision",
    "la référence, le lycée, les dates et le journal",
)  # fmt: skip
REFUSED = RetentionRule(
    "refused",
    "Dossiers non retenus",
    "réponses, pièces, précisions des besoins et versions d’un dossier irrecevable, retiré, décliné, en liste complémentaire ou non retenu",
    "la publication des résultats, ou la fin du dossier si elle vient après",
    24, 6, 120,
    "RGPD, article 5.1.e ; code de justice administrative, article R421-1, pour le délai de recours",
    "la référence, le titre, le lycée, les montants, les besoins chiffrés, les points, la décision et son motif, l’accusé, les empreintes, le journal",
)  # fmt: skip
RETAINED = RetentionRule(
    "retained",
    "Dossiers retenus",
    "réponses, pièces, précisions des besoins et versions d’un dossier aidé",
    "la clôture du dossier, une fois l’aide suivie jusqu’au bout",
    120, 60, 240,
    "RGPD, article 5.1.e ; contrôle de l’emploi des aides publiques",
    "ce qui reste d’un dossier non retenu, et les commandes, travaux, réceptions, factures et sommes versées",
)  # fmt: skip
JURY = RetentionRule(
    "jury",
    "Notes privées du jury",
    "appréciations et remarques des jurés, motifs de leurs déports",
    "la publication des résultats",
    24, 6, 60,
    "RGPD, article 5.1.e ; code de justice administrative, article R421-1, pour le délai de recours",
    "les points, le rang, le motif de la décision et le procès-verbal",
)  # fmt: skip
EXCHANGES = RetentionRule(
    "exchanges",
    "Échanges et courriels",
    "textes et pièces des échanges sur le dossier, questions du jury, textes des courriels envoyés à son sujet",
    "ce qui fait courir la durée du dossier : clôture de l’appel, publication des résultats ou clôture du dossier",
    24, 6, 120,
    "RGPD, article 5.1.e",
    "qui a écrit, quand et à quel endroit du dossier",
)  # fmt: skip
RULES = (DRAFTS, REFUSED, RETAINED, JURY, EXCHANGES)
OF_CONTENT = (DRAFTS, REFUSED, RETAINED)  # a file is under one of these

# What no rule takes, and why. Public archives leave with the agreement of the archives alone (code du patrimoine, articles L212-2 and L212-3).
NEVER = (
    ("les décisions, les votes, les procès-verbaux et les résultats publiés", "archives publiques"),
    ("les commandes, les travaux, les réceptions, les factures et les sommes engagées ou versées", "archives publiques"),
    ("les accusés de dépôt, les lettres et les autres documents émis", "archives publiques"),
    ("les points donnés par le jury et le rang des dossiers", "ils fondent la décision"),
    ("le journal des actes", "nul ne peut le récrire ; il prouve aussi l’effacement"),
)
_BY_KEY = {rule.key: rule for rule in RULES}


def rule_named(key: str) -> RetentionRule:
    """The rule of this key. Raises KeyError."""
    return _BY_KEY[key]


def default_months(rule: RetentionRule) -> int:
    """How long it runs in this installation, in months, for a call that says nothing. Raises ImproperlyConfigured out of its bounds."""
    months = int(settings.RETENTION_MONTHS.get(rule.key, rule.months))
    if not rule.floor <= months <= rule.ceiling:
        raise ImproperlyConfigured(f"RETENTION_MONTHS: {rule.key} is {months} months, not between {rule.floor} and {rule.ceiling}")
    return months


def check_settings() -> None:
    """Refuse to start on a duration that no rule has, or that its bounds do not allow. Raises ImproperlyConfigured."""
    if unknown := set(settings.RETENTION_MONTHS) - set(_BY_KEY):
        raise ImproperlyConfigured(f"RETENTION_MONTHS names no such rule: {sorted(unknown)}")
    for rule in RULES:
        default_months(rule)


def due_on(start: date, months: int) -> date:
    """The first day on which what has been kept since `start` may go."""
    return months_later(start, months)


def in_words(months: int) -> str:
    """« 2 ans », « 18 mois »."""
    return count(months // 12, "an") if months % 12 == 0 else f"{months} mois"
