import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings
from fontTools.ttLib import TTFont

from portal.ui import fonts

NEEDED = "œŒŸ€«»–—…’\u00a0\u202f☐☑✓←→↑↓−ÀÉÎÔÙÇàéîôùçëïÿ"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """All of them, cut once."""
    with override_settings(VAR_DIR=tmp_path_factory.mktemp("var")):
        return fonts.build()


@pytest.fixture
def var(settings, tmp_path, monkeypatch):
    """An empty folder, and one font to cut: cutting takes time."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(fonts, "CUTS", {"source-sans-bold.woff": fonts.CUTS["source-sans-bold.woff"]})
    return tmp_path


def test_fonts_are_cut_light_with_every_sign_that_french_needs(made):
    assert [path.name for path in made] == list(fonts.CUTS)
    assert max(path.stat().st_size for path in made) < 30_000
    for path in made:
        known = TTFont(path).getBestCmap()
        assert [sign for sign in NEEDED if ord(sign) not in known] == []


def test_figures_are_tabular(made):
    font = TTFont(made[0])
    names = font.getBestCmap()

    assert len({font["hmtx"][names[ord(figure)]][0] for figure in "0123456789"}) == 1


def test_fonts_are_not_cut_twice_unless_asked(var):
    first = fonts.build()[0].stat().st_mtime_ns

    assert fonts.build()[0].stat().st_mtime_ns == first
    assert fonts.build(force=True)[0].stat().st_mtime_ns > first


def test_finder_makes_what_it_offers(var):
    found = finders.find("ui/fonts/source-sans-bold.woff")

    assert found == str(var / "fonts" / "source-sans-bold.woff")
    assert finders.find("ui/fonts/../secret") is None
    assert [(name, storage.prefix) for name, storage in fonts.FontFinder().list([])] == [(name, "ui/fonts") for name in fonts.CUTS]


def test_command_says_what_it_made(var, capsys):
    call_command("build_fonts")

    assert [line.split(" : ")[0] for line in capsys.readouterr().out.splitlines()] == list(fonts.CUTS)
