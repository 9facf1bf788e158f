"""The HTML part of a mail: the same words as the plain one, in every message; links to the portal alone; nothing asked of another machine."""

import re
from email import message_from_bytes, policy

import pytest
from django.core import mail
from lxml import html

from portal.notifications.html import blocks_of, html_of
from portal.notifications.tasks import send_pending
from tests.factories.mailed import letters, samples
from tests.factories.notifications import MessageFactory

ADDRESS = re.compile(r"https?://\S+")
OUTSIDE = re.compile(r"(?:src|background|action)\s*=|url\(|@import|<(?:img|script|link|iframe|form|object|video)\b", re.IGNORECASE)


def words(text: str) -> list[str]:
    """Words and addresses in their order; punctuation that stands alone and the dashes of lists are no words."""
    return [word for word in (token.strip(" :-\u00a0") for token in text.split()) if word]


def read_aloud(markup: str) -> str:
    """What the body of a mail says, one space between its elements."""
    body = html.document_fromstring(markup).find("body")
    return " ".join(body.itertext())


@pytest.mark.django_db
def test_both_parts_of_every_message_say_the_same(settings):
    settings.BASE_URL = "https://preau.test"
    written = samples() | letters()
    said = {code: words(read_aloud(html_of(subject, text))) for code, (subject, text) in written.items()}
    awaited = {code: ["Préau", *words(subject), *words(text)] for code, (subject, text) in written.items()}

    assert len(written) > 110
    assert {code: said[code] for code in said if said[code] != awaited[code]} == {}
    assert {code for code, (subject, text) in written.items() if OUTSIDE.search(html_of(subject, text))} == set()
    assert {code for code, (_, text) in written.items() if "{{" in text or "{%" in text or "None" in text} == set()


def test_only_addresses_of_the_portal_are_links(settings):
    settings.BASE_URL = "https://preau.test"
    typed = "Voir https://evil.example/x, https://preau.test.evil.example/ et <b>https://preau.test</b>/dossiers/1/.\n\nLe dossier : https://preau.test/d/1/"

    tree = html.document_fromstring(html_of("<i>Objet</i>", typed))

    assert [a.get("href") for a in tree.iter("a")] == ["https://preau.test", "https://preau.test/d/1/"]
    assert (tree.find(".//b"), tree.find(".//i")) == (None, None)
    assert (tree.get("lang"), tree.find(".//title").text) == ("fr", "<i>Objet</i>")


def test_what_the_mail_leads_to_is_a_button_with_its_address_in_full(settings):
    settings.BASE_URL = "https://preau.test"

    first, listed, button = blocks_of("Bonjour,\nsuite\n\n- un\n- deux https://preau.test/2/.\n\nLe dossier : https://preau.test/d/1/\n")

    assert (len(first.lines), listed.is_list, len(listed.lines)) == (2, True, 2)
    assert [piece.text for piece in listed.lines[1].pieces] == ["deux ", "https://preau.test/2/", "."]
    assert (button.is_button, button.label, button.address) == (True, "Le dossier", "https://preau.test/d/1/")


@pytest.mark.django_db
def test_a_mail_leaves_with_its_two_parts_plain_first():
    message = MessageFactory(subject="Votre dossier", body="Bonjour,\n\nIl est déposé.")
    send_pending()

    sent = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy.default)

    assert sent.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in sent.iter_parts()] == ["text/plain", "text/html"]
    assert words(read_aloud(sent.get_body(("html",)).get_content())) == ["Préau", *words(message.subject), *words(message.body)]
