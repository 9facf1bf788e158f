"""The pages of the rules of a call: written by its manager, read by everybody; a sitting shows by what it departs from them."""

from decimal import Decimal

import pytest
from django.utils import timezone

from calls.models import Call
from portal.roles import Role
from portal.text.french import NBSP
from scoring.actions.session import create_session
from scoring.models import BalanceRule, CallIpsBands, CallRule, Grid
from scoring.wording.balance import rule_label
from tests.factories.accounts import person
from tests.factories.balance import PRIVATE, sitting
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.reading import rows_of, text_of, tree_of, words_of
from tests.scoring.views.test_balance import rule_data
from tests.stale import read_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    found = person(Role.CALL_MANAGER)
    client.force_login(found)
    return found


@pytest.fixture
def call(manager):
    """A draft that three lycées may answer, one of them private."""
    schools = [EstablishmentFactory(), EstablishmentFactory(), EstablishmentFactory(private=True)]
    return CallFactory(state="draft", eligible_categories=[school.category for school in schools], budget_amount=Decimal("1000.00"))


def test_a_rule_is_written_changed_and_removed_from_its_pages(client, call):
    base = f"/jury/appels/{call.reference}/equilibre/"

    empty = client.get(base)
    wrong = client.post(f"{base}nouvelle/", rule_data(minimum="9"))
    created = client.post(f"{base}nouvelle/", rule_data())
    rule = CallRule.objects.get()
    changed = client.post(f"{base}{rule.pk}/", rule_data(minimum="", maximum="1", strength="soft", penalty_points="2,5"))
    listed = client.get(base)
    asked = client.get(f"{base}{rule.pk}/supprimer/")
    removed = client.post(f"{base}{rule.pk}/supprimer/")

    assert "Aucune règle d’équilibre" in text_of(empty)
    assert (wrong.status_code, wrong.context["form"]["minimum"].value()) == (422, "9")
    assert [created.url, changed.url, removed.url] == [base] * 3
    assert [(read.label, read.lycees) for read in listed.context["rules"]] == [("Au plus 1 dossier privé", 1)]
    assert "personne ne l’a encore lue" in text_of(asked)
    assert not CallRule.objects.exists()


def test_everybody_reads_the_rules_of_a_public_call_and_nobody_those_of_a_draft(client, call):
    CallRule.objects.create(
        call=call, groups=[PRIVATE, "priority:unknown"], group_labels=["Privé", "Éducation prioritaire non connue"], minimum=2,
        lowest_minimum=1,
    )  # fmt: skip
    client.logout()
    hidden = client.get(f"/appels/{call.slug}/regles/")
    Call.objects.filter(pk=call.pk).update(state="published")

    shown = text_of(client.get(f"/appels/{call.slug}/regles/"))

    assert hidden.status_code == 404
    assert "Au moins 2 dossiers privés ou d’éducation prioritaire non connue." in shown
    assert "Si les règles se contredisent, le jury peut l’assouplir, jusqu’à un minimum de 1." in shown
    assert "dont on ne sait rien forme un groupe à part" in shown
    assert "Tranches" not in shown


@pytest.mark.parametrize("count", [1, 5])
def test_the_public_page_reads_as_much_whatever_the_number_of_rules(client, call, count, django_assert_max_num_queries):
    Call.objects.filter(pk=call.pk).update(state="published")
    CallRule.objects.bulk_create(CallRule(call=call, minimum=1, groups=["ips:1"], group_labels=["IPS"]) for _ in range(count))
    client.logout()
    client.get(f"/appels/{call.slug}/regles/")

    with django_assert_max_num_queries(14):
        client.get(f"/appels/{call.slug}/regles/")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (("80", "", "100"), "second"), (("100", "90", "110"), "second"), (("90", "90", "100"), "second"), (("0", "90", "100"), "first"),
        (("80,55", "90", "100"), "first"), (("80", "90", "301"), "third"), (("IPS", "90", "100"), "first"),
    ],
)  # fmt: skip
def test_bands_that_are_no_bands_are_said_on_their_field(client, call, typed, field):
    answer = client.post(
        f"/jury/appels/{call.reference}/equilibre/tranches-ips/", dict(zip(("first", "second", "third"), typed, strict=True))
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not CallIpsBands.objects.exists()


def test_bands_are_given_in_the_interface_and_given_back_to_the_lycees(client, call):
    address = f"/jury/appels/{call.reference}/equilibre/tranches-ips/"

    client.post(address, {"first": "85", "second": "95,5", "third": "105"})
    given = CallIpsBands.objects.get().scale.in_words
    client.post(address, {"first": "", "second": "", "third": ""})

    assert given == "jusqu’à 85,0 ; jusqu’à 95,5 ; jusqu’à 105,0 ; au-dessus"
    assert not CallIpsBands.objects.exists()


def test_a_public_rule_needs_its_erratum_and_scoring_closes_the_page(client, call):
    rule = CallRule.objects.create(call=call, minimum=1)
    Call.objects.filter(pk=call.pk).update(state="published")
    Grid.objects.create(call=call, frozen_at=timezone.now())
    address = f"/jury/appels/{call.reference}/equilibre/{rule.pk}/"

    without = client.post(address, rule_data(groups=[], minimum="2"))
    with_it = client.post(address, rule_data(groups=[], minimum="2", erratum="Un lycée de plus."))
    Call.objects.filter(pk=call.pk).update(state="assessment")
    late = client.post(address, rule_data(groups=[], minimum="3", erratum="Encore."))

    assert (without.status_code, list(without.context["form"].errors)) == (422, ["erratum"])
    assert (with_it.status_code, late.status_code) == (302, 409)
    assert CallRule.objects.get().minimum == 2


def test_a_sitting_says_by_what_it_departs_from_the_published_rules(client):
    made = sitting()
    published = CallRule.objects.create(call=made.call, groups=[PRIVATE], group_labels=["Privé"], minimum=1)
    session = create_session(call=made.call, held_at=timezone.now(), place="", actor=made.manager)
    base, rule = f"/seances/{session.pk}/regles/", session.balance_rules.get()
    client.force_login(made.chair)

    mute = client.post(f"{base}{rule.pk}/", rule_data(minimum="0"))
    said = client.post(f"{base}{rule.pk}/", rule_data(minimum="0", departure="Un seul lycée privé a répondu."))
    shown = text_of(client.get(base))
    left = client.post(f"{base}{rule.pk}/ecarter/", {"departure": "Finalement, sans elle."})
    listed = client.get(base)
    again = client.post(f"{base}publiees/{published.pk}/appliquer/")

    assert (mute.status_code, list(mute.context["form"].errors), said.status_code) == (422, ["departure"], 302)
    assert "S’écarte de la règle publiée" in shown
    assert "Un seul lycée privé a répondu." in shown
    assert (left.status_code, again.status_code) == (302, 302)
    assert rows_of(listed, "[aria-labelledby=ecartees] table")[1][:2] == [
        "Au moins 1 dossier privé",
        "Finalement, sans elle.",
    ]
    assert session.balance_rules.get().published == published


def test_a_rule_on_euros_says_where_it_is_written_that_nothing_can_be_published_for_everybody(client, call):
    base, told = (
        f"/jury/appels/{call.reference}/equilibre/",
        "les fichiers de la preuve ne pourront pas être publiés : une règle porte sur un minimum",
    )
    on_files = CallRule.objects.create(call=call, minimum=1)

    def said(page: str) -> list[str]:
        alerts = [words_of(alert).replace(NBSP, " ") for alert in tree_of(client.get(page)).select(".pr-alert")]
        return [alert for alert in alerts if told in alert]

    assert not said(base) and not said(f"{base}{on_files.pk}/")
    assert told in read_in(client.get(f"{base}nouvelle/"))  # before any rule is typed
    share = CallRule.objects.create(call=call, measure="amount_share", minimum=20)
    assert f"Avec la règle « {rule_label(share)} »".replace(NBSP, " ") in said(base)[0]
    assert said(f"{base}{share.pk}/")
    made = sitting()
    client.force_login(made.manager)
    page = f"/seances/{made.session.pk}/regles/"
    BalanceRule.objects.create(session=made.session, measure="amount", maximum=20)
    assert not said(page)  # a maximum of euros holds with amounts lowered
    BalanceRule.objects.create(session=made.session, measure="amount", minimum=20)
    assert said(page)
    client.force_login(made.chair)
    assert said(page)
