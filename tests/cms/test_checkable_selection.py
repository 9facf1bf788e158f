"""On the page of the results of a call, everybody checks how they were chosen: nothing before, nothing of who was refused."""

import io
import json
import re
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from portal.jobs.models import Job
from portal.jobs.tasks import run_job
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.text.dates import day
from portal.ui.kept_pages import forget
from portal.workflow.gate import TransitionRefused
from scoring.actions.publication import ask_publication, restore_publication, withdraw_publication
from scoring.hooks import jobs
from scoring.models import FundingDecision, SelectionPublication, SelectionScenario
from scoring.optimiser import publishing
from scoring.queries.publication import selection_to_come
from scoring.selection.proof.check_selection import check
from scoring.wording.publication import shown_told
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation
from tests.factories.deliberation import release as released_by_rank
from tests.factories.publication import released, voted
from tests.reading import text_of

pytestmark = pytest.mark.django_db
FILES = ("instance.json", "resultat.json", "retenus.csv")


@pytest.fixture
def worker(monkeypatch, site):
    """Makes what is public as the worker does, its process being run here."""

    def solve_all(given, tasks, *, tell):
        printed = io.StringIO()
        publishing.main(io.StringIO(json.dumps(given)), printed, io.StringIO())
        return [json.loads(printed.getvalue())]

    monkeypatch.setattr(jobs, "solve_all", solve_all)

    def run(made):
        job = Job.objects.get(kind="scoring.publish_selection")
        assert run_job(str(job.pk)) == "done"
        return SelectionPublication.objects.get(call=made.call)

    return run


def at(made, part: str) -> str:
    return f"/resultats/{made.call.slug}/verifier/{part}"


def said_of(text: str) -> str:
    """The words of a page, on one line."""
    return " ".join(text.replace("&nbsp;", " ").split())


def page(client, made) -> str:
    return client.get(f"/resultats/{made.call.slug}/").content.decode().replace("\u00a0", " ")


def test_nothing_is_public_before_the_release_and_the_release_says_what_will_be(client, worker):
    made = voted()
    told = selection_to_come(made.call)[0]

    assert (told.label, told.count) == ("Sélection vérifiable", 7)
    assert "Deviennent publics, pour les 3 retenus et avec leur nom, la note et le montant demandé. Des autres" in told.detail
    assert [client.get(at(made, part)).status_code for part in FILES] == [404, 404, 404]
    client.force_login(made.manager)
    assert "Sélection vérifiable" in client.get(f"/decisions/notification/{made.call.reference}/").content.decode()


@pytest.mark.parametrize(
    ("way", "said", "cost"),
    [
        ("rate", "le montant que leur note leur donne", "est la somme de ces montants : la liste a été choisie en regardant l’argent"),
        (
            "essential",
            "le montant de leurs besoins dits indispensables, qui leur est donné",
            "est la somme de ces montants : la liste a été choisie en regardant l’argent",
        ),
        ("shared", "le montant demandé", "est ce que les retenus demandaient, non ce qui leur est accordé : la liste a été choisie sans"),
    ],
)
def test_the_amount_that_becomes_public_is_the_one_that_the_rule_of_amounts_puts_in_the_selection(client, worker, way, said, cost):
    made = voted()
    made.scenario.parameters |= {"amounts": {"way": way, "sentence": "…"}, "places": 3 if way == "shared" else None}
    made.scenario.save(update_fields=["parameters"])

    [told] = selection_to_come(made.call)
    released(made)
    worker(made)

    assert f"avec leur nom, la note et {said}. Des autres" in told.detail
    read = " ".join(page(client, made).replace("\u202f", " ").split())
    assert f"La note, {said} et l’ordre de dépôt des retenus entre eux sont exacts." in read
    cents = SelectionPublication.objects.get().result["cost_cents"]
    assert f"Le coût écrit dans le résultat, {cents // 100} €, {cost}" in read
    assert ("Leur nombre, 3, est le choix du jury." in read) == (way == "shared")
    assert read.count("ne sont pas dans ces fichiers") == 1  # what each is granted


def test_where_some_may_be_funded_for_the_indispensable_alone_both_amounts_are_said_to_become_public():
    made = voted()
    run = made.scenario.run
    one = run.instance["applications"][0]
    one["options"] = [{"id": "full", "amounts": one["amounts"]}, {"id": "essential", "amounts": one.pop("amounts"), "value": "1"}]
    run.save(update_fields=["instance"])

    [told] = selection_to_come(made.call)

    assert "le montant demandé et celui de leurs besoins dits indispensables" in told.detail


def test_the_release_says_what_would_be_read_of_the_choices_that_the_jury_made_by_itself():
    made = voted()
    run = made.scenario.run
    run.instance |= {"forced_in": [made.files[0].reference], "forced_out": [made.files[5].reference]}
    run.save(update_fields=["instance"])

    [told] = selection_to_come(made.call)

    assert "lesquels des retenus le jury a fait entrer en séance et combien de dossiers il a écartés en séance" in told.detail


def test_results_say_by_what_rule_the_amounts_were_calculated_where_there_is_one(client, site):
    made = released_by_rank(deliberation())
    as_asked = page(client, made)
    scenario = SelectionScenario.objects.get(session=made.session)
    scenario.parameters |= {"amounts": {"way": "shared", "sentence": "L’enveloppe est partagée entre les dossiers retenus."}}
    scenario.save()
    forget()

    assert "Comment les montants ont été calculés" not in as_asked
    assert "L’enveloppe est partagée entre les dossiers retenus." in page(client, made)


def test_everybody_checks_the_selection_of_a_released_call(client, worker):
    made = released(voted())
    kept = worker(made)

    text = page(client, made)
    instance, result = (client.get(at(made, part)).content.decode() for part in FILES[:2])
    program = client.get(f"/seances/verificateurs/{kept.program.sha256}/check_selection.py")

    assert "Vérifier soi-même" in text
    assert kept.program.sha256 in text
    assert check(instance, result)[0] == 0
    assert program.status_code == 200
    assert JournalEntry.objects.get(action="publish_selection").data["retained"] == 3


def test_no_file_tells_who_was_refused(client, worker):
    made = released(voted())
    worker(made)

    files = [client.get(at(made, part)).content.decode() for part in FILES]

    for application in made.files[3:]:
        school = application.establishment
        assert not any(word in text for text in files for word in (application.reference, school.uai, school.name))
    rows = files[2].strip().splitlines()[1:]
    assert len(rows) == 3
    assert {row.split(";")[1] for row in rows} == {application.establishment.uai for application in made.files[:3]}
    assert {row.split(";")[0] for row in rows} == {key for key, _ in json.loads(files[1])["selected"]}
    kept = json.dumps(SelectionPublication.objects.get().told)
    assert not any(f'"{application.pk}"' in kept for application in made.files[3:])


def test_a_lycee_that_declines_its_aid_leaves_the_table_and_nothing_else(client, worker):
    made = released(voted())
    FundingDecision.objects.filter(application=made.files[1]).update(state="declined")

    worker(made)

    rows = client.get(at(made, "retenus.csv")).content.decode()
    assert made.files[1].establishment.uai not in rows
    assert made.files[0].establishment.uai in rows
    assert json.loads(client.get(at(made, "resultat.json")).content)["count"] == 3


def test_a_call_without_a_computed_scenario_says_nothing(client, site):
    made = released_by_rank(deliberation(), budget=200)

    assert ask_publication(call=made.call, actor=made.manager) is None
    assert selection_to_come(made.call) == []
    text = page(client, made)
    assert "Vérifier soi-même" not in text
    assert "ne sont pas publiés : les lycées n’ont pas été retenus par un calcul dont la preuve soit gardée." in said_of(text)


@pytest.mark.parametrize("case", ["too few", "another vote"])
def test_what_would_tell_who_was_refused_is_not_published_and_the_release_says_so(client, worker, case):
    made = voted((90, 80, 70, 60), (100, 100, 100, 120)) if case == "too few" else voted()
    if case == "another vote":
        made.scenario.lines.filter(application=made.files[0]).update(is_selected=False)

    told = selection_to_come(made.call)[0]
    kept = worker(released(made))

    assert told.count == 0
    assert told.detail.startswith("Rien n’en est publié : ")
    assert (kept.instance, kept.result) == (None, None)
    assert kept.told["why"] in told.detail
    text = page(client, made)
    assert "Vérifier soi-même" not in text
    why = {"too few": kept.told["why"], "another vote": "la Commission permanente a voté une autre liste que celle du calcul"}[case]
    assert f"ne sont pas publiés : {why}." in said_of(text)
    assert client.get(at(made, "instance.json")).status_code == 404


def test_until_the_files_are_made_the_page_says_that_they_are_being_made(client, site):
    made = released(voted())

    assert "ne sont pas publiés : ils s’établissent en ce moment." in said_of(page(client, made))


def test_ranked_files_that_the_computation_left_out_are_said_not_to_be_there(client, worker):
    made = voted((90, 80, 70, 60, 58, 55, 52, None), (100, 100, 100, 120, 130, 110, 100, 90))
    worker(released(made))

    assert "1 dossier classé n’y est pas : sans note, ou sans montant à recevoir, il ne pouvait pas être retenu." in said_of(
        page(client, made)
    )


def test_the_page_and_its_steward_count_as_many_names_as_there_are_once_an_aid_is_declined(client, worker):
    made = released(voted())
    worker(made)
    address = f"/decisions/notification/{made.call.reference}/selection/"
    client.force_login(made.manager)
    before = text_of(client.get(address))
    FundingDecision.objects.filter(application=made.files[1]).update(state="declined")

    after, public = text_of(client.get(address)), said_of(page(client, made))

    assert "3 retenus, avec leur nom" in before
    assert "3 retenus, dont 2 avec leur nom (1 aide déclinée depuis)" in after
    assert "1 aide a été déclinée depuis : la liste de cette page et la table des clés n’ont que les 2 qui restent." in public


def test_it_is_withdrawn_with_a_reason_and_shown_again_as_it_was(client, worker):
    made = released(voted())
    worker(made)
    before = client.get(at(made, "instance.json")).content
    client.force_login(made.manager)
    address = f"/decisions/notification/{made.call.reference}/selection/"

    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "Un lycée s’y reconnaît."})
    gone = [client.get(at(made, part)).status_code for part in FILES]
    without = page(client, made)
    withdrawn = text_of(client.get(f"/decisions/notification/{made.call.reference}/"))
    client.post(address, {"reason": "Vérifié.", "acte": "montrer"})
    shown_again = text_of(client.get(f"/decisions/notification/{made.call.reference}/"))

    assert gone == [404, 404, 404]
    assert "Vérifier soi-même" not in without
    today = day(timezone.localdate())
    assert f"ne sont pas publiés : ils ont été retirés le {today}." in said_of(without)
    assert ", retirée depuis le " in withdrawn
    assert re.search(r"Publiée le .+, retirée (du .+ au .+|le .+)\.", shown_again)
    assert f"Publiée le {today}, retirée le {today}." in said_of(page(client, made))
    assert client.get(at(made, "instance.json")).content == before
    assert JournalEntry.objects.get(action="withdraw_selection").reason == "Un lycée s’y reconnaît."
    assert JournalEntry.objects.filter(action="restore_selection").count() == 1
    with pytest.raises(TransitionRefused):
        restore_publication(call=made.call, reason="Encore", actor=made.manager)


def test_a_page_opened_before_a_colleague_withdrew_it_does_not_show_it_again(client, worker):
    made = released(voted())
    worker(made)
    withdraw_publication(call=made.call, reason="Un lycée s’y reconnaît.", actor=person(Role.CALL_MANAGER))
    client.force_login(made.manager)

    response = client.post(f"/decisions/notification/{made.call.reference}/selection/", {"reason": "De même.", "acte": "retirer"})

    assert "n’est plus publique" in response.content.decode().replace("\u00a0", " ")
    assert client.get(at(made, "instance.json")).status_code == 404


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.CHAIR, Role.OFFICER])
def test_it_is_withdrawn_by_whoever_releases_results(client, worker, role):
    made = released(voted())
    worker(made)
    actor = person(role)
    client.force_login(actor)

    with pytest.raises(PermissionDenied):
        withdraw_publication(call=made.call, reason="Non", actor=actor)
    assert client.post(f"/decisions/notification/{made.call.reference}/selection/", {"reason": "Non"}).status_code in (403, 404)
    assert client.get(at(made, "instance.json")).status_code == 200


def test_a_reader_that_has_the_file_is_told_that_it_has_not_changed(client, worker):
    made = released(voted())
    worker(made)
    tag = client.get(at(made, "instance.json"))["ETag"]

    assert client.get(at(made, "instance.json"), headers={"If-None-Match": tag}).status_code == 304
    assert client.get(at(made, "autre.json")).status_code == 404


def test_made_twice_it_stays_what_was_published(worker):
    made = released(voted())
    first = worker(made)
    job = ask_publication(call=made.call, actor=made.manager)

    assert run_job(str(job.pk)) == "done"

    assert SelectionPublication.objects.get().instance == first.instance
    assert JournalEntry.objects.filter(action="publish_selection").count() == 1


def test_since_when_it_is_public_says_when_it_was_not():
    def at_day(number):
        return datetime(2026, 3, number, 10, tzinfo=UTC)

    made, two = at_day(3), [(at_day(5), at_day(9)), (at_day(12), at_day(12))]

    assert shown_told(made, [], day) == "Publiée le 3 mars 2026."
    assert shown_told(made, two, day) == "Publiée le 3 mars 2026, retirée du 5 mars 2026 au 9 mars 2026, puis le 12 mars 2026."
    assert shown_told(made, [(at_day(5), None)], day) == "Publiée le 3 mars 2026, retirée depuis le 5 mars 2026."
