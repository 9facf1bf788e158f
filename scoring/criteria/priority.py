from fractions import Fraction

from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, mark_without_fact, share_given, share_of
from scoring.criteria.parameters import Parameter, Values, unknown

LABELS = {"rep_plus": "REP+", "rep": "REP", "zep": "ZEP"}
OUTSIDE = "none"
PARAMETERS = (
    *(Parameter(code, f"Lycée classé {label}", Fraction(1)) for code, label in LABELS.items()),
    Parameter(OUTSIDE, "Hors éducation prioritaire", Fraction(0)),
    unknown("Éducation prioritaire non connue"),
)


def case(file: FileFacts, call: CallFacts) -> str:
    """What was declared and confirmed."""
    if file.priority_education == OUTSIDE:
        return "Hors éducation prioritaire"
    return f"Classé {LABELS[file.priority_education]}" if file.priority_education in LABELS else "Non connue"


@criterion(
    "priority",
    label="Éducation prioritaire",
    help="Maximum pour un lycée classé REP, REP+ ou ZEP, zéro hors de l’éducation prioritaire.",
    source="Déclaration du lycée, confirmée par la Région : l’annuaire de l’éducation ne le dit d’aucun lycée.",
    parameters=PARAMETERS,
    case=case,
)
def priority(file: FileFacts, call: CallFacts, maximum: int, values: Values) -> Mark:
    """Priority education first. Source of the rule: balance "rural / urbain / REP / ZEP" of the call's criteria."""
    known = file.priority_education
    if known in LABELS:
        told = f"Le lycée relève de l’éducation prioritaire ({LABELS[known]})."
    elif known == OUTSIDE:
        told = "Le lycée ne relève pas de l’éducation prioritaire."
    else:
        return mark_without_fact(maximum, values, "On ne sait pas si le lycée relève de l’éducation prioritaire")
    return Mark(share_of(maximum, share_given(values, known)), told)
