"""A line that a decision cuts, in French."""

from scoring.models import DecisionCut
from scoring.wording.parts import Cause, Unretained


def told(cut: DecisionCut) -> str:
    """What is not retained: « Vidéoprojecteur (3 sur 10) »."""
    left, asked = (cut.left, cut.asked) if cut.is_amount else (int(cut.left), int(cut.asked))
    return Unretained("", cut.label, left, asked).told


def reason(cut: DecisionCut) -> str:
    """Why, as the lycée reads it: what somebody gave as a reason, otherwise the rule that set the amount."""
    if not cut.cause:
        return cut.wording.text
    cause = Cause[cut.cause].value
    return f"{cause[:1].upper()}{cause[1:]}."
