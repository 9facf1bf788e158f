"""Every address stands in one access list, and answers as the list says: to each role, to a person without role, to nobody.

A GET writes nothing but the session.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.roles import EDITOR_ROLES
from tests.architecture.access import calls, orders, portal, scoring, steering
from tests.architecture.access.lists import NOBODY, AccessList, At
from tests.architecture.world import KINDS

LISTS: tuple[AccessList, ...] = portal.LISTS + calls.LISTS + steering.LISTS + scoring.LISTS + orders.LISTS
EVERY = [pytest.param(lists, at, id=at.name) for lists in LISTS for at in lists.addresses]
# Blocks that other libraries bring, whole: by the beginning of their path, or by the module of their views.
WAGTAIL_ADMIN = "gestion/"
WAGTAIL_SITE = {"wagtaildocs_serve", "wagtail_serve"}
ALLAUTH = ("allauth.", "django.views.generic.base")
# What allauth opens to whoever is not signed in.
ALLAUTH_PUBLIC = set(
    "account_signup account_logout account_reset_password account_reset_password_done account_reset_password_from_key_done account_inactive "
    "account_email_verification_sent socialaccount_login_cancelled".split()
)
WRITING = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
SESSION = "django_session"
ANSWERED = {200, 204, 302, 409, 422}


@dataclass(frozen=True)
class Route:
    name: str
    path: str
    module: str


def routes(patterns=None, namespace: str = "", prefix: str = "") -> Iterator[Route]:
    """Every address that the resolver knows."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace, path)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{namespace}{pattern.name or ''}", path, pattern.callback.__module__)


def is_of_a_library(route: Route) -> bool:
    return (
        route.path.startswith(WAGTAIL_ADMIN)
        or route.name in WAGTAIL_SITE
        or (route.path.startswith("compte/") and route.module.startswith(ALLAUTH))
    )


def test_every_address_stands_in_one_list():
    listed = Counter(at.name for lists in LISTS for at in lists.addresses)
    known = {route.name for route in routes() if not is_of_a_library(route)}

    assert known - set(listed) == set()
    assert set(listed) - known == set()
    assert [name for name, count in listed.items() if count > 1] == []


def _close_file_of(response) -> None:
    """The end of a response that is a file; the connection of the test stays open, as Django's own client has it."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def ask(world, kind: str, method: str, url: str, posted: dict) -> tuple[object, list[str]]:
    """What a person gets, and the tables that were written; nothing of it remains."""
    client, written = Client(), []
    if world.cookies[kind]:
        client.cookies["sessionid"] = world.cookies[kind]

    def watch(execute, sql, params, many, context):
        if WRITING.match(sql) and SESSION not in sql:
            written.append(sql[:80])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        response = client.post(url, posted) if method == "POST" else client.get(url)
        if response.streaming:
            _close_file_of(response)
        transaction.set_rollback(True)
    to_sign_in = response.status_code in (302, 303) and response["Location"].startswith("/compte/login/")
    return "sign in" if to_sign_in else "answered" if response.status_code in ANSWERED else response.status_code, written


def expected(lists: AccessList, kind: str, method: str):
    allowed = lists.reads if method == "GET" else lists.posts
    if kind == "anonymous" and not lists.is_public:
        return "sign in"
    if allowed is None:
        return 405
    if kind in allowed:
        return "answered"
    return 403 if kind in lists.sees else 404


def asked_as(lists: AccessList) -> list[str]:
    """Who asks: everybody on SQLite. On PostgreSQL, where what is new is the statements, whoever gets the page, and one of each that is refused."""
    if connection.vendor == "sqlite":
        return list(KINDS)
    got = {kind: (expected(lists, kind, "GET"), expected(lists, kind, "POST")) for kind in KINDS}
    refused = {answers: kind for kind, answers in got.items() if "answered" not in answers}
    return [kind for kind, answers in got.items() if "answered" in answers or refused.get(answers) == kind]


@pytest.mark.django_db
@pytest.mark.parametrize(("lists", "at"), EVERY)
def test_an_address_answers_as_its_list_says(world, lists: AccessList, at: At):
    url, posted = reverse(at.name, args=at.args(world)), at.posted(world)

    answers = {(kind, method): ask(world, kind, method, url, posted) for kind in asked_as(lists) for method in ("GET", "POST")}

    assert {key: answer for key, (answer, _) in answers.items()} == {key: expected(lists, *key) for key in answers}
    assert {kind: written for (kind, method), (_, written) in answers.items() if method == "GET" and written} == {}


@pytest.mark.django_db
def test_the_editing_site_opens_to_editors_only(world):
    answers = {kind: ask(world, kind, "GET", "/gestion/", {})[0] for kind in KINDS}

    editors = {role.value for role in EDITOR_ROLES}
    assert answers == {kind: "answered" if kind in editors else "sign in" if kind == "anonymous" else 403 for kind in KINDS}


@pytest.mark.django_db
def test_what_the_library_of_accounts_opens_to_nobody_in_particular(world):
    ours = {at.name for lists in LISTS for at in lists.addresses}
    names = [route.name for route in routes() if route.module.startswith(ALLAUTH) and is_of_a_library(route) and "<" not in route.path]
    asked = sorted({name for name in names if name} - ours)

    answers = {name: ask(world, "anonymous", "GET", reverse(name), {})[0] for name in asked}

    assert {name for name, answer in answers.items() if answer == "answered"} == ALLAUTH_PUBLIC
    assert set(answers.values()) <= {"answered", "sign in"}


def test_a_list_names_who_does_not_exist_for_nobody():
    assert all((lists.reads or NOBODY) | (lists.posts or NOBODY) | lists.sees <= set(KINDS) for lists in LISTS)
