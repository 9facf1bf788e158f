"""The screens of a sitting’s rules: writing, changing, removing, places and envelopes; what is crafted is refused."""

from decimal import Decimal

import pytest

from portal.roles import Role
from scoring.models import AmountPolicy, BalanceRule, SessionEnvelope
from tests.factories.accounts import person
from tests.factories.balance import PRIVATE, rule, sitting
from tests.reading import links_of, rows_of, texts_of

pytestmark = pytest.mark.django_db


def rule_data(**changes):
    typed = {"measure": "count", "groups": [PRIVATE], "combination": "any", "minimum": "1", "maximum": "", "strength": "hard"}
    return typed | {"penalty_points": "", "is_negotiable": "on", "lowest_minimum": "", "highest_maximum": ""} | changes


def test_rule_is_written_changed_and_removed_from_its_pages(client):
    made = sitting()
    client.force_login(made.chair)
    base = f"/seances/{made.session.pk}/regles/"

    empty = client.get(base)
    created = client.post(f"{base}nouvelle/", rule_data())
    kept = BalanceRule.objects.get()
    changed = client.post(f"{base}{kept.pk}/", rule_data(minimum="", maximum="1", strength="soft", penalty_points="2,5"))
    listed = client.get(base)
    kept.refresh_from_db()
    shown = client.get(f"{base}{kept.pk}/")
    removed = client.post(f"{base}{kept.pk}/supprimer/")

    assert "Aucune règle pour cette séance" in empty.content.decode()
    assert [created.url, changed.url, removed.url] == [base] * 3
    assert [(label, n) for _, label, n in listed.context["rules"]] == [("Au plus 1 dossier privé", 1)]
    assert (kept.maximum, kept.penalty_points, kept.is_negotiable) == (1, Decimal("2.5"), True)
    assert shown.context["form"].initial["penalty_points"] == "2,5"
    assert BalanceRule.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"groups": ["density:lunar"]}, "groups"),
        ({"minimum": ""}, "minimum"),
        ({"minimum": "-1"}, "minimum"),
        ({"minimum": "NaN"}, "minimum"),
        ({"minimum": "2"}, "minimum"),
        ({"minimum": "1,5"}, "minimum"),
        ({"minimum": "1", "maximum": "0"}, "minimum"),
        ({"measure": "weight"}, "measure"),
        ({"measure": "count_share", "groups": []}, "groups"),
        ({"measure": "count_share", "maximum": "101"}, "maximum"),
        ({"combination": "none"}, "combination"),
        ({"strength": "maybe"}, "strength"),
        ({"strength": "soft"}, "penalty_points"),
        ({"strength": "soft", "penalty_points": "0"}, "penalty_points"),
        ({"strength": "soft", "penalty_points": "10 000"}, "penalty_points"),
        ({"lowest_minimum": "3"}, "lowest_minimum"),
    ],
)
def test_crafted_rule_is_said_on_its_field_and_not_stored(client, changes, field):
    made = sitting()
    client.force_login(made.chair)

    response = client.post(f"/seances/{made.session.pk}/regles/nouvelle/", rule_data(**changes))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert BalanceRule.objects.count() == 0


@pytest.mark.parametrize("measure", ["amount", "amount_share"])
def test_a_rule_on_amounts_is_refused_where_the_envelope_is_shared(client, measure):
    made = sitting()
    AmountPolicy.objects.create(call=made.call, way="shared", bands=[["60.00", 1]])
    client.force_login(made.chair)

    response = client.post(f"/seances/{made.session.pk}/regles/nouvelle/", rule_data(measure=measure))

    assert response.context["form"].errors["measure"] == [
        "L’enveloppe de cet appel est partagée, et un montant n’est connu qu’ensuite : choisissez un nombre ou une part de dossiers."
    ]
    assert BalanceRule.objects.count() == 0


def test_rule_of_another_sitting_is_not_found(client):
    made, other = sitting(), sitting()
    kept = rule(other, minimum=1)
    client.force_login(made.manager)

    codes = [client.post(f"/seances/{made.session.pk}/regles/{kept.pk}/{verb}").status_code for verb in ("", "supprimer/")]

    assert codes == [404, 404]
    assert BalanceRule.objects.count() == 1


def test_places_and_envelopes_are_stored_from_their_form(client):
    made = sitting(money=250)
    client.force_login(made.chair)
    address, one = f"/seances/{made.session.pk}/regles/", made.envelope.pk

    good = client.post(
        address,
        {
            "places": "2",
            "waiting_places": "1",
            "allows_partial": "on",
            "partial_share": "",
            f"amount-{one}": "200",
            f"group-{one}": PRIVATE,
        },
    )
    too_many = client.post(address, {"places": "9", f"amount-{one}": "200", f"group-{one}": ""})
    too_much = client.post(address, {"places": "", f"amount-{one}": "250,01", f"group-{one}": "density:lunar"})

    made.session.refresh_from_db()
    assert good.url == address
    assert (made.session.places, made.session.waiting_places, made.session.partial_share) == (2, 1, 80)
    kept = SessionEnvelope.objects.get()
    assert (kept.amount, kept.group) == (200, PRIVATE)
    assert set(too_many.context["form"].errors) == {"places"}
    assert set(too_much.context["form"].errors) == {f"amount-{one}", f"group-{one}"}


def test_rules_of_the_previous_sitting_are_offered(client):
    made = sitting()
    rule(made, minimum=1)
    fresh = type(made.session).objects.create(call=made.call, held_at=made.session.held_at)
    client.force_login(made.chair)

    offered = client.get(f"/seances/{fresh.pk}/regles/").content.decode()
    client.post(f"/seances/{fresh.pk}/regles/reprendre/")
    again = client.post(f"/seances/{fresh.pk}/regles/reprendre/")
    client.force_login(person(Role.CALL_MANAGER))
    by_another = client.post(f"/seances/{fresh.pk}/regles/reprendre/")

    assert "Reprendre les règles du" in offered
    assert fresh.balance_rules.count() == 1
    assert again.url == f"/seances/{fresh.pk}/regles/"  # a second press: done once, as the first said
    assert by_another.status_code == 409


@pytest.mark.parametrize("count", [2, 6])
def test_rules_query_count(client, count, django_assert_num_queries):
    made = sitting(range(90, 90 - count, -1), [100] * count)
    for _ in range(count):
        rule(made, minimum=1)
    client.force_login(made.chair)
    client.get(f"/seances/{made.session.pk}/regles/")

    with django_assert_num_queries(RULES_QUERIES):
        client.get(f"/seances/{made.session.pk}/regles/")


RULES_QUERIES = 21


def test_computing_anew_what_a_colleague_has_made_impossible_is_not_said_to_be_done(client):
    made = sitting()
    kept = rule(made, minimum=1)
    client.force_login(made.chair)
    address = f"/seances/{made.session.pk}/calculer/"
    first = client.post(address)

    BalanceRule.objects.filter(pk=kept.pk).update(minimum=13)
    again = client.post(address)

    assert first.status_code == 302
    assert again.status_code == 409
    assert "le minimum est de 13" in again.content.decode()


def test_a_rule_that_no_selection_can_keep_is_marked_before_anybody_computes(client):
    """As those taken over from an earlier sitting, of a call that had more files. The refusal to compute leads back to it."""
    made = sitting()
    good, bad = rule(made, minimum=1), rule(made, minimum=1)
    BalanceRule.objects.filter(pk=bad.pk).update(minimum=13)
    client.force_login(made.chair)
    base = f"/seances/{made.session.pk}/regles/"

    page = client.get(base)
    computed = client.post(f"/seances/{made.session.pk}/calculer/")

    marked = [row for row in rows_of(page) if "Minimum impossible" in " ".join(row)]
    assert [row[0].replace("\u00a0", " ").startswith("Au moins 13") for row in marked] == [True]
    assert "1\u00a0règle demande plus de dossiers qu’il n’y en a." in texts_of(page, ".pr-alert strong")
    assert computed.status_code == 409
    assert ("Revenir", base) in links_of(computed, "main")
    BalanceRule.objects.filter(pk=bad.pk).delete()
    assert "Minimum impossible" not in client.get(base).content.decode()
    assert BalanceRule.objects.get() == good
