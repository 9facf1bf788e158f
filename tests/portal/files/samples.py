"""Files, honest and not, made in memory."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"


def pdf(pages: int = 1, password: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width=200, height=200)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def archive(files: dict[str, bytes], *, compression=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    types = f'<Types><Override ContentType="{OOXML}.wordprocessingml.document.main+xml"/></Types>'
    return archive({"[Content_Types].xml": types.encode(), "word/document.xml": b"<w:document/>", **more})


def xlsx() -> bytes:
    types = f'<Types><Override ContentType="{OOXML}.spreadsheetml.sheet.main+xml"/></Types>'
    return archive({"[Content_Types].xml": types.encode(), "xl/workbook.xml": b"<workbook/>"})


def opendocument(kind: str) -> bytes:
    return archive({"mimetype": f"{ODF}.{kind}".encode(), "content.xml": b"<x/>"}, compression=zipfile.ZIP_STORED)


def image(kind: str, size=(12, 8), mode="RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def hybrid_pdf(attached: bytes, name: str = "annexe.ods") -> bytes:
    """A sound PDF that carries another document, as LibreOffice and others write them: not compressed, near the end."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.add_attachment(name, attached)
    writer.write(out)
    return out.getvalue()


def ole(*parts: str) -> bytes:
    """An OLE file whose table names these parts."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + b"".join(part.encode("utf-16-le") + b"\x00" * 60 for part in parts)


def photo_of_a_telephone(brand: bytes = b"heic") -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 200


def protected_opendocument() -> bytes:
    manifest = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    return archive({"mimetype": f"{ODF}.spreadsheet".encode(), "content.xml": b"?", "META-INF/manifest.xml": manifest})
