"""Parts delegated of an envelope, and money moved between envelopes: nothing is counted twice, everything comes back."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from calls.enums import CallState
from calls.models import Call
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from scoring.actions.balance import set_frame
from scoring.actions.envelope import EnvelopeTerms, commit_amount, create_envelope, edit_envelope, remove_envelope
from scoring.actions.transfers import announce_amount, take_back, transfer
from scoring.enums import BudgetSection
from scoring.models import AnnouncedAmount, Envelope, EnvelopeTransfer, FundingDecision
from scoring.queries.balance import envelope_rows
from scoring.queries.decision import money_of
from scoring.queries.envelope import targets_of
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.deliberation import close, deliberation, propose, revise
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import EnvelopeFactory, SelectionSessionFactory

pytestmark = pytest.mark.django_db

PRIVATE = "sector:private"


@pytest.fixture
def finance():
    return person(Role.FINANCE)


@pytest.fixture
def line():
    """A line of 1,000 €, in a directory that has a private lycée."""
    EstablishmentFactory(sector="private")
    return EnvelopeFactory(
        amount=Decimal(1000), section=BudgetSection.INVESTMENT, year=2027, programme="Numérique", call__state=CallState.INSTRUCTION
    )


def part_of(line, finance, amount=300, label="Privés", group=PRIVATE):
    return create_envelope(call=line.call, terms=EnvelopeTerms(label, Decimal(amount), group=group), actor=finance, parent=line)


def held(*envelopes) -> list[tuple[int, ...]]:
    """(amount, taken, delegated) of each, as whole euros."""
    rows = [Envelope.objects.get(pk=one.pk) for one in envelopes]
    return [(int(row.amount), int(row.committed_amount), int(row.delegated_amount)) for row in rows]


def test_a_part_is_taken_on_its_line_stands_at_its_place_and_is_counted_once(line, finance):
    part = part_of(line, finance)

    assert held(line, part) == [(1000, 0, 300), (300, 0, 0)]
    assert (part.section, part.year, part.programme, part.group_label) == ("investment", 2027, "Numérique", "Privé")
    money = money_of(line.call)
    assert (money.total, money.remaining) == (1000, 1000)
    commit_amount(envelope_id=part.pk, delta=Decimal(100))
    assert money_of(line.call).remaining == 900
    with pytest.raises(TransitionRefused, match="il reste 700"):
        commit_amount(envelope_id=line.pk, delta=Decimal(701))


def test_a_line_gives_no_more_than_it_has_and_a_part_is_not_delegated_again(line, finance):
    commit_amount(envelope_id=line.pk, delta=Decimal(800))

    with pytest.raises(TransitionRefused, match="il reste 200"):
        part_of(line, finance, 201)
    part = part_of(line, finance, 200)
    with pytest.raises(TransitionRefused, match="se délègue d’une ligne"):
        create_envelope(call=line.call, terms=EnvelopeTerms("Encore", Decimal(1), group=PRIVATE), actor=finance, parent=part)
    with pytest.raises(TransitionRefused, match="s’adresse à un groupe"):
        part_of(line, finance, 0, "Sans groupe", "")
    with pytest.raises(TransitionRefused, match="n’existe pas dans l’annuaire"):
        part_of(line, finance, 0, "Inconnu", "sector:lunar")
    with pytest.raises(IntegrityError), transaction.atomic():
        Envelope.objects.filter(pk=part.pk).update(group="")
    assert Envelope.objects.filter(parent=line).count() == 1


def test_a_part_that_changes_or_goes_moves_what_its_line_has_delegated(line, finance):
    part = part_of(line, finance)

    edit_envelope(envelope=part, terms=EnvelopeTerms("Privés", Decimal(450), group=PRIVATE), actor=finance)
    assert held(line, part) == [(1000, 0, 450), (450, 0, 0)]
    with pytest.raises(TransitionRefused, match="450.€ en sont délégués"):
        edit_envelope(envelope=line, terms=EnvelopeTerms(line.label, Decimal(449)), actor=finance)
    edit_envelope(envelope=line, terms=EnvelopeTerms(line.label, Decimal(1000), section="operating", year=2028), actor=finance)
    assert list(Envelope.objects.values_list("section", "year").distinct().order_by()) == [("operating", 2028)]
    with pytest.raises(TransitionRefused, match="supprimez-les d’abord"):
        remove_envelope(envelope=line, actor=finance)
    remove_envelope(envelope=part, actor=finance)
    assert held(line) == [(1000, 0, 0)]


def test_a_transfer_moves_money_in_one_act_written_on_both(line, finance):
    other = EnvelopeFactory(call=line.call, amount=Decimal(100), label="Câblage")

    made = transfer(source=line, target=other, amount=Decimal("250.50"), reason="Câblage sous-estimé.", actor=finance)

    rows = {row.pk: row.amount for row in Envelope.objects.all()}
    assert (rows[line.pk], rows[other.pk]) == (Decimal("749.50"), Decimal("350.50"))
    assert money_of(line.call).total == Decimal("1100.00")
    acts = JournalEntry.objects.filter(action__startswith="transfer_").order_by("pk").values_list("action", "subject_id")
    assert list(acts) == [("transfer_given", str(line.pk)), ("transfer_received", str(other.pk))]
    assert (made.reason, made.made_by) == ("Câblage sous-estimé.", finance)


def test_a_transfer_between_a_line_and_its_part_moves_what_is_delegated(line, finance):
    part, other = part_of(line, finance), part_of(line, finance, 100, "Privés du Sud")

    transfer(source=line, target=part, amount=Decimal(50), reason="Plus.", actor=finance)
    assert held(line, part) == [(1000, 0, 450), (350, 0, 0)]
    transfer(source=part, target=other, amount=Decimal(100), reason="Autre.", actor=finance)
    assert held(line, part, other) == [(1000, 0, 450), (250, 0, 0), (200, 0, 0)]
    transfer(source=other, target=line, amount=Decimal(200), reason="Rendu.", actor=finance)
    assert held(line, part, other) == [(1000, 0, 250), (250, 0, 0), (0, 0, 0)]


@pytest.mark.parametrize(
    ("other", "amount", "said"),
    [
        ({}, 1001, "n’a plus que 1.000"),
        ({}, 0, "plus grand que zéro"),
        ({"section": "operating"}, 10, "d’une section à l’autre"),
        ({"call": "settled"}, 10, "ne reçoivent plus rien"),
    ],
)
def test_a_transfer_is_refused_with_its_reason_and_moves_nothing(line, finance, other, amount, said):
    call = CallFactory(state=CallState.RELEASED, closed=True) if other.get("call") else line.call
    target = EnvelopeFactory(amount=Decimal(5), label="Autre", **(other | {"call": call}))

    with pytest.raises(TransitionRefused, match=said):
        transfer(source=line, target=target, amount=Decimal(amount), reason="Essai.", actor=finance)

    assert held(line, target) == [(1000, 0, 0), (5, 0, 0)]
    assert not EnvelopeTransfer.objects.exists()


def test_a_part_receives_from_its_own_line_alone(line, finance):
    part, stranger = part_of(line, finance), EnvelopeFactory(call=line.call, amount=Decimal(5), label="Autre")

    with pytest.raises(TransitionRefused, match="ne reçoit que de sa ligne"):
        transfer(source=stranger, target=part, amount=Decimal(1), reason="Essai.", actor=finance)
    assert {one.label for one in targets_of(part, finance)} == {line.label}
    assert {one.label for one in targets_of(line, finance)} == {"Privés", "Autre"}
    for reader in (person(Role.AUDITOR), person(Role.CALL_MANAGER)):
        assert targets_of(line, reader) == []


def test_what_is_left_once_the_results_are_public_goes_to_another_call_alone(line, finance):
    near = EnvelopeFactory(call=line.call, amount=Decimal(5), label="Autre")
    next_wave = EnvelopeFactory(amount=Decimal(5), label="Vague 2")
    Call.objects.filter(pk=line.call_id).update(state=CallState.RELEASED)

    with pytest.raises(TransitionRefused):
        transfer(source=line, target=near, amount=Decimal(10), reason="Essai.", actor=finance)
    made = transfer(source=line, target=next_wave, amount=Decimal(10), reason="Reste de la vague 1.", actor=finance)

    assert held(line, next_wave) == [(990, 0, 0), (15, 0, 0)]
    with pytest.raises(TransitionRefused, match="ne reçoivent plus rien"):
        take_back(made=made, reason="Erreur.", actor=finance)


def test_a_transfer_is_taken_back_once_by_another_and_while_its_money_is_free(line, finance):
    other = EnvelopeFactory(call=line.call, amount=Decimal(0), label="Câblage")
    made = transfer(source=line, target=other, amount=Decimal(300), reason="Câblage.", actor=finance)
    commit_amount(envelope_id=other.pk, delta=Decimal(1))

    with pytest.raises(TransitionRefused, match="n’a plus que 299"):
        take_back(made=made, reason="Erreur.", actor=finance)
    commit_amount(envelope_id=other.pk, delta=Decimal(-1))
    back = take_back(made=made, reason="Erreur.", actor=finance)

    assert held(line, other) == [(1000, 0, 0), (0, 0, 0)]
    assert back.reverses == made
    for again in (made, back):
        with pytest.raises(TransitionRefused):
            take_back(made=EnvelopeTransfer.objects.get(pk=again.pk), reason="Encore.", actor=finance)
    with pytest.raises(TransitionRefused, match="avec leur histoire"):
        remove_envelope(envelope=other, actor=finance)


def test_finance_alone_moves_money(line):
    other = EnvelopeFactory(call=line.call, amount=Decimal(0), label="Câblage")

    for stranger in (person(Role.CALL_MANAGER), person(Role.AUDITOR), person(Role.OFFICER)):
        with pytest.raises(PermissionDenied):
            transfer(source=line, target=other, amount=Decimal(1), reason="Essai.", actor=stranger)
        with pytest.raises(PermissionDenied):
            announce_amount(call=line.call, reason="Essai.", actor=stranger)


# -- To whom it is reserved -----------------------------------------------------------------------------------------------------


def test_a_reserved_envelope_serves_its_lycees_alone():
    schools = [EstablishmentFactory(sector="private"), EstablishmentFactory(), EstablishmentFactory(), EstablishmentFactory()]
    made = deliberation(schools=schools, money=250)
    part = part_of(made.envelope, made.finance, 100)
    propose(made)

    taken = dict(FundingDecision.objects.filter(outcome="awarded").values_list("application__establishment__sector", "envelope__label"))
    assert taken == {"private": "Privés", "public": made.envelope.label}
    with pytest.raises(TransitionRefused, match="est réservée"):
        revise(made, 1, outcome="awarded", envelope=part)


def test_a_sitting_offers_it_to_them_alone():
    made = deliberation(schools=[EstablishmentFactory(sector="private"), *(EstablishmentFactory() for _ in range(3))])
    part = part_of(made.envelope, made.finance, 100)
    session = SelectionSessionFactory(call=made.call)

    assert [(row.envelope.label, row.amount, row.group) for row in envelope_rows(session)] == [
        (made.envelope.label, 150, ""), ("Privés", 100, PRIVATE),
    ]  # fmt: skip
    with pytest.raises(TransitionRefused, match="Les finances seules"):
        frame = {"places": None, "waiting_places": 0, "partial_share": None}
        set_frame(session=session, offers={part.pk: (Decimal(100), "sector:public")}, actor=made.manager, **frame)


def test_an_envelope_is_not_reserved_once_others_take_from_it():
    made = propose(deliberation())
    EstablishmentFactory(sector="private")

    with pytest.raises(TransitionRefused, match="d’autres lycées prennent déjà"):
        edit_envelope(
            envelope=made.envelope, terms=EnvelopeTerms(made.envelope.label, made.envelope.amount, group=PRIVATE), actor=made.finance
        )


# -- What the call announces ----------------------------------------------------------------------------------------------------


def test_what_envelopes_hold_is_announced_with_its_day_and_reason(line, finance):
    before = line.call.budget_amount

    made = announce_amount(call=line.call, reason="Crédits du 12 mars.", actor=finance)

    call = Call.objects.get(pk=line.call_id)
    assert (call.budget_amount, made.before_amount, money_of(call).gap_sentence) == (Decimal("1000.00"), before, "")
    with pytest.raises(TransitionRefused, match="annonce déjà"):
        announce_amount(call=call, reason="Encore.", actor=finance)
    assert AnnouncedAmount.objects.count() == 1


def test_nothing_is_announced_without_an_envelope_nor_once_the_results_are_public(line, finance):
    Call.objects.filter(pk=line.call_id).update(state=CallState.RELEASED)

    with pytest.raises(TransitionRefused, match="sont publiés"):
        announce_amount(call=line.call, reason="Trop tard.", actor=finance)
    with pytest.raises(TransitionRefused, match="Aucune enveloppe"):
        announce_amount(call=CallFactory(), reason="Trop tôt.", actor=finance)


def test_closed_sittings_keep_what_they_offered_when_money_moves_afterwards():
    made = close(deliberation())
    other = EnvelopeFactory(call=made.call, amount=Decimal(0), label="Câblage")

    transfer(source=made.envelope, target=other, amount=Decimal(10), reason="Câblage.", actor=made.finance)

    assert made.scenario.parameters["budget"] == "250.00"


# -- To the last cent, and at the same moment -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "taken"), [("67979.26", "21766.10"), ("0.30", "0.10"), ("1000000.01", "333333.34")])
def test_a_line_is_used_to_its_last_cent_on_every_engine(line, finance, amount, taken):
    edit_envelope(envelope=line, terms=EnvelopeTerms(line.label, Decimal(amount)), actor=finance)
    commit_amount(envelope_id=line.pk, delta=Decimal(taken))
    left = Decimal(amount) - Decimal(taken)

    part = part_of(line, finance, left)
    with pytest.raises(TransitionRefused):
        edit_envelope(envelope=line, terms=EnvelopeTerms(line.label, Decimal(amount) - Decimal("0.01")), actor=finance)
    edit_envelope(envelope=line, terms=EnvelopeTerms(line.label, Decimal(amount) + 100), actor=finance)
    transfer(source=line, target=part, amount=Decimal(100), reason="Tout.", actor=finance)

    row = Envelope.objects.get(pk=line.pk)
    assert (row.remaining_amount, row.delegated_amount) == (0, left + 100)


def test_a_part_stands_where_its_line_is_now_and_not_where_a_page_had_read_it(line, finance):
    stale = Envelope.objects.get(pk=line.pk)
    edit_envelope(envelope=line, terms=EnvelopeTerms(line.label, Decimal(1000), section="operating", year=2028), actor=finance)

    part = part_of(stale, finance)

    assert (part.section, part.year) == ("operating", 2028)
    remove_envelope(envelope=part, actor=finance)
    remove_envelope(envelope=line, actor=finance)
    with pytest.raises(TransitionRefused, match="vient d’être supprimée"):
        part_of(stale, finance)


def test_no_envelope_holds_more_than_its_column_nor_does_a_call_announce_it(line, finance):
    full = EnvelopeFactory(call=line.call, label="Pleine", amount=Decimal("9999999999.99"))

    with pytest.raises(TransitionRefused, match="ne peut pas tenir plus"):
        transfer(source=line, target=full, amount=Decimal("0.01"), reason="Un centime.", actor=finance)
    with pytest.raises(TransitionRefused, match="n’annonce pas plus"):
        announce_amount(call=line.call, reason="Trop.", actor=finance)
