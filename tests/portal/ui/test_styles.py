import re
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from portal.ui import styles
from portal.ui.lighter import classes_of

WRITTEN = re.compile(r"""(?:class|css)[=:]\s*["']([^"'\n]*)["']""")


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    styles.build.cache_clear()
    yield tmp_path
    styles.build.cache_clear()


@pytest.fixture(scope="module")
def whole() -> str:
    return styles.SOURCE.read_text("utf-8")


@pytest.fixture
def no_tool(monkeypatch):
    monkeypatch.setattr(styles, "_command", list)


@pytest.mark.purgecss
def test_the_sheet_is_cut_to_the_classes_that_the_portal_writes(settings, whole):
    cut = (styles.build() / styles.NAME).read_text("utf-8")
    files = (path for pattern in styles.READ for path in settings.BASE_DIR.glob(pattern))
    written = {word for path in files for words in WRITTEN.findall(path.read_text("utf-8")) for word in words.split()}

    assert {"btn", "visually-hidden", "d-lg-none", "is-invalid"} <= classes_of(cut)
    assert (written & classes_of(whole)) - classes_of(cut) == set()
    assert classes_of(cut) & {"accordion", "modal", "carousel", "alert", "badge", "progress"} == set()


@pytest.mark.purgecss
def test_our_sheets_are_whole_in_the_cut_with_what_they_take_from_bootstrap():
    cut, own = (styles.build() / styles.NAME).read_text("utf-8"), styles._own()

    assert classes_of(own) - classes_of(cut) == set()
    assert set(re.findall(r"var\((--[\w-]+)", own)) - set(re.findall(r"(--[\w-]+):", cut)) == set()
    assert cut.count("@font-face") == own.count("@font-face {")
    assert cut.count("{") == cut.count("}")


@pytest.mark.purgecss
def test_the_check_is_silent_with_the_tool():
    assert styles.sheet_is_cut(None) == []


def test_without_the_tool_the_sheet_is_whole_and_the_check_says_so(no_tool, whole):
    sheet = (styles.build() / styles.NAME).read_text("utf-8")

    assert classes_of(sheet) == classes_of(whole) | classes_of(styles._own())
    assert "sourceMappingURL" not in sheet
    assert [(message.id, message.level) for message in styles.sheet_is_cut(None)] == [("ui.I002", 20)]


@pytest.mark.parametrize("command", [["false"], ["echo", "[]"], ["/no/such/tool"]])
def test_a_tool_that_fails_leaves_the_sheet_whole_and_is_tried_again(monkeypatch, whole, command):
    monkeypatch.setattr(styles, "_command", lambda: command)
    assert classes_of((styles.build() / styles.NAME).read_text("utf-8")) == classes_of(whole) | classes_of(styles._own())

    styles.build.cache_clear()
    monkeypatch.setattr(styles, "_command", lambda: [sys.executable, "-c", """print('[{"css": ".btn{color:red}"}]')"""])
    assert classes_of((styles.build() / styles.NAME).read_text("utf-8")) == {"btn"}


def test_a_changed_template_makes_a_new_cut(settings, tmp_path, monkeypatch):
    template = tmp_path / "portal" / "page.html"
    template.parent.mkdir()
    settings.BASE_DIR = tmp_path
    template.write_text('<p class="btn">')
    before = styles._folder(styles.READ)
    template.write_text('<p class="btn-lg">')

    assert styles._folder(styles.READ) != before


def test_finder_makes_what_it_offers(no_tool, var):
    assert Path(finders.find("ui/portal.css")).is_relative_to(var)
    assert finders.find("bootstrap/css/bootstrap.min.css") is None
    assert [(name, storage.prefix) for name, storage in styles.StyleFinder().list([])] == [("portal.css", "ui")]
    assert list(styles.StyleFinder().list(["*.css"])) == []
