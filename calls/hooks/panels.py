"""Blocks on a person's own page: the files of their school, the calls that they follow."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from calls.queries import calls as calls_queries
from calls.queries import files as files_queries
from portal.accounts.models import User
from portal.ui import panels


def own_files(request: HttpRequest, user: User) -> str:
    files = files_queries.own_files(user)
    return render_to_string("calls/applicant/_own_files.html", {"files": files}, request) if files else ""


def followed_calls(request: HttpRequest, user: User) -> str:
    followed = calls_queries.followed_calls(user)
    return render_to_string("calls/pilotage/_followed_calls.html", {"followed": followed}, request) if followed else ""


panels.register("accounts.user", own_files, order=10)
panels.register("accounts.user", followed_calls, order=20)
