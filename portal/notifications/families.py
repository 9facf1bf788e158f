"""Kinds of messages as their readers choose among them: when each family may leave, and what always leaves at once, with the reason (docs/adr/0058)."""

from datetime import date

from django.db.models import TextChoices
from django.utils import timezone

from portal import working_days

SOON_DAYS = 3  # working days: what is due that soon waits for no morning


class Family(TextChoices):
    """In the order of the page of preferences, which is that of the digest: what awaits somebody first."""

    AWAITED = "awaited", "Ce qui m’attend"
    DATES = "dates", "Dates et rappels"
    THREADS = "threads", "Échanges"
    FILES = "files", "Nouvelles des dossiers"
    ORDERS = "orders", "Commandes, livraisons et travaux"
    TEAM = "team", "Équipe, rôles et lycées"


class Timing(TextChoices):
    """When a message leaves."""

    NOW = "now", "Tout de suite"
    DIGEST = "digest", "Dans le résumé du jour"
    PORTAL = "portal", "Seulement dans le portail"


class Always(TextChoices):
    """Why a message leaves at once, whatever its reader chose."""

    SECURITY = (
        "security",
        "La sécurité de votre compte : liens personnels, changements de mot de passe ou de second facteur, fichier dangereux.",
    )
    PROOF = "proof", "Les accusés de dépôt : ils prouvent la date et l’heure."
    DECISION = "decision", "Les décisions et les refus de recevabilité : le délai pour les contester court."
    SOON = "soon", f"Ce qui est à rendre sous {SOON_DAYS} jours ouvrés : visa, compléments, dépôt."
    CHOSEN = "chosen", "Le résumé du jour lui-même, parce que vous l’avez choisi."


ABOUT = {
    Family.AWAITED: "Un visa, une réponse, une évaluation, un partenariat que vous devez donner.",
    Family.DATES: "Échéances proches, appel prolongé, dossier non déposé à la clôture, fin d’un rôle.",
    Family.THREADS: "C’est à vous de répondre dans un échange.",
    Family.FILES: "Ce qui est arrivé à vos dossiers, à vos appels ou à vos séances.",
    Family.ORDERS: "Commandes envoyées, livraisons, réceptions, réserves, travaux.",
    Family.TEAM: "Rattachements, rôles, délégations, ce que l’annuaire dit de votre lycée.",
}
# Somebody else waits for the answer to the others: they are written to at least once a day.
MAY_BE_SILENT = frozenset({Family.FILES, Family.ORDERS, Family.TEAM})


def choices_of(family: Family) -> list[tuple[str, str]]:
    """What a person may choose for this family, the default first."""
    return [(each.value, each.label) for each in Timing if each != Timing.PORTAL or family in MAY_BE_SILENT]


def is_soon(day: date) -> bool:
    """Whether what is due on that French day waits for no digest."""
    return working_days.between(timezone.localdate(), day) <= SOON_DAYS
