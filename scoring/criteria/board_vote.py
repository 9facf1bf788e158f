from datetime import date
from fractions import Fraction

from portal.text.dates import day
from scoring.criteria import TriedValue, criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, mark_without_fact, share_given, share_of
from scoring.criteria.parameters import Parameter, Values, unknown

PARAMETERS = (
    Parameter("first", "Vote au plus tard le jour de l’ouverture", Fraction(1)),
    Parameter("last", "Vote le jour de la clôture", Fraction(0)),
    Parameter("defeated", "Projet non adopté", Fraction(0)),
    unknown("Date du vote non donnée"),
)
_OPENS, _MIDDLE, _CLOSES = date(2026, 1, 1), date(2026, 1, 16), date(2026, 1, 31)
_CALL = CallFacts(opens_on=_OPENS, closes_on=_CLOSES)


def _voted(on: date | None, *, carried: bool = True) -> FileFacts:
    """A file that says a vote and nothing else."""
    return FileFacts("", "", "", "", "", "", "", frozenset(), voted_on=on, vote_is_carried=carried)


@criterion(
    "board_vote",
    label="Date du vote du conseil d’administration",
    help="Maximum pour un vote au plus tard le jour de l’ouverture, zéro le jour de la clôture, en proportion entre les deux ; zéro si le vote est défavorable.",
    source="Dossier du lycée : question « Vote du conseil d’administration ».",
    parameters=PARAMETERS,
    principle="En proportion des jours entre l’ouverture et la clôture.",
    reads_file=True,
    samples=(
        TriedValue("Projet adopté le jour de l’ouverture", _voted(_OPENS), _CALL),
        TriedValue("Projet adopté à mi-chemin de la clôture", _voted(_MIDDLE), _CALL),
        TriedValue("Projet adopté le jour de la clôture", _voted(_CLOSES), _CALL),
        TriedValue("Projet non adopté", _voted(_MIDDLE, carried=False), _CALL),
        TriedValue("Date du vote non donnée", _voted(None), _CALL),
    ),
)
def board_vote(file: FileFacts, call: CallFacts, maximum: int, values: Values) -> Mark:
    """Those who answered first are served first. Source of the rule: Pack numérique lycéen, order of the Wi-Fi works."""
    if file.voted_on is None or call.opens_on is None or call.closes_on is None:
        return mark_without_fact(maximum, values, "Le dossier ne donne pas la date du vote du conseil d’administration")
    if not file.vote_is_carried:
        points = share_of(maximum, share_given(values, "defeated"))
        return Mark(points, f"Le conseil d’administration n’a pas adopté le projet le {day(file.voted_on)}.")
    left = Fraction((call.closes_on - file.voted_on).days, max(1, (call.closes_on - call.opens_on).days))
    early = min(max(left, Fraction(0)), Fraction(1))
    first, last = share_given(values, "first"), share_given(values, "last")
    points = share_of(maximum, last + (first - last) * early)
    return Mark(points, f"Le conseil d’administration a voté le {day(file.voted_on)}, pour une clôture le {day(call.closes_on)}.")
