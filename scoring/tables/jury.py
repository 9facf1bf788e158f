"""Columns of the jury: its calls, its members, who reads what, a juror's own pile."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html

from calls.models import Application, Call
from portal.addresses import address
from portal.text import dates, french
from portal.text.french import of
from portal.ui.tables import Column, TitleRow, blank, joined, own_page, whole_euros
from portal.ui.templatetags.ui import badge, badge_of
from portal.ui.templatetags.ui_charts import meter
from scoring.models import Assessment, PanelMember


def _call_page(call: Call, name: str) -> str:
    return reverse(f"scoring:{name}", args=[call.reference])


def _grid(call: Call) -> str:
    grid = getattr(call, "grid", None)
    if grid is None:
        return badge("warn", "À faire")
    return badge("ok", "Figée", icon="lock-closed") if grid.is_frozen else badge("info", "En préparation", icon="pencil-square")


def _done(counted: Application | Call) -> str:
    """How many readings are handed in, in figures; `counted` carries n_done and n_readings."""
    return f"{french.number(counted.n_done)} sur {french.number(counted.n_readings)}"


def _handed_in(call: Call) -> str:
    if not call.n_readings:
        return format_html('<span class="pr-meta">{}</span>', "Aucun dossier confié")
    return format_html('<span class="pr-num">{}</span>{}', _done(call), meter(call.n_done, call.n_readings))


def calls(follows: bool, ranked: set[int]) -> list[Column]:
    """Calls and the state of their jury. `follows`: whether the reader prepares juries; `ranked`: keys of the rankings they may read."""

    def open_ranking(call: Call) -> str:
        if call.pk not in ranked:
            return ""
        hidden = format_html('<span class="visually-hidden">{}</span>', of(call.title))
        return format_html('<a class="btn btn-outline-primary btn-sm" href="{}">Classement {}</a>', _call_page(call, "ranking"), hidden)

    return [
        Column(
            "appel",
            "Appel",
            "title",
            link=lambda call: _call_page(call, "call_jury" if follows else "ranking"),
            small=lambda call: f"{call.reference} · {call.programme.name}",
            row_header=True,
        ),
        Column("etat", "État", badge_of),
        Column("grille", "Grille", _grid, only="follows"),
        Column("membres", "Membres", "n_seats", french.number, css="n", only="follows"),
        Column("dossiers", "Dossiers", "n_files", french.number, css="n", only="follows"),
        Column("rendues", "Évaluations rendues", _handed_in, css="w", only="follows"),
        Column("ouvrir", "Ouvrir", open_ranking, blank, hidden=True),
    ]


def _member(member: PanelMember) -> str:
    return format_html("{} {}", member.user, badge("accent", "Présidence", icon="user")) if member.is_chair else str(member.user)


MEMBER = Column("membre", "Membre", _member, small="user.email", row_header=True)
LOADS = [
    MEMBER,
    Column("college", "Collège", "body.name"),
    Column("confies", "Confiés", "n_readings", french.number, css="n"),
    Column("commences", "Commencés", "n_started", french.number, css="n"),
    Column("rendus", "Rendus", "n_done", french.number, css="n"),
    Column("avancement", "Avancement", lambda member: meter(member.n_done, member.n_readings), css="w", heading_css="pr-w12"),
]


def seats(call: Call) -> list[Column]:
    """Who sits for each body, and whom one may still take out."""

    def remove(member: PanelMember) -> str:
        if member.n_done or member.n_started:
            return format_html('<span class="pr-meta">{}</span>', "A commencé à noter")
        page = address("scoring:panel_remove", call.reference, member.pk)
        hidden = format_html('<span class="visually-hidden">{}</span>', member.user)
        return format_html('<a class="btn btn-quiet btn-sm" href="{}">Retirer {}</a>', page, hidden)

    return [
        Column("personne", "Personne", _member, small="user.email", row_header=True),
        Column("fonction", "Fonction", "user.job_title"),
        Column("confies", "Dossiers confiés", "n_readings", french.number, css="n"),
        Column("rendus", "Rendus", "n_done", french.number, css="n"),
        Column("retirer", "Retirer", remove, hidden=True, only="may_write"),
    ]


def by_body(bodies: Iterable) -> Iterable[TitleRow | PanelMember]:
    """The seats under the name of their body."""
    for body, members in bodies:
        yield TitleRow(f"{body.name} · {french.count(len(members), 'siège')}")
        yield from members


def assigned(top: int) -> list[Column]:
    """Loads before and after an assignment. A row is a seat, then the readings before, added and after; `top` is the heaviest load."""
    return [
        Column("jure", "Juré", lambda row: row[0].user, row_header=True),
        Column("college", "Collège", lambda row: row[0].body.name),
        Column("aujourdhui", "Aujourd’hui", lambda row: row[1], french.number, css="n"),
        Column("ajoutes", "Ajoutés", lambda row: f"+\u00a0{french.number(row[2])}" if row[2] else None, css="n"),
        Column("apres", "Après", lambda row: row[3], french.number, css="n"),
        Column("charge", "Charge", lambda row: meter(row[3], top), css="w", heading_css="pr-w12", hidden=True),
    ]


def _readers(application: Application) -> str:
    said = [f"{reading.juror} ({reading.body.short_name}), {reading.get_state_display().lower()}" for reading in application.readings]
    return joined("<br>", said) if said else badge("warn", "Sans lecteur")


def files(call: Call) -> list[Column]:
    """Files before the jury and their readers."""

    def readers_page(application: Application) -> str:
        return address("scoring:file_readers", call.reference, application.reference)

    return [
        Column(
            "dossier",
            "Dossier",
            "reference",
            link=readers_page,
            small=lambda application: f"{application.establishment.name}, {application.establishment.town}",
            row_header=True,
        ),
        Column("autorite", "Autorité", "establishment.authority.short_name"),
        Column("lecteurs", "Lecteurs", _readers, css="w"),
        Column("rendues", "Rendues", _done, css="n"),
        Column(
            "avancement",
            "Avancement",
            lambda application: meter(application.n_done, application.n_readings) if application.n_readings else "",
            blank,
            heading_css="pr-w6",
            hidden=True,
        ),
    ]


READERS = [
    Column("jure", "Juré", "juror", row_header=True),
    Column("college", "Collège", "body.name"),
    Column("etat", "État", badge_of),
    Column("rendue", "Rendue le", lambda reading: dates.moment(reading.submitted_at) if reading.is_handed_in else "", blank),
    Column("agir", "Agir", template="scoring/jury/_reading_acts.html", css="w", hidden=True),
]


def _reading_state(reading: Assessment) -> str:
    if not reading.is_flagged:
        return badge_of(reading)
    return format_html("{} {}", badge_of(reading), badge("info", "À relire", icon="bookmark"))


def _open(reading: Assessment) -> str:
    word = "Relire" if reading.is_handed_in else "Noter" if reading.application.call.is_scored else "Lire"
    return format_html(
        '<a class="btn btn-outline-primary btn-sm" href="{}">{}<span class="visually-hidden"> {}</span></a>',
        own_page(reading),
        word,
        reading.application.reference,
    )


PILE = [
    Column(
        "dossier",
        "Dossier",
        lambda reading: reading.application.title or reading.application.reference,
        small="application.reference",
        row_header=True,
    ),
    Column("lycee", "Lycée", "application.establishment.name", small="application.establishment.town", css="w", narrow=""),
    Column(
        "appel",
        "Appel",
        "application.call.reference",
        small=lambda reading: f"Priorité {reading.place} de son lycée" if reading.place else "",
    ),
    Column("montant", "Montant TTC", "application.requested_amount", whole_euros, css="n"),
    Column("etat", "État", _reading_state),
    Column("ouvrir", "Ouvrir", _open, hidden=True),
]
