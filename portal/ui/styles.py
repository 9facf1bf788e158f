"""The one style sheet of the pages: Bootstrap without what no page uses, then ours, without comments. See docs/adr/0024-bootstrap-cut.md.

PurgeCSS, from npm, keeps the rules of Bootstrap whose names are words of our templates, modules and scripts. Where it is not installed, the sheet
holds the whole of Bootstrap.
"""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import bootstrap_wrapper
from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from rcssmin import cssmin

from portal.ui.lighter import classes_of, lighter
from portal.ui.made import MadeFinder

NAME = "portal.css"
OWN = tuple(Path(__file__).parent / "static" / "ui" / f"{name}.css" for name in ("theme", "components", "screens"))  # in their order
SOURCE = Path(bootstrap_wrapper.get_bootstrap_dir()) / "css" / "bootstrap.min.css"
READ = [f"{package}/**/*.{kind}" for package in ("calls", "cms", "exports", "orders", "portal", "scoring") for kind in ("html", "js", "py")]
OPTIONS = ["--variables", "--keyframes"]  # what no rule left uses goes too
NOTICE = '@charset "UTF-8";\n/*! Bootstrap 5.3.8, (c) The Bootstrap Authors, MIT: getbootstrap.com */\n'
MAP = "/*# sourceMappingURL"  # the map stays in the package
SECONDS = 60  # ten times what the cut takes on a busy machine


@lru_cache(maxsize=1)
def build() -> Path:
    """The folder of the sheet, cut anew when a word of a template may have changed; whole when PurgeCSS cannot run."""
    folder = _folder(READ)
    if not (folder / NAME).exists():
        whole = SOURCE.read_text("utf-8").partition(MAP)[0]
        text = _cut(whole)
        folder = folder if text else _folder([])
        _write(NOTICE + cssmin(text or f"{whole}\n{_own()}"), folder / NAME)
    return folder


def _own() -> str:
    return "\n".join(path.read_text("utf-8") for path in OWN)


def _folder(patterns: Iterable[str]) -> Path:
    """A folder for each sheet that may come of the package and of these files."""
    read = sorted(path for pattern in patterns for path in settings.BASE_DIR.glob(pattern))
    mark = hashlib.sha256(b"\0".join(path.read_bytes() for path in [SOURCE, *OWN, *read])).hexdigest()
    return Path(settings.VAR_DIR) / "styles" / mark[:16]


def _cut(whole: str) -> str:
    """The rules of Bootstrap that the portal uses, then all of ours; empty when PurgeCSS is not installed, or fails."""
    if not (command := _command()):
        return ""
    own = _own()
    texts = (path.read_text("utf-8") for pattern in READ for path in settings.BASE_DIR.glob(pattern))
    try:
        with NamedTemporaryFile("w", encoding="utf-8", suffix=".css") as joined:
            joined.write(f"{lighter(whole, own, texts)}\n{own}")
            joined.flush()
            done = subprocess.run(  # noqa: S603 -- a locked package, on files of ours
                [*command, "--css", joined.name, "--content", *READ, *OPTIONS, "--safelist", *sorted(classes_of(own))],
                cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=SECONDS, check=True,
            )  # fmt: skip
        return json.loads(done.stdout)[0]["css"]
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""


def _command() -> list[str]:
    node, tool = shutil.which("node"), settings.BASE_DIR / "node_modules" / "purgecss" / "bin" / "purgecss.js"
    return [node, str(tool)] if node and tool.is_file() else []


def _write(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, suffix=".part", delete=False) as partial:
        partial.write(text)
    Path(partial.name).chmod(0o644)
    Path(partial.name).replace(target)  # a reader never meets half a sheet


class StyleFinder(MadeFinder):
    """Cuts the sheet the first time that it is asked for."""

    names = (NAME,)

    def make(self) -> Path:
        return build()


@checks.register("ui")
def sheet_is_cut(app_configs: Iterable[AppConfig] | None, **kwargs) -> list[checks.CheckMessage]:
    """INFO, not a warning: pages look the same with the whole sheet, and weigh 200 KB more at the first visit."""
    if _command():
        return []
    return [checks.Info("La feuille de style de Bootstrap est servie entière.", hint="npm ci --ignore-scripts, avec Node", id="ui.I002")]
