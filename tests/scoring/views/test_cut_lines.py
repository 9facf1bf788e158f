"""Each line that a decision cuts says why: the rule of the call, or a reason of its list given by hand; amounts and rates keep in step."""

from decimal import Decimal

import pytest
from django.utils import timezone

from calls.models import Call
from calls.reasons import Wording
from exports.papers.letter import letter_row
from portal.text.french import NBSP
from portal.workflow.gate import TransitionRefused
from scoring.actions.decision import record_vote
from scoring.models import DecisionCut, FundingDecision
from scoring.wording.cuts import reason
from tests.factories.deliberation import deliberation, propose, revise
from tests.factories.sharing import chosen, decided, shared
from tests.reading import texts_of, values_of

pytestmark = pytest.mark.django_db

REASON = {
    "key": "hors-objet",
    "label": "Hors de l’objet",
    "sentence": "Ce matériel ne sert pas le projet.",
    "uses": ["cut"],
    "active": True,
}


def first(made) -> FundingDecision:
    return FundingDecision.objects.get(application=made.files[0])


def sent(made, **changes) -> dict:
    """What the page of the first decision sends, four pieces of ten retained."""
    need = made.files[0].lines.get()
    typed = {"version": first(made).version, "outcome": "awarded", "envelope": made.envelope.pk, "motive": "Projet solide."}
    return typed | {f"quantity-{need.pk}": "4"} | {key.replace("cut", f"cut-besoin-{need.pk}"): value for key, value in changes.items()}


def voted(made) -> None:
    record_vote(call=made.call, number="26CP-1542", held_on=timezone.localdate(), actor=made.finance)


def with_reasons(made, **changes):
    Call.objects.filter(pk=made.call.pk).update(reasons=[REASON], **changes)
    return made


@pytest.fixture
def made(client):
    made = propose(deliberation())
    client.force_login(made.finance)
    return made


def test_a_line_cut_by_hand_without_a_word_is_asked_why_and_nothing_is_lost(client, made):
    page = client.post(first(made).get_absolute_url(), sent(made))

    need = made.files[0].lines.get()
    assert (page.status_code, first(made).version) == (422, 1)
    assert "dites pourquoi elle n’est pas retenue entière" in page.content.decode()
    assert set(page.context["form"].errors) == {f"cut-besoin-{need.pk}"}
    assert values_of(page, f"quantity-{need.pk}") == ["4"]


def test_a_reason_of_the_list_and_a_precision_are_kept_with_the_line_and_read_in_the_letter(client, made):
    with_reasons(made)

    done = client.post(first(made).get_absolute_url(), sent(made, **{"cut-motif": "hors-objet", "cut": "Quatre suffisent."}))

    assert done.status_code == 302
    cut = DecisionCut.objects.get()
    assert (cut.left, cut.asked, cut.chosen[0]["label"]) == (6, 10, "Hors de l’objet")
    with_reasons(made, reasons_only=False)
    Call.objects.filter(pk=made.call.pk).update(reasons=[])
    assert reason(cut) == "Ce matériel ne sert pas le projet.\nQuatre suffisent."
    page = client.get(first(made).get_absolute_url())
    need = made.files[0].lines.get()
    assert values_of(page, f"cut-besoin-{need.pk}") == ["Quatre suffisent."]
    voted(made)
    row = letter_row(first(made))
    assert [(line.label, line.reason) for line in row.cuts] == [(f"{need.label} (6 sur 10)", reason(cut))]


def test_where_the_call_wants_its_list_words_alone_are_not_enough(client, made):
    with_reasons(made, reasons_only=True)

    refused = client.post(first(made).get_absolute_url(), sent(made, cut="Quatre suffisent."))
    done = client.post(first(made).get_absolute_url(), sent(made, **{"cut-motif": "hors-objet"}))

    assert (refused.status_code, done.status_code) == (422, 302)
    assert "choisissez un motif de la liste" in refused.content.decode()


def test_a_line_cut_as_before_keeps_its_reason_and_one_cut_further_says_a_new_one(made):
    need = made.files[0].lines.get()
    said = {"cuts": {f"besoin-{need.pk}": _words("Quatre suffisent.")}}
    revise(made, 0, quantities={need.pk: 4}, **said)

    with pytest.raises(TransitionRefused, match="dites pourquoi"):
        revise(made, 0, quantities={need.pk: 3}, cuts={})
    revise(made, 0, quantities={need.pk: 10}, cuts={})

    assert not DecisionCut.objects.exists()


def _words(text: str) -> Wording:
    return Wording(precision=text)


def test_lines_cut_by_the_rule_of_the_call_say_the_rule_and_keep_it():
    made = shared()

    first_, second, third, refused = decided(made, chosen(made))

    causes = {cut.decision_id: cut.cause for cut in DecisionCut.objects.all()}
    assert causes == {second.pk: "SHARED", third.pk: "SHARED"}
    cut = DecisionCut.objects.get(decision=third)
    assert reason(cut) == "L’enveloppe de l’appel est partagée entre les dossiers retenus, selon leur note."
    need = made.files[2].lines.get()
    again = revise(made, 2, quantities={need.pk: 3}, cuts={})
    assert again.cuts.get().cause == "SHARED"


def test_a_refusal_cuts_no_line(made):
    need = made.files[0].lines.get()
    revise(made, 0, quantities={need.pk: 4})

    revise(made, 0, outcome="rejected")

    assert not DecisionCut.objects.exists()


def test_who_reads_the_decision_reads_each_line_cut_with_its_reason(client, made):
    need = made.files[0].lines.get()
    revise(made, 0, quantities={need.pk: 4})
    voted(made)

    page = client.get(first(made).get_absolute_url())

    assert f"{need.label} (6 sur 10)" in "".join(texts_of(page, "td, th"))
    assert "La Région ne finance pas toute cette ligne." in page.content.decode()
    assert f"40{NBSP}% de ce qui est demandé." in page.content.decode()


# -- Amounts and rates ------------------------------------------------------------------------------------------------------------


def in_money(client):
    made = propose(deliberation(amounts=(0, 0, 0, 0), asked={"cout": ("120.50", "80.00", "80.00", "80.00")}))
    client.force_login(made.finance)
    return made


def money_sent(made, **changes) -> dict:
    typed = {"version": "1", "outcome": "awarded", "envelope": str(made.envelope.pk), "motive": "Deux classes.", "cut-cout": "Gratuit."}
    return typed | {"amount-cout": "120,50", "rate-cout": "100"} | changes


@pytest.mark.parametrize(
    ("typed", "granted"),
    [
        ({"rate-cout": "50"}, "60.25"),
        ({"rate-cout": "33,33"}, "40.16"),  # 40,16265
        ({"amount-cout": "", "rate-cout": "10"}, "12.05"),
        ({"amount-cout": "60,25"}, "60.25"),
        ({"amount-cout": "60,25", "rate-cout": "50"}, "60.25"),
        ({"amount-cout": "40", "rate-cout": "33,20"}, "40.00"),  # 33,195…: the rate that the page reckons
        ({"amount-cout": "40", "rate-cout": ""}, "40.00"),
    ],
)
def test_an_amount_and_its_rate_say_one_thing(client, typed, granted):
    made = in_money(client)

    done = client.post(first(made).get_absolute_url(), money_sent(made, **typed))

    assert done.status_code == 302, done.context["form"].errors
    assert first(made).granted_amount == Decimal(granted)


@pytest.mark.parametrize("typed", [{"amount-cout": "60", "rate-cout": "10"}, {"rate-cout": "101"}, {"rate-cout": "dix"}])
def test_an_amount_and_a_rate_that_contradict_each_other_are_said(client, typed):
    made = in_money(client)

    page = client.post(first(made).get_absolute_url(), money_sent(made, **typed))

    assert (page.status_code, first(made).version) == (422, 1)
    assert set(page.context["form"].errors) <= {"amount-cout", "rate-cout"}


def test_the_rate_of_a_decision_is_of_what_the_file_asks(made):
    need = made.files[0].lines.get()

    assert (first(made).rate, revise(made, 0, quantities={need.pk: 3}).rate) == (Decimal("100.0"), Decimal("30.0"))
    assert FundingDecision.objects.get(application=made.files[3]).rate is None


def test_a_need_that_is_not_asked_of_a_file_is_neither_cut_nor_asked_why(client, made):
    made.files[0].lines.create(label="Caché", quantity=3, unit_price_amount=10, vat_rate=0, kind="equipment", position=9, is_asked=False)
    revise(made, 0, outcome="rejected")
    asked = made.files[0].lines.get(is_asked=True)
    typed = {"version": first(made).version, "outcome": "awarded", "envelope": made.envelope.pk, "motive": "Projet solide."}

    done = client.post(first(made).get_absolute_url(), typed | {f"quantity-{asked.pk}": "10"})

    assert done.status_code == 302
    assert first(made).outcome == "awarded"
    assert not DecisionCut.objects.exists()
    assert "Caché" not in first(made).motive
