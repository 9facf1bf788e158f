from fractions import Fraction

from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, share_of

LABELS = {"general": "générale", "technological": "technologique", "vocational": "professionnelle", "agricultural": "agricole"}
SHARES = {"general": Fraction(0), "technological": Fraction(1, 2), "vocational": Fraction(1), "agricultural": Fraction(1)}


@criterion(
    "pathway",
    label="Voie de formation",
    help="Maximum avec une voie professionnelle ou agricole, moitié avec une voie technologique, zéro pour la voie générale seule.",
    source="Annuaire de l’éducation (voies de formation du lycée).",
)
def pathway(file: FileFacts, call: CallFacts, maximum: int) -> Mark:
    """Vocational and agricultural education first. Source of the rule: "type d’enseignement" of the call's criteria."""
    offered = [code for code in LABELS if code in file.pathways]
    if not offered:
        return Mark(None, "Les voies de formation du lycée ne sont pas connues : critère laissé de côté.")
    points = share_of(maximum, max(SHARES[code] for code in offered))
    names = [LABELS[code] for code in offered]
    if len(names) == 1:
        return Mark(points, f"Le lycée offre la voie {names[0]}.")
    return Mark(points, f"Le lycée offre les voies {', '.join(names[:-1])} et {names[-1]}.")
