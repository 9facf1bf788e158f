"""The screens of a sitting: who opens them, what they show, what they refuse, how many queries they take."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portal.jobs.models import Job
from portal.roles import SCHOOL_ROLES, Role
from portal.workflow.gate import perform
from scoring.hooks import jobs
from scoring.models import InterestDeclaration, SelectionScenario, SelectionSession
from tests.factories.accounts import person
from tests.factories.balance import solved
from tests.factories.deliberation import deliberation, quiet, sit
from tests.factories.directory import EstablishmentFactory
from tests.factories.runs import ranked
from tests.factories.scoring import SelectionSessionFactory
from tests.reading import texts_of, the, tree_of, words_of
from tests.stale import read_in

pytestmark = pytest.mark.django_db

LIST_QUERIES = 6
PAGE_QUERIES = 20
COMPARE_QUERIES = 12


def prepared(**kwargs):
    made = deliberation(**kwargs)
    made.session = SelectionSessionFactory(call=made.call)
    return made


def page(client, user, address, **query):
    client.force_login(user)
    return client.get(address, query)


# -- Who -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_list_is_for_the_jury_and_the_staff_who_read_rankings(client, role):
    made = prepared()
    user = person(role, at=made.files[0].establishment if role in SCHOOL_ROLES else None)

    response = page(client, user, "/seances/")

    readers = {Role.JUROR, Role.CHAIR, Role.CALL_MANAGER, Role.FINANCE, Role.AUDITOR, Role.ADMIN}
    assert response.status_code == (200 if role in readers else 403)
    if role in (Role.JUROR, Role.CHAIR):
        assert list(response.context["page_obj"]) == []


@pytest.mark.parametrize("address", ["", "comparer/", "presence/", "regles/", "action/open/"])
def test_pages_of_a_sitting_do_not_exist_for_strangers(client, address):
    made = prepared()
    strangers = [person(Role.JUROR), person(Role.OFFICER), person(Role.ORDERS), person(Role.HEAD, at=made.files[0].establishment)]

    codes = [page(client, user, f"/seances/{made.session.pk}/{address}").status_code for user in strangers]

    assert codes == [404] * 4


@pytest.mark.parametrize(
    ("address", "expected"),
    [("", 200), ("comparer/", 200), ("presence/", 200), ("regles/", 200), ("observations/", 403), ("action/open/", 403)],
)
def test_a_juror_reads_a_sitting_and_does_not_run_it(client, address, expected):
    made = prepared()

    assert page(client, made.juror, f"/seances/{made.session.pk}/{address}").status_code == expected


@pytest.mark.parametrize("reader", ["juror", "finance", "auditor"])
def test_readers_post_nothing(client, reader):
    made = sit(deliberation())
    other = ranked(made.session, made.chair, budget=100)
    client.force_login(person(Role.AUDITOR) if reader == "auditor" else getattr(made, reader))
    base = f"/seances/{made.session.pk}/"

    codes = [
        client.post(f"{base}{address}", {"present": ["1"], "name": "X"}).status_code
        for address in (
            "presence/",
            "calculer/",
            f"scenarios/{other.pk}/retenir/",
            f"scenarios/{other.pk}/supprimer/",
            "action/close/",
        )
    ]

    assert codes == [404 if reader == "finance" else 403] * 5  # finance reads a sitting once it is closed
    assert (SelectionScenario.objects.count(), made.session.attendance.count()) == (2, 2)
    assert SelectionSession.objects.get().state == "open"


def test_get_writes_nothing(client):
    made = sit(deliberation())
    client.force_login(made.chair)
    base = f"/seances/{made.session.pk}/"

    codes = [client.get(f"{base}scenarios/{made.scenario.pk}/{verb}/").status_code for verb in ("retenir", "supprimer")]

    assert codes == [405, 409]  # the scenario retained has no page of removal
    assert SelectionScenario.objects.filter(pk=made.scenario.pk, retained_at__isnull=False).exists()
    assert client.get(f"{base}action/close/").status_code == 200
    assert SelectionSession.objects.get().state == "open"


# -- Scenarios ------------------------------------------------------------------------------------------------------------------------------


def frame_data(made, **changes):
    """What the page of the rules posts for the places and the only envelope."""
    typed = {
        "places": "",
        "waiting_places": "1",
        f"amount-{made.envelope.pk}": "250,00",
        f"group-{made.envelope.pk}": "",
        "partial_share": "",
    }
    return typed | changes


def rule_data(**changes):
    """What the page of a rule posts."""
    return {"measure": "count", "groups": [], "combination": "any", "minimum": "", "maximum": "", "strength": "hard"} | changes


def test_what_a_quota_did_is_a_rule_and_one_press(client):
    made = prepared(schools=[None, None, None, EstablishmentFactory(private=True)])
    client.force_login(made.chair)
    base = f"/seances/{made.session.pk}/"

    client.post(f"{base}regles/", frame_data(made))
    client.post(f"{base}regles/nouvelle/", rule_data(groups=["category:private_contract"], minimum="1"))
    response = client.post(f"{base}calculer/")
    jobs.select(Job.objects.get(), quiet)

    assert response.url == base
    chosen = {one.name: [line.is_selected for line in one.lines.all()] for one in SelectionScenario.objects.all()}
    assert chosen == {
        "Par rang": [True, True, False, False],
        "Ordre de mérite": [True, False, False, True],
        "Total des notes": [True, False, False, True],
    }
    ranked_list = SelectionScenario.objects.get(doctrine="ranked")
    assert ranked_list.parameters == {"budget": "250.00", "places": None, "waiting_places": 1}
    assert [line.waiting_rank for line in ranked_list.lines.all()] == [None, None, 1, None]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "250,01"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"waiting_places": "-1"}, "waiting_places"),
        ({"places": "0"}, "places"),
        ({"places": "9"}, "places"),
        ({"group": "category:nothing"}, "group"),
    ],
)
def test_frame_that_cannot_be_is_said_and_not_stored(client, changes, field):
    made = prepared()
    client.force_login(made.chair)
    own = {"amount": f"amount-{made.envelope.pk}", "group": f"group-{made.envelope.pk}"}
    typed = {own.get(name, name): value for name, value in changes.items()}

    response = client.post(f"/seances/{made.session.pk}/regles/", frame_data(made, **typed))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {own.get(field, field)}
    assert not made.session.money.exists()


def test_scenario_is_retained_then_the_sitting_closes(client):
    made = sit(deliberation())
    client.force_login(made.chair)
    base = f"/seances/{made.session.pk}/"
    other = ranked(made.session, made.chair, budget=100)

    client.post(f"{base}scenarios/{other.pk}/retenir/")
    assert client.post(f"{base}scenarios/{other.pk}/supprimer/").status_code == 409
    assert client.post(f"{base}scenarios/{made.scenario.pk}/supprimer/").status_code == 302
    assert client.post(f"{base}action/close/").status_code == 302

    assert SelectionSession.objects.get().state == "closed"
    assert client.post(f"{base}action/close/").status_code == 302  # pressed again by its author: the result is shown
    assert client.post(f"{base}calculer/").status_code == 409
    assert client.post(f"{base}presence/").status_code == 409
    assert client.get(f"{base}presence/").status_code == 200  # still read
    assert client.post(f"{base}action/sign_minutes/").status_code == 302
    assert SelectionSession.objects.get().state == "minutes_signed"


def test_scenario_of_another_sitting_is_not_found(client):
    made, other = sit(deliberation()), sit(deliberation())
    client.force_login(made.chair)

    assert client.post(f"/seances/{made.session.pk}/scenarios/{other.scenario.pk}/retenir/").status_code == 404


def test_page_shows_the_cut_the_reasons_and_the_difference(client):
    made = sit(deliberation(marks=(90, 80, 70, None), amounts=(100, 200, 50, 10)))
    ranked(made.session, made.chair, budget=100)

    response = page(client, made.chair, f"/seances/{made.session.pk}/")

    text = response.content.decode()
    screen = response.context["screen"]
    assert screen.scenario == made.scenario
    assert [row.after_cut for row in screen.rows] == [False, True, False, False]
    assert "Il manque 50\u00a0€ dans l’enveloppe au rang\u00a02." in text
    assert "Ligne de coupe" in text
    assert (screen.amount, screen.remaining, screen.lowest_selected, screen.highest_refused) == (150, 100, 70, 80)
    difference = response.context["difference"]
    assert ([x.application for x in difference.entering], difference.leaving) == ([made.files[2]], [])
    assert (difference.score_change, difference.amount_change) == (Decimal("70.00"), Decimal("50.00"))


def test_long_ranking_opens_around_its_cut(client):
    made = deliberation(marks=range(95, 35, -1), amounts=[100] * 60, money=2000)
    sit(made, budget=2000)

    response = page(client, made.chair, f"/seances/{made.session.pk}/")
    whole = page(client, made.chair, f"/seances/{made.session.pk}/", vue="tous")

    assert [row.rank for row in response.context["page_obj"]] == list(range(13, 29))
    assert whole.context["page_obj"].paginator.count == 60
    assert [row.rank for row in whole.context["page_obj"]] == list(range(1, 51))


def test_comparison_shows_files_whose_fate_differs(client):
    made = sit(deliberation())
    ranked(made.session, made.chair, budget=100)

    response = page(client, made.chair, f"/seances/{made.session.pk}/comparer/")

    rows = [(row.line.application, [bool(line.is_selected) for _, line in fates]) for row, fates in response.context["page_obj"]]
    assert rows == [(made.files[1], [True, False])]


# -- Conflicts of interest ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("position", [0, 1, 2])
def test_conflicted_juror_finds_no_trace_of_the_file(client, position):
    private = EstablishmentFactory(private=True, name="Lycée Saint-Ruf")
    schools = [EstablishmentFactory(name="Lycée Simone-Lhuillier"), EstablishmentFactory(name="Lycée Val-de-Blies"), private]
    made = sit(deliberation((91, 82, 73), (101, 102, 103), money=250, schools=schools), waiting_places=1)
    ranked(made.session, made.chair, budget=110)
    hidden = made.files[position]
    InterestDeclaration.objects.create(user=made.juror, application=hidden, reason="Ancien poste")
    visible = [file for file in made.files if file != hidden]

    told = [
        page(client, made.juror, f"/seances/{made.session.pk}/{address}").content.decode()
        for address in ("", "?vue=tous", "?vue=deplaces", f"?scenario={made.scenario.pk}", "comparer/")
    ]

    for text in told:
        assert hidden.establishment.name not in text
        assert hidden.reference not in text
        assert f"{(91, 82, 73)[position]},00" not in text
        assert f"{(101, 102, 103)[position]}\u00a0€" not in text
        assert "au rang" not in text
        assert "Il manque" not in text
        assert "Reste 4" not in text
    context = page(client, made.juror, f"/seances/{made.session.pk}/?scenario={made.scenario.pk}").context
    rows = context["screen"].rows
    assert [(row.rank, row.line.application) for row in rows] == list(enumerate(visible, start=1))
    assert context["tabs"][0].amount == sum(row.line.requested_amount for row in rows if row.line.is_selected)


def test_conflicted_chair_learns_nothing_from_a_refusal(client):
    made = prepared()
    InterestDeclaration.objects.create(user=made.chair, application=made.files[0], reason="Ancien poste")
    client.force_login(made.chair)

    response = client.post(f"/seances/{made.session.pk}/regles/nouvelle/", rule_data(groups=["category:public_education"], minimum="9"))

    assert response.context["form"].errors["minimum"] == ["Le minimum (9) dépasse le nombre de dossiers notés et chiffrés du groupe (3)."]
    assert "(3)" in response.content.decode()


def test_other_members_see_the_file_that_one_does_not(client):
    made = sit(deliberation())
    InterestDeclaration.objects.create(user=made.juror, application=made.files[0], reason="Ancien poste")

    assert made.files[0].establishment.name in page(client, made.chair, f"/seances/{made.session.pk}/").content.decode()


def test_former_member_of_a_lycee_does_not_see_it_either(client):
    made = sit(deliberation())
    grant = made.juror.role_grants.create(role=Role.MEMBER, establishment=made.files[0].establishment)
    grant.ended_at = timezone.now() - timedelta(days=900)
    grant.save()

    read = page(client, made.juror, f"/seances/{made.session.pk}/").content.decode()

    assert made.files[1].establishment.name in read
    assert made.files[0].establishment.name not in read


# -- Text and queries -------------------------------------------------------------------------------------------------------------------------------


def test_typed_text_is_escaped(client):
    made = prepared(schools=[EstablishmentFactory(name="<b>Lycée</b>"), None, None, None])
    client.force_login(made.chair)
    scenario = ranked(made.session, made.chair)
    SelectionScenario.objects.filter(pk=scenario.pk).update(name="<script>x</script>")

    page = client.get(f"/seances/{made.session.pk}/")

    assert [text for text in texts_of(page, "script, b") if text in ("x", "Lycée")] == []
    assert "<b>Lycée</b>" in words_of(tree_of(page))
    assert "<script>x</script>" in words_of(tree_of(page))


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, count, django_assert_num_queries):
    made = deliberation()
    SelectionSessionFactory.create_batch(count, call=made.call)
    client.force_login(made.manager)
    client.get("/seances/")

    with django_assert_num_queries(LIST_QUERIES):
        response = client.get("/seances/")

    assert response.context["page_obj"].paginator.count == count


@pytest.mark.parametrize("count", [1, 3])
def test_page_query_count(client, count, django_assert_num_queries):
    made = deliberation(marks=range(90, 90 - count, -1), amounts=[100] * count, money=250)
    sit(made)
    for index in range(count - 1):
        SelectionScenario.objects.filter(pk=ranked(made.session, made.chair, budget=100).pk).update(run=None, name=f"Autre {index}")
    client.force_login(made.juror)
    client.get(f"/seances/{made.session.pk}/")

    with django_assert_num_queries(PAGE_QUERIES + (count > 1)):  # where there are others: whether one has the very same list
        response = client.get(f"/seances/{made.session.pk}/")

    assert len(response.context["screen"].rows) == count


@pytest.mark.parametrize("count", [1, 3])
def test_comparison_query_count(client, count, django_assert_num_queries):
    made = deliberation(marks=range(90, 90 - count, -1), amounts=[100] * count, money=250)
    sit(made)
    for index in range(count - 1):
        SelectionScenario.objects.filter(pk=ranked(made.session, made.chair, budget=100).pk).update(run=None, name=f"Autre {index}")
    client.force_login(made.juror)
    client.get(f"/seances/{made.session.pk}/comparer/")

    with django_assert_num_queries(COMPARE_QUERIES):
        client.get(f"/seances/{made.session.pk}/comparer/")


def test_a_cancelled_sitting_promises_nothing(client):
    """A prepared one says when scenarios will be there; a cancelled one says that nothing is computed any more."""
    made = deliberation()
    sitting = SelectionSessionFactory(call=made.call)
    client.force_login(person(Role.AUDITOR))
    before = words_of(the(client.get(sitting.get_absolute_url()), ".pr-empty"))

    perform(sitting, "cancel", actor=made.manager, reason="Salle prise.")

    after = words_of(the(client.get(sitting.get_absolute_url()), ".pr-empty"))
    assert "paraîtront ici dès qu’ils seront calculés" in before
    assert after.replace("\u00a0", " ") == "Aucun scénario La séance est annulée : rien n’y a été calculé."


def test_a_scenario_with_the_list_of_another_says_so_to_who_knows_of_every_file(client):
    made = sit(deliberation())
    merit = solved(made, made.files[:1])  # with a ranked list of the same run, which is again that of the first
    address = f"/seances/{made.session.pk}/"

    tabs = {tab.scenario.name: tab.same_as for tab in page(client, made.chair, address).context["tabs"]}

    assert tabs == {"Par rang": "", "Par rang (2)": "Par rang", merit.name: ""}
    assert f"même liste que « {made.scenario.name} »" in read_in(client.get(address))
    InterestDeclaration.objects.create(user=made.chair, application=made.files[0], reason="Famille.")
    assert {tab.same_as for tab in page(client, made.chair, address).context["tabs"]} == {""}
