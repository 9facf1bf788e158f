"""Reasons of a call: written by its manager, offered with each act, kept in the words that were read."""

import pytest
from django.utils import timezone

from calls.actions.completion_lines import AskedLine
from calls.actions.instruction import open_completion_request
from calls.actions.next_wave import KEPT
from calls.actions.versions import freeze_version
from calls.enums import ApplicationState, CallState, VersionReason
from calls.models import Application, Call, GivenReason
from calls.queries.reasons import counts_by_reason, times_given
from calls.reasons import Wording, default_reasons, worded
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db
UNSIGNED = "La pièce reçue n’est ni datée ni signée par la personne habilitée."
LATE = "Le dossier est parvenu à la Région après la clôture de l’appel."


@pytest.fixture
def call():
    return CallFactory(state=CallState.INSTRUCTION, closed=True)


@pytest.fixture
def filed(call):
    return received(call)


def received(call, **options) -> Application:
    file = ApplicationFactory(call=call, submitted=True, complete=True, **options)
    Application.objects.filter(pk=file.pk).update(submitted_at=call.closes_at - timezone.timedelta(days=1))
    freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=SYSTEM)
    return Application.objects.get(pk=file.pk)


def refuse(client, file, **typed):
    return client.post(f"/dossiers/{file.reference}/action/declare_inadmissible/", typed)


def manage(client, call, suffix="", **typed):
    return client.post(f"/pilotage/{call.reference}/motifs/{suffix}", typed)


# -- The list of a call -----------------------------------------------------------------------------------------------


def test_every_call_begins_with_the_list_that_is_shipped_and_waves_take_it_over(call):
    assert call.reasons == default_reasons()
    assert {"reasons", "reasons_only"} <= set(KEPT)


def test_a_manager_adds_rewrites_orders_silences_and_takes_out(client, call):
    client.force_login(person(Role.CALL_MANAGER))
    first = call.reasons[0]["key"]

    manage(client, call, "ajouter/", label="Devis périmé", sentence="Le devis a plus d’un an.", uses=["completion"])
    manage(client, call, "liste/devis-perime/", label="Devis trop ancien", sentence="Le devis a plus d’un an.", uses=["completion", "cut"])
    manage(client, call, "liste/devis-perime/agir/", do="monter")
    manage(client, call, "liste/devis-perime/agir/", do="taire")
    manage(client, call, f"liste/{first}/agir/", do="retirer", confirme="1")

    now = Call.objects.get(pk=call.pk).reasons
    assert first not in [each["key"] for each in now]
    added = {"key": "devis-perime", "label": "Devis trop ancien", "sentence": "Le devis a plus d’un an.", "uses": ["completion", "cut"]}
    assert now[-2] == {**added, "active": False}
    assert JournalEntry.objects.filter(action="set_reasons").count() == 5
    page = words_of(tree_of(client.get(f"/pilotage/{call.reference}/motifs/")))
    assert "Devis trop ancien Plus proposé" in page


def test_taking_a_reason_out_is_said_before_and_a_line_that_gives_it_is_named(client, call):
    Call.objects.update(admissibility_lines=[{"key": "plan", "label": "Plan joint", "ticked": True, "blocking": True, "reason": "doublon"}])
    client.force_login(person(Role.CALL_MANAGER))

    asked = manage(client, call, "liste/hors-objet/agir/", do="retirer").content.decode()
    held = manage(client, call, "liste/doublon/agir/", do="retirer")
    warned = manage(client, call, "liste/doublon/agir/", do="taire").content.decode()
    listed = words_of(tree_of(client.get(f"/pilotage/{call.reference}/motifs/")))

    assert Call.objects.get(pk=call.pk).reasons == call.reasons
    assert "il faudra le récrire" in asked and "Plan joint" in warned and "Ne plus proposer" in warned
    assert "ne peut pas être retiré" in held.content.decode() and not held.context["possible"]
    assert "Donné par le point de recevabilité « Plan joint »" in listed.replace("\u00a0", " ")
    manage(client, call, "liste/doublon/agir/", do="taire", confirme="1")
    assert not next(each for each in Call.objects.get(pk=call.pk).reasons if each["key"] == "doublon")["active"]


def test_a_label_is_given_once_and_an_act_at_least(client, call):
    client.force_login(person(Role.CALL_MANAGER))

    twice = manage(client, call, "ajouter/", label="Déposé hors délai", sentence="x", uses=["refusal"])
    nowhere = manage(client, call, "ajouter/", label="Autre", sentence="x")

    assert (twice.status_code, nowhere.status_code) == (422, 422)
    assert "Un autre motif de cet appel porte ce libellé." in twice.content.decode()
    assert Call.objects.get(pk=call.pk).reasons == call.reasons


def test_what_was_read_stays_when_the_reason_is_rewritten(client, call, filed):
    client.force_login(person(Role.OFFICER))
    refuse(client, filed, motifs=["hors-delai"])
    client.force_login(person(Role.CALL_MANAGER))

    manage(client, call, "liste/hors-delai/", label="Trop tard", sentence="Trop tard.", uses=["inadmissibility"])

    assert Application.objects.get(pk=filed.pk).inadmissibility_reason == LATE
    given = GivenReason.objects.get()
    assert given.chosen == [{"key": "hors-delai", "label": "Déposé hors délai", "sentence": LATE}]
    assert "donné 1 fois" in words_of(tree_of(client.get(f"/pilotage/{call.reference}/motifs/")))


# -- Acts -------------------------------------------------------------------------------------------------------------


def test_a_refusal_is_given_reasons_of_the_list_and_a_precision(client, filed):
    person(Role.HEAD, at=filed.establishment)
    client.force_login(person(Role.OFFICER))

    page = client.get(f"/dossiers/{filed.reference}/action/declare_inadmissible/").content.decode()
    refuse(client, filed, motifs=["piece-non-signee", "hors-delai"], reason="Il manque le cachet.")

    assert UNSIGNED in page and "Aide insuffisante" not in page
    fresh = Application.objects.get(pk=filed.pk)
    assert fresh.inadmissibility_reason == f"{LATE}\n{UNSIGNED}\nIl manque le cachet."
    given = GivenReason.objects.get()
    assert ([each["key"] for each in given.chosen], given.precision) == (["hors-delai", "piece-non-signee"], "Il manque le cachet.")
    line = JournalEntry.objects.get(action="declare_inadmissible")
    assert line.reason == fresh.inadmissibility_reason and line.data["given"]["label"] == "Déposé hors délai, Pièce non signée"
    assert Message.objects.filter(code="declared_inadmissible").exists()


def test_a_free_text_alone_is_enough_unless_the_call_wants_one_of_its_list(client, call, filed):
    officer = person(Role.OFFICER)
    client.force_login(person(Role.CALL_MANAGER))
    manage(client, call, "reglage/", reasons_only="on")
    client.force_login(officer)

    refused = refuse(client, filed, reason="Dossier vide.")
    nothing = refuse(client, filed)
    unknown = refuse(client, filed, motifs=["projet-abandonne"])
    assert [answer.status_code for answer in (refused, nothing, unknown)] == [422, 422, 422]
    assert "Dossier vide." in refused.content.decode()

    client.force_login(person(Role.CALL_MANAGER))
    manage(client, call, "reglage/")
    client.force_login(officer)
    assert refuse(client, filed, reason="Dossier vide.").status_code == 302
    assert GivenReason.objects.get().in_short == "Autre motif"


def test_a_refusal_taken_back_counts_no_more(client, call, filed):
    client.force_login(person(Role.OFFICER))
    refuse(client, filed, motifs=["hors-delai"])
    assert [(each.use, each.label, each.files) for each in counts_by_reason(call)] == [("Irrecevabilité", "Déposé hors délai", 1)]
    client.force_login(person(Role.CALL_MANAGER))
    assert "Motifs donnés" in client.get(f"/pilotage/{call.reference}/").content.decode()

    perform(filed, "resume_instruction", actor=person(Role.OFFICER), reason="Erreur.")

    assert counts_by_reason(call) == []
    assert not GivenReason.objects.get().is_standing


def test_what_the_team_gives_for_its_withdrawal_follows_to_the_withdrawal(client, filed):
    member, head = person(Role.MEMBER, at=filed.establishment), person(Role.HEAD, at=filed.establishment)
    client.force_login(member)
    client.post(f"/dossiers/{filed.reference}/retrait/", {"motifs": ["projet-abandonne"], "reason": "Travaux."})
    client.force_login(head)
    client.post(f"/dossiers/{filed.reference}/retrait/", {"do": "agree"})

    assert Application.objects.get(pk=filed.pk).state == ApplicationState.WITHDRAWN
    given = GivenReason.objects.get()
    assert (given.use, given.in_short, given.precision) == ("withdrawal", "Projet abandonné", "Travaux.")


def test_counts_stay_within_a_perimeter_and_keep_decisions_until_their_release(call, filed):
    GivenReason.objects.create(application=filed, use="refusal", chosen=[{"key": "k", "label": "Secret", "sentence": "s"}])
    assert counts_by_reason(call) == []
    Call.objects.filter(pk=call.pk).update(state=CallState.RELEASED)
    call = Call.objects.get(pk=call.pk)
    assert [each.label for each in counts_by_reason(call)] == ["Secret"]
    assert counts_by_reason(call, frozenset({filed.establishment.authority_id + 1})) == []


# -- Several files ----------------------------------------------------------------------------------------------------


def test_several_files_are_refused_each_group_for_its_reason(client, call):
    on_time, late, other = (received(call, reference=f"L40-{name}") for name in "ABC")
    Application.objects.filter(pk=late.pk).update(submitted_at=call.deadline + timezone.timedelta(hours=1))
    client.force_login(person(Role.OFFICER))
    page = client.get("/dossiers/lot/acte/irrecevables/", {"dossier": [on_time.reference, late.reference, other.reference]})
    form, found = page.context["form"], page.context["selection"]
    (punctual, _), (tardy, (points, _)) = form.groups.items()
    assert [check.label for check in points] == ["Déposé hors délai"] and form.fields[f"motifs-{tardy}"].initial == ["hors-delai"]

    typed = {"selection": found, f"motifs-{tardy}": ["hors-delai"], f"motifs-{punctual}": ["hors-objet"], f"dossier-{other.pk}": "Voir C."}
    lacking = client.post("/dossiers/lot/acte/irrecevables/", {"selection": found, f"motifs-{tardy}": ["hors-delai"]})
    assert lacking.status_code == 422 and GivenReason.objects.count() == 0
    client.post("/dossiers/lot/acte/irrecevables/", typed | {"confirmer": "1"})

    told = {file.reference: file.inadmissibility_reason for file in Application.objects.order_by("reference")}
    assert told["L40-B"] == LATE
    assert told["L40-A"] == "Le projet ne répond pas à l’objet de cet appel."
    assert told["L40-C"] == f"{told['L40-A']}\nVoir C."
    assert {row.application.reference: row.in_short for row in GivenReason.objects.select_related("application")} == {
        "L40-A": "Hors de l’objet de l’appel",
        "L40-B": "Déposé hors délai",
        "L40-C": "Hors de l’objet de l’appel",
    }


def test_reasons_of_complements_are_counted_by_file_and_by_request(client, call, filed):
    officer, other = person(Role.OFFICER), received(call)
    clear = worded(call.reasons, ["reponse-imprecise"])
    for file, lines in (
        (filed, [AskedLine("resume", clear), AskedLine("titre", clear)]),
        (other, [AskedLine("titre", Wording((), "Le nom."))]),
    ):
        open_completion_request(
            application=file, fields=["resume", "titre"], message="", due_on=timezone.localdate(), actor=officer, lines=lines
        )  # fmt: skip

    told = [(each.use, each.label, each.files) for each in counts_by_reason(call)]
    client.force_login(person(Role.CALL_MANAGER))
    page = words_of(tree_of(client.get(f"/pilotage/{call.reference}/motifs/")))
    perform(Application.objects.get(pk=filed.pk), "cancel_completion", actor=officer, reason="Erreur.", motive="Erreur.")

    assert told == [("Demande de compléments", "Autre motif", 1), ("Demande de compléments", "Réponse à préciser", 1)]
    assert "donné 1 fois" in page and times_given(call) == {"reponse-imprecise": 1}
    assert [each.label for each in counts_by_reason(call)] == ["Autre motif"]
