from fractions import Fraction

from portal.text.french import of
from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, share_of

LEVELS = {
    1: "grand centre urbain",
    2: "centre urbain intermédiaire",
    3: "petite ville",
    4: "ceinture urbaine",
    5: "bourg rural",
    6: "rural à habitat dispersé",
    7: "rural à habitat très dispersé",
}
SHARES = {1: Fraction(0), 2: Fraction(0), 3: Fraction(1, 2), 4: Fraction(1, 2), 5: Fraction(1), 6: Fraction(1), 7: Fraction(1)}


@criterion(
    "rurality",
    label="Rural ou urbain",
    help="Maximum pour une commune rurale, moitié pour une petite ville ou une ceinture urbaine, zéro pour un centre urbain.",
    source="Insee, grille communale de densité à sept niveaux (niveaux 5 à 7 : rural).",
)
def rurality(file: FileFacts, call: CallFacts, maximum: int) -> Mark:
    """Rural lycées first. Source of the rule: balance "rural / urbain" of the call's criteria, on INSEE's density grid."""
    if file.density_level not in SHARES:
        return Mark(None, f"Le niveau de densité {of(file.commune)} n’est pas connu : critère laissé de côté.")
    points = share_of(maximum, SHARES[file.density_level])
    return Mark(points, f"{file.commune} est classée « {LEVELS[file.density_level]} » dans la grille de densité de l’Insee.")
