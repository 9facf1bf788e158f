"""A whole trial: the directory run through what a call asks, scores and shares."""

from collections.abc import Callable

from calls.models import Call
from scoring.trial.applying import report_applying
from scoring.trial.asked import report_form
from scoring.trial.balance import report_balance
from scoring.trial.dates import report_calendar
from scoring.trial.lines import report_lines
from scoring.trial.points import report_points
from scoring.trial.report import TrialReport
from scoring.trial.who import directory_for, report_who

STEPS = 100  # of the progress that is told
NEVER_SAID = (
    "Ce que les lycées répondront, et combien déposeront.",
    "Ce que le jury notera : seuls les critères calculés sont éprouvés.",
    "Les textes, les documents joints et la page publique : une personne les relit.",
)


def trial_of(call: Call, tell: Callable[[int, int, str], None] | None = None) -> TrialReport:
    """Run the directory through the call. Reads only; about twenty queries, whatever the number of lycées."""
    say = tell or (lambda done, total, note: None)
    report = TrialReport()
    say(0, STEPS, "Lecture de l’annuaire")
    directory = directory_for(call)
    report_who(directory, call, report)
    lycees = directory.eligible
    say(30, STEPS, "Conditions du questionnaire")
    report_form(call, lycees, report, lambda done, total: say(30 + 30 * done // total, STEPS, "Conditions du questionnaire"))
    say(60, STEPS, "Lignes de recevabilité")
    report_lines(call, lycees, report)
    say(65, STEPS, "Critères calculés")
    report_applying(call, lycees, report)
    report_points(call, lycees, report, lambda done, total: say(65 + 20 * done // total, STEPS, "Critères calculés"))
    say(85, STEPS, "Règles d’équilibre et enveloppe")
    report_balance(call, lycees, report)
    report_calendar(call, report)
    report.undecided += NEVER_SAID
    return report
