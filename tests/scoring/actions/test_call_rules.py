"""Rules of balance of a call: written before the marks, frozen with it, copied into its sittings, departed from with a reason."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.models import Call
from exports.papers.minutes import minutes_row, render_minutes
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from scoring.actions.adopted_rules import adopt_published
from scoring.actions.balance import DraftRefused, adopt_relaxation, remove_rule, restore_published, save_rule
from scoring.actions.call_rules import freeze_ips_bands, remove_call_rule, save_call_rule, set_ips_bands
from scoring.actions.session import create_session
from scoring.models import BalanceRule, CallIpsBands, CallRule, Grid, GridErratum
from scoring.queries.call_rules import departures_of, rules_missing_from
from scoring.queries.criteria import ips_scale_of
from scoring.wording.balance import rule_label
from tests.factories.accounts import person
from tests.factories.balance import PRIVATE, draft, sitting
from tests.factories.calls import CallFactory
from tests.factories.deliberation import close, deliberation
from tests.factories.directory import EstablishmentFactory
from tests.scoring.actions.test_relaxations import impossible

pytestmark = pytest.mark.django_db
WHY = "Deux lycées privés se sont retirés."


@pytest.fixture
def manager():
    return person(Role.CALL_MANAGER)


@pytest.fixture
def call():
    """A draft that three lycées may answer, one of them private."""
    schools = [EstablishmentFactory(), EstablishmentFactory(), EstablishmentFactory(private=True)]
    return CallFactory(state="draft", eligible_categories=[school.category for school in schools], budget_amount=Decimal("1000.00"))


def public(call):
    Grid.objects.get_or_create(call=call, defaults={"frozen_at": timezone.now()})
    Call.objects.filter(pk=call.pk).update(state="published")
    call.refresh_from_db()
    return call


def announced(made, **fields):
    """A rule that the call of this sitting has published."""
    return CallRule.objects.create(call=made.call, groups=[PRIVATE], group_labels=["Privé"], **{"minimum": Decimal(1), **fields})


def test_a_rule_is_checked_against_the_lycees_that_may_apply(call, manager):
    kept = save_call_rule(call=call, draft=draft(minimum=1), actor=manager)

    assert (rule_label(kept), kept.group_labels) == ("Au moins 1 dossier privé", ["Privé"])
    for wrong, field in (
        (draft(minimum=2), "minimum"), (draft(), "minimum"), (draft(["density:lunar"], minimum=1), "groups"),
        (draft(measure="amount", minimum=2000), "minimum"), (draft([PRIVATE, "sector:public"], minimum=1, combination="all"), "groups"),
    ):  # fmt: skip
        with pytest.raises(DraftRefused) as refusal:
            save_call_rule(call=call, draft=wrong, actor=manager)
        assert [name for name, _ in refusal.value.gaps] == [field]


def test_only_who_manages_juries_writes_it(call):
    for role in (Role.AUDITOR, Role.FINANCE, Role.HEAD):
        with pytest.raises(PermissionDenied):
            save_call_rule(call=call, draft=draft(minimum=1), actor=person(role, at=EstablishmentFactory() if role == Role.HEAD else None))


def test_a_public_rule_changes_by_an_erratum_that_says_what_changes(call, manager):
    rule = save_call_rule(call=call, draft=draft(minimum=1), actor=manager)
    public(call)

    with pytest.raises(TransitionRefused, match="par un erratum"):
        save_call_rule(call=call, draft=draft(maximum=1), actor=manager, rule=rule)
    save_call_rule(call=call, draft=draft(maximum=1), actor=manager, rule=CallRule.objects.get(), erratum="Le sens était inversé.")
    remove_call_rule(rule=CallRule.objects.select_related("call").get(), actor=manager, erratum="Sans objet.")

    assert [erratum.changes for erratum in GridErratum.objects.all()] == [
        ["Règle d’équilibre changée : « Au plus 1 dossier privé », au lieu de « Au moins 1 dossier privé »."],
        ["Règle d’équilibre retirée : « Au plus 1 dossier privé »."],
    ]
    assert [entry.action for entry in JournalEntry.objects.filter(action__endswith="call_rule").order_by("pk")] == [
        "save_call_rule", "save_call_rule", "remove_call_rule",
    ]  # fmt: skip


def test_nothing_changes_once_the_scoring_has_begun(call, manager):
    rule = save_call_rule(call=call, draft=draft(minimum=1), actor=manager)
    public(call)
    Call.objects.filter(pk=call.pk).update(state="assessment")

    for act in (
        lambda: save_call_rule(call=call, draft=draft(maximum=1), actor=manager, erratum="Non."),
        lambda: remove_call_rule(rule=rule, actor=manager, erratum="Non."),
        lambda: set_ips_bands(call=call, bounds=(Decimal(80), Decimal(90), Decimal(100)), actor=manager, erratum="Non."),
    ):
        with pytest.raises(TransitionRefused, match="La notation a commencé"):
            act()


def test_a_sitting_begins_with_every_published_rule_even_one_without_a_file():
    made = sitting()
    announced(made)
    CallRule.objects.create(call=made.call, groups=["category:other"], group_labels=["Autre tutelle"], minimum=2)

    session = create_session(call=made.call, held_at=timezone.now(), place="", actor=made.manager)

    kept = [(rule_label(rule), rule.published_id, rule.departure) for rule in session.balance_rules.order_by("pk")]
    first, second = CallRule.objects.order_by("pk")
    assert kept == [("Au moins 1 dossier privé", first.pk, ""), ("Au moins 2 dossiers d’une autre tutelle", second.pk, "")]
    assert (departures_of(session), rules_missing_from(session)) == ([], [])


def test_a_sitting_departs_from_a_published_rule_with_a_reason_and_comes_back_to_it():
    made = sitting()
    published = announced(made)
    session = create_session(call=made.call, held_at=timezone.now(), place="", actor=made.manager)
    rule = session.balance_rules.get()

    with pytest.raises(DraftRefused) as refusal:
        save_rule(session=session, draft=draft(minimum=0), actor=made.chair, rule=rule)
    assert [field for field, _ in refusal.value.gaps] == ["departure"]
    save_rule(session=session, draft=draft(minimum=0), actor=made.chair, rule=session.balance_rules.get(), departure=WHY)
    assert departures_of(session) == [f"Au moins 0 dossier privé, publiée « Au moins 1 dossier privé » : {WHY}"]

    restore_published(session=session, published=published, actor=made.chair)
    back = session.balance_rules.get()
    assert (back.terms, back.departure, departures_of(session)) == (published.terms, "", [])


def test_a_published_rule_is_left_out_with_a_reason_and_written_again_it_is_the_published_one():
    made = sitting()
    published = announced(made)
    session = create_session(call=made.call, held_at=timezone.now(), place="", actor=made.manager)

    with pytest.raises(TransitionRefused, match="dites pourquoi"):
        remove_rule(rule=session.balance_rules.get(), actor=made.chair)
    remove_rule(rule=session.balance_rules.get(), actor=made.chair, departure=WHY)
    assert [(missing.rule, missing.reason) for missing in rules_missing_from(session)] == [(published, WHY)]
    assert departures_of(session) == [f"Au moins 1 dossier privé, publiée et non appliquée : {WHY}"]

    again = save_rule(session=session, draft=draft(minimum=1), actor=made.chair)
    assert (again.published, again.departure, departures_of(session)) == (published, "", [])


def test_a_rule_that_the_call_has_not_published_says_why_it_is_added():
    made = sitting()
    announced(made)
    session = create_session(call=made.call, held_at=timezone.now(), place="", actor=made.manager)

    with pytest.raises(DraftRefused):
        save_rule(session=session, draft=draft((), maximum=3), actor=made.chair)
    save_rule(session=session, draft=draft((), maximum=3), actor=made.chair, departure=WHY)

    assert departures_of(session) == [f"Au plus 3 dossiers, non publiée : {WHY}"]


@pytest.mark.parametrize(
    ("to", "said"), [(1, "Au moins 1 dossier privé, publiée"), (0, "Au moins 2 dossiers privés, publiée et non appliquée")]
)
def test_a_relaxation_that_is_adopted_is_its_own_reason(to, said):
    schools = [EstablishmentFactory(private=True), EstablishmentFactory(private=True), EstablishmentFactory()]
    made = sitting((90, 80, 70), (100, 100, 100), schools=schools)
    announced(made, minimum=Decimal(2))
    adopt_published(made.session, made.manager)
    kept = made.session.balance_rules.get()
    run = impossible(made, {"side": f"{kept.code}:min", "by": 2 - to, "from": 2, "to": to})

    adopt_relaxation(run=run, index=0, actor=made.chair)

    told = departures_of(made.session)
    assert len(told) == 1 and told[0].startswith(said)
    assert told[0].endswith(" : Assouplissement adopté en séance : Passer à 1")


def test_without_published_rules_a_sitting_sets_its_own_freely():
    made = sitting()

    kept = save_rule(session=made.session, draft=draft(minimum=1), actor=made.chair)

    assert (kept.departure, kept.published, departures_of(made.session)) == ("", None, [])


def test_bands_are_the_quartiles_until_the_call_gives_its_own_and_are_frozen_when_it_is_published(call, manager):
    for value in ("80.0", "90.0", "100.0", "110.0"):
        EstablishmentFactory(ips=Decimal(value), ips_year="2024-2025")
    before = ips_scale_of(call)
    kept = save_call_rule(call=call, draft=draft(["ips:1", "ips:none"], minimum=1), actor=manager)

    set_ips_bands(call=call, bounds=(Decimal("85.0"), Decimal("95.0"), Decimal("105.0")), actor=manager)
    kept.refresh_from_db()
    given = (kept.group_labels, CallIpsBands.objects.get().scale.is_given)
    set_ips_bands(call=call, bounds=None, actor=manager)
    freeze_ips_bands(call, manager)
    EstablishmentFactory.create_batch(4, ips=Decimal("60.0"), ips_year="2024-2025")

    assert before.bounds == (Decimal("80.0"), Decimal("90.0"), Decimal("100.0"))
    assert given == (["IPS jusqu’à 85,0", "IPS non publié"], True)
    assert ips_scale_of(call) == before


def test_the_minutes_give_each_departure_and_nothing_where_there_is_none():
    made = close(deliberation())
    before = minutes_row(made.session).departures
    rule = CallRule.objects.create(call=made.call, maximum=9)
    BalanceRule.objects.create(session=made.session, published=rule, maximum=8, departure=WHY)

    row = minutes_row(made.session)

    assert (before, row.departures) == ((), (f"Au plus 8 dossiers, publiée « Au plus 9 dossiers » : {WHY}",))
    assert render_minutes(row).startswith(b"%PDF")
