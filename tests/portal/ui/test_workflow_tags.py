import pytest
from django.contrib.auth.models import AnonymousUser

from portal.journal import acts, recorder
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import Option, perform
from portal.workflow.templatetags.workflow import buttons_for
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.reading import elements_of, links_of, texts_of, the, words_of


class Thing:
    def get_absolute_url(self):
        return "/choses/1/"


def option(name, *, missing=(), **custom):
    return Option(name, name.capitalize(), tuple(missing), custom)


def test_buttons_put_the_first_ready_one_first_and_dangers_last():
    options = [option("cancel", danger=True), option("approve", missing=["Une pièce."]), option("send"), option("close")]

    buttons = buttons_for(Thing(), options)

    assert [(button.option.name, button.css) for button in buttons] == [
        ("send", "btn-primary"),
        ("approve", "btn-outline-primary"),
        ("close", "btn-outline-primary"),
        ("cancel", "btn-danger"),
    ]


@pytest.mark.django_db
def test_transitions_are_drawn_from_the_machine_for_the_person(draw):
    application = ApplicationFactory(call__closed=True, submitted=True)
    source = "{% transitions object %}"

    officer = draw(source, {"object": application}, user=person(Role.OFFICER))
    member = draw(source, {"object": application}, user=person(Role.MEMBER, at=application.establishment))

    asked = f"/dossiers/{application.reference}/action"
    assert ("Déclarer recevable", f"{asked}/declare_admissible/") in links_of(officer)
    assert ("Déclarer irrecevable", f"{asked}/declare_inadmissible/") in links_of(officer)
    assert elements_of(officer, "form") == []  # nothing is done before its page has said what it does
    assert "declare_" not in member
    assert draw(source, {"object": application}, user=AnonymousUser()).strip() == ""


@pytest.mark.django_db
def test_transition_that_lacks_something_leads_to_the_page_that_says_what(draw):
    draft = ApplicationFactory()
    member = person(Role.MEMBER, at=draft.establishment)

    html = draw("{% transitions object %}", {"object": draft}, user=member)

    link = the(html, "a.btn-primary")
    assert link["href"] == f"/dossiers/{draft.reference}/action/request_approval/"
    assert words_of(link).startswith("Demander le visa")
    assert any(text.endswith("à compléter") for text in texts_of(html, "span"))


@pytest.mark.django_db
def test_journal_shows_the_newest_first_with_reason_and_no_markup(draw):
    application = ApplicationFactory(call__closed=True, submitted=True)
    officer = person(Role.OFFICER, first_name="Nadia", last_name="Ferhat")
    recorder.record(application, "first_act", actor=SYSTEM)
    perform(application, "declare_inadmissible", actor=officer, reason="<b>Hors délai</b>", motive="Hors délai")

    html = draw("{% journal object %}", {"object": application}, user=officer)

    newest, oldest = texts_of(html, "li")
    assert ("Dossier déclaré irrecevable" in newest, "First act" in oldest) == (True, True)
    assert "Nadia Ferhat, le " in newest
    assert "<b>Hors délai</b>" in newest


@pytest.mark.django_db
def test_journal_tells_the_school_nothing_of_the_inner_steps_of_the_jury(draw, monkeypatch):
    monkeypatch.setattr(acts, "_labels", {})
    monkeypatch.setattr(acts, "_told_to_applicants", set())
    acts.register({"file_added": "Pièce ajoutée", "officer_assigned": "Dossier confié"}, told_to_applicants=["file_added"])
    application = ApplicationFactory(admissible=True)
    recorder.record(application, "file_added", actor=SYSTEM)
    recorder.record(application, "officer_assigned", actor=SYSTEM)
    recorder.record(application, "declare_admissible", actor=SYSTEM)
    recorder.record(application, "mark_assessed", actor=SYSTEM)
    source, context = "{% journal object %}", {"object": application}

    school = draw(source, context, user=person(Role.HEAD, at=application.establishment))
    region = draw(source, context, user=person(Role.OFFICER))

    labels = ("Pièce ajoutée", "Dossier confié", "Dossier déclaré recevable", "Notation du dossier close")
    assert [label in school for label in labels] == [True, False, True, False]
    assert [label in region for label in labels] == [True, True, True, True]


@pytest.mark.django_db
@pytest.mark.parametrize("count", (1, 3))
def test_journal_reads_in_one_query_whatever_its_length(draw, django_assert_num_queries, count):
    application = ApplicationFactory()
    officer = person(Role.OFFICER)
    assert officer.is_region_staff
    for _ in range(count):
        recorder.record(application, "file_added", actor=officer)

    with django_assert_num_queries(1):
        draw("{% journal object %}", {"object": application}, user=officer)


def test_journal_of_nothing_says_so(draw):
    assert "Aucun événement" in draw('{% include "ui/components/journal.html" %}', {"lines": []})
