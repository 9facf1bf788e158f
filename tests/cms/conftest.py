"""A site with its starter pages, and the pages of its calls."""

import pytest

from calls.models import Call, Questionnaire
from cms import actions
from cms.models import CallIndexPage
from cms.starter.build import build_site
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, CallFactory
from tests.factories.jury import publishable_call
from tests.kept_rows import once


@pytest.fixture
def site(db):
    if Call.objects.exists():  # whose pages are made too
        build_site()
    else:
        once(build_site)


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


@pytest.fixture
def manager(client, site):
    user = person(Role.CALL_MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def draft(site):
    """A draft call with its questionnaire and its page, not published."""
    call = publishable_call(reference="UN-2027", slug="usages-2027", title="Usages 2027", with_questionnaire=False)
    Questionnaire.objects.create(call=call, definition=DEFINITION)
    actions.draft_call_page(call=call)
    return call
