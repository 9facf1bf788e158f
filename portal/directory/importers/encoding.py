"""In which encoding a public file was written: UTF-8 as its publishers write it, or Windows-1252 as a spreadsheet saves it again."""

import codecs
import re
from typing import BinaryIO

from portal.directory.importers.report import FileError

UTF_8, WINDOWS = "utf-8-sig", "cp1252"
_CHUNK = 1 << 20
_STRAY = re.compile("[\udc80-\udcff]")  # what is left of a byte that is not UTF-8
_WIDE = re.compile("[^\x00-\x7f\udc80-\udcff]")
_AGAIN = "Téléchargez de nouveau l’original, sans l’ouvrir."


def encoding_of(stream: BinaryIO) -> str:
    """Read the whole stream and put it back at its start. Raises FileError ("encoding") when it is neither, or both at once.

    A file in UTF-8 that one wrong byte damages is refused: read as Windows-1252, every accent in it would turn into two wrong letters.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    right = stray = 0
    unknown = False
    while chunk := stream.read(_CHUNK):
        text = decoder.decode(chunk)
        if not text.isascii():
            right, stray = right + len(_WIDE.findall(text)), stray + len(_STRAY.findall(text))
            unknown = unknown or any(byte in chunk for byte in b"\x81\x8d\x8f\x90\x9d")  # no letter in Windows-1252
    stray += len(decoder.decode(b"", final=True))
    stream.seek(0)
    if not stray:
        return UTF_8
    if right >= stray:
        raise FileError("encoding", f"Le fichier est en UTF-8, et abîmé : {stray} octets n’en sont pas. {_AGAIN}")
    if unknown:
        raise FileError("encoding", f"Le fichier n’est ni en UTF-8, ni en Windows-1252. {_AGAIN}")
    return WINDOWS
