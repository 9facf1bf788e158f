from fractions import Fraction

from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, share_of

LABELS = {"rep": "REP", "rep_plus": "REP+", "zep": "ZEP"}
OUTSIDE = "none"


@criterion(
    "priority",
    label="Éducation prioritaire",
    help="Maximum pour un lycée classé REP, REP+ ou ZEP, zéro hors de l’éducation prioritaire.",
    source="Déclaration du lycée, confirmée par la Région : l’annuaire de l’éducation ne le dit d’aucun lycée.",
)
def priority(file: FileFacts, call: CallFacts, maximum: int) -> Mark:
    """Priority education first. Source of the rule: balance "rural / urbain / REP / ZEP" of the call's criteria."""
    if file.priority_education in LABELS:
        return Mark(share_of(maximum, Fraction(1)), f"Le lycée relève de l’éducation prioritaire ({LABELS[file.priority_education]}).")
    if file.priority_education == OUTSIDE:
        return Mark(share_of(maximum, Fraction(0)), "Le lycée ne relève pas de l’éducation prioritaire.")
    return Mark(None, "On ne sait pas si le lycée relève de l’éducation prioritaire : critère laissé de côté.")
