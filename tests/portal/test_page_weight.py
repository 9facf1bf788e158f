"""What a page brings to somebody who has nothing in their browser yet."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from portal.roles import Role
from tests.factories.accounts import person
from tests.reading import elements_of

MOST = 60_000  # octets of style, not compressed


@pytest.mark.purgecss
@pytest.mark.django_db
def test_the_sheets_of_a_page_weigh_sixty_kilobytes_at_most(client):
    public = client.get(reverse("account_login"))
    client.force_login(person(Role.OFFICER))
    for page in (public, client.get(reverse("calls:files"))):
        sheets = [link["href"].removeprefix(settings.STATIC_URL) for link in elements_of(page, "link[rel=stylesheet]")]

        assert sheets
        assert sum(Path(finders.find(sheet)).stat().st_size for sheet in sheets) <= MOST
