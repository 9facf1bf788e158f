"""What each block of explanations rests on: said once where all of it is proved, or none; at each line otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.text.french import NBSP
from portal.text.typography import typo

PROVED = "Prouvé en nombres entiers."
SWORN = "D’après le solveur, sans preuve."
MIXED = "Prouvé, sauf là où il est dit «\u202fd’après le solveur\u202f»."
MARK = "(d’après le solveur)"
MOST_NAMED = 8  # files


@dataclass(frozen=True)
class ToldBlock:
    """Sentences of a block, and what they rest on; `word` is empty where there is none."""

    sentences: list[str]
    word: str


def told(rows: Sequence[Mapping]) -> ToldBlock:
    """The sentences of a block as they are shown."""
    return ToldBlock([typo(f"{row['sentence']} {MARK}" if marks(rows, row) else row["sentence"]) for row in rows], word(rows))


def word(rows: Sequence[Mapping]) -> str:
    """What a whole block rests on."""
    flags = [bool(row.get("proved")) for row in rows]
    if not flags:
        return ""
    return PROVED if all(flags) else MIXED if any(flags) else SWORN


def marks(rows: Sequence[Mapping], row: Mapping) -> bool:
    """Must this line say that it rests on the solver, the block not saying so?"""
    return not row.get("proved") and word(rows) == MIXED


def ties_word(rows: Sequence[Mapping], *, is_proved: bool) -> str:
    """What the ties rest on. Beside a list that is proved, its cost and the order of submission included, only who else was as good does."""
    said = word(rows)
    if not is_proved or said in ("", PROVED):
        return said
    return f"La liste retenue est prouvée, égalités départagées comprises. Qui d’autre valait autant{NBSP}: {said[:1].lower()}{said[1:]}"


def alone(*, is_proved: bool, holds_all: bool = False) -> str:
    """What is said where no other selection as good was found. `holds_all`: every file is retained, whole."""
    if holds_all:
        return "La liste retient tous les dossiers : aucune autre ne peut valoir autant."
    if not is_proved:
        return "Aucune autre sélection ne vaut autant, d’après le solveur."
    return (
        "La liste retenue est prouvée la meilleure. Le solveur n’en a pas trouvé d’autre qui vaille autant, et cela seul n’est pas prouvé"
        f"{NBSP}: s’il en existait une, le coût, puis l’ordre de dépôt, l’écarteraient, et la liste serait la même."
    )


def motives_word(files: Mapping[str, Mapping]) -> str:
    """What the reasons of all files rest on, those that are not proved being named when they are few."""
    rows = list(files.values())
    if not word(rows):
        return ""
    others = [name for name, row in files.items() if not row.get("proved")]
    if not others:
        return "Motifs des dossiers : prouvés en nombres entiers."
    if len(others) == len(rows):
        return "Motifs des dossiers : d’après le solveur, sans preuve."
    if len(others) > MOST_NAMED:
        return f"Motifs des dossiers : prouvés en nombres entiers, sauf {len(others)}{NBSP}sur {len(rows)}, d’après le solveur."
    return f"Motifs des dossiers : prouvés en nombres entiers, sauf, d’après le solveur, {', '.join(others)}."
