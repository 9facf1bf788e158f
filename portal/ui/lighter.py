"""Bootstrap without what PurgeCSS cannot tell from a word: `alert` is said by `role="alert"`, `card` by a variable of a template."""

import re
from collections.abc import Iterable

_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
_ASIDE = re.compile(r"url\([^)]*\)|/\*.*?\*/", re.DOTALL)  # drawings and comments
_HEAD = re.compile(r'@charset "UTF-8";|/\*.*?\*/', re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CONDITIONAL = re.compile(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_PREFIXED = re.compile(r"-(?:webkit|moz)-([a-z-]+):")
_APART = re.compile(r",(?![^(]*\))")  # commas and semicolons outside of brackets
_DECLARED = re.compile(r";(?![^(]*\))")
_WRITTEN = re.compile(r"""(?:class|className|css)["']?[^"'\n]{0,12}["']([^"'\n]*)["']""")
_WORDS = re.compile(r"[\w-]+")
_OLD = "::-webkit-file-upload-button"  # said again, by its name of today, in the next rule
_DARK = r"\[data-bs-theme=dark\]"  # pages have one theme; mails, which have two, have their own style
_LOGICAL = {"margin-start", "margin-end"}  # names that the standard has changed, said again under the new one


def classes_of(sheet: str) -> set[str]:
    """Every class that a sheet names."""
    return set(_CLASS.findall(_ASIDE.sub("", sheet)))


def lighter(bootstrap: str, own: str, texts: Iterable[str]) -> str:
    """Bootstrap without the components that no `class` of `texts` writes, nor what our own sheets say anew or browsers no longer read.

    Only classes of one word are judged so: those that have a hyphen are left to PurgeCSS.
    """
    written = {word for text in texts for words in _WRITTEN.findall(text) for word in _WORDS.findall(words)}
    unused = {name for name in classes_of(bootstrap) if "-" not in name} - written - classes_of(own)
    named = "".join(rf"|(?<!:not\()\.{name}(?![\w-])" for name in sorted(unused))
    gone, anew = re.compile(rf"{_OLD}|{_DARK}{named}"), _said_by(own)
    return _RULE.sub(lambda rule: _kept(rule[1], rule[2], gone, anew), _HEAD.sub("", bootstrap))


def _said_by(own: str) -> dict[str, set[str]]:
    """Selector → properties that our sheets, which come after, set whatever the screen."""
    said: dict[str, set[str]] = {}
    for selectors, body in _RULE.findall(_CONDITIONAL.sub("", _ASIDE.sub("", own))):
        properties = {one.partition(":")[0].strip() for one in _DECLARED.split(body)}
        for selector in _APART.split(selectors):
            said.setdefault(selector.strip(), set()).update(properties)
    return said


def _kept(selectors: str, body: str, gone: re.Pattern, anew: dict[str, set[str]]) -> str:
    """A rule, with its selectors and declarations that serve; empty when none does."""
    kept = [selector for selector in _APART.split(selectors) if not gone.search(selector)]
    if not kept:
        return ""
    declared = [one for one in _DECLARED.split(body) if one]
    standard = {one.partition(":")[0] for one in declared} | _LOGICAL
    declared = [one for one in declared if not ((old := _PREFIXED.match(one)) and old[1] in standard)]
    over = set.intersection(*(anew.get(selector.strip(), set()) for selector in kept))
    declared = [one for one in declared if one.partition(":")[0] not in over or one.endswith("!important")]
    return f"{','.join(kept)}{{{';'.join(declared)}}}" if declared else ""
