"""Needs pasted from a spreadsheet: which column says what, which article each line names. Nothing is kept here; each line is then shown as it was read."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO

from calls.enums import Priority
from calls.questions.needs import Item, NeedsQuestion
from portal.text.folding import fold
from portal.text.typed import as_typed

MOST_SIGNS = 40_000
MOST_WRITTEN = 300  # signs of a line as it is shown again
NO_ARTICLE = "Aucun article de l’appel ne correspond à « {} »."
# What the columns of a school's table are called, folded; the first word is enough: « Quantité demandée ».
HEADINGS = {
    "item": "article articles designation designations libelle libelles besoin besoins produit produits materiel materiels equipement equipements",
    "code": "code reference ref",
    "quantity": "quantite quantites qte qtes qt nombre nb nbre",
    "priority": "priorite priorites prio rang",
    "is_essential": "indispensable indisp essentiel obligatoire",
    "detail": "precision precisions detail details salle salles lieu batiment commentaire commentaires remarque remarques observation observations usage",
}
NAMES = {
    "item": "article", "code": "code", "quantity": "quantité", "priority": "priorité", "is_essential": "indispensable", "detail": "précision",
}  # fmt: skip
_MEANINGS = {word: name for name, words in HEADINGS.items() for word in words.split()}
_YES, _NO = {"oui", "o", "x", "vrai", "true", "yes", "1", "indispensable", "✓", "✔"}, {"", "non", "n", "faux", "false", "no", "0", "-"}
_QUANTITY = re.compile(
    r"([0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)(?:[.,]0+)?(?: ?(?:u|unites?|pieces?|pcs?|postes?)\.?)?", re.IGNORECASE
)
_LEADING = re.compile(r"([0-9]{1,6})\s*[x×*]?\s+(\D.*)")
_TRAILING = re.compile(r"(.*\D)\s*[x×*:]\s*([0-9]{1,6})")
_RANK = re.compile(r"(?:p|priorite|prio)?\.? ?([0-9])")


@dataclass(frozen=True)
class PastedLine:
    """One line as pasted (`written`), what each field of a need takes of it, and what the reader of the page must look at (`note`)."""

    written: str
    typed: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True)
class Pasted:
    """What was read. `columns`: heading and meaning, where there were headings; `unread`: headings of which nothing is taken; `totals`: lines left aside."""

    lines: Sequence[PastedLine] = ()
    columns: Sequence[tuple[str, str]] = ()
    unread: Sequence[str] = ()
    totals: int = 0


@dataclass
class _Columns:
    """By rank of column, what it says; details may be several."""

    meanings: dict[int, str] = field(default_factory=dict)

    def of(self, row: Sequence[str], name: str) -> str:
        found = [cell for rank, cell in enumerate(row) if self.meanings.get(rank) == name and cell]
        return ", ".join(found) if name == "detail" else next(iter(found), "")

    def __contains__(self, name: str) -> bool:
        return name in self.meanings.values()


def read_pasted(text: str, question: NeedsQuestion) -> Pasted:
    """The lines of a text copied from Excel or LibreOffice (tabs), of a CSV (semicolons, commas), or of a list such as « 12 ordinateurs »."""
    rows = _rows(text.replace("\x00", ""))
    if not rows:
        return Pasted()
    headed = _headings(rows[0], question)
    columns = headed or _by_content(rows, question)
    body = rows[1:] if headed else rows
    totals = [row for row in body if _is_total(row, question)]
    lines = tuple(_line(row, columns, question) for row in body if row not in totals)
    titles = [(rank, title) for rank, title in enumerate(rows[0]) if title] if headed else []
    told = [(title, NAMES[columns.meanings[rank]]) for rank, title in titles if rank in columns.meanings]
    return Pasted(lines, told, [title for rank, title in titles if rank not in columns.meanings], len(totals))


def _rows(text: str) -> list[list[str]]:
    """The cells of each line that says something."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = next((sign for sign in "\t;" if sign in whole), "")
    if separator:
        return _cells(whole, separator)
    by_comma = _cells(whole, ",")  # a sentence has commas too: a table has as many on each line
    return by_comma if len({len(row) for row in by_comma}) == 1 else _cells(whole, "\t")


def _cells(whole: str, separator: str) -> list[list[str]]:
    # An inch or a forgotten quote opens a cell that never ends: quotes then say nothing.
    quoting = csv.QUOTE_MINIMAL if whole.count('"') % 2 == 0 else csv.QUOTE_NONE
    read = csv.reader(StringIO(whole), delimiter=separator, quoting=quoting)
    cells = [[as_typed(cell, multiline=False).text for cell in row] for row in read]
    return [row for row in cells if any(row)]


def _headings(row: Sequence[str], question: NeedsQuestion) -> _Columns | None:
    """What the first line says that each column is; None where it is not a line of headings."""
    found: dict[int, str] = {}
    for rank, cell in enumerate(row):
        meaning = _MEANINGS.get(next(iter(re.findall(r"[a-z]+", fold(cell))), ""))
        if meaning and (meaning == "detail" or meaning not in found.values()):
            found[rank] = meaning
    names_article = any(_article(cell, question.items)[0] for cell in row if _MEANINGS.get(fold(cell)) is None)
    if not {"item", "code"} & set(found.values()) or names_article or any(_QUANTITY.fullmatch(cell) for cell in row):
        return None
    return _Columns(found)


def _by_content(rows: Sequence[Sequence[str]], question: NeedsQuestion) -> _Columns:
    """The column whose cells name articles, the first of numbers, then what is left: ranks of priority, yes or no, texts."""
    width = max(len(row) for row in rows)
    cells = {rank: [row[rank] for row in rows if rank < len(row) and row[rank]] for rank in range(width)}
    left = [rank for rank in range(width) if cells[rank]]
    named = {rank: sum(bool(_article(_counted(cell)[1], question.items)[0]) for cell in cells[rank]) for rank in left}
    texts = [rank for rank in left if not all(_QUANTITY.fullmatch(cell) for cell in cells[rank])]
    best = max(texts or left, key=lambda rank: (named[rank], -rank))
    found = {best: "item"}
    for rank in (rank for rank in left if rank != best):
        folded = {fold(cell) for cell in cells[rank]}
        is_rank = all(_RANK.fullmatch(cell) for cell in folded) and "quantity" in found.values() and "priority" not in found.values()
        if "quantity" not in found.values() and all(_QUANTITY.fullmatch(cell) for cell in cells[rank]):
            found[rank] = "quantity"
        elif is_rank:
            found[rank] = "priority"
        elif folded <= _YES | _NO and "is_essential" not in found.values():
            found[rank] = "is_essential"
        elif not all(re.fullmatch(r"[-0-9 .,€\u00a0\u202f%]+", cell) for cell in cells[rank]):
            found[rank] = "detail"
    return _Columns(found)


def _line(row: Sequence[str], columns: _Columns, question: NeedsQuestion) -> PastedLine:
    named, quantity = columns.of(row, "item"), columns.of(row, "quantity")
    if "quantity" not in columns:
        quantity, named = _counted(named)
    code, note = _article(columns.of(row, "code"), question.items)
    if not code:
        code, note = _article(named or columns.of(row, "code"), question.items)
    essential, notes = fold(columns.of(row, "is_essential")), [note] if note else []
    if essential not in _YES | _NO:
        notes.append(f"« {columns.of(row, 'is_essential')} » n’est lu ni comme oui ni comme non : la case n’est pas cochée.")
    typed = {
        "item": code, "quantity": _whole(quantity), "priority": _rank(columns.of(row, "priority")), "detail": columns.of(row, "detail"),
    }  # fmt: skip
    written = " · ".join(cell for cell in row if cell)[:MOST_WRITTEN]
    return PastedLine(written, typed | ({"is_essential": "on"} if essential in _YES else {}), " ".join(notes))


def _counted(cell: str) -> tuple[str, str]:
    """(quantity, article) of a line of a list: « 12 ordinateurs », « Ordinateur : 12 »."""
    if found := _LEADING.fullmatch(cell):
        return found.group(1), found.group(2)
    if found := _TRAILING.fullmatch(cell):
        return found.group(2), found.group(1).strip(" :x×*")
    return "", cell


def _whole(cell: str) -> str:
    """A quantity without its unit nor the decimals that a spreadsheet adds; anything else as it is written, to be mended."""
    found = _QUANTITY.fullmatch(cell)
    return re.sub(r"\D", "", found.group(1)) if found else cell


def _rank(cell: str) -> str:
    found = _RANK.fullmatch(fold(cell))
    return found.group(1) if found else cell or str(Priority.FIRST.value)


def _is_total(row: Sequence[str], question: NeedsQuestion) -> bool:
    """A line that adds up the others."""
    first = next(cell for cell in row if cell)
    return bool(re.match(r"(sous[- ]?)?total", fold(first))) and not _article(first, question.items)[0]


def _article(text: str, items: Sequence[Item]) -> tuple[str, str]:
    """(code, note): the article that a text names; "" when none does, or several; a note where it is not named as in the list."""
    if not text:
        return "", ""
    same = [item for item in items if _stems(text) in (_stems(item.label), _stems(item.code))]
    if len(same) == 1:
        return same[0].code, ""
    words = set(_stems(text))
    near = [item for item in items if words <= set(_stems(item.label))] or [item for item in items if set(_stems(item.label)) <= words]
    if not near:
        by_text = {" ".join(_stems(item.label)): item for item in items}
        near = [by_text[each] for each in get_close_matches(" ".join(_stems(text)), by_text, n=2, cutoff=0.82)]
    if len(near) == 1:
        return near[0].code, f"« {text} » est lu comme « {near[0].label} » : vérifiez."
    if near:
        return "", f"Plusieurs articles de l’appel correspondent à « {text} »."
    return "", NO_ARTICLE.format(text)


def _stems(text: str) -> tuple[str, ...]:
    """The words of a text without their plural, in order."""
    words = re.findall(r"[a-z0-9]+", fold(text))
    return tuple(word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in words)
