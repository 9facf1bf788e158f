"""A site with its starter pages, and the pages of its calls."""

import pytest

from cms import actions
from cms.models import CallIndexPage
from cms.starter.build import build_site
from tests.factories.calls import CallFactory


@pytest.fixture
def site(db):
    build_site()


@pytest.fixture
def publish_page(site):
    """`publish_page(call)`: the public page of a call, live."""

    def publish(call):
        page = actions.draft_call_page(call=call)
        page.get_latest_revision().publish(skip_permission_checks=True)
        page.refresh_from_db()
        return page

    return publish


@pytest.fixture
def open_call(publish_page):
    call = CallFactory(reference="L40-V2", slug="lycee-4-0-vague-2", title="Lycée 4.0, vague 2", summary="Équiper et former.")
    publish_page(call)
    return call


@pytest.fixture
def call_index(site):
    return CallIndexPage.objects.get()
