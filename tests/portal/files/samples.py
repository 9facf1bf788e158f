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
