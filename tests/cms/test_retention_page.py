"""The page on personal data says what the portal does: each duration of the page is the one that the code or the job applies."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from calls import retention
from calls.actions.personal import KEPT as PERSONAL_KEPT
from calls.actions.retention import set_period
from calls.enums import CallState
from calls.queries.retention import lines_of
from cms.models import StandardPage
from cms.starter.build import stream
from cms.subscribing import LINK_VALIDITY as SUBSCRIPTION_LINK
from cms.subscribing import MESSAGES_KEPT
from exports.hooks.jobs import LIFETIME as EXPORT_LIFETIME
from portal.accounts.models.joining import LINK_VALIDITY
from portal.accounts.own_data.jobs import LIFETIME as OWN_DATA_LIFETIME
from portal.files.periods import all_periods
from portal.files.retention import SOFT
from portal.roles import Role
from portal.text.months import months_later
from portal.ui.kept_pages import forget
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import the, words_of

pytestmark = pytest.mark.django_db
PAGE = "/donnees-personnelles/"


def said(client) -> str:
    return " ".join(words_of(the(client.get(PAGE), "main")).replace("\u00a0", " ").replace("\u202f", " ").split())


def test_what_goes_by_itself_is_said_with_the_constants_that_do_it(client, site, settings):
    applied = [each.lasts() for each in all_periods()]
    constants = (LINK_VALIDITY, SUBSCRIPTION_LINK, MESSAGES_KEPT, EXPORT_LIFETIME, OWN_DATA_LIFETIME, SOFT, PERSONAL_KEPT)
    assert sorted(applied) == sorted([timedelta(seconds=settings.SESSION_COOKIE_AGE), *constants])
    page = said(client)
    assert [each.what for each in all_periods() if f"{each.what} : {each.duration}".replace("\u00a0", " ") not in page] == []
    assert "une session : 12 heures au plus" in page and "une pièce retirée d’un dossier : 30 jours, au cas où" in page
    settings.SESSION_COOKIE_AGE = 6 * 3600
    forget()  # settings change with the process
    assert "une session : 6 heures au plus" in said(client)


def test_each_rule_is_said_as_the_job_applies_it_and_follows_the_settings_and_each_call(client, site, settings):
    closed = timezone.now() - timedelta(days=3)
    call = CallFactory(closes_at=closed, state=CallState.INSTRUCTION, title="Lycée connecté")
    ApplicationFactory(call=call, complete=True)

    def applied():
        return {line.rule.key: line.due_on for line in lines_of([call])}

    for months in (12, 24):
        settings.RETENTION_MONTHS = {"drafts": str(months)}
        forget()
        assert f"Brouillons jamais déposés ({retention.DRAFTS.covers}) : {retention.in_words(months)}".replace("\u00a0", " ") in said(
            client
        )
        assert applied()["drafts"] == months_later(timezone.localdate(closed), months)
    for rule in retention.RULES:
        expected = f"{rule.label} ({rule.covers}) : {retention.in_words(retention.default_months(rule))} après {rule.starts}."
        assert expected.replace("\u00a0", " ") in said(client), rule
    set_period(call=call, rule=retention.DRAFTS, months=30, reason="Archives.", actor=person(Role.CALL_MANAGER))
    assert "Pour l’appel « Lycée connecté » : 30 mois." in said(client)
    assert applied()["drafts"] == months_later(timezone.localdate(closed), 30)


@pytest.mark.parametrize("months", [{"drafts": "1"}, {"drafts": "99"}, {"inconnu": "12"}])
def test_the_portal_does_not_start_on_a_duration_out_of_bounds(settings, months):
    settings.RETENTION_MONTHS = months
    with pytest.raises(ImproperlyConfigured):
        retention.check_settings()


def test_an_installation_in_place_gets_the_block_where_its_page_still_has_the_text_of_the_portal(client, site):
    """What editors wrote around it stays, in the page and in its revisions."""
    upgrade = import_module("cms.migrations.0005_durations_read_from_the_portal")
    page = StandardPage.objects.get(slug="donnees-personnelles")
    text = (
        "<h2>Ajouté</h2><p>Par la Région.</p><h2>Combien de temps</h2><ul><li>une session : douze heures au plus ;</li></ul>"
        "<p>Le portail n’efface rien d’autre de lui-même. Les comptes…</p><h2>Cookies</h2><p>Aucun.</p>"
    )
    page.body = stream([("text", text.replace("{", ""))])
    page.save_revision().publish()

    for _ in range(2):
        upgrade.read_from_the_portal(apps, None)

    page = StandardPage.objects.get(pk=page.pk)
    for body in (page.body, page.latest_revision.as_object().body):
        assert [block.block_type for block in body] == ["text", "retention", "text"]
    assert "Par la Région." in said(client) and "douze heures" not in said(client) and "12 heures au plus" in said(client)
