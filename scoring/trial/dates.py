"""The calendar of a call: dates in order, days on which somebody works, time left to lycées and to the jury."""

from datetime import date

from django.utils import timezone

from calls.models import Call
from portal import working_days
from portal.text.dates import day
from portal.text.french import count
from scoring.trial.places import edition_of
from scoring.trial.report import FigureRow, TrialPart, TrialReport, Weight

SHORT_OPENING = 10  # working days: below, a board has no time to meet


def report_calendar(call: Call, report: TrialReport) -> None:
    """What is out of order, falls on a day when nobody works, or leaves little time."""
    where = edition_of(call)
    opens, closes = timezone.localdate(call.opens_at), timezone.localdate(call.closes_at)
    dates = [("L’ouverture", opens), ("La clôture", closes), ("Le jury", call.jury_on), ("La publication des résultats", call.results_on)]
    known = [(name, on) for name, on in dates if on is not None]
    for (before, first), (after, second) in zip(known, known[1:], strict=False):
        if second < first:
            sentence = f"{after} ({day(second)}) vient avant {before[0].lower()}{before[1:]} ({day(first)})."
            report.say(Weight.IMPOSSIBLE, TrialPart.CALENDAR, sentence, **where)
    for name, on in known:
        if not working_days.is_working(on):
            report.say(
                Weight.WARNING, TrialPart.CALENDAR, f"{name} tombe le {day(on, weekday=True)}, qui n’est pas un jour ouvré.", **where
            )
    if closes < timezone.localdate() and call.is_draft:
        report.say(
            Weight.IMPOSSIBLE, TrialPart.CALENDAR, f"La clôture ({day(closes)}) est déjà passée, et l’appel n’est pas publié.", **where
        )
    _durations(opens, closes, call, report, where)


def _durations(opens: date, closes: date, call: Call, report: TrialReport, where: dict[str, str]) -> None:
    given = working_days.between(opens, closes)
    report.figures.append(FigureRow("Jours ouvrés pour déposer", count(max(given, 0), "jour")))
    if 0 <= given < SHORT_OPENING:
        sentence = f"Les lycées ont {count(given, 'jour ouvré', 'jours ouvrés')} pour déposer : un conseil d’administration n’a guère le temps de se réunir."
        report.say(Weight.WARNING, TrialPart.CALENDAR, sentence, **where)
    if call.jury_on:
        read = working_days.between(closes, call.jury_on)
        report.figures.append(FigureRow("Jours ouvrés entre la clôture et le jury", count(max(read, 0), "jour")))
    missing = [name for name, on in (("le jury", call.jury_on), ("les résultats", call.results_on)) if on is None]
    if missing:
        report.say(Weight.NOTE, TrialPart.CALENDAR, f"La date n’est pas annoncée pour {' ni '.join(missing)}.", **where)
    elif not any(finding.part == TrialPart.CALENDAR for finding in report.findings):
        report.looked.append("Le calendrier : ouverture, clôture, jury et résultats se suivent, chacun un jour ouvré.")
