"""What can be issued (documents, once each) and exported (workbooks, on demand)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify

from portal.accounts.models import User
from portal.ui import links


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document: how to title it, draw it, name its file, and who may read it."""

    code: str
    label: str  # "Accusé de dépôt"
    model: str  # "calls.application"
    title: Callable  # subject -> str
    render: Callable  # subject -> bytes
    filename: Callable  # subject -> str
    may_read: Callable  # (user, subject) -> bool
    drawn_after: tuple[str, ...] = ()  # transitions of the model after which it is drawn, in the transaction of the act
    in_background: bool = False  # drawn by the worker instead: the person who acts does not wait
    editions: Callable | None = None  # subject -> how many have to be there; `render` is then asked which one to draw


@dataclass(frozen=True)
class WorkbookKind:
    """A kind of workbook: who may ask for it, from what parameters, and how it is made."""

    code: str
    label: str
    help: str
    may_ask: Callable  # (user) -> bool
    sheets: Callable  # (user, params) -> (title, [Sheet], expected rows)
    needs_call: bool = True
    of_selection: bool = False  # asked from a list where files are chosen, and from nowhere else
    calls: Callable | None = None  # (user) -> the calls to choose from; without it, those that the person sees
    offered_to: Callable = lambda user: True  # of those who read that list, (user) -> bool: whether they may take it away
    offered_on: str = ""  # the list of a lower app that offers it: "calls.files"
    offered_as: str = "XLSX"  # the words of that link


_documents: dict[str, DocumentKind] = {}
_workbooks: dict[str, WorkbookKind] = {}


def sees(user: User, subject: Model) -> bool:
    """Whether the subject is visible to this person: the usual rule of who reads a document."""
    return type(subject).objects.visible_to(user).filter(pk=subject.pk).exists()


def document(
    code: str,
    stem: str,
    model: type[Model],
    draw: Callable,
    *,
    reference: Callable,
    label: str = "",
    may_read: Callable = sees,
    drawn_after: tuple[str, ...] = (),
    in_background: bool = False,
    editions: Callable | None = None,
) -> DocumentKind:
    """Declare one kind of document about a `model`, titled and named after `stem` and the reference of its subject.

    `draw(subject) -> bytes`, or `draw(subject, edition)` where `editions(subject) -> int` says how many there are to be; `reference(subject) -> str`. Whoever sees the subject reads the document, unless `may_read` says otherwise.
    """
    return register_document(
        DocumentKind(
            code=code,
            label=label or stem,
            model=model._meta.label_lower,
            title=lambda subject: f"{stem} {reference(subject)}",
            render=draw,
            filename=lambda subject: f"{slugify(stem)}-{reference(subject)}.pdf",
            may_read=may_read,
            drawn_after=drawn_after,
            in_background=in_background,
            editions=editions,
        )
    )


def document_kinds() -> list[DocumentKind]:
    """Every kind of document, in the order of their registration."""
    return list(_documents.values())


def register_document(kind: DocumentKind) -> DocumentKind:
    _documents[kind.code] = kind
    return kind


def register_workbook(kind: WorkbookKind) -> WorkbookKind:
    _workbooks[kind.code] = kind
    if kind.offered_on:
        links.register(kind.offered_on, kind.offered_as, "arrow-down-tray", lambda user, call="": _offered_address(kind, user, call))
    return kind


def ask_address(kind: WorkbookKind, call: str = "") -> str:
    """The page where a workbook is asked for, with the call (its reference) already chosen."""
    return reverse("exports:ask", args=[kind.code]) + (f"?{urlencode({'call': call})}" if call else "")


def _offered_address(kind: WorkbookKind, user: User, call: str) -> str:
    """Nothing for who reads the list without the right to take it away."""
    return ask_address(kind, call) if kind.offered_to(user) else ""


def document_kind(code: str) -> DocumentKind:
    return _documents[code]


def workbook_kind(code: str) -> WorkbookKind | None:
    return _workbooks.get(code)


def workbooks_for(user: User) -> list[WorkbookKind]:
    return [kind for kind in _workbooks.values() if kind.may_ask(user) and not kind.of_selection]
