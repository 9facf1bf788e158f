"""The screens of the optimiser: rules, computed scenarios, choices of the room, downloads; who opens them and what they leak."""

import json
import re
from decimal import Decimal

import pytest

from portal.directory.models import Establishment
from portal.jobs.models import Job
from portal.roles import Role
from scoring.actions.lock import lock_file
from scoring.actions.run import store_run
from scoring.models import BalanceRule, Envelope, FileLock, InterestDeclaration, SelectionRun, SelectionScenario, SessionEnvelope
from tests.factories.accounts import person
from tests.factories.balance import answer, ask, places, rule, sitting, solved
from tests.factories.directory import EstablishmentFactory
from tests.reading import elements_of, the, words_of

pytestmark = pytest.mark.django_db


def page(client, user, address, **query):
    client.force_login(user)
    return client.get(address, query)


def addresses(made, scenario):
    """(address, whether it is read by GET) of every screen of the optimiser."""
    base, one = f"/seances/{made.session.pk}/", f"scenarios/{scenario.pk}/"
    kept = BalanceRule.objects.get()
    return [
        (f"{base}regles/", True),
        (f"{base}regles/nouvelle/", True),
        (f"{base}regles/{kept.pk}/", True),
        (f"{base}essayer/{made.files[0].reference}/", True),
        (f"{base}{one}instance.json", True),
        (f"{base}regles/reprendre/", False),
        (f"{base}regles/{kept.pk}/supprimer/", False),
        (f"{base}calculs/{scenario.run_id}/assouplir/0/", False),
        (f"{base}calculer/", False),
        (f"{base}verrous/{FileLock.objects.get().pk}/lever/", False),
        (f"{base}{one}rejouer/", False),
        (f"{base}{one}verifier/", False),
    ]


def room(**kwargs):
    """A sitting with a rule, a choice of the room and computed scenarios."""
    made = sitting(**kwargs)
    rule(made, minimum=1)
    scenario = solved(made, [made.files[0], made.files[-1]])
    lock_file(session=made.session, application=made.files[0], side="in", reason="Projet pilote", actor=made.chair)
    return made, scenario


def counts():
    return [model.objects.count() for model in (BalanceRule, FileLock, SelectionRun, SelectionScenario, SessionEnvelope, Job)]


# -- Who ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.JUROR, Role.OFFICER, Role.ORDERS, Role.HEAD, Role.MEMBER, Role.TECHNICIAN])
def test_screens_do_not_exist_for_strangers(client, role):
    made, scenario = room()
    user = person(role, at=made.files[0].establishment if role in (Role.MEMBER, Role.HEAD) else None)
    client.force_login(user)
    before = counts()

    codes = {(client.get if reads else client.post)(address).status_code for address, reads in addresses(made, scenario)}

    assert codes == {404}
    assert counts() == before


@pytest.mark.parametrize("reader", ["juror", "finance", "auditor"])
def test_readers_of_a_sitting_change_nothing(client, reader):
    made, scenario = room()
    user = person(Role.AUDITOR) if reader == "auditor" else getattr(made, reader)
    client.force_login(user)
    before = counts()
    data = {"side": "in", "reason": "x", "measure": "count", "minimum": "1", "strength": "hard", "places": "2"}

    posted = {client.post(address, data).status_code for address, _ in addresses(made, scenario) if not address.endswith(".json")}
    download = client.get(f"/seances/{made.session.pk}/scenarios/{scenario.pk}/instance.json").status_code

    assert posted == {404 if reader == "finance" else 403}  # finance reads a sitting once it is closed
    assert download == (200 if reader == "auditor" else 404)
    assert counts() == before


def test_get_writes_nothing(client):
    made, scenario = room()
    client.force_login(made.chair)
    before = counts()

    codes = [client.get(address).status_code for address, _ in addresses(made, scenario)]

    assert codes == [200] * 5 + [405] * 7
    assert counts() == before


# -- Computing in the room ------------------------------------------------------------------------------------------------------


def test_one_press_asks_for_the_three_methods(client):
    made = sitting()
    client.force_login(made.chair)

    response = client.post(f"/seances/{made.session.pk}/calculer/")

    job = Job.objects.get()
    assert response.url == f"/seances/{made.session.pk}/"
    assert (job.return_url, job.params["doctrines"]) == (f"/seances/{made.session.pk}/", ["merit", "sum"])
    assert client.get(f"/seances/{made.session.pk}/").context["job"] == job


def test_press_without_money_says_why(client):
    made = sitting()
    Envelope.objects.all().delete()
    client.force_login(made.chair)

    response = client.post(f"/seances/{made.session.pk}/calculer/")

    assert response.status_code == 409
    assert "n’a pas d’argent à répartir" in response.content.decode()


def test_file_is_tried_in_under_the_method_that_the_room_looks_at(client):
    made, _ = room()
    client.force_login(made.chair)
    address = f"/seances/{made.session.pk}/essayer/{made.files[2].reference}/"

    asked = client.get(address, {"sens": "out", "methode": "sum"})
    silent = client.post(address, {"side": "out", "reason": "", "methode": "sum"})
    client.post(address, {"side": "out", "reason": "Travaux reportés", "methode": "sum"})

    assert (asked.context["form"].initial["side"], asked.context["doctrine"]) == ("out", "sum")
    assert set(silent.context["form"].errors) == {"reason"}
    assert Job.objects.latest("created_at").params["doctrines"] == ["sum"]
    assert FileLock.objects.get(application=made.files[2]).reason == "Travaux reportés"


def test_choice_of_the_room_is_lifted(client):
    made, _ = room()
    client.force_login(made.chair)

    shown = client.get(f"/seances/{made.session.pk}/").content.decode()
    response = client.post(f"/seances/{made.session.pk}/verrous/{FileLock.objects.get().pk}/lever/", {"methode": "merit"})

    assert "Projet pilote" in shown
    assert FileLock.objects.count() == 0
    assert (response.url, Job.objects.count()) == (f"/seances/{made.session.pk}/", 2)


def test_contradictions_are_shown_with_what_would_be_enough(client):
    made = sitting()
    kept = rule(made, minimum=1)
    run = ask(made)
    run.status = "infeasible"
    step = {"side": f"{kept.code}:min", "by": 1, "from": 1, "to": 0}
    run.contradictions = {
        "conflicts": [{"sides": [], "sentence": "Le minimum et les places se contredisent."}],
        "relaxations": [{"cost": "1", "steps": [step], "sentence": "Retirer le minimum de dossiers privés."}],
    }
    run.save()
    client.force_login(made.chair)

    text = client.get(f"/seances/{made.session.pk}/").content.decode()
    response = client.post(f"/seances/{made.session.pk}/calculs/{run.pk}/assouplir/0/")

    assert "Le minimum et les places se contredisent." in text
    assert "Retirer le minimum de dossiers privés." in text
    assert response.url == f"/seances/{made.session.pk}/"
    assert BalanceRule.objects.count() == 0


# -- What is shown --------------------------------------------------------------------------------------------------------------


def explained(made, kept):
    """An answer with every kind of explanation, that names every file."""
    names = [file.establishment.name for file in made.files]
    files = {
        file.reference: {"selected": False, "rules": [kept.code], "sentence": f"Avec {' et '.join(names)}."} for file in made.files[1:]
    }
    return {
        "files": files,
        "prices": [{"rule": kept.code, "points": "3.5", "marginal": None, "sentence": f"Sans elle, {names[1]} entrerait."}],
        "waiting": {
            "by_withdrawal": [{"leaves": "a", "enters": [], "sentence": f"{names[0]} : {names[1]}."}],
            "one_more": [],
            "sentence": "Un de plus.",
        },
        "ties": [{"id": "a", "decided_by": "rank", "sentence": f"{names[2]} départagé."}],
    }


def test_page_says_what_is_proved_and_what_it_costs(client):
    made = sitting()
    kept = rule(made, minimum=1)
    scenario = solved(made, [made.files[0], made.files[3]], **explained(made, kept))

    response = page(client, made.chair, f"/seances/{made.session.pk}/")

    assert response.context["screen"].scenario == scenario
    pills = [(tab.scenario.name, tab.pill.text.replace("\u00a0", " ")) for tab in response.context["tabs"]]
    assert pills == [("Par rang", "1 règle non respectée"), ("Ordre de mérite", "Optimum d’après le solveur, 1 règle respectée")]
    proof = response.context["proof"]
    assert [(heading, [row.label for row in rows]) for heading, rows in proof.gauges] == [
        ("", ["Investissement lycées"]),
        ("Secteur", ["Dossiers privés"]),
    ]
    assert [(row.label, row.points) for row in proof.prices] == [("Au moins 1 dossier privé", Decimal("3.5"))]
    assert (len(proof.waiting), len(proof.ties)) == (1, 1)
    assert response.context["doctrine_sentence"].endswith("le permettent.")
    assert response.context["restored"] == ["Dossiers privés"]
    assert [row.broken for row in response.context["methods"]] == [1, 0]
    text = response.content.decode()
    assert "Non confirmé par un second solveur" in text
    assert "3,50\u00a0points" in text


def test_unproved_scenario_says_how_far_it_may_be_and_never_that_it_is_best(client):
    made = sitting()
    run = ask(made)
    found = answer(run, [made.files[0].reference], status="bounded") | {"gap": "2.5"}
    store_run(run=run, answers={"merit": found}, actor=made.chair)

    text = page(client, made.chair, f"/seances/{made.session.pk}/").content.decode().replace("\u00a0", " ")

    assert "Au plus 2,50 points du meilleur possible" in text
    assert "Optimum" not in text


@pytest.mark.parametrize("position", [0, 1, 2])
def test_conflicted_juror_finds_no_trace_of_the_file(client, position):
    schools = [EstablishmentFactory(name=name) for name in ("Lycée Simone-Lhuillier", "Lycée Val-de-Blies")]
    schools.append(EstablishmentFactory(private=True, name="Lycée Saint-Ruf"))
    made = places(sitting((91, 82, 73), (101, 102, 103), money=250, schools=schools), None, waiting_places=1)
    kept = rule(made, minimum=1)
    scenario = solved(made, [made.files[0], made.files[2]], **explained(made, kept))
    lock_file(session=made.session, application=made.files[position], side="in", reason="Motif secret", actor=made.manager)
    solved(made, [made.files[0], made.files[2]], composed=True, **explained(made, kept))
    hidden = made.files[position]
    InterestDeclaration.objects.create(user=made.juror, application=hidden, reason="Ancien poste")
    base = f"/seances/{made.session.pk}/"

    told = [
        page(client, made.juror, address).content.decode()
        for address in (base, *(f"{base}?scenario={one.pk}&vue=tous" for one in SelectionScenario.objects.all()), f"{base}comparer/")
    ]
    downloads = [page(client, made.juror, f"{base}scenarios/{scenario.pk}/{part}.json").status_code for part in ("instance", "resultat")]

    for text in told:
        assert hidden.establishment.name not in text
        assert hidden.reference not in text
        assert f"{(91, 82, 73)[position]},00" not in text
        assert f"{(101, 102, 103)[position]}\u00a0€" not in text
        assert "Motif secret" not in text
        assert "pts ·" not in text
        assert "Ce que coûte chaque règle" not in text
        assert "Les méthodes côte à côte" not in text
        assert re.search("règles? respectée|enveloppe respectées", text) is None
    assert downloads == [404, 404]


def test_conflicted_chair_neither_tries_nor_reads_the_hidden_file(client):
    made, scenario = room()
    hidden = made.files[0]
    InterestDeclaration.objects.create(user=made.chair, application=hidden, reason="Ancien poste")
    client.force_login(made.chair)
    base = f"/seances/{made.session.pk}/"

    codes = [
        client.get(f"{base}essayer/{hidden.reference}/").status_code,
        client.post(f"{base}essayer/{hidden.reference}/", {"side": "in", "reason": "x"}).status_code,
        client.post(f"{base}verrous/{FileLock.objects.get().pk}/lever/").status_code,
        client.get(f"{base}scenarios/{scenario.pk}/instance.json").status_code,
    ]

    assert codes == [404] * 4
    assert FileLock.objects.count() == 1


def test_downloads_are_what_was_frozen(client):
    made, scenario = room()
    client.force_login(made.manager)
    base = f"/seances/{made.session.pk}/scenarios/{scenario.pk}/"

    instance, result = (client.get(f"{base}{part}.json") for part in ("instance", "resultat"))

    assert json.loads(instance.content) == scenario.run.instance
    assert json.loads(result.content)["selected"] == scenario.result["selected"]
    assert instance["Content-Disposition"] == f'attachment; filename="instance-{made.call.reference}-{scenario.pk}.json"'
    ranked = SelectionScenario.objects.get(doctrine="ranked")
    assert client.get(f"/seances/{made.session.pk}/scenarios/{ranked.pk}/instance.json").status_code == 404
    assert client.get(f"{base}secret.json").status_code == 404


def test_replay_and_verification_from_their_buttons(client):
    made, scenario = room()
    client.force_login(made.chair)
    base = f"/seances/{made.session.pk}/scenarios/{scenario.pk}/"

    replayed, verified = client.post(f"{base}rejouer/"), client.post(f"{base}verifier/")

    assert replayed.url == f"/taches/{Job.objects.get(kind='scoring.replay').pk}/?suivre=1"
    assert verified.url == scenario.get_absolute_url()


@pytest.mark.parametrize("count", [2, 6])
def test_page_query_count(client, count, django_assert_num_queries):
    made = sitting(range(90, 90 - count, -1), [100] * count)
    kept = rule(made, minimum=1)
    solved(made, made.files[-1:], **explained(made, kept) if count > 2 else {})
    for file in made.files[1:]:
        lock_file(session=made.session, application=file, side="in", reason="Motif", actor=made.chair)
    client.force_login(made.juror)
    client.get(f"/seances/{made.session.pk}/")

    with django_assert_num_queries(PAGE_QUERIES):
        client.get(f"/seances/{made.session.pk}/")


PAGE_QUERIES = 21


def placed(made, **where):
    """The lycées of a sitting, at a place each: the files by order, then (longitude, latitude)."""
    for index, file in enumerate(made.files):
        Establishment.objects.filter(pk=file.establishment_id).update(longitude=Decimal(4 + index), latitude=Decimal(49), **where)


def test_map_names_the_selected_and_waiting_lycees_and_crosses_the_others(client):
    made = places(sitting(), None, waiting_places=1)
    waiting = {"one_more": [made.files[1].reference], "by_withdrawal": [], "sentence": ""}
    solved(made, [made.files[0]], waiting=waiting)
    placed(made)

    response = page(client, made.chair, f"/seances/{made.session.pk}/")

    drawing = response.context["map"]
    assert [point.label.partition(",")[0] for point in drawing.selected_points] == [made.files[0].establishment.name]
    assert [point.label.partition(",")[0] for point in drawing.waiting_points] == [made.files[1].establishment.name]
    assert drawing.refused_path.count("M") == 2
    assert (drawing.selected, drawing.waiting, drawing.refused) == (1, 1, 2)
    assert len(elements_of(response, "svg title:not([id])")) == 2  # the dot, the ring


def test_lycees_without_a_place_are_in_the_table_only(client):
    made = sitting()
    solved(made, [made.files[0]])
    Establishment.objects.update(latitude=None, longitude=None)

    drawing = page(client, made.chair, f"/seances/{made.session.pk}/").context["map"]

    assert (drawing.is_drawn, drawing.selected, drawing.refused) == (False, 1, 3)


def test_those_below_the_last_retained_are_folded_with_their_number_and_stay_on_the_page(client):
    made = sitting((90, 80, 70, 60, 50, 40, 30), (100,) * 7, money=200)
    scenario = solved(made, made.files[:2])

    shown = page(client, made.chair, scenario.get_absolute_url())

    assert [row.rank for row in shown.context["shown_rows"]] == [1, 2]
    assert [row.rank for row in shown.context["folded_rows"]] == [3, 4, 5, 6, 7]
    assert (
        words_of(the(shown, "details.border-top > summary"))
        == "5\u00a0dossiers non retenus, au-dessous du dernier retenu ou en liste complémentaire"
    )
    for file in made.files:
        assert shown.content.decode().count(f"/{file.reference}/?sens=in") == 1


def test_a_few_are_not_folded(client):
    made = sitting((90, 80, 70, 60), (100,) * 4, money=200)

    shown = page(client, made.chair, solved(made, made.files[:2]).get_absolute_url())

    assert [row.rank for row in shown.context["shown_rows"]] == [1, 2, 3, 4]
    assert shown.context["folded_rows"] == []
