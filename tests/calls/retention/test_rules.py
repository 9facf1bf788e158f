"""Each rule: when what it covers is over, what stands in the way, what the deletion takes and what it leaves."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.utils import timezone

from calls import retention
from calls.actions import retention as act
from calls.enums import BulkResult
from calls.models import (
    AdmissibilityTick,
    Answer,
    Application,
    ApplicationVersion,
    Attachment,
    Call,
    CompletionLine,
    CompletionRequest,
    RequestLine,
    RetentionItem,
    RetentionProposal,
)
from calls.queries.retention import ERASED, lines_of
from calls.retention import RULES
from portal.files.models import StoredFile
from portal.journal.recorder import record
from portal.journal.seal import seal_pending
from portal.journal.verify import check_chain
from portal.notifications.models import Message
from portal.roles import Role
from portal.text.months import months_later
from portal.threads.models import Post
from scoring.models import Assessment, FundingDecision, InterestDeclaration, Score
from tests.calls.retention.gathered import SECRET, agreed, gathered, lines_about, proposed
from tests.factories.accounts import person
from tests.outcomes import refusal_of

pytestmark = pytest.mark.django_db


def after(time_machine, rule, *, days=0):
    """So many days after what was gathered today is over under this rule."""
    now = timezone.now()
    due = months_later(timezone.localdate(), retention.default_months(rule))
    time_machine.move_to(now + (due - timezone.localdate()) + timedelta(days=days), tick=False)


def line(made, rule):
    made.call.refresh_from_db()
    return next(each for each in lines_of([made.call]) if (each.application.pk, each.rule) == (made.of(rule.key).pk, rule))


def test_each_rule_due_on_its_day_not_before_nor_on_hold_nor_changed_since(time_machine):
    made = gathered()
    time_machine.move_to(timezone.now() + timedelta(days=1), tick=False)
    for rule in sorted(RULES, key=lambda rule: rule.months):
        _whole_life(made, rule, time_machine)


def _whole_life(made, rule, time_machine):
    file = made.of(rule.key)
    due = months_later(line(made, rule).starts_on, rule.months)
    time_machine.move_to(timezone.now() + (due - timezone.localdate()) - timedelta(days=1), tick=False)
    assert not line(made, rule).is_over, rule
    time_machine.move_to(timezone.now() + timedelta(days=1), tick=False)
    assert line(made, rule).is_due and line(made, rule).due_on == timezone.localdate(), rule

    hold = act.place_hold(call=made.call, application=file, reason="Recours pendant.", actor=made.first)
    assert line(made, rule).obstacle == "Effacement suspendu : Recours pendant." and not line(made, rule).is_due
    act.end_hold(hold=hold, reason="Jugement rendu.", actor=made.second)

    proposal = agreed(made, rule.key)
    hold = act.place_hold(call=made.call, application=None, reason="Audit.", actor=made.first)
    act.run(proposal)
    item = proposal.items.get(application=file)
    assert (item.result, item.reason) == (BulkResult.LEFT, "Effacement suspendu : Audit."), rule
    act.end_hold(hold=hold, reason="Fini.", actor=made.first)

    proposal = agreed(made, rule.key)
    record(file, "edit", actor=made.first)
    act.run(proposal)
    assert proposal.items.get(application=file).reason == "Le dossier a changé depuis la proposition.", rule

    proposal = agreed(made, rule.key)
    act.run(proposal)
    act.run(proposal)
    proposal.refresh_from_db()
    assert proposal.items.get(application=file).result == BulkResult.DONE and proposal.finished_at, rule
    assert rule.key in Application.objects.get(pk=file.pk).erased
    assert not [each for each in lines_of([made.call]) if (each.application.pk, each.rule) == (file.pk, rule)], rule


def figures():
    """What statistics, results and accounts are made of."""
    return [
        list(Application.objects.order_by("pk").values_list("reference", "state", "outcome", "requested_amount", "granted_amount")),
        list(FundingDecision.objects.order_by("pk").values_list("outcome", "granted_amount", "rank", "motive")),
        list(Score.objects.order_by("pk").values_list("points", flat=True)),
        RequestLine.objects.exclude(application__submitted_at=None).aggregate(Count("pk"), Sum("quantity"), Sum("unit_price_amount")),
        list(ApplicationVersion.objects.order_by("pk").values_list("number", "sha256")),
    ]


def test_what_goes_is_gone_everywhere_and_what_is_counted_does_not_move(time_machine):
    made = gathered()
    before, paths = figures(), [stored.content.path for stored in StoredFile.objects.filter(purpose="attachment")]
    after(time_machine, retention.RETAINED, days=2)

    act.run(agreed(made))

    assert figures() == before
    seal_pending()
    assert check_chain().problem is None
    words = [(CompletionRequest, "message"), (CompletionLine, "text"), (CompletionLine, "reply"), (AdmissibilityTick, "remark")]
    for model, path in (
        *words,
        (Answer, "value"),
        (Post, "text"),
        (Assessment, "comment"),
        (InterestDeclaration, "reason"),
        (Message, "body"),
    ):
        assert SECRET not in str(list(model.objects.order_by("pk").values_list(path, flat=True))), model
    assert SECRET not in str(list(ApplicationVersion.objects.order_by("pk").values_list("content", flat=True)))
    assert (Attachment.objects.count(), StoredFile.objects.filter(purpose="attachment").count()) == (0, 0)
    assert len(paths) == 3 and not [path for path in paths if Path(path).exists()]
    assert set(Post.objects.values_list("text", flat=True)) == {ERASED}
    assert not made.draft.lines.exists() and Application.objects.get(pk=made.draft.pk).title == ""


def test_a_list_of_which_everything_is_held_since_is_said_so_and_not_confirmed(client, time_machine):
    made = gathered()
    after(time_machine, retention.DRAFTS, days=1)
    proposal = proposed(made, "drafts")
    act.place_hold(call=made.call, application=made.draft, reason="Recours.", actor=made.first)
    client.force_login(made.second)

    page = client.get(proposal.get_absolute_url()).text
    assert "serait laissé aujourd’hui" in page
    assert refusal_of(lambda: act.confirm(proposal=proposal, actor=made.second))[0].startswith("Rien de cette liste ne peut être effacé")
    assert RetentionProposal.objects.get().awaits_second_person


def test_two_persons_in_order_and_either_may_stop_it(time_machine):
    made = gathered()
    after(time_machine, retention.DRAFTS, days=1)
    third, stranger = person(Role.CALL_MANAGER), person(Role.OFFICER)
    with pytest.raises(PermissionDenied):
        act.propose(call=made.call, keys=["drafts"], seen="", actor=stranger)
    assert refusal_of(act.propose, call=made.call, keys=["retained"], seen="", actor=made.first) == ["Rien n’est échu sous ces règles."]
    assert refusal_of(act.propose, call=made.call, keys=["drafts"], seen="0" * 64, actor=made.first) == [act.CHANGED]

    proposal = proposed(made, "drafts")
    for someone in (made.first, stranger, person(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            act.confirm(proposal=proposal, actor=someone)
    act.run(proposal)
    assert proposal.items.get().result == BulkResult.WAITING and Answer.objects.filter(application=made.draft).exists()
    confirmed = act.confirm(proposal=proposal, actor=made.second)
    assert confirmed.runs_at == timezone.now() + timedelta(days=7)
    assert act.start_due() == "0 effacements confiés"
    act.run(confirmed)
    with pytest.raises(PermissionDenied):
        act.stop(proposal=confirmed, reason="Non.", actor=third)
    act.stop(proposal=confirmed, reason="Erreur.", actor=made.second)
    time_machine.move_to(timezone.now() + timedelta(days=8), tick=False)
    assert act.start_due() == "0 effacements confiés"
    act.run(confirmed)
    assert Answer.objects.filter(application=made.draft).exists()

    proposal = proposed(made, "drafts")
    RetentionItem.objects.filter(proposal=proposal).update(application=made.refused)
    assert "n’est plus celle" in refusal_of(act.confirm, proposal=proposal, actor=made.second)[0]


def test_a_hidden_file_is_neither_proposed_nor_confirmed_by_who_declared_a_link(time_machine):
    made = gathered()
    after(time_machine, retention.REFUSED, days=1)
    InterestDeclaration.objects.create(application=made.refused, user=made.second, reason="Parent d’élève.")

    assert made.refused.pk not in {each.application.pk for each in act.due_under(made.call, ["refused"], made.second)}
    proposal = proposed(made, "refused")
    assert "vous ferme un dossier" in refusal_of(act.confirm, proposal=proposal, actor=made.second)[0]
    act.confirm(proposal=proposal, actor=person(Role.ADMIN))


def test_a_call_sets_its_own_duration_within_bounds_and_the_nightly_note_follows(time_machine):
    made = gathered()
    assert refusal_of(act.set_period, call=made.call, rule=retention.DRAFTS, months=1, reason="x", actor=made.first)
    act.set_period(call=made.call, rule=retention.DRAFTS, months=3, reason="Demande des archives.", actor=made.first)
    assert line(made, retention.DRAFTS).due_on == months_later(line(made, retention.DRAFTS).starts_on, 3)
    act.note_due()
    assert Call.objects.get(pk=made.call.pk).retention_due_on == line(made, retention.DRAFTS).due_on
    act.set_period(call=made.call, rule=retention.DRAFTS, months=12, reason="Retour à la règle.", actor=made.first)
    assert not made.call.retention_periods.exists()
    assert [label for label in lines_about(made.call) if label == "set_retention"] == ["set_retention"] * 2


def test_killed_in_the_middle_it_goes_on_and_does_nothing_twice(time_machine):
    made = gathered()
    after(time_machine, retention.EXCHANGES, days=1)
    proposal = agreed(made, "drafts", "refused", "jury", "exchanges")
    total = proposal.items.count()

    class Killed(Exception):
        pass

    def kill(done, _total, _note=""):
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        act.run(proposal, kill)
    assert proposal.items.filter(result=BulkResult.DONE).count() == 2
    act.run(proposal)
    proposal.refresh_from_db()
    assert proposal.finished_at and proposal.items.filter(result=BulkResult.DONE).count() == total
    assert sum(lines_about(file).count("erase_content") for file in Application.objects.filter(call=made.call)) == total


def test_reading_what_is_due_costs_the_same_whatever_the_number_of_files(time_machine, django_assert_max_num_queries):
    made = gathered()
    with django_assert_max_num_queries(33):
        lines_of([made.call])
