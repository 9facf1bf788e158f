"""What can be issued (documents, once each) and exported (workbooks, on demand)."""

from collections.abc import Callable
from dataclasses import dataclass


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


@dataclass(frozen=True)
class WorkbookKind:
    """A kind of workbook: who may ask for it, from what parameters, and how it is made."""

    code: str
    label: str
    help: str
    may_ask: Callable  # (user) -> bool
    sheets: Callable  # (user, params) -> (title, [Sheet], expected rows)
    needs_call: bool = True
    calls: Callable | None = None  # (user) -> the calls to choose from; without it, those that the person sees


_documents: dict[str, DocumentKind] = {}
_workbooks: dict[str, WorkbookKind] = {}


def register_document(kind: DocumentKind) -> DocumentKind:
    _documents[kind.code] = kind
    return kind


def register_workbook(kind: WorkbookKind) -> WorkbookKind:
    _workbooks[kind.code] = kind
    return kind


def document_kind(code: str) -> DocumentKind:
    return _documents[code]


def workbook_kind(code: str) -> WorkbookKind | None:
    return _workbooks.get(code)


def workbooks_for(user) -> list[WorkbookKind]:
    return [kind for kind in _workbooks.values() if kind.may_ask(user)]
