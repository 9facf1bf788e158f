"""The list of files that an address asks for: its filters, its view, its order. Read again wherever a person comes from it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import QueryDict

from calls import rules
from calls.forms.officer import SchoolFilterForm, StaffFilterForm
from calls.models import Application
from calls.queries import files as files_queries
from calls.tables.files import CHOSEN, FOR_SCHOOLS, FOR_STAFF, USUAL
from portal.accounts.models import User
from portal.ui.sorting import sorted_by
from portal.ui.tables import Column, sorts

PER_PAGE = 50
COLUMNS = "colonnes"  # "lycee.montant": which columns of the staff's list are shown
LONGEST = 2000  # signs of an address of a list that another address carries


@dataclass(frozen=True)
class Listing:
    """What the list holds for one reader. `filtered`: without the view; `applications`: with it, in the order asked."""

    form: SchoolFilterForm
    view: str
    filtered: QuerySet[Application]
    applications: QuerySet[Application]
    sort: str
    as_staff: bool


def listing_of(user: User, data: QueryDict, today: date) -> Listing:
    """The list that this person reads at an address of these parameters. Nothing of the list itself is read yet."""
    as_staff = rules.steers(user)
    form = (StaffFilterForm if as_staff else SchoolFilterForm)(data, user=user)
    view = data.get("vue", "") if as_staff else ""
    filtered = form.restrict(Application.objects.visible_to(user))
    applications = files_queries.files_in_view(filtered, view, today)
    if as_staff and "echeance" in data.get("tri", ""):
        applications = files_queries.with_due_date(applications)
    allowed = sorts(FOR_STAFF) if as_staff else sorts(FOR_SCHOOLS)
    applications, sort = sorted_by(data, applications, allowed, "reference")
    return Listing(form, view, filtered, applications, sort, as_staff)


def state_of(data: QueryDict) -> str:
    """What makes a list what it is, as an address: its filters, view, order and columns; neither the page nor anything else."""
    kept = QueryDict(mutable=True)
    for name in (*StaffFilterForm.base_fields, "vue", "tri", COLUMNS):
        if value := data.get(name, ""):
            kept[name] = value
    return kept.urlencode()[:LONGEST]


def columns_of(data: QueryDict, as_staff: bool) -> list[Column]:
    """The columns that an address asks for, in the order of their declaration; the usual ones where it asks for none that exists."""
    if not as_staff:
        return FOR_SCHOOLS
    asked = set(data.get(COLUMNS, "").split(".")) & CHOSEN
    return [column for column in FOR_STAFF if column.key not in CHOSEN or column.key in (asked or USUAL)]


def in_address(keys: list[str]) -> str:
    """These columns as an address has them; empty for the usual ones."""
    kept = [column.key for column in FOR_STAFF if column.key in CHOSEN and column.key in keys]
    return "" if set(kept) == USUAL else ".".join(kept)


def carried(query: str) -> QueryDict:
    """The parameters of a list that another address carries whole."""
    return QueryDict(query[:LONGEST])
