from fractions import Fraction

from portal.text.french import enumeration
from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, mark_without_fact, share_given, share_of
from scoring.criteria.parameters import Parameter, Values, unknown

LABELS = {"general": "générale", "technological": "technologique", "vocational": "professionnelle", "agricultural": "agricole"}
SHARES = {"general": Fraction(0), "technological": Fraction(1, 2), "vocational": Fraction(1), "agricultural": Fraction(1)}
PARAMETERS = (*(Parameter(code, f"Voie {LABELS[code]}", SHARES[code]) for code in LABELS), unknown("Voies de formation non connues"))


def case(file: FileFacts, call: CallFacts) -> str:
    """The pathways that the lycée offers."""
    names = [LABELS[code] for code in LABELS if code in file.pathways]
    if not names:
        return "Voies non connues"
    return f"{'Voies' if len(names) > 1 else 'Voie'} {enumeration(names)}"


@criterion(
    "pathway",
    label="Voie de formation",
    help="Maximum avec une voie professionnelle ou agricole, moitié avec une voie technologique, zéro pour la voie générale seule.",
    source="Annuaire de l’éducation (voies de formation du lycée). Avec plusieurs voies, la plus favorable compte.",
    parameters=PARAMETERS,
    case=case,
)
def pathway(file: FileFacts, call: CallFacts, maximum: int, values: Values) -> Mark:
    """Vocational and agricultural education first. Source of the rule: "type d’enseignement" of the call's criteria."""
    offered = [code for code in LABELS if code in file.pathways]
    if not offered:
        return mark_without_fact(maximum, values, "Les voies de formation du lycée ne sont pas connues")
    points = share_of(maximum, max(share_given(values, code) for code in offered))
    names = [LABELS[code] for code in offered]
    return Mark(points, f"Le lycée offre {'la voie' if len(names) == 1 else 'les voies'} {enumeration(names)}.")
