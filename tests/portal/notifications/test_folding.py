"""Messages leave in lines that every mail reader shows, and nothing that is clicked or copied is cut."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail

from portal.notifications.folding import WIDTH, folded
from portal.notifications.paragraphs import joined
from portal.notifications.tasks import send_pending
from tests.factories.notifications import MessageFactory

LINK = "https://appels.region.example/commandes/BC-2026-0001/livraisons/un-chemin-tres-long/qui-depasse-la-ligne/"
BODIES = sorted(path for path in Path(settings.BASE_DIR).glob("*/**/email/*_body.txt") if "node_modules" not in path.parts)


def test_a_paragraph_is_folded_between_words():
    text = "Bonjour,\n\n" + "La Région vient de commander les travaux de votre établissement. " * 4

    lines = folded(text).split("\n")

    assert lines[:2] == ["Bonjour,", ""]
    assert max(map(len, lines)) <= WIDTH
    assert " ".join(lines[2:]) == text.split("\n")[2].strip()


def test_an_address_is_never_cut_nor_what_an_unbreakable_space_holds():
    lines = folded(f"Suivi, pour l’établissement et la Région : {LINK}").split("\n")
    held = folded("mot " * 17 + "10\u00a0572,80\u00a0€ TTC").split("\n")

    assert LINK in lines
    assert held[-1].startswith("10\u00a0572,80\u00a0€")


def test_an_item_of_a_list_goes_on_under_its_words():
    first, second = folded("- 24 × Ordinateur portable de 14 pouces avec sa housse, son chargeur et sa souris").split("\n")

    assert first.startswith("- 24 × ")
    assert re.match(r"  \S", second)


@pytest.mark.parametrize("text", ["", "\n", "Bonjour,\n", "\n\nBonjour,\n\n\nPréau"])
def test_empty_lines_stay(text):
    assert folded(text) == text


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_the_text_of_every_message_is_folded(path):
    text = re.sub(r"{%.*?%}", "", joined(path.read_text("utf-8"))).replace("{{ base_url }}{{ about.get_absolute_url }}", LINK)
    lines = folded(re.sub(r"{{.*?}}", "valeur", text)).split("\n")

    assert [line for line in lines if len(line) > WIDTH and LINK not in line] == []


@pytest.mark.django_db
def test_what_leaves_is_folded_and_what_is_kept_is_not():
    message = MessageFactory(body="La commande est réceptionnée sans réserve. " * 5 + f"\n\nSuivi : {LINK}\n")

    send_pending()

    message.refresh_from_db()
    assert mail.outbox[0].body == folded(message.body) != message.body
    assert f"\n{LINK}\n" in mail.outbox[0].body
