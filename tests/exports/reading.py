"""Reading documents back as a person or a screen reader would."""

import io

import pypdfium2
from openpyxl import load_workbook
from pypdf import PdfReader


def pdf_text(content: bytes) -> str:
    """All the text of a PDF, page after page, spaces normalised."""
    document = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return " ".join(" ".join(pages).replace("\u00a0", " ").split())


def pdf_tags(content: bytes) -> list[str]:
    """Tags of the structure tree in reading order."""
    tags = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            if "/S" in node:
                tags.append(str(node["/S"])[1:])
            if "/K" in node:
                walk(node["/K"])

    walk(PdfReader(io.BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return tags


def sheet_rows(content: bytes, title: str) -> list[tuple]:
    return list(load_workbook(io.BytesIO(content))[title].iter_rows(values_only=True))
