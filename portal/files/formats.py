"""What may be received, and how each format is recognised: by its content, never by its name alone."""

import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from os import SEEK_END
from typing import BinaryIO

from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from portal.files import active_pdf, pictures

MAX_PIXELS = 80_000_000
MAX_PDF_PAGES = 2_000
PDF_TAIL = 128 * 1024  # where the end of a PDF and that of an archive are looked for: more than the longest comment of an archive
MAX_ZIP_ENTRIES = 5_000
MAX_ZIP_BYTES = 150 * 1024 * 1024  # once unpacked
MAX_ZIP_RATIO = 100  # an honest document of the office packs 3 to 20 times smaller
MANIFEST = "META-INF/manifest.xml"  # of an OpenDocument: says what is encrypted
RATIO_FLOOR = 5 * 1024 * 1024  # below this size, unpacked, the ratio says nothing


class WrongContent(Exception):
    """The content is not what the extension says, or is not safe to keep. The message, in French, ends a sentence."""


class UnsafeContent(WrongContent):
    """Not safe to keep, whatever it is."""


@dataclass(frozen=True)
class Harmless:
    """What is kept in place of what was sent, and what changed, in a French sentence ("" when nothing that a reader could miss)."""

    content: bytes
    changes: str = ""


@dataclass(frozen=True)
class Format:
    """A format: how screens name it, the type it is served with, the check of its content, and what is kept in its place."""

    label: str
    content_type: str
    check: Callable[[BinaryIO], None]
    harmless: Callable[[BinaryIO], Harmless | None] = lambda content: None
    kept_as: str = ""  # the extension of what is kept, where it is another one


def check_pdf(content: BinaryIO) -> None:
    if content.read(5) != b"%PDF-":
        raise WrongContent("son contenu n’est pas celui d’un PDF")
    if hides_an_archive(content):
        raise WrongContent("il cache un autre fichier à sa suite : enregistrez-le de nouveau en PDF depuis son logiciel d’origine")
    content.seek(0)
    try:
        reader = PdfReader(content, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise WrongContent("il est protégé par un mot de passe : enregistrez-le sans mot de passe")
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, NotImplementedError, ImportError) as error:
        raise WrongContent("il est abîmé ou incomplet") from error
    if not 0 < pages <= MAX_PDF_PAGES:
        raise WrongContent("il ne contient aucune page" if not pages else f"il dépasse {MAX_PDF_PAGES} pages")


def harmless_pdf(content: BinaryIO) -> Harmless | None:
    """A PDF that does nothing by itself. Raises UnsafeContent where that cannot be had without losing something else."""
    try:
        found = active_pdf.cleaned(content)
    except active_pdf.CannotBeCleaned as reason:
        raise UnsafeContent(str(reason)) from reason
    except active_pdf.TooComplex as reason:
        raise UnsafeContent("il est trop complexe pour être vérifié : imprimez-le en PDF, puis joignez cette impression") from reason
    if found is None:
        return None
    enclosed = " Joignez à part un fichier que la Région doit lire." if active_pdf.ENCLOSED in found.removed else ""
    return Harmless(found.content, f"Le portail a retiré de ce PDF {' et '.join(found.removed)} ; ses pages sont gardées.{enclosed}")


def harmless_picture(kind: str) -> Callable[[BinaryIO], Harmless]:
    def draw(content: BinaryIO) -> Harmless:
        try:
            drawn = pictures.redrawn(content, kind)
        except pictures.TooLarge as reason:
            raise UnsafeContent("ses dimensions sont trop grandes : réduisez l’image") from reason
        except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning) as reason:
            raise WrongContent("son contenu n’est pas celui d’une image lisible") from reason
        converted = ["La photo est convertie en JPEG."] if kind == "HEIF" else []
        place = ["Le lieu de la prise de vue en est effacé."] if drawn.had_place else []
        return Harmless(drawn.content, " ".join(converted + place))

    return draw


def hides_an_archive(content: BinaryIO) -> bool:
    """Whether an archive follows the end of the PDF. One inside it is a document that it carries, which its format foresees.

    LibreOffice puts the source of a hybrid PDF there, others an annexed sheet (PDF 1.7, 7.11.4).
    """
    if not zipfile.is_zipfile(content):
        return False
    content.seek(-min(PDF_TAIL, content.seek(0, SEEK_END)), SEEK_END)
    _before, end, after = content.read().rpartition(b"%%EOF")
    return not end or bool(after.strip(b"\x00\t\n\x0c\r "))


def check_image(kind: str) -> Callable[[BinaryIO], None]:
    def check(content: BinaryIO) -> None:
        try:
            with Image.open(content, formats=[kind]) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise WrongContent("ses dimensions sont trop grandes")
                image.verify()
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise WrongContent("son contenu n’est pas celui d’une image lisible") from error
        if zipfile.is_zipfile(content):
            raise WrongContent("il cache un autre fichier à sa suite")

    return check


def open_safe_zip(content: BinaryIO) -> zipfile.ZipFile:
    """Open an archive whose table promises nothing excessive. Nothing is unpacked here.

    Python stops reading an entry at the size its table declares, so a table that lies is harmless.
    """
    try:
        archive = zipfile.ZipFile(content)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise WrongContent("il est abîmé ou incomplet") from error
    entries = archive.infolist()
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if len(entries) > MAX_ZIP_ENTRIES or unpacked > MAX_ZIP_BYTES or (unpacked > RATIO_FLOOR and unpacked > MAX_ZIP_RATIO * packed):
        raise UnsafeContent("il est compressé de façon anormale")
    if any(e.flag_bits & 0x1 for e in entries):
        raise WrongContent("il est protégé par un mot de passe : enregistrez-le sans mot de passe")
    if any(e.filename.startswith(("/", "\\")) or ".." in e.filename.replace("\\", "/").split("/") for e in entries):
        raise UnsafeContent("il contient des chemins interdits")
    return archive


def check_ooxml(main_type: str) -> Callable[[BinaryIO], None]:
    """Word and Excel: the table of types names the main part; macros are not accepted."""

    def check(content: BinaryIO) -> None:
        with open_safe_zip(content) as archive:
            types = _entry(archive, "[Content_Types].xml")
            if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in archive.namelist()):
                raise WrongContent("il contient des macros : enregistrez-le sans macros")
            if main_type.encode() not in types:
                raise WrongContent("son contenu ne correspond pas à son extension")

    return check


def check_opendocument(mimetype: str) -> Callable[[BinaryIO], None]:
    def check(content: BinaryIO) -> None:
        with open_safe_zip(content) as archive:
            if _entry(archive, "mimetype").strip() != mimetype.encode():
                raise WrongContent("son contenu ne correspond pas à son extension")
            if MANIFEST in archive.namelist() and b"encryption-data" in _entry(archive, MANIFEST):
                raise WrongContent("il est protégé par un mot de passe : enregistrez-le sans mot de passe")

    return check


def check_csv(content: BinaryIO) -> None:
    """Text in UTF-8 or Windows-1252; never something a browser would run."""
    head = content.read(64 * 1024)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise WrongContent("il est enregistré en « texte Unicode » : choisissez « CSV UTF-8 » à l’enregistrement")
    if b"\x00" in head or head.startswith((b"%PDF-", b"PK\x03\x04", b"MZ", b"\x7fELF")):
        raise WrongContent("son contenu n’est pas celui d’un tableau en texte (CSV)")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html", b"<script", b"<?xml", b"<svg")):
        raise WrongContent("son contenu est une page web, pas un tableau (CSV)")


def _entry(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as entry:
            return entry.read(1024 * 1024)
    except (KeyError, zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise WrongContent("son contenu ne correspond pas à son extension") from error


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
FORMATS = {
    "pdf": Format("PDF", "application/pdf", check_pdf, harmless_pdf),
    "docx": Format("Word (DOCX)", f"{_OOXML}.wordprocessingml.document", check_ooxml(f"{_OOXML}.wordprocessingml.document.main+xml")),
    "xlsx": Format("Excel (XLSX)", f"{_OOXML}.spreadsheetml.sheet", check_ooxml(f"{_OOXML}.spreadsheetml.sheet.main+xml")),
    "odt": Format("texte OpenDocument (ODT)", f"{_ODF}.text", check_opendocument(f"{_ODF}.text")),
    "ods": Format("tableur OpenDocument (ODS)", f"{_ODF}.spreadsheet", check_opendocument(f"{_ODF}.spreadsheet")),
    "jpg": Format("image JPEG", "image/jpeg", check_image("JPEG"), harmless_picture("JPEG")),
    "png": Format("image PNG", "image/png", check_image("PNG"), harmless_picture("PNG")),
    "csv": Format("tableau CSV", "text/csv", check_csv),
}
# Photographs as telephones take them: received wherever a JPEG is, and kept as one.
PHOTO = Format("photo d’iPhone (HEIC)", "image/jpeg", check_image("HEIF"), harmless_picture("HEIF"), kept_as="jpg")
PHOTO_EXTENSIONS = ("heic", "heif")


def format_of(extension: str, allowed: Iterable[str]) -> Format | None:
    """The format received under this extension where `allowed` are accepted; None when none is."""
    if extension in allowed or (extension == "jpg" and "jpeg" in allowed):
        return FORMATS[extension]
    return PHOTO if extension in PHOTO_EXTENSIONS and {"jpg", "jpeg"} & {*allowed} else None


def accept_of(allowed: Iterable[str]) -> str:
    """Value of the accept attribute of an input for these extensions, those of a telephone included."""
    given = tuple(allowed)
    return ",".join(f".{extension}" for extension in (*given, *(PHOTO_EXTENSIONS if {"jpg", "jpeg"} & {*given} else ())))
