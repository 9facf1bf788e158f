"""What a file is in truth, by its content: said to whoever sent it under another name, with what to do about it.

First bytes as each format publishes them; those of containers (ZIP, OLE, ISO base media) say no more than the container, so what is inside is
looked at. Recognises what people send by mistake; what it does not know it does not guess.
"""

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

LOOKED_AT = 64 * 1024  # bytes read of what is not a container
TABLE_OF_CONTENTS = 20 * 1024 * 1024  # of an OLE file: the names of its parts may be anywhere


@dataclass(frozen=True)
class Recognised:
    """What the file is, with its article, the extension that fits it where the portal receives it, and what to do otherwise."""

    name: str
    extension: str = ""
    advice: str = ""


PROTECTED = Recognised("un document protégé par un mot de passe", advice="enregistrez-le sans mot de passe")
_BROWSER = Recognised("une page web", advice="imprimez-la en PDF")
_RAR, _SEVEN = (
    Recognised("une archive RAR", advice="joignez les fichiers un par un"),
    Recognised("une archive 7z", advice="joignez les fichiers un par un"),
)
_HEADS = (
    (b"%PDF-", Recognised("un PDF", "pdf")),
    (b"\x89PNG\r\n\x1a\n", Recognised("une image PNG", "png")),
    (b"\xff\xd8\xff", Recognised("une image JPEG", "jpg")),
    (b"GIF8", Recognised("une image GIF", advice="enregistrez-la en PNG")),
    (b"II*\x00", Recognised("une image TIFF", advice="enregistrez-la en PDF ou en PNG")),
    (b"MM\x00*", Recognised("une image TIFF", advice="enregistrez-la en PDF ou en PNG")),
    (b"BM", Recognised("une image BMP", advice="enregistrez-la en PNG")),
    (b"{\\rtf", Recognised("un document RTF", advice="enregistrez-le en DOCX ou en PDF")),
    (b"%!PS", Recognised("un document PostScript", advice="enregistrez-le en PDF")),
    (b"MZ", Recognised("un programme", advice="envoyez un document")),
    (b"\x7fELF", Recognised("un programme", advice="envoyez un document")),
    (b"Rar!", _RAR),
    (b"7z\xbc\xaf\x27\x1c", _SEVEN),
    (b"\x1f\x8b", Recognised("une archive compressée (GZ)", advice="joignez le fichier qu’elle contient")),
)
# Names of the parts of an OLE file, in the order in which they settle what it is.
_OLE_PARTS = (
    ("EncryptedPackage", PROTECTED),
    ("WordDocument", Recognised("un document dans l’ancien format de Word (DOC)", advice="enregistrez-le en DOCX ou en PDF")),
    ("Workbook", Recognised("un classeur dans l’ancien format d’Excel (XLS)", advice="enregistrez-le en XLSX")),
    ("PowerPoint Document", Recognised("une présentation dans l’ancien format de PowerPoint (PPT)", advice="enregistrez-la en PDF")),
    ("__substg1.0_", Recognised("un courriel d’Outlook (MSG)", advice="enregistrez-le en PDF")),
)
_OLDER = Recognised("un document dans un ancien format d’Office", advice="enregistrez-le en DOCX, en XLSX ou en PDF")
# Parts of a ZIP that settle what it is: a part, words that it holds, the kind.
_ZIP_PARTS = (
    ("mimetype", b"opendocument.text", Recognised("un texte OpenDocument (ODT)", "odt")),
    ("mimetype", b"opendocument.spreadsheet", Recognised("un classeur OpenDocument (ODS)", "ods")),
    ("mimetype", b"opendocument.presentation", Recognised("une présentation OpenDocument (ODP)", advice="enregistrez-la en PDF")),
    ("[Content_Types].xml", b"wordprocessingml", Recognised("un document Word (DOCX)", "docx")),
    ("[Content_Types].xml", b"spreadsheetml", Recognised("un classeur Excel (XLSX)", "xlsx")),
    ("[Content_Types].xml", b"presentationml", Recognised("une présentation PowerPoint (PPTX)", advice="enregistrez-la en PDF")),
    ("Index/Document.iwa", b"", Recognised("un document de Pages, Numbers ou Keynote", advice="exportez-le en PDF")),
)
_ARCHIVE = Recognised("une archive ZIP", advice="joignez les fichiers un par un")
_HEIC = Recognised("une photo d’iPhone (HEIC)", "heic", advice="enregistrez-la en JPEG ou en PDF")
_BRANDS = {b"heic": _HEIC, b"heix": _HEIC, b"heim": _HEIC, b"hevc": _HEIC, b"mif1": _HEIC, b"msf1": _HEIC}
_BRANDS |= {b"avif": Recognised("une image AVIF", advice="enregistrez-la en JPEG")}
_VIDEO = Recognised("une vidéo", advice="envoyez un document ou une image")


def recognise(content: BinaryIO) -> Recognised | None:
    """The kind of the content, None when it is none of those known here."""
    content.seek(0)
    head = content.read(LOOKED_AT)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        content.seek(0)
        return _ole(content.read(TABLE_OF_CONTENTS))
    if head.startswith(b"PK\x03\x04"):
        return _zip(content)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _VIDEO)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Recognised("une image WebP", advice="enregistrez-la en JPEG ou en PNG")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:9].lower().startswith((b"<!doctype", b"<html")):
        return _BROWSER
    return next((kind for start, kind in _HEADS if head.startswith(start)), None)


def _ole(content: bytes) -> Recognised:
    return next((kind for part, kind in _OLE_PARTS if part.encode("utf-16-le") in content), _OLDER)


def _zip(content: BinaryIO) -> Recognised:
    try:
        with zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
            for part, words, kind in _ZIP_PARTS:
                if part in names and (not words or words in archive.open(part).read(1024 * 1024)):
                    return kind
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError):
        return Recognised("une archive ZIP abîmée", advice="enregistrez de nouveau le document")
    return _ARCHIVE


def told(kind: Recognised, accepted: tuple[str, ...]) -> str:
    """The end of a sentence that begins with the name of the file: what it is, and what to do, given the extensions accepted here."""
    if kind.extension in accepted or (kind.extension == "heic" and {"jpg", "jpeg"} & {*accepted}):
        return f"c’est {kind.name} ; donnez-lui l’extension .{kind.extension}"
    advice = kind.advice or f"les formats acceptés ici sont {', '.join(extension.upper() for extension in accepted)}"
    return f"c’est {kind.name} ; {advice}"
