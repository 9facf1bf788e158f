"""Block on the page of a school: how to join its team, or where one stands with it."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.accounts import queries, rules
from portal.directory import rules as directory_rules
from portal.directory.models import Establishment, Territory
from portal.ui import panels
from portal.ui.back import next_page


def team_of_school(request: HttpRequest, establishment: Establishment) -> str:
    user = request.user
    is_in = user.is_authenticated and establishment.pk in user.establishment_ids
    if not is_in and (establishment.is_closed or not rules.may_ask_to_join(user)):
        return ""
    asked = None if is_in else queries.request_pending(user, establishment)
    refused = None if is_in or asked or not user.is_authenticated else queries.just_refused(user, establishment)
    context = {"establishment": establishment, "is_in": is_in, "asked": asked, "refused": refused, "next": next_page(request)}
    return render_to_string("accounts/_join_panel.html", context, request)


def technicians_of_agency(request: HttpRequest, agency: Territory) -> str:
    """The technicians who follow the départements where an agency has lycées, and those who follow the whole Région; for staff."""
    if not directory_rules.reads_agencies(request.user):
        return ""
    technicians = queries.technicians_around(agency)
    return render_to_string("accounts/_agency_technicians.html", {"technicians": technicians}, request)


panels.register("directory.establishment", team_of_school, order=10)
panels.register("directory.territory", technicians_of_agency, order=10)
