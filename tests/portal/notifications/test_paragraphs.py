"""A paragraph of a message is written on several lines and leaves as one; what a person typed keeps its own."""

import pytest
from django.template import Context, Engine
from django.template.loader import get_template

from portal.notifications.paragraphs import Loader, joined


@pytest.fixture
def rendered(tmp_path, monkeypatch):
    """`rendered("email", source, reason=…)`: this template, read in a folder of that name by the loader of the portal."""
    monkeypatch.setattr(Loader, "get_dirs", lambda self: [tmp_path])

    def render(folder: str, source: str, **values: str) -> str:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "sent_body.txt").write_text(source, "utf-8")
        engine = Engine(loaders=["portal.notifications.paragraphs.Loader"])
        return engine.get_template(f"{folder}/sent_body.txt").render(Context(values))

    return render


def test_a_line_set_back_goes_on_the_line_above_and_what_is_typed_keeps_its_lines(rendered):
    source = "Le dossier est\n  reçu.\n\nMotif : {{ reason }}\nAvant : 1\nAprès :\n  2\n"

    assert rendered("email", source, reason="Un.\n  Deux.") == "Le dossier est reçu.\n\nMotif : Un.\n  Deux.\nAvant : 1\nAprès : 2\n"


def test_other_templates_are_read_as_they_are(rendered):
    assert rendered("pages", "<pre>\n  deux</pre>") == "<pre>\n  deux</pre>"


def test_an_empty_line_always_ends_a_paragraph():
    assert joined("un\n\n  deux\n   \ntrois") == "un\n\n  deux\n   \ntrois"


def test_messages_of_the_portal_are_read_so():
    """The loader is the one that the settings name: a message written on several lines leaves whole."""
    source = get_template("accounts/email/school_closed_body.txt").template.source

    assert "\n  " not in source
    assert "Ses dossiers, ses aides et ses commandes ne sont ni effacés ni annulés : les comptes de son équipe restent ouverts" in source
