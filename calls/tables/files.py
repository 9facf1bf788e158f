"""The list of files: its lines and their columns, for the Région and for schools."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from django.utils import timezone
from django.utils.html import format_html

from calls.enums import ApplicationState
from calls.models import Application
from calls.queries.files import Situation, situation
from portal.accounts.models import User
from portal.ui.tables import Column, blank, own_page, short_day, whole_euros
from portal.ui.templatetags.ui import badge, badge_of
from portal.workflow.machine import transitions_of


@dataclass(frozen=True)
class FileRow:
    """One file as the list shows it to whoever looks."""

    application: Application
    situation: Situation | None
    due_on: date | None
    is_selectable: bool  # something can be done to it together with others
    reader: User

    @classmethod
    def of(cls, application: Application, today: date, reader: User) -> "FileRow":
        """`application` comes from `lines_of`: no query."""
        due_on = application.completion_due_on
        found = situation(application.state, due_on, application.was_asked, today, is_rewritten=application.is_rewritten)
        if application.state in ApplicationState.UNFILED and timezone.localdate(application.call_closes_at) >= today:
            due_on = timezone.localdate(application.call_closes_at)
        return cls(application, found, due_on, application.state in bulk_sources(), reader)

    @property
    def badge(self) -> str:
        """Its situation while complements come and go, else its state in the words of whoever reads."""
        if self.situation:
            return badge(self.situation.level, self.situation.label, icon=self.situation.icon)
        return badge_of(self.application, self.reader)


@cache
def bulk_sources() -> frozenset[str]:
    """The states from which files can be declared admissible together, read from the machine."""
    return frozenset(t.source for t in transitions_of(Application()) if t.name == "declare_admissible")


def _box(row: FileRow) -> str:
    if not row.is_selectable:
        return ""
    return format_html(
        '<input class="form-check-input m-0" type="checkbox" name="dossier" value="{0}" aria-label="Sélectionner {0}">',
        row.application.reference,
    )


def _town(row: FileRow) -> str:
    return f"{row.application.commune} ({row.application.department})"


BOX = Column("dossier", "Sélection", _box, blank, css="pick", hidden=True, only="may_pick")
# Two columns of a file itself: the ranking and the workbooks show them too.
REFERENCE = Column(
    "reference", "Référence", "reference", link=own_page, css="w", row_header=True,
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
    REFERENCE.through("application"),
    SCHOOL,
    Column("autorite", "Autorité", "application.authority", sort="establishment__authority__short_name"),
    AMOUNT.through("application"),
    replace(PRIORITY.through("application"), only="has_priorities"),
    STATE,
    DUE,
    Column("suivi", "Suivi par", "application.officer_name", sort=("officer__last_name", "officer__first_name")),
]
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
