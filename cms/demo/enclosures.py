"""Files as people send them: a quote whose program prints it when it is opened, a photograph of a telephone that says where it was taken."""

import io

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from portal.files import papers

QUOTE = [("Devis n° 2604-118", "Douze visualiseurs de documents, livrés et installés.\nTotal : 3 588,00 € TTC, valable six mois.")]


def quote() -> SimpleUploadedFile:
    """The portal takes the script out, and says it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.drawn("Devis d’avril", QUOTE))) as document:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("this.print(true);"))
        document.save(out, deterministic_id=True)
    return SimpleUploadedFile("devis-avril.pdf", out.getvalue())


def photo() -> SimpleUploadedFile:
    """The portal makes a JPEG of it, without the place."""
    picture, exif, out = Image.new("RGB", (1200, 900), "#dfe7ee"), Image.Exif(), io.BytesIO()
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 620, 1200, 900), fill="#b9a58c")
    pen.rectangle((140, 180, 760, 520), fill="#f7f7f2", outline="#6d7780", width=8)
    pen.rectangle((860, 240, 1080, 620), fill="#7c8b99")
    exif.get_ifd(0x8825).update({1: "N", 2: (49.0, 7.0, 10.0), 3: "E", 4: (6.0, 10.0, 30.0)})
    picture.save(out, "HEIF", exif=exif)
    return SimpleUploadedFile("salle-204.heic", out.getvalue())
