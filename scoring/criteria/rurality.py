from fractions import Fraction

from portal.text.french import of
from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, mark_without_fact, share_given, share_of
from scoring.criteria.parameters import Parameter, Values, unknown

LEVELS = {
    1: "grand centre urbain",
    2: "centre urbain intermédiaire",
    3: "petite ville",
    4: "ceinture urbaine",
    5: "bourg rural",
    6: "rural à habitat dispersé",
    7: "rural à habitat très dispersé",
}
KINDS = {1: "urban", 2: "urban", 3: "between", 4: "between", 5: "rural", 6: "rural", 7: "rural"}
PARAMETERS = (
    Parameter("rural", "Commune rurale (bourg, habitat dispersé ou très dispersé)", Fraction(1)),
    Parameter("between", "Petite ville ou ceinture urbaine", Fraction(1, 2)),
    Parameter("urban", "Centre urbain", Fraction(0)),
    unknown("Densité de la commune non connue"),
)


def case(file: FileFacts, call: CallFacts) -> str:
    """The level of the commune."""
    level = LEVELS.get(file.density_level or 0, "densité non connue")
    return level[:1].upper() + level[1:]


@criterion(
    "rurality",
    label="Rural ou urbain",
    help="Maximum pour une commune rurale, moitié pour une petite ville ou une ceinture urbaine, zéro pour un centre urbain.",
    source="Insee, grille communale de densité à sept niveaux (niveaux 5 à 7 : rural).",
    parameters=PARAMETERS,
    case=case,
)
def rurality(file: FileFacts, call: CallFacts, maximum: int, values: Values) -> Mark:
    """Rural lycées first. Source of the rule: balance "rural / urbain" of the call's criteria, on INSEE's density grid."""
    if file.density_level not in KINDS:
        return mark_without_fact(maximum, values, f"Le niveau de densité {of(file.commune)} n’est pas connu")
    points = share_of(maximum, share_given(values, KINDS[file.density_level]))
    return Mark(points, f"{file.commune} est classée « {LEVELS[file.density_level]} » dans la grille de densité de l’Insee.")
