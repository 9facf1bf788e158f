"""Blocks on a person's own page: the files of their school, the calls that they follow."""

from django.template.loader import render_to_string

from calls.queries import calls as calls_queries
from calls.queries import files as files_queries
from portal.ui import panels


def own_files(request, user) -> str:
    files = files_queries.own_files(user)
    return render_to_string("calls/applicant/_own_files.html", {"files": files}, request) if files else ""


def followed_calls(request, user) -> str:
    followed = calls_queries.followed_calls(user)
    return render_to_string("calls/pilotage/_followed_calls.html", {"followed": followed}, request) if followed else ""


panels.register("accounts.user", own_files, order=10)
panels.register("accounts.user", followed_calls, order=20)
