"""Pages that stay open while somebody else writes: their forms, sent as a browser would."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from bs4 import Tag
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import User
from portal.workflow.seen import SEEN
from tests.reading import elements_of, text_of, values_of


def sent_by(form: Tag, **typed) -> dict:
    """What a form would send, with what is typed in it."""
    names = {control["name"] for control in elements_of(form, "input[name], select[name], textarea[name]")}
    return {name: values_of(form, name) for name in names} | typed


def form_of(page: HttpResponse, action: str) -> Tag:
    """The form of a page that holds what was seen and is sent to this address."""
    forms = [
        form for form in elements_of(page, "form") if form.get("action", action) == action and form.get("method", "").lower() == "post"
    ]
    return next(form for form in forms if elements_of(form, f"input[name={SEEN}]"))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read_in(page: HttpResponse) -> str:
    """What a page says, every space as a plain one."""
    return text_of(page).replace("\u00a0", " ").replace("\u202f", " ")


def at_once(*attempts: Callable[[], HttpResponse]) -> list[int]:
    """The status that each of several people is answered who press at one instant, in order."""
    barrier = Barrier(len(attempts))

    def run(attempt: Callable[[], HttpResponse]) -> int:
        try:
            barrier.wait()
            return attempt().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(run, attempts))
