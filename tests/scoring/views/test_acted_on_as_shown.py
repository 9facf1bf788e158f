"""An act is done on what its page named: changed since, it is refused with what stands now, and pressed again it is done."""

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.models import Call
from portal.jobs.models import Job
from portal.text.french import NBSP
from portal.workflow.gate import perform
from scoring.actions.decision import record_vote
from scoring.actions.scenario import retain_scenario
from scoring.actions.session import write_remarks
from scoring.actions.vote import undo_vote
from scoring.models import FundingDecision, InterestDeclaration, SelectionSession, Vote
from scoring.wording.balance import rule_label
from tests.factories.balance import rule
from tests.factories.deliberation import close, deliberation, propose, revise, sit, vote
from tests.factories.runs import ranked
from tests.stale import form_of, read_in, sent_by

pytestmark = pytest.mark.django_db
CHANGED = "Ce que votre page annonçait a changé depuis que vous l’avez ouverte."


def pressed(client, page: str, opened, **typed):
    return client.post(page, sent_by(opened, **typed))


def refused(client, page: str, opened, now: str, **typed) -> None:
    """The press of a stale page: nothing is done, what stands is said, and the way back is the page itself."""
    answer = pressed(client, page, opened, **typed)
    read = read_in(answer)
    assert answer.status_code == 409, read[-2000:]
    assert CHANGED in read and now in read
    assert f'href="{page}"' in answer.content.decode()


def test_a_sitting_is_closed_on_the_scenario_that_the_page_named(client):
    made = sit(deliberation())
    other = ranked(made.session, made.chair)
    client.force_login(made.chair)
    page = reverse("scoring:session_action", args=[made.session.pk, "close"])
    opened = form_of(client.get(page), page)
    retain_scenario(scenario=other, actor=made.manager)

    refused(client, page, opened, f"« {other.name} » est retenu")

    assert SelectionSession.objects.get().state == "open"
    assert pressed(client, page, form_of(client.get(page), page)).status_code == 302
    assert SelectionSession.objects.get().state == "closed"


def test_the_closing_says_which_rules_the_scenario_breaks_before_the_press(client):
    made = sit(deliberation())
    rules = [rule(made, (), minimum=least) for least in (3, 4)]
    made.scenario = retain_scenario(scenario=ranked(made.session, made.chair), actor=made.chair)
    made.scenario.summary["states"] = {kept.code: "broken" for kept in rules}
    made.scenario.save()
    page = reverse("scoring:session_action", args=[made.session.pk, "close"])
    client.force_login(made.chair)

    read = read_in(client.get(page))

    labels = " », « ".join(rule_label(kept).replace(NBSP, " ") for kept in rules)
    assert f"2 règles ne sont pas respectées par « {made.scenario.name} » : « {labels} »." in read
    InterestDeclaration.objects.create(application=made.files[0], user=made.chair, reason="Famille.")
    assert "ne sont pas respectées" not in read_in(client.get(page))  # it counts every file


def test_minutes_are_signed_on_the_remarks_and_the_scenario_of_the_page(client):
    made = close(deliberation())
    client.force_login(made.chair)
    page = reverse("scoring:session_action", args=[made.session.pk, "sign_minutes"])
    write_remarks(session=made.session, remarks="Rien à dire.", read="", actor=made.chair)
    opened = form_of(client.get(page), page)
    write_remarks(session=made.session, remarks="Tout à revoir.", read="Rien à dire.", actor=made.manager)
    refused(client, page, opened, "Relisez-la")
    opened = form_of(client.get(page), page)
    made.session = perform(made.session, "reopen", actor=made.manager, reason="Autre liste.")
    other = retain_scenario(scenario=ranked(made.session, made.manager, places=1), actor=made.manager)
    made.session = perform(made.session, "close", actor=made.chair)

    refused(client, page, opened, f"« {other.name} » est celui du procès-verbal")

    assert SelectionSession.objects.get().state == "closed"
    assert pressed(client, page, form_of(client.get(page), page)).status_code == 302


def test_decisions_are_proposed_from_the_scenario_of_the_page(client):
    made = close(deliberation())
    client.force_login(made.finance)
    page = reverse("scoring:propose_decisions", args=[made.session.pk])
    opened = form_of(client.get(page), page)
    made.session = perform(made.session, "reopen", actor=made.manager, reason="Autre liste.")
    other = retain_scenario(scenario=ranked(made.session, made.manager, places=1), actor=made.manager)
    perform(made.session, "close", actor=made.chair)

    refused(client, page, opened, f"« {other.name} », 1 dossier retenu pour 100 €")

    assert not FundingDecision.objects.exists()
    assert pressed(client, page, form_of(client.get(page), page)).status_code == 302
    assert FundingDecision.objects.count() == 4


def test_a_vote_is_recorded_on_the_decisions_of_the_page(client):
    made = propose(deliberation())
    client.force_login(made.finance)
    page, typed = reverse("scoring:vote", args=[made.call.reference]), {"number": "26CP-7", "held_on": timezone.localdate().isoformat()}
    opened = form_of(client.get(page), page)
    revise(made, 0, outcome="rejected", envelope=None, quantities={}, motive="Reporté.")

    refused(client, page, opened, "100 € accordés sur 250 €", **typed)

    assert not Vote.objects.exists()
    assert "26CP-7" in read_in(pressed(client, page, opened, **typed))  # what was typed is given back
    assert pressed(client, page, form_of(client.get(page), page), **typed).status_code == 302
    assert Vote.objects.get().number == "26CP-7"


def test_a_release_sends_the_decisions_of_the_page(client):
    made = vote(deliberation())
    client.force_login(made.manager)
    page = reverse("scoring:release", args=[made.call.reference])
    opened = form_of(client.get(page), page)
    undo_vote(call=made.call, reason="Saisi par erreur.", actor=made.finance)
    revise(made, 0, outcome="rejected", envelope=None, quantities={}, motive="Reporté.")
    record_vote(call=Call.objects.get(), number="26CP-1542", held_on=timezone.localdate(), actor=made.finance)

    refused(client, page, opened, "100 € accordés", checked="on")

    assert not Job.objects.filter(kind="scoring.release").exists()
    assert pressed(client, page, form_of(client.get(page), page), checked="on").status_code == 302
