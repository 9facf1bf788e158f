"""Addresses of named pages, found once: a list asks for one per row, a menu for all of its own on every page."""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, reverse


def address(name: str, *args: object) -> str:
    """What `reverse(name, args=args)` answers, remembered. NoReverseMatch when nothing has this name and these arguments."""
    return _found(name, args, settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=16_384)
def _found(name: str, args: tuple, urlconf: str, prefix: str) -> str:
    return reverse(name, urlconf, args)
