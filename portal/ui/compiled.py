"""What a web process prepares before its first visitor."""

from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from django.urls import get_resolver


def compile_pages() -> int:
    """Read every address and compile every template of the portal, and say how many templates there are.

    Done once before the web processes part from one another: none of them makes its first visitors wait for it, and one that is started
    again in the middle of a rush answers as fast as the one that died.
    """
    get_resolver().url_patterns  # noqa: B018 -- reading them imports the views
    names = {name for folder in get_app_template_dirs("templates") if _is_ours(folder) for name in _pages(folder)}
    for name in sorted(names):
        get_template(name)
    return len(names)


def _is_ours(folder: Path) -> bool:
    return "site-packages" not in folder.parts and settings.BASE_DIR in folder.parents


def _pages(folder: Path) -> list[str]:
    return [str(file.relative_to(folder)) for file in folder.rglob("*.html")]
