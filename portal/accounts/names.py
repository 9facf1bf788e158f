"""Names of people, as they go into mails and letters."""

import re

from django.core.exceptions import ValidationError

# A name is read in mails that the portal sends: it must not be able to carry an address that a mail client makes clickable.
_LETTERS = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f \u00a0'’.,\-\u2010\u2011])*")
_ADDRESS = re.compile(r"\.\w")


_SITE = re.compile(r"://|www\.|(?:[\w-]{2,}\.)+[a-z]{2,}", re.IGNORECASE)


def carries_address(text: str) -> bool:
    """Whether a mail client could make a link of a part of `text`."""
    return bool(_SITE.search(text))


def validate_without_address(text: str) -> None:
    """Words that go into a mail to a school. Raises ValidationError when they carry an address."""
    if carries_address(text):
        raise ValidationError(
            "Écrivez cette précision sans adresse de site ni de messagerie : elle est envoyée par courriel à l’établissement."
        )


def validate_person_name(text: str) -> None:
    """Letters, spaces, hyphens, apostrophes, a dot after an initial. Raises ValidationError."""
    if not _LETTERS.fullmatch(text) or _ADDRESS.search(text):
        raise ValidationError(
            "Écrivez le nom en toutes lettres : ni chiffre, ni adresse, ni autre signe que l’apostrophe et le trait d’union."
        )
