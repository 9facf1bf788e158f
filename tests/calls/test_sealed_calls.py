"""A sealed call: nobody but its lycée reads a file, nor learns that it exists, before two persons open them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.actions.extensions import cancel_extension, grant_extension, granting_gaps
from calls.actions.steering import extend_closing
from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from calls.models import Application, Call
from calls.queries.next_step import next_step
from calls.queries.threads import of_region, region_people
from portal.journal import recorder
from portal.journal.models import JournalEntry
from portal.notifications import outbox
from portal.notifications.models import Message
from portal.roles import Role
from portal.text.dates import day
from portal.ui import todo
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db
STAFF = [Role.CALL_MANAGER, Role.OFFICER, Role.FINANCE, Role.ORDERS, Role.AUDITOR, Role.ADMIN, Role.TECHNICIAN, Role.JUROR, Role.CHAIR]
TITLE, REFERENCE = "Zéphyrine et ses robots", "SC-2027-0042"


@pytest.fixture
def sealed_file():
    """Filed and acknowledged in a call that is over, as the gate leaves it: journal, mail."""
    call = CallFactory(reference="SC-2027", closed=True, sealed=True)
    file = ApplicationFactory(call=call, submitted=True, complete=True, reference=REFERENCE, title=TITLE)
    head = person(Role.HEAD, at=file.establishment)
    freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=head)
    recorder.record(file, "submit", actor=head)
    outbox.post("application_received", about=file, actor=head)
    return file


@pytest.fixture
def opened(sealed_file):
    asker, opener = person(Role.CALL_MANAGER), person(Role.ADMIN)
    perform(sealed_file.call, "ask_opening", actor=asker)
    perform(Call.objects.get(), "open_files", actor=opener)
    return Application.objects.select_related("call").get()


def told(client, user, file) -> dict[str, bool]:
    """Whether each page that this person opens names the file; None for those that are closed to the role."""
    client.force_login(user)
    pages = {
        "list": "/dossiers/",
        "search": f"/recherche/?q={REFERENCE}",
        "by title": "/recherche/?q=Zephyrine",
        "lycée": f"/etablissements/{file.establishment.uai}/",
        "journal": "/journal/",
        "journal by name": f"/journal/?q={REFERENCE}",
        "mails": "/courriels/",
        "call": f"/pilotage/{file.call.reference}/",
        "own page": "/espace/",
        "threads": "/echanges/",
    }
    answers = {name: client.get(page) for name, page in pages.items()}
    return {
        name: _names(answer.text, is_echoed=f"q={REFERENCE}" in pages[name])
        for name, answer in answers.items()
        if answer.status_code == 200
    }


def _names(page: str, *, is_echoed: bool) -> bool:
    """A page that says again what was searched has its reference anyway: only a link to the file, or its title, tells."""
    return TITLE in page or f"/dossiers/{REFERENCE}" in page or (REFERENCE in page and not is_echoed)


@pytest.mark.parametrize("role", STAFF)
def test_nobody_at_the_region_learns_that_the_file_exists(client, sealed_file, role):
    user = person(role)

    named = told(client, user, sealed_file)

    assert {name for name, is_named in named.items() if is_named} == set()
    assert client.get(sealed_file.get_absolute_url()).status_code == 404
    assert not Application.objects.visible_to(user).exists()
    assert not of_region(user).exists()


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN])
def test_the_journal_says_that_a_lycee_acted_and_not_which_nor_who(client, sealed_file, role):
    entry = JournalEntry.objects.filter(action="submit").get()
    client.force_login(person(role))
    pages = [client.get(address).text for address in ("/journal/?acte=submit", f"/journal/{entry.pk}/")]

    assert all("Dossier scellé" in page and "Le lycée" in page for page in pages)
    for told in (entry.actor.last_name, entry.actor.email, sealed_file.establishment.name, f"identifiant {sealed_file.pk}"):
        assert not [page for page in pages if told in page], told
    assert "Dossier scellé" not in client.get("/journal/", {"personne": entry.actor.last_name}).text


def test_a_mail_about_it_is_neither_listed_nor_read_by_the_staff(client, sealed_file):
    client.force_login(person(Role.ADMIN))
    sent = Message.objects.filter(code="application_received")

    assert sent.exists()
    assert {client.get(f"/courriels/{message.pk}/").status_code for message in sent} == {404}
    assert sent[0].to_email not in client.get("/courriels/").text


def test_the_lycee_reads_it_and_is_told_what_sealed_means(client, sealed_file):
    client.force_login(person(Role.MEMBER, at=sealed_file.establishment))
    page = client.get(sealed_file.get_absolute_url())

    assert page.status_code == 200
    assert "Les dossiers de cet appel sont scellés" in page.text
    assert region_people(sealed_file) == []
    assert client.get(f"/echanges/dossier/{REFERENCE}/nouveau/").status_code in (403, 404)


def test_staff_read_how_many_there_are(client, sealed_file):
    client.force_login(person(Role.CALL_MANAGER))
    page = client.get("/pilotage/SC-2027/")

    assert "Les dossiers sont scellés" in page.text
    assert page.context["funnel_steps"][2]["value"] == 1
    assert 'id="departements"' not in page.text


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.OFFICER, Role.AUDITOR, Role.ADMIN])
def test_once_opened_the_file_is_read_as_any_other(client, opened, role):
    named = told(client, person(role), opened)

    assert named["list"]
    assert client.get(opened.get_absolute_url()).status_code == 200


def test_nobody_opens_alone_nor_without_being_asked(sealed_file):
    manager, other, officer = person(Role.CALL_MANAGER), person(Role.CALL_MANAGER), person(Role.OFFICER)
    call = sealed_file.call
    with pytest.raises(TransitionRefused, match="L’ouverture n’est pas demandée"):
        perform(call, "open_files", actor=other)
    with pytest.raises(PermissionDenied):
        perform(call, "ask_opening", actor=officer)
    perform(call, "ask_opening", actor=manager)
    with pytest.raises(PermissionDenied):
        perform(call, "open_files", actor=manager)
    with pytest.raises(TransitionRefused, match="L’ouverture est demandée depuis"):
        perform(call, "ask_opening", actor=other)
    assert Call.objects.get().is_sealed

    perform(call, "open_files", actor=other)

    acts = JournalEntry.objects.filter(action__in=("ask_opening", "open_files")).order_by("pk")
    assert [(entry.action, entry.actor_id) for entry in acts] == [("ask_opening", manager.pk), ("open_files", other.pk)]
    with pytest.raises(TransitionRefused, match="Les dossiers ont été ouverts le"):
        perform(call, "open_files", actor=other)


def test_a_request_given_up_is_asked_again_by_anybody_who_may(sealed_file):
    first, second = person(Role.CALL_MANAGER), person(Role.ADMIN)
    call = perform(sealed_file.call, "ask_opening", actor=first)
    call = perform(call, "drop_opening", actor=first, reason="Un recours sur la clôture.")
    call = perform(call, "ask_opening", actor=second)
    with pytest.raises(PermissionDenied):
        perform(call, "open_files", actor=second)

    assert not perform(call, "open_files", actor=first).is_sealed


def test_files_stay_sealed_until_the_last_closing(sealed_file):
    manager = person(Role.CALL_MANAGER)
    later = timezone.now() + timedelta(days=2)
    grant_extension(call=sealed_file.call, establishment=sealed_file.establishment, closes_at=later, reason="Panne.", actor=manager)

    with pytest.raises(TransitionRefused, match="prolongé pour un lycée"):
        perform(Call.objects.get(), "ask_opening", actor=manager)
    extension = sealed_file.call.extensions.get()
    with pytest.raises(TransitionRefused, match="dirait si ce lycée a déposé"):
        cancel_extension(extension=extension, actor=manager, reason="Erreur.")


def test_the_instruction_waits_for_the_opening(sealed_file):
    manager = person(Role.CALL_MANAGER)
    with pytest.raises(TransitionRefused, match="Personne ne les lit encore"):
        perform(sealed_file.call, "start_instruction", actor=manager)
    call = perform(sealed_file.call, "ask_opening", actor=manager)
    perform(call, "open_files", actor=person(Role.ADMIN))

    assert perform(Call.objects.get(), "start_instruction", actor=manager).state == "instruction"


def test_once_opened_no_lycee_files_any_more(opened):
    manager = person(Role.CALL_MANAGER)

    with pytest.raises(TransitionRefused, match="la clôture ne change plus"):
        extend_closing(call=opened.call, closes_at=timezone.now() + timedelta(days=3), reason="Panne.", actor=manager)
    assert "la clôture ne change plus" in granting_gaps(opened.call)[0]


def test_once_the_opening_is_asked_the_closing_moves_no_more_until_it_is_dropped(client, sealed_file):
    manager, later = person(Role.CALL_MANAGER), timezone.now() + timedelta(days=3)
    call = perform(sealed_file.call, "ask_opening", actor=manager)
    client.force_login(manager)
    page, form = (text_of(client.get(f"/pilotage/{call.reference}/{at}")) for at in ("", "prolonger/"))

    with pytest.raises(TransitionRefused, match="renoncez d’abord à ouvrir"):
        extend_closing(call=call, closes_at=later, reason="Panne.", actor=manager)
    assert "Prolonger l’appel" not in page and "renoncez d’abord à ouvrir" in form and granting_gaps(call)
    dropped = perform(call, "drop_opening", actor=manager, reason="Panne.")
    assert extend_closing(call=dropped, closes_at=later, reason="Panne.", actor=manager).closes_at == later


def test_whoever_else_may_open_is_told_and_finds_it_on_their_page(sealed_file, django_capture_on_commit_callbacks):
    asker, admin, officer = person(Role.CALL_MANAGER), person(Role.ADMIN), person(Role.OFFICER)
    before = {item.action_label for item in todo.items_for(asker)}
    with django_capture_on_commit_callbacks(execute=True):
        perform(sealed_file.call, "ask_opening", actor=asker)

    assert "Demander l’ouverture" in before
    assert set(Message.objects.filter(code="opening_asked").values_list("recipient", flat=True)) == {admin.pk}
    assert "Lire et ouvrir" in {item.action_label for item in todo.items_for(admin)}
    for other in (asker, officer):
        assert not {"Lire et ouvrir", "Demander l’ouverture", "Ouvrir l’instruction"} & {
            item.action_label for item in todo.items_for(other)
        }


def test_the_next_step_is_told_to_each_as_it_is_theirs(sealed_file):
    asker, opener, officer = person(Role.CALL_MANAGER), person(Role.ADMIN), person(Role.OFFICER)

    def told_to(user) -> tuple[str, str]:
        step = next_step(Call.objects.get(pk=sealed_file.call_id), user)
        return step.act.split()[0], step.address.rpartition("action/")[2]

    assert [told_to(user) for user in (asker, officer)] == [("demander", "ask_opening/"), ("demander", "")]
    perform(sealed_file.call, "ask_opening", actor=asker)
    assert [told_to(user) for user in (asker, opener, officer)] == [("ouvrir", ""), ("ouvrir", "open_files/"), ("ouvrir", "")]


def test_a_draft_that_will_be_sealed_is_first_published():
    step = next_step(CallFactory(state="draft", sealed=True), person(Role.CALL_MANAGER))

    assert (step.act, step.address.rpartition("action/")[2]) == ("publier l’appel", "publish/")


def test_a_call_that_is_not_sealed_has_nothing_to_open(client):
    call = CallFactory(closed=True)
    with pytest.raises(TransitionRefused, match="ne sont pas scellés"):
        perform(call, "ask_opening", actor=person(Role.CALL_MANAGER))


def test_the_page_of_retention_says_that_what_is_sealed_is_kept_and_from_when_it_counts(client, sealed_file):
    client.force_login(person(Role.CALL_MANAGER))
    page = text_of(client.get(f"/pilotage/{sealed_file.call.reference}/conservation/"))

    assert "scellé, compté à l’ouverture" in text_of(client.get("/pilotage/conservation/"))
    assert "sont scellés" in page and "scellé, compté à l’ouverture" in page and "Rien n’est échu" not in page
    assert day(sealed_file.call.closes_at) in page
