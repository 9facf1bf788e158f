"""Text without what makes two spellings of one word differ. Pure, and small: the selection stands on it."""

import unicodedata


def fold(text: str) -> str:
    """Lower case, without accents nor ligatures, one hyphen, single spaces, nothing hidden: the same on SQLite and PostgreSQL."""
    spelled = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE").replace("’", "'").replace("\u2011", "\u2010")
    decomposed = unicodedata.normalize("NFKD", spelled.replace("\u2010", "-"))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return " ".join(plain.lower().split())
