import email

import pytest
from django.core.mail import EmailMessage, send_mail

from portal.notifications import backends


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "portal.notifications.backends.FolderBackend", tmp_path / "mails"
    return tmp_path / "mails"


def message(identity="<abc@preau.example>"):
    return EmailMessage("Objet é", "Texte", to=["a@preau.example"], headers={"Message-ID": identity})


def test_mail_is_one_readable_file(folder):
    message().send()

    (path,) = folder.iterdir()
    assert path.name == "abc@preau.example.eml"
    read = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (read["Subject"], read["To"], read.get_content().strip()) == ("Objet é", "a@preau.example", "Texte")


def test_same_message_twice_is_one_file(folder):
    message().send()
    message().send()

    assert [path.name for path in folder.iterdir()] == ["abc@preau.example.eml"]


def test_mail_without_identity_of_ours_is_kept_too(folder):
    send_mail("Objet", "Texte", None, ["a@preau.example"])
    send_mail("Objet", "Texte", None, ["a@preau.example"])

    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("identity", ["<../../etc/passwd>", "</abs@x>"])
def test_identity_never_leaves_the_folder(folder, identity):
    message(identity).send()

    assert [path.parent for path in folder.parent.rglob("*.eml")] == [folder]


def test_file_appears_whole_or_not_at_all(folder, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backends.Path, "write_bytes", full)

    with pytest.raises(OSError, match="No space"):
        message().send()
    assert list(folder.glob("*.eml")) == []
