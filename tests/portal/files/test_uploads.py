import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from portal.files import uploads
from portal.files.intake import UploadRefused, store_upload
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
MEBIBYTE = 1024 * 1024


def sent(size: int):
    """What a view gets of a file of this size."""
    request = RequestFactory().post("/", {"text": "gardé", "file": SimpleUploadedFile("devis.pdf", b"%PDF-" + b"x" * (size - 5))})
    return request.POST["text"], request.FILES["file"]


def words(file) -> str:
    with pytest.raises(UploadRefused) as refused:
        store_upload(file, purpose="test", subject=None, actor=person())
    return str(refused.value)


def test_large_file_arrives_whole(settings):
    text, file = sent(4 * MEBIBYTE)

    assert (text, file.size, file.read(5)) == ("gardé", 4 * MEBIBYTE, b"%PDF-")


def test_endless_file_is_dropped_while_it_arrives(settings):
    settings.UPLOAD_MAX_BYTES = MEBIBYTE

    text, file = sent(5 * MEBIBYTE)

    assert (text, file.read()) == ("gardé", b"")
    assert "la limite est de 1 Mo" in words(file)


@pytest.mark.parametrize("step", ["new_file", "receive_data_chunk", "file_complete"])
def test_full_disk_while_receiving_ends_in_a_sentence(settings, monkeypatch, step):
    base = uploads.TemporaryFileUploadHandler

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(base, step, full)

    text, file = sent(4 * MEBIBYTE)

    assert text == "gardé"
    assert "l’espace de stockage du portail est plein. Vos réponses sont gardées." in words(file)
