import hashlib
import io
import time
import zipfile

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError

from portal.files.antivirus import EICAR
from portal.files.intake import StorageFailed, UploadRefused, retire, store_bytes, store_upload
from portal.files.models import StoredFile
from portal.files.names import clean_name
from portal.journal.models import JournalEntry
from tests.factories.accounts import person
from tests.factories.directory import EstablishmentFactory
from tests.portal.files import samples

pytestmark = pytest.mark.django_db
ALL = ("pdf", "docx", "xlsx", "odt", "ods", "jpg", "png", "csv")
HTML = b"<!doctype html><script>alert(1)</script>"


def receive(name, content, allowed=ALL, **more):
    return store_upload(samples.upload(name, content), purpose="test", subject=None, actor=person(), allowed=allowed, **more)


def refusal(name, content, allowed=ALL, **more) -> str:
    with pytest.raises(UploadRefused) as refused:
        receive(name, content, allowed, **more)
    assert StoredFile.objects.count() == 0
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("devis.pdf", samples.pdf(), "application/pdf"),
        ("Devis.PDF", samples.pdf(3), "application/pdf"),
        ("projet.docx", samples.docx(), f"{samples.OOXML}.wordprocessingml.document"),
        ("budget.xlsx", samples.xlsx(), f"{samples.OOXML}.spreadsheetml.sheet"),
        ("projet.odt", samples.opendocument("text"), f"{samples.ODF}.text"),
        ("budget.ods", samples.opendocument("spreadsheet"), f"{samples.ODF}.spreadsheet"),
        ("liste.csv", "nom;note\r\nÉlève;12\r\n".encode("cp1252"), "text/csv"),
    ],
)
def test_honest_file_is_kept_whole(name, content, content_type):
    school, author = EstablishmentFactory(), person()

    stored = store_upload(samples.upload(name, content), purpose="test", subject=school, actor=author, allowed=ALL)

    stored = StoredFile.objects.get(pk=stored.pk)
    assert stored.content.read() == content
    assert (stored.name, stored.content_type, stored.size) == (name, content_type, len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert (stored.uploaded_by, stored.subject_type.model, stored.subject_id) == (author, "establishment", str(school.pk))
    assert stored.get_scan_display() == "Non analysé"


def test_path_in_the_storage_says_nothing_of_the_file():
    stored = receive("devis secret.pdf", samples.pdf())

    assert stored.content.name == f"{stored.pk.hex[:2]}/{stored.pk.hex}"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.pdf", HTML),
        ("devis.pdf", b"MZ" + b"\x00" * 300),
        ("devis.pdf", b"GIF89a" + samples.pdf()),
        ("devis.pdf", b"<html>" + samples.pdf()),
        ("devis.pdf", samples.pdf()[:200]),
        ("devis.pdf", b"%PDF-1.7\n" + b"x" * 5000),
        ("devis.pdf", samples.pdf() + samples.archive({"a.html": HTML})),
        ("devis.pdf", samples.pdf(password="secret")),
        ("photo.jpg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("photo.png", samples.image("JPEG")),
        ("photo.jpg", samples.image("JPEG")[:60]),
        ("photo.jpg", samples.photo()[:-200]),
        ("photo.heic", samples.photo_of_a_telephone(b"mif1")),
        ("photo.png", samples.image("PNG") + samples.archive({"a.html": HTML})),
        ("projet.docx", samples.archive({"a.html": HTML})),
        ("projet.docx", samples.xlsx()),
        ("projet.docx", samples.pdf()),
        ("projet.docx", samples.docx(**{"word/vbaProject.bin": b"macro"})),
        ("projet.docx", samples.docx(**{"../../etc/passwd": b"x"})),
        ("projet.odt", samples.opendocument("spreadsheet")),
        ("liste.csv", HTML),
        ("liste.csv", b"nom;note\x00\x01\x02"),
        ("liste.csv", samples.xlsx()),
    ],
)
def test_disguised_or_damaged_file_is_refused_by_its_content(name, content):
    message = refusal(name, content)

    assert message.startswith(f"« {name} » n’a pas été enregistré : ")
    assert "Vos réponses sont gardées." in message


@pytest.mark.parametrize("attached", [samples.opendocument("text"), samples.xlsx()], ids=["hybrid", "annexed sheet"])
def test_a_sound_pdf_that_carries_a_document_is_received(attached):
    assert receive("devis.pdf", samples.hybrid_pdf(attached)).content_type == "application/pdf"


ADVICE = [
    (
        "budget.xlsx",
        samples.ole("EncryptionInfo", "EncryptedPackage"),
        "un document protégé par un mot de passe ; enregistrez-le sans mot de passe",
    ),
    ("budget.xlsx", samples.ole("Workbook"), "un classeur dans l’ancien format d’Excel (XLS) ; enregistrez-le en XLSX"),
    ("projet.docx", samples.ole("WordDocument"), "un document dans l’ancien format de Word (DOC) ; enregistrez-le en DOCX ou en PDF"),
    ("budget.ods", samples.xlsx(), "un classeur Excel (XLSX) ; donnez-lui l’extension .xlsx"),
    ("projet.docx", samples.opendocument("text"), "un texte OpenDocument (ODT) ; donnez-lui l’extension .odt"),
    ("plan.jpg", samples.photo_of_a_telephone(), "une photo d’iPhone (HEIC) ; donnez-lui l’extension .heic"),
    ("plan.jpg", samples.photo_of_a_telephone(b"qt  "), "une vidéo ; envoyez un document ou une image"),
    ("plan.png", samples.image("WEBP"), "une image WebP ; enregistrez-la en JPEG ou en PNG"),
    ("devis.pdf", samples.archive({"devis.html": b"<p>"}), "une archive ZIP ; joignez les fichiers un par un"),
    ("devis.pdf", samples.archive({"Index/Document.iwa": b"x"}), "un document de Pages, Numbers ou Keynote ; exportez-le en PDF"),
    ("devis.pdf", HTML, "une page web ; imprimez-la en PDF"),
    ("devis.xlsx", samples.docx(), "un document Word (DOCX) ; donnez-lui l’extension .docx"),
]


@pytest.mark.parametrize(("name", "content", "said"), ADVICE)
def test_a_refusal_says_what_the_file_is_and_what_to_do(name, content, said):
    allowed = ("pdf", "docx", "xlsx", "odt", "ods", "jpg", "png", "csv")

    assert refusal(name, content, allowed=allowed).startswith(f"« {name} » n’a pas été enregistré : c’est {said}.")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("budget.ods", samples.protected_opendocument(), "il est protégé par un mot de passe : enregistrez-le sans mot de passe"),
        ("liste.csv", "nom;note".encode("utf-16"), "il est enregistré en « texte Unicode » : choisissez « CSV UTF-8 » à l’enregistrement"),
    ],
)
def test_what_fits_its_name_and_cannot_be_read_says_why(name, content, said):
    assert f" : {said}. " in refusal(name, content)


def test_a_photo_of_a_telephone_is_refused_where_no_picture_is_taken():
    assert "c’est une photo d’iPhone (HEIC) ; enregistrez-la en JPEG ou en PDF. Les formats" in refusal(
        "plan.heic", samples.photo_of_a_telephone(b"mif1"), allowed=("pdf",)
    )


def test_a_format_that_is_not_accepted_here_is_named_with_those_that_are():
    assert refusal("plan.jpg", samples.image("PNG"), allowed=("pdf", "jpg")).startswith(
        "« plan.jpg » n’a pas été enregistré : c’est une image PNG ; les formats acceptés ici sont PDF, JPG."
    )


@pytest.mark.parametrize("name", ["devis.exe", "devis.pdf.exe", "page.html", "dessin.svg", "devis", "devis.docm", "devis.pdf\x00.exe"])
def test_extension_that_is_not_expected_is_refused(name):
    message = refusal(name, samples.pdf(), allowed=("pdf", "png"))

    assert message.endswith("les formats acceptés ici sont PDF, PNG. Vos réponses sont gardées.")


def test_right_to_left_name_shows_its_real_extension():
    assert refusal("devis\u202efdp.exe", samples.pdf(), allowed=("pdf",)).startswith("« devisfdp.exe » ")


def test_empty_file_is_refused():
    assert refusal("devis.pdf", b"") == (
        "« devis.pdf » n’a pas été enregistré : il est vide. Vos réponses sont gardées. Vérifiez le fichier puis joignez-le de nouveau."
    )


def test_too_large_file_is_refused_with_its_weight(settings):
    settings.UPLOAD_MAX_BYTES = 2 * 1024 * 1024

    message = refusal("devis.pdf", b"%PDF-" + b"x" * 3 * 1024 * 1024)

    assert message == (
        "« devis.pdf » n’a pas été enregistré : il pèse 3 Mo, la limite est de 2 Mo. Vos réponses sont gardées. "
        "Réduisez le fichier puis joignez-le de nouveau."
    )


def test_zip_bomb_is_refused_at_once():
    bomb = samples.docx(**{"word/media/zero": b"\x00" * 200 * 1024 * 1024})
    assert len(bomb) < 300_000
    started = time.process_time()

    message = refusal("projet.docx", bomb)

    assert "compressé de façon anormale" in message
    assert time.process_time() - started < 2


def test_zip_with_too_many_entries_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for n in range(5001):
            packed.writestr(f"f{n}", b"")

    assert "compressé de façon anormale" in refusal("projet.docx", out.getvalue())


def test_image_bomb_is_refused_without_being_drawn():
    bomb = samples.image("PNG", size=(12_000, 8_000), mode="1")
    started = time.process_time()

    message = refusal("plan.png", bomb)

    assert "image lisible" in message
    assert time.process_time() - started < 1


@pytest.mark.parametrize("name", ["virus.csv", "virus.pdf"])
def test_antivirus_test_file_is_always_refused(name):
    content = EICAR if name.endswith("csv") else samples.pdf() + b"\n" + EICAR

    assert "programme malveillant (EICAR)" in refusal(name, content)


def test_antivirus_test_string_is_found_across_two_chunks():
    from django.core.files.uploadedfile import UploadedFile

    padding = b"a" * (UploadedFile.DEFAULT_CHUNK_SIZE - 20)

    assert "EICAR" in refusal("liste.csv", padding + EICAR)


def test_full_disk_refuses_the_upload_and_leaves_nothing(disk, monkeypatch):
    save = FileSystemStorage._save

    def half_written(self, name, content):
        save(self, name, content)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", half_written)

    message = refusal("devis.pdf", samples.pdf())

    assert "l’espace de stockage du portail ne répond pas ou est plein. Vos réponses sont gardées." in message
    assert [path for path in disk.rglob("*") if path.is_file()] == []


def test_row_that_cannot_be_written_leaves_no_file(disk, monkeypatch):
    def refused(self, **kwargs):
        raise IntegrityError("refused")

    monkeypatch.setattr(StoredFile, "save", refused)

    with pytest.raises(IntegrityError):
        receive("devis.pdf", samples.pdf())

    assert [path for path in disk.rglob("*") if path.is_file()] == []


def test_store_bytes_keeps_what_the_portal_made():
    stored = store_bytes("Accusé.pdf", b"%PDF-1.7", "application/pdf", purpose="test")

    assert (stored.content.read(), stored.uploaded_by, stored.expires_at) == (b"%PDF-1.7", None, None)


def test_store_bytes_on_a_full_disk_raises_and_leaves_nothing(monkeypatch):
    monkeypatch.setattr("django.core.files.storage.InMemoryStorage._save", lambda *args: (_ for _ in ()).throw(OSError(28, "full")))

    with pytest.raises(StorageFailed):
        store_bytes("Accusé.pdf", b"%PDF-1.7", "application/pdf", purpose="test")

    assert StoredFile.objects.count() == 0


def test_retired_file_keeps_its_content_and_is_told_once():
    author = person()
    stored = receive("devis.pdf", samples.pdf())

    retire(stored, author)
    retire(stored, author)

    stored.refresh_from_db()
    assert stored.deleted_at is not None
    assert stored.content.storage.exists(stored.content.name) is True
    assert list(JournalEntry.objects.values_list("action", "actor")) == [("retire_file", author.pk)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("devis.pdf", "devis.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Claire\\devis final.pdf", "devis final.pdf"),
        ("devis\u202egpj.pdf", "devisgpj.pdf"),
        ("de\u0000vis\r\n1.pdf", "devis 1.pdf"),
        ("  .htaccess ", "htaccess"),
        ("Pre\u0301au.pdf", "Préau.pdf"),
        ('<img src="x">.pdf', "img src=x.pdf"),
        ("", "fichier"),
        ("...", "fichier"),
        ("a" * 400 + ".pdf", "a" * 146 + ".pdf"),
    ],
)
def test_name_is_cleaned(typed, kept):
    assert clean_name(typed) == kept
