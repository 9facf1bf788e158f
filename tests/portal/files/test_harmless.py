"""What a file did, or said beside its content, is gone once it is received; who sent it is told."""

import hashlib
import io
import time

import pikepdf
import pytest
from PIL import Image

from portal.files import active_pdf
from portal.files.intake import UploadRefused, store_upload
from portal.files.models import StoredFile
from tests.factories.accounts import person
from tests.portal.files import samples

pytestmark = pytest.mark.django_db
TOLD = (
    "Le portail a retiré de ce PDF des scripts ou des actions automatiques et des fichiers joints au PDF ; ses pages sont gardées. "
    "Joignez à part un fichier que la Région doit lire."
)
SIGNS = (b"JavaScript", b"Launch", b"EmbeddedFile", b"/AA", b"cmd.exe", b"a.exe", b"javascript")


def receive(name: str, content: bytes) -> StoredFile:
    allowed = ("pdf", "jpg", "png")
    stored = store_upload(samples.upload(name, content), purpose="test", subject=None, actor=person(), allowed=allowed)
    return StoredFile.objects.get(pk=stored.pk)


def unpacked(content: bytes) -> bytes:
    """Every object of a PDF, in clear."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, stream_decode_level=pikepdf.StreamDecodeLevel.all)
    return out.getvalue()


@pytest.mark.parametrize("packed", [False, True], ids=["in clear", "packed"])
def test_a_pdf_that_acts_is_kept_without_what_it_did(packed):
    sent = samples.armed_pdf(packed=packed)

    stored = receive("devis.pdf", sent)

    kept = stored.content.read()
    assert [sign for sign in SIGNS if sign in unpacked(kept)] == []
    assert b"https://lycee.example/" in unpacked(kept)
    assert len(pikepdf.open(io.BytesIO(kept)).pages) == 2
    assert (stored.original_sha256, stored.sha256) == (hashlib.sha256(sent).hexdigest(), hashlib.sha256(kept).hexdigest())
    assert (stored.changes, stored.size) == (TOLD, len(kept))
    assert active_pdf.cleaned(io.BytesIO(kept)) is None


def test_names_written_by_numbers_hide_nothing():
    sent = samples.armed_pdf().replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS").replace(b"/AA", b"/#41A")

    assert b"alert" not in unpacked(receive("devis.pdf", sent).content.read())


@pytest.mark.parametrize("sent", [samples.armed_pdf(plain=True), samples.pdf(), samples.armed_pdf(plain=True, signed=True)])
def test_a_pdf_that_does_nothing_is_kept_as_it_was_sent(sent):
    stored = receive("devis.pdf", sent)

    assert (stored.content.read(), stored.original_sha256, stored.changes) == (sent, "", "")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (samples.armed_pdf(signed=True), "il est signé électroniquement et contient des scripts"),
        (samples.armed_pdf(portfolio=True), "c’est un porte-documents PDF, qui contient d’autres fichiers : joignez chaque document"),
    ],
    ids=["signed", "portfolio"],
)
def test_what_cannot_be_taken_out_without_loss_is_refused_with_the_reason(sent, said):
    with pytest.raises(UploadRefused, match=said) as refused:
        receive("devis.pdf", sent)

    assert "Vos réponses sont gardées." in str(refused.value)
    assert StoredFile.objects.count() == 0


def test_a_pdf_that_unpacks_without_end_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(active_pdf, "MAX_INFLATED", 100)
    started = time.process_time()

    with pytest.raises(UploadRefused, match="trop complexe pour être vérifié"):
        receive("devis.pdf", samples.armed_pdf(packed=True))

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("name", "kind", "kept_name", "kept_kind", "told"),
    [
        ("salle.jpg", "JPEG", "salle.jpg", "JPEG", "Le lieu de la prise de vue en est effacé."),
        ("salle.jpeg", "JPEG", "salle.jpeg", "JPEG", "Le lieu de la prise de vue en est effacé."),
        ("salle.png", "PNG", "salle.png", "PNG", "Le lieu de la prise de vue en est effacé."),
        ("IMG_0042.HEIC", "HEIF", "IMG_0042.jpg", "JPEG", "La photo est convertie en JPEG. Le lieu de la prise de vue en est effacé."),
    ],
)
def test_a_photograph_is_kept_upright_and_says_nothing_of_who_took_it(name, kind, kept_name, kept_kind, told):
    sent = samples.photo(kind)

    stored = receive(name, sent)

    kept = stored.content.read()
    with Image.open(io.BytesIO(kept)) as picture:
        # In a HEIC, the picture itself says how it is turned, and EXIF is not to be heard (ISO/IEC 23008-12).
        ends = [(5, 10), (35, 10)] if kind == "HEIF" else [(10, 5), (10, 35)]
        assert (picture.format, picture.size, dict(picture.getexif())) == (kept_kind, (40, 20) if kind == "HEIF" else (20, 40), {})
        assert [picture.convert("RGB").getpixel(at)[1] > 128 for at in ends] == [False, True]
        assert "comment" not in picture.info
    assert b"Telephone" not in kept and b"home" not in kept
    assert (stored.name, stored.content_type) == (kept_name, f"image/{kept_kind.lower()}")
    assert (stored.changes, stored.original_sha256) == (told, hashlib.sha256(sent).hexdigest())
    assert stored.sha256 == hashlib.sha256(kept).hexdigest()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16"])
def test_a_drawing_keeps_its_colours_and_says_nothing_where_nothing_was_lost(mode):
    stored = receive("plan.png", samples.image("PNG", mode=mode))

    assert (Image.open(stored.content).size, stored.changes) == ((12, 8), "")


def test_a_very_large_photograph_is_read_at_half_its_size(monkeypatch):
    monkeypatch.setattr("portal.files.pictures.READ_SMALLER", 100)

    assert Image.open(receive("salle.jpg", samples.photo(size=(400, 200))).content).size == (100, 200)


@pytest.mark.parametrize(("name", "kind"), [("plan.png", "PNG"), ("plan.heic", "HEIF")])
def test_a_picture_that_fills_the_memory_is_refused(name, kind, monkeypatch):
    monkeypatch.setattr("portal.files.pictures.MAX_DECODED", 100)

    with pytest.raises(UploadRefused, match="ses dimensions sont trop grandes : réduisez l’image"):
        receive(name, samples.photo(kind))
