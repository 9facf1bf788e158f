"""The opinion of an académie or of the DRAAF on a file: asked, given, read, and hidden from everybody else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.actions.opinion_reminders import remind_opinions
from calls.actions.opinions import ask_opinion, set_opinions, write_opinion
from calls.enums import CallState, OpinionValue, VersionReason
from calls.hooks.opinions import todo_for_opinions
from calls.models import Application, Attachment, BulkAct, Opinion
from calls.opinions import AskedOpinions, opinions_in
from calls.queries.opinions import files_with_opinion, told_to_jury
from portal.directory.models import Authority
from portal.files.access import may_read
from portal.files.intake import store_bytes
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from portal.working_days import moved
from scoring.models import InterestDeclaration
from tests.factories.accounts import person
from tests.factories.jury import juror, jury_call, reading
from tests.factories.opinions import HEADINGS, SAID, adviser, an_opinion, asking, examined_file, two_opinions
from tests.portal.files.samples import pdf
from tests.reading import elements_of, texts_of

pytestmark = pytest.mark.django_db
SECRET = "Cette équipe se défait"


@pytest.fixture
def made():
    return two_opinions()


# -- What the call asks ---------------------------------------------------------------------------------------------------


def test_the_call_says_what_it_asks_until_an_opinion_is_asked_then_only_when_and_to_whom_it_is_told(client, made):
    client.force_login(made.manager)
    page = f"/pilotage/{made.call.reference}/avis/"
    typed = {"bodies": ["academy"], "days": 5, "until": "", "headings": "Cohérence\nÉquipe\n\nLocaux", "to_jury": "on"}
    assert client.post(page, typed).status_code == 302
    made.call.refresh_from_db()
    asked = made.call.asked_opinions
    assert (asked.bodies, asked.days, asked.headings, asked.to_jury, asked.takes_late) == (
        ("academy",),
        5,
        ("Cohérence", "Équipe", "Locaux"),
        True,
        False,
    )
    assert JournalEntry.objects.filter(action="set_opinions", actor=made.manager).exists()

    wrong = client.post(page, typed | {"headings": "Équipe\néquipe", "days": 0, "until": "01/01/2020"})
    assert wrong.status_code == 422 and set(wrong.context["form"].errors) == {"headings", "days", "until"}

    ask_opinion(application=made.file, actor=made.officer)
    frozen = client.get(page)
    assert "bodies" not in frozen.context["form"].fields and "les rubriques ne changent plus" in frozen.text
    assert client.post(page, {"days": 20, "until": ""}).status_code == 302
    made.call.refresh_from_db()
    assert made.call.asked_opinions.headings == asked.headings and not made.call.asked_opinions.to_jury
    with pytest.raises(TransitionRefused, match="ne changent plus"):
        set_opinions(call=made.call, asked=AskedOpinions(bodies=("draaf",)), actor=made.manager)
    with pytest.raises(PermissionDenied):
        set_opinions(call=made.call, asked=asked, actor=made.officer)


def test_the_last_day_is_that_of_the_call_or_so_many_working_days_later():
    today = timezone.localdate()
    assert AskedOpinions(days=10).due_on(today) == moved(today, 10)
    assert AskedOpinions(until=today + timedelta(days=3)).due_on(today) == today + timedelta(days=3)
    assert AskedOpinions(until=today - timedelta(days=3), days=10).due_on(today) == moved(today, 10)
    assert not opinions_in({}).is_asked and opinions_in(asking()).headings == HEADINGS


# -- Asked ----------------------------------------------------------------------------------------------------------------


def test_asked_on_one_file_to_its_authority_whose_people_are_written_to(client, made):
    client.force_login(made.officer)
    page = f"/dossiers/{made.file.reference}/avis/"
    assert made.file.establishment.authority.name in client.get(page).text
    due = timezone.localdate() + timedelta(days=8)
    told = client.post(page, {"due_on": f"{due:%d/%m/%Y}"}, follow=True)

    opinion = Opinion.objects.get()
    assert (opinion.authority, opinion.due_on, opinion.asked_by) == (made.file.establishment.authority, due, made.officer)
    assert "L’avis est demandé" in told.text and "Changer la date, ou annuler" in told.text
    mail = Message.objects.get(code="opinions_asked")
    assert mail.recipient == made.own and made.file.reference in mail.body and made.farm.reference not in mail.body
    line = JournalEntry.objects.get(action="ask_opinion")
    assert line.subject_id == str(made.file.pk)
    assert "déjà demandé" in client.get(page).text and client.post(page, {"due_on": f"{due:%d/%m/%Y}"}).status_code in (302, 409)
    assert Opinion.objects.count() == 1


@pytest.mark.parametrize("why", ["not asked by the call", "not this authority", "open", "scored", "inadmissible", "asked", "nobody"])
def test_what_stands_in_the_way_of_asking(made, why):
    file = made.file
    if why == "not asked by the call":
        type(made.call).objects.filter(pk=made.call.pk).update(opinions={})
    if why == "not this authority":
        type(made.call).objects.filter(pk=made.call.pk).update(opinions=asking() | {"bodies": ["draaf"]})
    if why == "open":
        type(made.call).objects.filter(pk=made.call.pk).update(state=CallState.PUBLISHED, closes_at=timezone.now() + timedelta(days=2))
    if why == "scored":
        type(made.call).objects.filter(pk=made.call.pk).update(state=CallState.ASSESSMENT)
    if why == "inadmissible":
        perform(file, "declare_inadmissible", actor=made.officer, reason="Non.")
    if why == "asked":
        an_opinion(file)
    if why == "nobody":
        made.own.role_grants.update(ended_at=timezone.now())
    before = Opinion.objects.count()
    with pytest.raises(TransitionRefused):
        ask_opinion(application=Application.objects.get(pk=file.pk), actor=made.officer)
    assert Opinion.objects.count() == before


def test_a_sealed_call_asks_nothing_before_it_is_opened(client, made):
    type(made.call).objects.filter(pk=made.call.pk).update(sealed=True, state=CallState.PUBLISHED)
    an_opinion(made.file)
    assert not Opinion.objects.visible_to(made.own).exists() and not Opinion.objects.visible_to(made.officer).exists()
    client.force_login(made.officer)
    assert client.get(f"/dossiers/{made.file.reference}/avis/").status_code == 404


def hidden(page):
    return {field["name"]: field.get("value", "") for field in elements_of(page, "form[method='post'] input[type='hidden'][name]")}


def test_asked_on_several_files_with_whom_and_when_said_before_and_one_mail_a_person(client, made):
    other, asked = (
        examined_file(made.call, establishment=made.file.establishment),
        examined_file(made.call, establishment=made.file.establishment),
    )
    an_opinion(asked)
    client.force_login(made.officer)
    files = "&".join(f"dossier={file.reference}" for file in (made.file, made.farm, other, asked))
    page = client.get(f"/dossiers/lot/acte/avis/?{files}")
    assert [file.reference for file in page.context["found"].ready] == sorted([made.file.reference, made.farm.reference, other.reference])
    shown = client.post("/dossiers/lot/acte/avis/", hidden(page) | {"due_on": ""})
    assert "2 dossiers, avis à rendre le" in shown.text.replace("\u00a0", " ") and "DRAAF" in shown.text and "déjà demandé" in shown.text
    client.post("/dossiers/lot/acte/avis/", hidden(shown) | {"confirmer": "1"})

    assert Opinion.objects.count() == 4
    mails = {mail.recipient: mail.body for mail in Message.objects.filter(code="opinions_asked")}
    assert set(mails) == {made.own, made.draaf}
    assert made.file.reference in mails[made.own] and other.reference in mails[made.own] and made.farm.reference not in mails[made.own]

    assert client.get(f"/dossiers/lot/acte/annuler-avis/?{files}").status_code == 404  # begun from the page of the act alone
    done = BulkAct.objects.get()
    perform_given(Opinion.objects.get(application=other), made.own)
    undo = client.get(f"/dossiers/lot/acte/annuler-avis/?lot={done.pk}")
    assert len(undo.context["found"].ready) == 2 and "déjà rendu" in undo.text
    sure = client.post("/dossiers/lot/acte/annuler-avis/", hidden(undo) | {"reason": "Trop tôt."})
    client.post("/dossiers/lot/acte/annuler-avis/", hidden(sure) | {"reason": "Trop tôt.", "confirmer": "1"})
    assert sorted(Opinion.objects.values_list("state", flat=True)) == ["asked", "cancelled", "cancelled", "given"]


def perform_given(opinion, author):
    write_opinion(opinion=opinion, value=OpinionValue.FAVOURABLE, texts=SAID, reserves="", remark="", actor=author)
    perform(opinion, "give", actor=author)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.JUROR, Role.ADVISER, Role.MEMBER])
def test_who_does_not_examine_asks_nothing(client, made, role):
    client.force_login(person(role, at=made.file.establishment if role == Role.MEMBER else None))
    assert client.post(f"/dossiers/{made.file.reference}/avis/", {"due_on": "01/01/2030"}).status_code in (403, 404)
    assert not Opinion.objects.exists()


# -- Written and given ----------------------------------------------------------------------------------------------------


def test_written_reread_given_and_taken_back(client, made):
    opinion = an_opinion(made.file)
    client.force_login(made.own)
    listed = client.get("/avis/")
    assert made.file.reference in listed.text and made.farm.reference not in listed.text
    assert [item.url for item in todo_for_opinions(made.own)] == [opinion.get_absolute_url()]
    page = client.get(opinion.get_absolute_url())
    assert "Les six classes de seconde" in page.text
    typed = {"value": OpinionValue.WITH_RESERVES, "rubrique-1": "Bien.", "rubrique-2": SECRET, "reserves": "", "remark": "Entre nous."}
    assert client.post(opinion.get_absolute_url(), typed).status_code == 302
    lacking = client.post(opinion.get_absolute_url(), typed | {"rendre": "1"}, follow=True)
    assert "quelles sont les réserves" in lacking.text
    client.post(opinion.get_absolute_url(), typed | {"reserves": "Câbler.", "rendre": "1"})
    client.post(f"{opinion.get_absolute_url()}action/give/")

    opinion.refresh_from_db()
    assert opinion.is_given and opinion.given_by == made.own and opinion.texts == {"Cohérence": "Bien.", "Équipe": SECRET}
    assert todo_for_opinions(made.own) == []
    assert client.post(opinion.get_absolute_url(), typed).status_code == 409
    client.post(f"{opinion.get_absolute_url()}action/take_back/")
    opinion.refresh_from_db()
    assert opinion.is_asked and opinion.reserves == "Câbler."


def test_a_colleague_who_wrote_meanwhile_is_shown_and_nothing_is_lost(client, made):
    opinion = an_opinion(made.file)
    client.force_login(made.own)
    page = client.get(opinion.get_absolute_url())
    write_opinion(opinion=opinion, value="", texts={"Cohérence": "Du collègue."}, reserves="", remark="", actor=adviser(made.file))
    stale = client.post(opinion.get_absolute_url(), hidden(page) | {"rubrique-1": "De moi."})
    assert stale.status_code == 409 and "Du collègue." in stale.text and "De moi." in stale.text
    opinion.refresh_from_db()
    assert opinion.texts["Cohérence"] == "Du collègue."


def test_late_where_the_call_takes_none_it_is_written_no_more(client, made):
    type(made.call).objects.filter(pk=made.call.pk).update(opinions=asking(takes_late=False))
    opinion = an_opinion(made.file, days=-2)
    client.force_login(made.own)
    assert "demandez une autre date" in client.get(opinion.get_absolute_url()).text
    assert client.post(opinion.get_absolute_url(), {"remark": "Trop tard."}).status_code == 409
    client.force_login(made.officer)
    later = timezone.localdate() + timedelta(days=4)
    assert client.post(f"{opinion.get_absolute_url()}action/extend/", {"due_on": f"{later:%d/%m/%Y}"}).status_code == 302
    client.force_login(made.own)
    assert client.post(opinion.get_absolute_url(), {"remark": "À temps."}).status_code == 302


def test_what_is_given_is_what_the_page_of_the_act_shows(client, made):
    """A colleague writes the contrary between the page that says « Relire et rendre » and the press."""
    opinion = an_opinion(made.file, written=True)
    client.force_login(made.own)
    page = client.get(f"{opinion.get_absolute_url()}action/give/")
    assert "Sens de l’avis : favorable." in page.text.replace("\u00a0", " ")
    assert SAID["Équipe"] in page.text
    write_opinion(
        opinion=opinion, value=OpinionValue.UNFAVOURABLE, texts=SAID | {"Équipe": "Non."}, reserves="", remark="", actor=adviser(made.file)
    )

    pressed = client.post(f"{opinion.get_absolute_url()}action/give/", {"seen": page.context["told"].mark})

    assert pressed.status_code == 409 and "Non." in pressed.text
    opinion.refresh_from_db()
    assert opinion.is_asked


def test_given_in_time_it_is_not_taken_back_once_it_could_not_be_given_again(client, made):
    type(made.call).objects.filter(pk=made.call.pk).update(opinions=asking(takes_late=False))
    opinion = an_opinion(made.file, state="given", days=-2, given_at=timezone.now() - timedelta(days=4))
    client.force_login(made.own)

    assert client.post(f"{opinion.get_absolute_url()}action/take_back/").status_code == 409

    opinion.refresh_from_db()
    assert opinion.is_given


@pytest.mark.parametrize("state", ["cancelled", "ended"])
def test_what_was_being_typed_is_given_back_when_nothing_is_asked_any_more(client, made, state):
    opinion = an_opinion(made.file, state=state)
    client.force_login(made.own)

    late = client.post(opinion.get_absolute_url(), {"rubrique-1": "Une heure de travail."})

    assert late.status_code == 409 and "Une heure de travail." in late.text
    assert client.get(opinion.get_absolute_url()).status_code == 404
    client.force_login(adviser(made.farm))
    assert client.post(opinion.get_absolute_url(), {"rubrique-1": "x"}).status_code == 404


# -- Who reads ------------------------------------------------------------------------------------------------------------


def attachment_of(file):
    stored = store_bytes("deliberation.pdf", pdf(), "application/pdf", purpose="attachment", subject=file)
    Attachment.objects.create(application=file, question_key="deliberation", file=stored)
    version = file.versions.get()
    entries = [entry for section in version.content["sections"] for entry in section["entries"]]
    asked = next(entry for entry in entries if entry["key"] == "deliberation")
    asked["files"] = [{"id": str(stored.pk), "name": stored.name, "size": 1, "sha256": stored.sha256}]
    version.save()
    return stored


def test_people_of_an_authority_read_the_files_on_which_it_is_asked_and_nothing_else(client, made):
    opinion, farm = an_opinion(made.file), an_opinion(made.farm)
    neighbour = examined_file(made.call, establishment=made.file.establishment)
    stored, other = attachment_of(made.file), attachment_of(neighbour)
    client.force_login(made.own)
    assert client.get(opinion.get_absolute_url()).status_code == 200 and may_read(made.own, stored)
    closed = [
        farm.get_absolute_url(),
        f"/dossiers/{made.file.reference}/",
        f"/dossiers/{neighbour.reference}/",
        f"/dossiers/{made.file.reference}/courriels/",
    ]
    assert [client.get(address).status_code for address in closed] == [404] * 4
    assert not may_read(made.own, other) and not Application.objects.visible_to(made.own).exists()
    assert client.get(f"/dossiers/{made.file.reference}/courriels/").status_code == 404
    for stranger in (made.reims, made.draaf):
        client.force_login(stranger)
        assert client.get(opinion.get_absolute_url()).status_code == 404 and not may_read(stranger, stored)
        assert made.file.reference not in client.get("/avis/").text

    perform(Opinion.objects.get(pk=opinion.pk), "cancel", actor=made.officer, reason="Par erreur.")
    client.force_login(made.own)
    assert client.get(opinion.get_absolute_url()).status_code == 404 and not may_read(made.own, stored)
    assert made.file.reference not in client.get("/avis/").text and todo_for_opinions(made.own) == []


def test_the_lycee_reads_no_opinion_nor_that_one_is_asked(client, made, monkeypatch):
    monkeypatch.setattr("calls.actions.opinion_reminders.EARLIEST_HOUR", 0)
    opinion = ask_opinion(application=made.file, actor=made.officer)
    Opinion.objects.filter(pk=opinion.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    assert remind_opinions() == 1
    write_opinion(opinion=opinion, value="favourable", texts=SAID | {"Équipe": SECRET}, reserves="", remark="", actor=made.own)
    perform(opinion, "give", actor=made.own)
    for role in (Role.MEMBER, Role.HEAD):
        client.force_login(person(role, at=made.file.establishment))
        page = client.get(f"/dossiers/{made.file.reference}/")
        assert page.status_code == 200 and SECRET not in page.text
        read = " ".join(texts_of(page, "main"))
        assert not [words for words in ("Avis de", "Avis demandé", "Avis rappelé", "Avis à rendre", "Avis rendu") if words in read]
        assert str(made.own) not in read and made.file.establishment.authority.name not in read
        assert client.get(opinion.get_absolute_url()).status_code == 404
    both = person(Role.CALL_MANAGER)
    both.role_grants.create(role=Role.MEMBER, establishment=made.file.establishment)
    assert not Opinion.objects.visible_to(type(both).objects.get(pk=both.pk)).exists()


def test_the_region_reads_what_is_given_never_a_draft(client, made):
    opinion = an_opinion(made.file, written=True, remark=SECRET)
    page = f"/dossiers/{made.file.reference}/"
    for reader in (made.officer, made.manager, person(Role.AUDITOR), person(Role.OFFICER, authority=made.file.establishment.authority)):
        client.force_login(reader)
        assert SECRET not in client.get(page).text + client.get(opinion.get_absolute_url()).text
    perform(opinion, "give", actor=made.own)
    for reader in (made.officer, made.manager, person(Role.AUDITOR)):
        client.force_login(reader)
        assert SECRET in client.get(page).text and str(made.own) in client.get(opinion.get_absolute_url()).text
    client.force_login(person(Role.OFFICER, authority=Authority.objects.get(pk=made.reims.role_grants.get().authority_id)))
    assert client.get(opinion.get_absolute_url()).status_code == 404


def test_filter_and_column_of_the_list(client, made):
    an_opinion(made.file, days=-3)
    an_opinion(made.farm, "given", value=OpinionValue.UNFAVOURABLE)
    client.force_login(made.officer)
    found = {key: client.get(f"/dossiers/?avis={key}&colonnes=avis&vue=") for key in ("attendu", "en-retard", "rendu", "sans")}
    shown = {key: [row.application.reference for row in page.context["rows"]] for key, page in found.items()}
    assert shown == {"attendu": [made.file.reference], "en-retard": [made.file.reference], "rendu": [made.farm.reference], "sans": []}
    assert "Défavorable" in found["rendu"].text and "En retard" in found["attendu"].text
    assert [item.level for item in todo_for_opinions(made.officer)] == ["err"]
    client.force_login(person(Role.FINANCE))
    assert "avis" not in client.get("/dossiers/?vue=").context["form"].fields
    assert files_with_opinion(Application.objects.all(), "rendu", made.reims).count() == 0


def test_the_jury_reads_what_is_given_beside_the_file_unless_the_call_keeps_it(client):
    call = jury_call(opinions=asking())
    file = examined_file(call, admissible=True)
    opinion, seat = an_opinion(file, "given", texts=SAID | {"Équipe": "Équipe solide"}, remark=SECRET), juror(call)
    sheet = reading(file, seat, state="in_progress")
    client.force_login(seat)
    page = client.get(sheet.get_absolute_url()).text
    assert "Équipe solide" in page and SECRET not in page
    assert client.get(opinion.get_absolute_url()).status_code == 404

    type(call).objects.filter(pk=call.pk).update(opinions=asking(to_jury=False))
    assert "Équipe solide" not in client.get(sheet.get_absolute_url()).text
    assert told_to_jury(Application.objects.get(pk=file.pk)) == []


def test_an_opinion_given_before_the_file_was_completed_says_so(client, made):
    an_opinion(made.file, "given")
    made.file.versions.create(number=2, reason=VersionReason.COMPLETION, content=made.file.versions.get().content, sha256="0" * 64)
    client.force_login(made.officer)
    assert "complété depuis" in client.get(f"/dossiers/{made.file.reference}/").text


def test_whoever_declares_a_link_reads_the_file_no_more(client, made):
    opinion = an_opinion(made.file)
    client.force_login(made.own)
    assert client.get(f"/avis/{opinion.pk}/interet/").status_code == 200
    assert client.post(f"/avis/{opinion.pk}/interet/", {"reason": "Mon frère y enseigne."}).status_code == 302
    assert InterestDeclaration.objects.get().user == made.own
    assert client.get(opinion.get_absolute_url()).status_code == 404 and made.file.reference not in client.get("/avis/").text
    client.force_login(made.reims)
    assert client.post(f"/avis/{opinion.pk}/interet/", {"reason": "Rien."}).status_code == 404
