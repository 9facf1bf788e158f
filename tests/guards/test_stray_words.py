"""The guard itself: what it finds in a text, what it lets through, and that it reads pages, messages, papers and workbooks."""

import pytest
from django.template import Context, Template

from exports.pdf import text
from exports.xlsx import workbook
from portal.notifications.registry import EmailNotification
from tests.factories.accounts import person
from tests.factories.notifications import MessageFactory
from tests.guards.stray_words import stray, words_of_page


@pytest.mark.parametrize(
    "said",
    [
        "Note : None sur 5",
        "Moyenne NaN",
        "None",
        "État : partly_awarded",
        "awaiting_approval",
        "0 dossiers déposés",
        "il reste 0\u00a0critères",
        "<Call object (1)>",
    ],
)
def test_what_no_reader_should_meet_is_found(said):
    assert len(stray(said)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "0 dossier déposé",
        "10 dossiers",
        "1,0 points",
        "L40-0 dossiers",
        "Nonet",
        "0 fois",
        "Retenu en partie",
        "2 000 dossiers",
        "/jury/?etat=in_progress",
    ],
)
def test_what_is_french_passes(said):
    assert stray(said) == []


def test_a_page_is_read_with_what_is_said_aloud_and_without_what_is_not():
    page = '<p title="0 dossiers">Reçu</p><script>None</script><img alt="None" src="/x"><code>None</code><input value="None">'

    assert len(stray(words_of_page(page))) == 2


@pytest.mark.django_db
def test_pages_are_read(client):
    message = MessageFactory(recipient=person(), subject="Votre note : None")
    client.force_login(message.recipient)

    with pytest.raises(pytest.fail.Exception, match="« None »"):
        client.get("/courriels/mes-messages/")


@pytest.mark.parametrize(
    "draw", [lambda: text.printable("Note : None"), lambda: workbook.clean_text("Note : None")], ids=["paper", "workbook"]
)
def test_papers_and_workbooks_are_read(draw):
    with pytest.raises(pytest.fail.Exception, match="« None »"):
        draw()


def test_messages_are_read(monkeypatch):
    monkeypatch.setattr("portal.notifications.registry.render_to_string", lambda template, context: "Reçu : None")

    class Announced(EmailNotification):
        template = "tests/announced"

    with pytest.raises(pytest.fail.Exception, match="« None »"):
        Announced().render(None, None, "")


@pytest.mark.parametrize(("number", "ending"), [(0, ""), (1, ""), (2, "s"), ([], ""), ([1, 2], "s")])
def test_templates_count_as_french_does(number, ending):
    assert Template("{{ n|pluralize }}").render(Context({"n": number})) == ending
