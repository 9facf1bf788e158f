"""One archive: a page that anybody reads (index.html), the same in JSON for a machine, and the files that the person sent."""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.own_data.chapters import Chapter, Row, all_chapters
from portal.files import access
from portal.files.models import StoredFile
from portal.text.dates import day, moment

MOST_BYTES = 200 * 1024 * 1024  # of files; beyond, a file is listed with its address, and is downloaded from there
OWN_DATA = "own_data"  # purpose of the archives, which are in none


@dataclass(frozen=True)
class ArchivedFile:
    """One file that the person sent, and where it is in the archive ("" when it is not: `why` says it)."""

    name: str
    sent_at: datetime
    sha256: str
    path: str = ""
    why: str = ""


def write_archive(user: User, progress: Callable[[int, int, str], None]) -> bytes:
    """The whole archive. Rows are read as the person may read them now; `progress(done, total, note)` is called at each chapter."""
    chapters = all_chapters()
    with tempfile.TemporaryFile() as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            shown = []
            for done, chapter in enumerate(chapters):
                progress(done, len(chapters) + 1, chapter.title)
                rows = list(chapter.rows(user))
                archive.writestr(f"donnees/{chapter.key}.json", _as_json(chapter, rows))
                shown.append({"title": chapter.title, "key": chapter.key, **_table(rows)})
            progress(len(chapters), len(chapters) + 1, "Vos fichiers")
            files = list(_write_files(user, archive))
            archive.writestr(
                "donnees/fichiers.json", json.dumps([vars(each) for each in files], cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            )
            page = {"person": user, "made_at": timezone.now(), "chapters": shown, "files": files}
            archive.writestr("index.html", render_to_string("accounts/own_data_index.html", page))
        stream.seek(0)
        return stream.read()


def _write_files(user: User, archive: zipfile.ZipFile) -> Iterator[ArchivedFile]:
    """The files that the person sent and still reads; the others by their name, with the reason."""
    left = MOST_BYTES
    for stored in StoredFile.objects.filter(uploaded_by=user).exclude(purpose=OWN_DATA).order_by("created_at", "pk"):
        why = _absence(user, stored, left)
        path = "" if why else f"fichiers/{stored.pk.hex[:8]}-{stored.name}"
        if path:
            try:
                with stored.content.open("rb") as content:
                    archive.writestr(path, content.read())
                left -= stored.size
            except FileNotFoundError:
                path, why = "", "Son contenu n’est plus dans l’espace de stockage."
        yield ArchivedFile(stored.name, stored.created_at, stored.original_sha256 or stored.sha256, path, why)


def _absence(user: User, stored: StoredFile, left: int) -> str:
    """Why a file is not in the archive; "" when it is."""
    if stored.is_infected:
        return "L’antivirus y reconnaît un programme malveillant."
    if stored.deleted_at or stored.is_expired:
        return "Il a été retiré, ou sa durée est passée."
    if not access.may_read(user, stored):
        return "Vous n’y avez plus accès."
    return f"L’archive serait trop lourde : il se télécharge à l’adresse {stored.get_absolute_url()}." if stored.size > left else ""


def _as_json(chapter: Chapter, rows: list[Row]) -> str:
    return json.dumps({"titre": chapter.title, "lignes": rows}, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _table(rows: list[Row]) -> dict[str, list]:
    """Headings and cells, in words."""
    headings = list(rows[0]) if rows else []
    return {"headings": headings, "rows": [[_said(row.get(heading)) for heading in headings] for row in rows]}


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
