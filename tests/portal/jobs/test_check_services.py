from io import StringIO

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def checked() -> dict[str, str]:
    out = StringIO()
    try:
        call_command("check_services", stdout=out)
    finally:
        lines = dict(line.split(" : ", 1) for line in out.getvalue().splitlines())
    return lines


def test_each_service_is_tried_and_nothing_is_left():
    lines = checked()

    assert list(lines) == ["Base", "Cache", "File de tâches", "Fichiers privés", "Fichiers du site", "Courriel"]
    assert [label for label, said in lines.items() if "ÉCHEC" in said] == []
    assert storages["private"].listdir("essai")[1] == []


def test_service_that_refuses_is_named(monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("403 Forbidden")

    monkeypatch.setattr(storages["private"], "_save", refuse)

    with pytest.raises(CommandError, match=r"^Ne répond pas comme il faut : Fichiers privés\.$"):
        checked()
