"""Every kind of page that the demonstration shows to each of its accounts: it opens, and says nothing that no reader should meet.

The guards of the suite read each page, each message, each paper and each workbook as they are made (`tests/guards`): here they are all made.
"""

from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from portal.accounts.demo import PEOPLE
from portal.accounts.models import User
from tests.guards.pages import tree_of

pytestmark = [pytest.mark.demo, pytest.mark.django_db(transaction=True)]
OF_EACH_KIND = 3  # pages looked at, for an account and a kind of address
LEFT = ("/compte/logout/", "/static/", "/gestion/bulk/")  # bulk acts are sent by a script, with the pages that are ticked
START = ("/", "/appels/", "/espace/", "/plan-du-site/")


@pytest.mark.parametrize("login", ["", *(person.login for person in PEOPLE)])
def test_every_kind_of_page_opens_and_reads_well(demo, login):
    client = Client()
    if login:
        client.force_login(User.objects.get(email=f"{login}@preau.example"))

    wrong, seen = crawl(client)

    assert not wrong, "\n".join(wrong)
    assert len(seen) > 8


def crawl(client: Client) -> tuple[list[str], Counter]:
    """What is wrong in the pages that links lead to, and how many of each kind were looked at."""
    wrong, seen, known = [], Counter(), set(START)
    ahead = list(START)
    while ahead:
        address = ahead.pop(0)
        kind = kind_of(address)
        if seen[kind] >= OF_EACH_KIND:
            continue
        seen[kind] += 1
        try:
            answer = client.get(address, follow=True)
        except pytest.fail.Exception as found:
            wrong.append(f"{address}: {found}")
            continue
        if answer.status_code != 200:
            wrong.append(f"{address}: {answer.status_code}")
        elif not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            found = [target for target in links_from(answer, address) if target not in known]
            known.update(found)
            ahead += found
    return wrong, seen


def links_from(answer, address: str) -> list[str]:
    """The addresses of this portal that the page links, without what follows #, each once."""
    here = answer.redirect_chain[-1][0] if answer.redirect_chain else address
    found = []
    for link in tree_of(answer.content.decode()).xpath("//a/@href"):
        split = urlsplit(urljoin(here, link))
        if split.netloc in ("", "testserver") and split.scheme in ("", "http") and not split.path.startswith(LEFT):
            found.append(split.path + (f"?{split.query}" if split.query else ""))
    return list(dict.fromkeys(found))


def kind_of(address: str) -> str:
    """The name of the address in the program; pages of the site by their own address; a filter or a sort by its key."""
    split = urlsplit(address)
    try:
        match = resolve(split.path)
    except Resolver404:
        return split.path
    name = match.view_name if match.view_name != "wagtail_serve" else split.path
    keys = ",".join(sorted(pair.partition("=")[0] for pair in split.query.split("&")))
    return f"{name}?{keys}"
