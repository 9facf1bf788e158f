from fractions import Fraction

from portal.text.dates import day
from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, share_of


@criterion(
    "board_vote",
    label="Date du vote du conseil d’administration",
    help="Maximum pour un vote au plus tard le jour de l’ouverture, zéro le jour de la clôture, en proportion entre les deux ; zéro si le vote est défavorable.",
    source="Dossier du lycée : question « Vote du conseil d’administration ».",
    reads_file=True,
)
def board_vote(file: FileFacts, call: CallFacts, maximum: int) -> Mark:
    """Those who answered first are served first. Source of the rule: Pack numérique lycéen, order of the Wi-Fi works."""
    if file.voted_on is None or call.opens_on is None or call.closes_on is None:
        return Mark(None, "Le dossier ne donne pas la date du vote du conseil d’administration : critère laissé de côté.")
    if not file.vote_is_carried:
        return Mark(share_of(maximum, Fraction(0)), f"Le conseil d’administration n’a pas adopté le projet le {day(file.voted_on)}.")
    span = max(1, (call.closes_on - call.opens_on).days)
    points = share_of(maximum, Fraction((call.closes_on - file.voted_on).days, span))
    return Mark(points, f"Le conseil d’administration a voté le {day(file.voted_on)}, pour une clôture le {day(call.closes_on)}.")
