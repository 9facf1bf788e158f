import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.files.intake import retire, store_bytes
from portal.files.integrity import check_files
from portal.files.models import StoredFile
from portal.files.retention import purge_files
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(disk):
    return disk


def storage():
    return StoredFile._meta.get_field("content").storage


def keep(content=b"abc", **more):
    return store_bytes("a.pdf", content, "application/pdf", purpose="test", **more)


def test_sound_files_pass(capsys):
    keep()
    keep(b"def")

    call_command("check_files")

    assert capsys.readouterr().out == "2 fichiers vérifiés, tous présents et intacts.\n"


def test_missing_altered_and_orphan_files_are_named(folder):
    missing, altered = keep(), keep()
    (folder / missing.content.name).unlink()
    (folder / altered.content.name).write_bytes(b"other")
    storage().save("zz/orphan", io.BytesIO(b"x"))

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        findings = check_files()

    assert (findings.checked, findings.missing, findings.altered) == (2, [str(missing.pk)], [str(altered.pk)])
    assert findings.orphans == ["zz/orphan"]
    with pytest.raises(CommandError, match="1 fichiers manquent et 1 ont changé"):
        call_command("check_files")


def test_file_without_row_yet_is_not_an_orphan():
    storage().save("zz/under-way", io.BytesIO(b"x"))

    assert check_files().orphans == []


def test_orphans_are_removed_only_when_asked(folder):
    kept = keep()
    storage().save("zz/orphan", io.BytesIO(b"x"))

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        call_command("check_files")
        assert (folder / "zz/orphan").exists() is True
        call_command("check_files", remove_orphans=True)

    assert (folder / "zz/orphan").exists() is False
    assert (folder / kept.content.name).exists() is True


def test_purge_takes_what_is_over_and_nothing_else(folder):
    now = timezone.now()
    expired = keep(expires_at=now - timedelta(hours=2))
    still = keep(expires_at=now + timedelta(hours=1))
    lasting = keep()
    retired_today = retire(keep(), person())
    retired_long_ago = retire(keep(), person())
    StoredFile.objects.filter(pk=retired_long_ago.pk).update(deleted_at=now - timedelta(days=31))

    assert purge_files() == 2

    assert set(StoredFile.objects.values_list("pk", flat=True)) == {still.pk, lasting.pk, retired_today.pk}
    assert (folder / expired.content.name).exists() is False
    assert check_files().is_sound is True
