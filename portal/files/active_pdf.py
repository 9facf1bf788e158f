"""What a PDF does beside being read (scripts, programs that it starts, data that it sends, files that it carries), and the same without it.

Names of actions, annotations and trees: ISO 32000-1, 12.6 (actions), 12.5.6 (annotations), 7.11.4 (embedded files), 12.7.8 (XFA).
docs/adr/0053-files-made-harmless.md says why it is taken out rather than refused.
"""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, Stream

MAX_INFLATED = 60 * 1024 * 1024  # bytes of objects that a file of 20 Mo unpacks to; beyond, it is a bomb
MAX_OBJECTS = 60_000  # walked one by one, where a marker was found: about three seconds
SCRIPTS = "des scripts ou des actions automatiques"
ENCLOSED = "des fichiers joints au PDF"
MEDIA = "des contenus multimédias"
FORM = "un formulaire dynamique (XFA)"
_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/RichMediaExecute", "/Movie", "/Sound"}
_ANNOTATIONS = {"/FileAttachment": ENCLOSED, "/RichMedia": MEDIA, "/Movie": MEDIA, "/Sound": MEDIA, "/Screen": MEDIA, "/3D": MEDIA}
_KEYS = {"/AA": SCRIPTS, "/JS": SCRIPTS, "/JavaScript": SCRIPTS, "/EF": ENCLOSED, "/AF": ENCLOSED, "/EmbeddedFiles": ENCLOSED, "/XFA": FORM}
_RUN_BY = ("/A", "/OpenAction", "/Next", "/PA")
_UNSAFE_LINK = re.compile(rb"\s*(?:javascript|file|vbscript|data)\s*:", re.IGNORECASE)


class TooComplex(Exception):
    """It cannot be looked through in a reasonable time or memory."""


class CannotBeCleaned(Exception):
    """What it does cannot be taken out. The message, in French, ends a sentence."""


@dataclass(frozen=True)
class Cleaned:
    """The PDF without what it did, and what that was, in French."""

    content: bytes
    removed: tuple[str, ...]


def _spelt(name: str) -> bytes:
    """A name of PDF as it may be written: each sign as it is, or by its number (7.3.5)."""
    return b"".join(b"(?:%s|#(?i:%02x))" % (re.escape(char.encode()), ord(char)) for char in name)


_END = rb"(?=[\s/()<>\[\]{}%]|$)"
_MARKERS = re.compile(
    b"/(?:" + b"|".join(_spelt(name.removeprefix("/")) for name in sorted({*_ACTIONS, *_ANNOTATIONS, *_KEYS, "/Collection"})) + b")" + _END
)
_LINKS = re.compile(_spelt("URI") + rb"\s*(?:\(\s*(?i:javascript|file|vbscript|data)|<)")
_PACKED = re.compile(b"/" + _spelt("ObjStm") + _END)


def cleaned(content: BinaryIO) -> Cleaned | None:
    """The same PDF without what it does; None when it does nothing.

    Raises CannotBeCleaned (signed: a rewritten file would no longer bear its signature; a portfolio: its pages are elsewhere), TooComplex.
    """
    content.seek(0)
    raw = content.read()
    if not _may_act(raw):
        return None
    try:
        with pikepdf.open(io.BytesIO(raw)) as document:
            return _clean(document)
    except (PdfError, RuntimeError, ValueError, TypeError, RecursionError) as error:
        raise TooComplex(str(error)) from error


def _may_act(raw: bytes) -> bool:
    """Whether a name that an action needs is written anywhere, packed objects included. False for what most people send: it is then not parsed."""
    if b"/Encrypt" in raw or _MARKERS.search(raw) or _LINKS.search(raw):
        return True
    left, view = MAX_INFLATED, memoryview(raw)
    for found in _PACKED.finditer(raw):
        start = raw.find(b"stream", found.end()) + len(b"stream")
        start += 2 if raw[start : start + 2] == b"\r\n" else 1
        try:
            objects = zlib.decompressobj().decompress(view[start:], left)
        except zlib.error:
            return True  # packed otherwise: the parser will say
        left -= len(objects)
        if left <= 0:
            raise TooComplex("packed objects")
        if _MARKERS.search(objects) or _LINKS.search(objects):
            return True
    return False


def _clean(document: Pdf) -> Cleaned | None:
    if len(document.objects) > MAX_OBJECTS:
        raise TooComplex(f"{len(document.objects)} objects")
    if Name.Collection in document.Root:
        raise CannotBeCleaned("c’est un porte-documents PDF, qui contient d’autres fichiers : joignez chaque document séparément")
    found_in: set[str] = set()
    is_signed = False
    for found in _dictionaries(document):
        is_signed |= "/ByteRange" in found
        found_in.update(_disarm(found))
    removed = tuple(what for what in (SCRIPTS, ENCLOSED, MEDIA, FORM) if what in found_in)
    if not removed:
        return None
    if is_signed:
        raise CannotBeCleaned(
            f"il est signé électroniquement et contient {' et '.join(removed)}, que le portail ne garde pas ; les retirer effacerait la "
            "signature : faites signer le document sans eux, ou joignez-en une impression en PDF"
        )
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return Cleaned(out.getvalue(), removed)


def _dictionaries(document: Pdf) -> Iterator[Object]:
    """Every dictionary of the file, those inside others included; the dictionary of a stream for a stream."""
    waiting: list[Object] = [document.trailer, *document.objects]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Stream):
            found = found.stream_dict
        if isinstance(found, Dictionary):
            yield found
            inside = [value for _key, value in found.items()]
        elif isinstance(found, Array):
            inside = list(found)
        else:
            continue
        waiting += [value for value in inside if isinstance(value, Dictionary | Array) and not value.is_indirect]


def _disarm(found: Object) -> Iterator[str]:
    """Take out of one dictionary what acts; says what it was."""
    for key, what in _KEYS.items():
        if key in found and (key != "/AF" or isinstance(found[key], Dictionary | Array)):
            del found[key]
            yield what
    for key in _RUN_BY:
        if key in found and _acts(found[key]):
            del found[key]
            yield SCRIPTS
    if isinstance(found.get("/Annots"), Array):
        carried = [(annotation, _carried(annotation)) for annotation in found["/Annots"]]
        if any(what for _annotation, what in carried):
            yield from (what for _annotation, what in carried if what)
            found["/Annots"] = Array([annotation for annotation, what in carried if not what])


def _acts(action: Object) -> bool:
    """Whether this action, or one of a list, does more than show another place or a page of the web."""
    if isinstance(action, Array):
        return any(_acts(one) for one in action if isinstance(one, Dictionary))
    if not isinstance(action, Dictionary):
        return False
    kind = str(action.get("/S", ""))
    return kind in _ACTIONS or (kind == "/URI" and bool(_UNSAFE_LINK.match(bytes(action.get("/URI", b"")))))


def _carried(annotation: Object) -> str:
    """What an annotation carries that is no longer received; "" for a note, a link, a field."""
    return _ANNOTATIONS.get(str(annotation.get("/Subtype", "")), "") if isinstance(annotation, Dictionary) else ""
