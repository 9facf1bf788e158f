"""Text as searches compare it."""

import unicodedata


def fold(text: str) -> str:
    """Lower case, without accents nor ligatures, single spaces: the same on SQLite and PostgreSQL."""
    spelled = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE").replace("’", "'")
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return " ".join(plain.lower().split())
