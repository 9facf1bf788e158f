"""The list of files: its lines and their columns, for the Région and for schools."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.html import format_html

from calls.enums import ApplicationState
from calls.models import Application
from calls.models.situation import Situation, situation
from calls.rules import reads_opinions
from calls.tables.opinions import in_short
from portal.accounts.models import User
from portal.directory.enums import Category
from portal.text import dates
from portal.ui.tables import Column, blank, own_page, plain, short_day, whole_euros
from portal.ui.templatetags.ui import badge, badge_of


@dataclass(frozen=True)
class FileRow:
    """One file as the list shows it to whoever looks."""

    application: Application
    situation: Situation | None
    due_on: date | None
    reader: User
    suffix: str = ""  # of its address: the list from which it is opened

    @classmethod
    def of(cls, application: Application, today: date, reader: User, suffix: str = "") -> "FileRow":
        """`application` comes from `lines_of`: no query."""
        due_on = application.completion_due_on
        found = situation(application.state, due_on, application.was_asked, today, is_rewritten=application.is_rewritten)
        if application.state in ApplicationState.UNFILED and timezone.localdate(application.call_closes_at) >= today:
            due_on = timezone.localdate(application.call_closes_at)
        return cls(application, found, due_on, reader, suffix)

    @property
    def address(self) -> str:
        return self.application.get_absolute_url() + self.suffix

    @property
    def state_in_words(self) -> str:
        """What the badge says, as a workbook writes it."""
        said = self.situation.label if self.situation else self.application.get_state_display()
        return f"{said}, retrait demandé" if self.application.withdrawal_asked else said

    @property
    def opinion(self) -> str:
        """The opinion of its authority; nothing for who reads none, nor on a file of a lycée of their own."""
        file = self.application
        if not reads_opinions(self.reader) or file.school_id in self.reader.establishment_ids:
            return ""
        return in_short(file.opinion_state, file.opinion_value, file.opinion_due_on, timezone.localdate())

    @property
    def badge(self) -> str:
        """Its situation while complements come and go, else its state in the words of whoever reads; that its team asks to withdraw it."""
        found = self.situation
        said = badge(found.level, found.label, icon=found.icon) if found else badge_of(self.application, self.reader)
        if not self.application.withdrawal_asked:
            return said
        return format_html("{} {}", said, badge("warn", "Retrait demandé", icon="arrow-uturn-left"))


def _box(row: FileRow) -> str:
    return format_html(
        '<input class="form-check-input m-0" type="checkbox" name="dossier" value="{0}" aria-label="Sélectionner {0}">',
        row.application.reference,
    )


def short_moment(value: datetime | None) -> str:
    return dates.figures(value) if value else plain(value)


def _town(row: FileRow) -> str:
    return f"{row.application.commune} ({row.application.department})"


BOX = Column("dossier", "Sélection", _box, blank, css="pick", hidden=True, only="may_pick")
# Two columns of a file itself: the ranking and the workbooks show them too.
REFERENCE = Column(
    "reference", "Référence", "reference", link=own_page, css="w pr-num", row_header=True,
    sort="reference",
)  # fmt: skip
SCHOOL = Column(
    "lycee", "Lycée", "application.lycee", small=_town, css="w", narrow="", sort=("establishment__commune_name", "establishment__name")
)
AMOUNT = Column("montant", "Montant TTC", "requested_amount", whole_euros, css="n", sort="requested_amount")
PRIORITY = Column("priorite", "Priorité du lycée", "place", blank, css="n", sort="school_rank")
STATE = Column("etat", "État", "badge", css="w2", sort="state")
DUE = Column("echeance", "Échéance", "due_on", short_day, css="pr-num", sort="completion_due_on")

FOR_STAFF = [
    BOX,
    replace(REFERENCE.through("application"), link="address"),
    SCHOOL,
    Column("uai", "UAI", "application.uai", css="pr-num", sort="establishment__uai"),
    Column("statut", "Statut", lambda row: Category(row.application.category).label, sort="establishment__category"),
    Column("departement", "Département", "application.department", sort="establishment__department__code"),
    Column("autorite", "Autorité", "application.authority", sort="establishment__authority__short_name"),
    Column("appel", "Appel", "application.call_title", css="w", sort="call__closes_at"),
    Column("titre", "Titre du projet", "application.title", css="w", sort="title"),
    Column("depot", "Déposé le", "application.submitted_at", short_moment, css="pr-num", sort="submitted_at"),
    AMOUNT.through("application"),
    replace(PRIORITY.through("application"), only="has_priorities"),
    STATE,
    DUE,
    Column("avis", "Avis de l’autorité", "opinion", css="w"),
    Column("suivi", "Suivi par", "application.officer_name", sort=("officer__last_name", "officer__first_name")),
]
# What a person may show or hide in the list, and take away in its workbook: every column but the box and the reference.
CHOSEN = frozenset(column.key for column in FOR_STAFF) - {"dossier", "reference"}
USUAL = frozenset({"lycee", "autorite", "montant", "priorite", "etat", "echeance", "suivi"})
# On the page of a lycée; a granted amount is written by the release, and unknown before.
OF_A_LYCEE = [
    replace(REFERENCE, sort=()),
    Column("appel", "Appel", "call.title", css="w"),
    replace(AMOUNT, sort=()),
    Column("etat", "État", template="calls/_state_of_file.html", css="w2"),
    Column("accorde", "Accordé TTC", "granted_amount", whole_euros, css="n"),
]
FOR_SCHOOLS = [
    REFERENCE.through("application"),
    replace(SCHOOL, sort="establishment__name"),
    Column("appel", "Appel", "application.call_title", sort="call__closes_at"),
    AMOUNT.through("application"),
    replace(STATE, sort=()),
    replace(DUE, sort=()),
]
