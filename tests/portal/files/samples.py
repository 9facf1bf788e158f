"""Files, honest and not, made in memory."""

import io
import zipfile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, String
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


def armed_pdf(*, signed: bool = False, packed: bool = False, portfolio: bool = False, plain: bool = False) -> bytes:
    """A PDF of two pages that runs scripts, starts a program, sends data and carries a file. `packed`: written where no text search sees it.

    `plain`: only opens at its second page, and leads to a page of the web.
    """
    document, out = pikepdf.new(), io.BytesIO()
    for _ in range(2):
        document.add_blank_page()
    page = document.pages[0].obj
    link = {"/Type": Name.Annot, "/Subtype": Name.Link, "/Rect": [0, 0, 9, 9]}
    web = Dictionary({**link, "/A": Dictionary({"/S": Name.URI, "/URI": String("https://lycee.example/")})})
    document.Root.OpenAction = Dictionary({"/S": Name.GoTo, "/D": Array([document.pages[1].obj, Name.Fit])})
    page.Annots = document.make_indirect(Array([document.make_indirect(web)]))
    if not plain:
        script = Dictionary({"/S": Name.JavaScript, "/JS": String("app.alert(1)")})
        program = Dictionary(
            {"/S": Name.URI, "/URI": String("https://x.example/"), "/Next": Dictionary({"/S": Name.Launch, "/F": String("cmd.exe")})}
        )
        document.Root.OpenAction = script
        page.AA = Dictionary({"/O": script})
        page.Annots.append(document.make_indirect(Dictionary({**link, "/A": program})))
        page.Annots.append(Dictionary({**link, "/A": Dictionary({"/S": Name.URI, "/URI": String("javascript:alert(1)")})}))
        page.Annots.append(Dictionary({**link, "/Subtype": Name.FileAttachment, "/FS": Dictionary({"/F": String("a.exe")})}))
        document.attachments["annexe.csv"] = b"secret;1"
    if signed:
        document.Root.AcroForm = Dictionary(
            {"/Fields": Array([Dictionary({"/FT": Name.Sig, "/V": Dictionary({"/ByteRange": [0, 1, 2, 3]})})])}
        )
    if portfolio:
        document.Root.Collection = Dictionary({})
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    document.save(out, object_stream_mode=mode)
    return out.getvalue()


def photo(kind: str = "JPEG", *, place: bool = True, sideways: bool = True, size=(40, 20)) -> bytes:
    """A photograph as a telephone takes it: on its side, with its place and the telephone's name; its left half is red."""
    picture, exif, out = Image.new("RGB", size, "white"), Image.Exif(), io.BytesIO()
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif[0x0110] = "Telephone 12 of Anne"
    if sideways:
        exif[0x0112] = 6  # its top is on its right: to be turned a quarter clockwise
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 6.0, 9.0), 3: "E", 4: (4.0, 2.0, 1.0)})
    picture.save(out, kind, exif=exif, **({"comment": b"home"} if kind == "JPEG" else {}))
    return out.getvalue()
