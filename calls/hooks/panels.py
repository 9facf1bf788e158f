"""Blocks on a person's own page: their personal drafts, the files of their school, the calls that they follow."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from calls.queries import calls as calls_queries
from calls.queries import files as files_queries
from calls.rules import reads_files_of
from portal.accounts.models import User
from portal.accounts.rules import may_ask_to_join
from portal.directory.models import Establishment
from portal.ui import panels


def own_files(request: HttpRequest, user: User) -> str:
    files = files_queries.own_files(user)
    return render_to_string("calls/applicant/_own_files.html", {"files": files}, request) if files else ""


def own_drafts(request: HttpRequest, user: User) -> str:
    drafts = files_queries.own_drafts(user) if may_ask_to_join(user) else []
    return render_to_string("calls/applicant/_own_drafts.html", {"drafts": drafts}, request) if drafts else ""


def followed_calls(request: HttpRequest, user: User) -> str:
    followed = calls_queries.followed_calls(user)
    return render_to_string("calls/pilotage/_followed_calls.html", {"followed": followed}, request) if followed else ""


def of_establishment(request: HttpRequest, establishment: Establishment) -> str:
    """The files of a lycée that the reader may open, the latest first; staff and its own team read that there is none."""
    files = files_queries.files_of(request.user, establishment)
    if not files and not reads_files_of(request.user, establishment):
        return ""
    return render_to_string("calls/_establishment_files.html", {"files": files}, request)


panels.register("directory.establishment", of_establishment, order=20)
panels.register("accounts.user", own_drafts, order=5)
panels.register("accounts.user", own_files, order=10)
panels.register("accounts.user", followed_calls, order=20)
