"""Columns of the ranking, of one file of it, and of the statistics of the marks."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from operator import itemgetter

from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString

from calls.models import Application, Call
from calls.tables.files import AMOUNT
from portal.addresses import address
from portal.text import french
from portal.text.typography import typo
from portal.ui.tables import Column, blank, hundredths, joined, plain
from portal.ui.templatetags.ui import badge
from portal.ui.templatetags.ui_charts import spread
from scoring.queries.applying import CriterionReach
from scoring.queries.ranking import CriterionMark, RankedFile
from scoring.queries.statistics import JurorLine
from scoring.wording.applying import applies_because, doubt_because

SCROLLING = "pr-table--min pr-stack--rank"


RANK = Column("rang", "Rang", "rank", css="n rk", narrow="")


def score_bar(score: Decimal, scale: int) -> SafeString:
    """A mark with its bar, on the scale of its grid."""
    return format_html(
        '<span class="pr-score"><svg viewBox="0 0 {0} 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="g-track" width="{0}" height="10"/><rect class="g-fill" width="{1}" height="10"/></svg>'
        '<b class="pr-num">{2}</b></span>',
        scale,
        score,
        french.mark(score),
    )


def _school(application: Application) -> str:
    school = application.establishment
    return f"{school.town} · {school.authority.short_name} · {application.reference}"


def _file_page(call: Call) -> Callable[[Application], str]:
    """The address of a file of the ranking; resolved once, since a page has fifty."""
    pattern = address("scoring:ranking_file", call.reference, "REFERENCE")
    return lambda application: pattern.replace("REFERENCE", application.reference)


def _mark(row: RankedFile, scale: int) -> str:
    if row.score is None:
        return badge("neutral", "Aucun critère ne s’applique" if row.has_no_criterion else "Pas de note")
    tied = format_html("<small>{}</small>", "ex æquo départagé") if row.is_tied else ""
    return format_html("{}{}", score_bar(row.score, scale), tied)


def _spread(row: RankedFile, scale: int) -> str:
    """The marks of the jurors on the scale of the grid, and how far apart they are."""
    if not row.jurors:
        return ""
    return format_html(
        "{}{}{}",
        spread([mark.score for mark in row.jurors], 0, scale),
        format_html('<small class="pr-num">écart {}</small>', hundredths(row.spread)) if row.spread is not None else "",
        badge("warn", "À discuter") if row.is_disputed else "",
    )


def ranking(call: Call) -> list[Column]:
    """The lines of a ranking. A row is a ranked file, and what is drawn of it (Shown of scoring.views.ranking)."""
    page, scale = _file_page(call), call.grid.scale
    return [
        RANK.through(itemgetter(0)),
        Column(
            "lycee",
            "Lycée",
            lambda given: given[0].application.establishment.name,
            link=lambda given: page(given[0].application),
            small=lambda given: _school(given[0].application),
            row_header=True,
        ),
        Column("note", f"Note sur {scale}", lambda given: _mark(given[0], scale), narrow=""),
        Column("ecart", "Jurés, écart", lambda given: _spread(given[0], scale), blank, narrow=""),
        Column("colleges", "Par collège", lambda given: joined("<br>", given[1].bodies), blank, css="pr-xs pr-nowrap", narrow=""),
        replace(AMOUNT.through(lambda given: given[0].application), narrow="", sort=()),
    ]


def _points(mark: CriterionMark) -> str:
    return mark.absence if mark.points is None else f"{hundredths(mark.points)} / {plain(mark.criterion.max_points)}"


def _applies(mark: CriterionMark) -> str:
    """Of a criterion with a condition: why it applies, that it is not known, how many points are kept and not counted."""
    if mark.said is None:
        return ""
    if mark.is_out:
        kept = french.count(mark.kept, "juré l’avait noté", "jurés l’avaient noté") if mark.kept else ""
        return f"{kept} : ces points sont gardés et ne comptent pas." if kept else ""
    return doubt_because(mark.said.facts) if mark.said.is_doubtful else applies_because(mark.said.facts)


def _remarks(mark: CriterionMark) -> str:
    sentence = typo(" ".join(filter(None, (mark.sentence, _applies(mark)))))
    remarks = [format_html('<p class="pr-callout mb-1">{}</p>', linebreaksbr(typo(text))) for text in mark.remarks]
    return joined("", [sentence, *remarks])


CRITERIA = [
    Column("critere", "Critère", "criterion.label", small="criterion.group", row_header=True),
    Column("points", "Points", _points, css="n"),
    Column("poids", "Poids", "criterion.weight", css="n"),
    Column("dit", "Ce qu’en dit le jury, ou l’annuaire", _remarks, blank, css="w", narrow=""),
]


def _doubtful(reach: CriterionReach) -> str:
    """The files of which it is not known, each with what is missing."""
    told = [format_html("{}<small>{}</small>", each.application.reference, typo(each.facts)) for each in reach.doubtful]
    left = reach.unknown - len(reach.doubtful)
    return joined("<br>", told + ([f"et {french.count(left, 'autre')}"] if left > 0 else []))


# The criteria with a condition over the files of a call: a row is a CriterionReach.
REACH = [
    Column("critere", "Critère", "criterion.label", small=lambda reach: typo(reach.told), small_css="text-wrap", row_header=True),
    Column("oui", "S’applique", "yes", french.number, css="n"),
    Column("non", "Ne s’applique pas", "no", french.number, css="n"),
    Column("doute", "On ne sait pas", "unknown", french.number, css="n"),
    Column("lesquels", "Dossiers à vérifier", _doubtful, blank, css="w", narrow=""),
]


# -- Statistics of the marks. A row is what scoring.views.statistics makes of a file: file, row, marks, split, move. --------


def _marks(line: dict, scale: int) -> str:
    return format_html('{}<small class="pr-num">écart {}</small>', spread(line["marks"], 0, scale), hundredths(line["row"].spread))


def _told_by(line: dict) -> str:
    file = line["file"]
    if not file.wide_range:
        return "L’écart type"
    return "L’écart et l’écart type" if file.wide_deviation else "L’écart"


def statistics(call: Call, view: str) -> list[Column]:
    """Files to discuss, or with `view` every file with both ranks."""
    page, scale = _file_page(call), call.grid.scale
    head = [
        RANK.through(itemgetter("row")),
        Column(
            "lycee",
            "Lycée",
            lambda line: line["row"].application.establishment.name,
            link=lambda line: page(line["row"].application),
            small=lambda line: _school(line["row"].application),
            small_css="text-wrap",
            row_header=True,
        ),
    ]
    if view:
        return [
            *head,
            Column("note", "Note", lambda line: line["row"].score, french.mark, css="n"),
            Column("note-corrigee", "Note corrigée", lambda line: line["file"].corrected_score, french.mark, css="n"),
            Column("rang-corrige", "Rang corrigé", lambda line: line["file"].corrected_rank, css="n"),
            Column("places", "Places", lambda line: line["move"], blank),
        ]
    return [
        *head,
        Column("ecart", "Jurés, écart", lambda line: _marks(line, scale), narrow=""),
        Column(
            "colleges",
            "Par collège",
            lambda line: joined("<br>", [f"{body.body.short_name} {french.mark(body.score)}" for body in line["row"].by_body]),
            blank,
            css="pr-xs pr-nowrap",
            narrow="",
        ),
        Column("origine", "D’où vient l’écart", lambda line: typo(line["split"]), blank, css="pr-small"),
        Column("signale", "Signalé par", _told_by, css="pr-small"),
    ]


def _gap(points: Decimal) -> str:
    return f"{'+' if points > 0 else ''}{hundredths(points)}"


def _severity(row: tuple[JurorLine, dict[str, str], str]) -> str:
    bar = row[1]
    return format_html(
        '<svg class="pr-severity" viewBox="0 0 200 16" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="g-track" y="3" width="200" height="10"/><rect class="g-fill" x="{}" y="3" width="{}" height="10"/>'
        '<path class="g-tick" d="M100 0V16"/></svg>',
        bar["x"],
        bar["width"],
    )


# A row is the line of a juror, its bar, and what it says in a word.
SEVERITY = [
    Column("jure", "Juré", lambda row: row[0].juror, row_header=True),
    Column("college", "Collège", lambda row: row[0].body.short_name),
    Column("comparees", "Notes comparées", lambda row: row[0].marks, french.number, css="n"),
    Column("ecart", "Écart aux autres", lambda row: row[0].points, _gap, css="n"),
    Column("barre", "Sévère à gauche, généreux à droite", _severity, narrow=""),
    Column("clair", "En clair", lambda row: row[2]),
]
