"""The kinds of question: found in the files of this package, checked when the portal starts."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from django.core.exceptions import ImproperlyConfigured

from calls import questions
from calls.questions.base import FieldQuestion, Holding, Question

FRAME = ("base", "comparison", "joined", "kits", "reading", "record", "registry", "to_fill")  # the files of the package that are no kind
TEMPLATES = Path(questions.__file__).parent.parent / "templates"
_DECLARED = ("kind", "name", "holding", "sheet_format", "nothing")


def kinds_in(package: ModuleType) -> dict[str, type[Question]]:
    """The kind that each file of the package holds, by its code. Raises ImproperlyConfigured on the first that is not whole."""
    names = sorted(module.name for module in iter_modules(package.__path__) if module.name not in FRAME)
    return {name: kind_in(import_module(f"{package.__name__}.{name}")) for name in names}


def kind_in(module: ModuleType) -> type[Question]:
    """The one kind of question that a file holds. Raises ImproperlyConfigured (none, several, or one that lacks a face)."""
    name = module.__name__.rpartition(".")[2]
    found = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Question) and thing.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise ImproperlyConfigured(f"{module.__name__} must hold one kind of question, not {len(found)}.")
    check(found[0])
    if found[0].kind != name:
        raise ImproperlyConfigured(f"{module.__name__} holds the kind {found[0].kind!r}: the file is named as its kind.")
    return found[0]


def check(kind: type[Question]) -> None:
    """Raises ImproperlyConfigured when a kind lacks a face, a declaration or its template."""
    missing = sorted(kind.__abstractmethods__) + [name for name in _DECLARED if not hasattr(kind, name)]
    if missing:
        raise ImproperlyConfigured(f"The kind of question {kind.__name__} lacks: {', '.join(missing)}.")
    if (kind.holding is Holding.ANSWER) != issubclass(kind, FieldQuestion):
        raise ImproperlyConfigured(f"The kind of question {kind.kind} is answered in one field if, and only if, it is a FieldQuestion.")
    if isinstance(kind.template, property) and not (TEMPLATES / f"calls/questions/{kind.kind}.html").is_file():
        raise ImproperlyConfigured(f"The kind of question {kind.kind} has no template calls/questions/{kind.kind}.html.")


KINDS: dict[str, type[Question]] = kinds_in(questions)
