"""How the portal writes numbers, counted nouns and signs in French. Pure: screens, mails, documents and the optimiser share it."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from portal.text.canonical import plain
from portal.text.folding import fold

NBSP = "\u00a0"
NOTHING = "–"  # what an absent value looks like
_UNIT = re.compile(r"(.*?)(| (?:d[’']|(?:de|du|des|en|à|par|pour|sur|avec)\b).*)$", re.DOTALL)  # the words that agree, what completes them
_PLAIN_WORD = re.compile(r"[^\W\d_A-Z]{3,}")
_ELIDED = frozenset("aeiouyh")


def number(value: object, decimals: int = 0) -> str:
    """A number with French separators: 1 234 567,80. None and text that is no number give a dash and the text."""
    if value is None or value == "":
        return NOTHING
    try:
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return str(value)
    sign = "−" if rounded < 0 else ""
    return sign + f"{abs(rounded):,.{decimals}f}".replace(",", NBSP).replace(".", ",")


def exact(value: Decimal | int) -> str:
    """A number with the decimals it has and no useless zero: 1 234,5. Never rounded, whatever its length."""
    whole, _, part = plain(Decimal(value)).partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", NBSP)
    return f"{sign}{grouped}{',' if part else ''}{part}"


def mark(value: Decimal | None) -> str:
    """The mark (note) of a file, as it is written everywhere: 71,70. Two decimals, as marks are rounded; those of a mark that has more are
    kept, as files are ranked by them. None gives a dash.
    """
    if value is None:
        return NOTHING
    decimals = -int(Decimal(value).normalize().as_tuple().exponent)
    return number(value, max(2, decimals))


def few_points(value: Decimal) -> str:
    """A number of points that is no mark (a limit, a gain, a cost), without useless hundredths: 16, but 71,70."""
    return exact(value) if value == value.to_integral_value() else mark(value)


def points(value: Decimal) -> str:
    """Points with their word: 1 point, 1,50 point, 12,25 points."""
    return f"{few_points(value)}{NBSP}{'point' if abs(value) < 2 else 'points'}"


def percent(value: Decimal | int | float, decimals: int | None = None) -> str:
    """A number of hundredths: 30 %, 12,5 %. As it is, or rounded half up to `decimals`."""
    text = exact(Decimal(value)) if decimals is None else number(value, decimals)
    return f"{text}{NBSP}%"


def whole_percentages(weights: Sequence[int]) -> list[int]:
    """Whole percentages that add up to 100: what rounding down leaves goes to the largest remainders, first come first."""
    total = sum(weights)
    shares = [100 * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda rank: -(100 * weights[rank] % total))
    for rank in by_remainder[: 100 - sum(shares)]:
        shares[rank] += 1
    return shares


def share(part: Decimal | Fraction, decimals: int = 0) -> str:
    """A part of one as hundredths, rounded half to even, without useless zero: 1/3 is 33 %, 33,3 % with one decimal."""
    units = round(Fraction(part) * 100 * 10**decimals)
    return percent(Decimal(units).scaleb(-decimals))


def euros(amount: object, decimals: int = 2) -> str:
    """An amount in euros: 12 345,60 €, rounded half up."""
    text = number(amount, decimals)
    return text if text == NOTHING else f"{text}{NBSP}€"


def money(amount: Decimal) -> str:
    """An amount in euros without useless cents: 12 340 €, but 12 340,50 €."""
    return euros(amount, 0 if amount == amount.to_integral_value() else 2)


def cents_in_euros(cents: int) -> str:
    """A whole number of cents, of any length, in euros: 12 340 €, 12 340,50 €."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'−' if cents < 0 else ''}{exact(whole)}{f',{rest:02d}' if rest else ''}{NBSP}€"


def count(value: int, singular: str, plural: str = "") -> str:
    """A counted noun, singular up to one as French wants: 0 dossier, 1 dossier, 2 dossiers."""
    noun = singular if abs(value) < 2 else plural or f"{singular}s"
    return f"{number(value)}{NBSP}{noun}"


def ordinal(rank: int, *, feminine: bool = False) -> str:
    """1er, 1re, 2e, 12e."""
    return f"{rank}{('re' if feminine else 'er') if rank == 1 else 'e'}"


def enumeration(parts: Sequence[str]) -> str:
    """« date, voix pour et abstentions »."""
    return " et ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def of(name: object) -> str:
    """« de » and a name, elided where it is said so: de Metz, d’Épinal, d’Hélène, d’Usages numériques."""
    text = str(name)
    return f"d’{text}" if fold(text[:1]) in _ELIDED else f"de {text}"


_LE = (
    "lycee",
    "lp",
    "lpa",
    "lpo",
    "lgt",
    "legta",
    "legtap",
    "leap",
    "micro-lycee",
    "college",
    "centre",
    "campus",
    "cours",
    "cfa",
    "groupe",
)
_LA = ("section", "sep", "cite", "maison", "fondation")
_L = ("annexe", "ecole", "erea", "institut", "institution", "etablissement", "ensemble", "etp")
_ARTICLE = dict.fromkeys(_LE, "le ") | dict.fromkeys(_LA, "la ") | dict.fromkeys(_L, "l’")


def the_school(name: object) -> str:
    """The name of an establishment inside a sentence, with its article: le lycée général X, la section Y, l’école Z."""
    text = str(name)
    first = text.split(" ")[0]
    article = _ARTICLE.get(fold(first), "")
    if not article:
        return text
    return f"{article}{text if first.isupper() else text[:1].lower() + text[1:]}"


def of_school(name: object) -> str:
    """« de » and an establishment: du lycée général X, de la section Y, de l’école Z."""
    told = the_school(name)
    if told == str(name):
        return of(name)
    return f"du {told.removeprefix('le ')}" if told.startswith("le ") else f"de {told}"


def at_school(name: object) -> str:
    """« à » and an establishment: au lycée général X, à la section Y, à l’école Z."""
    told = the_school(name)
    return f"au {told.removeprefix('le ')}" if told.startswith("le ") else f"à {told}"


def measured(value: int, unit: str) -> str:
    """A quantity in a unit typed by somebody, in the plural from two on: 1 unité, 57 unités, 12 mètres linéaires, 3 jeux de câbles, 40 m²."""
    if abs(value) < 2:
        return f"{number(value)}{NBSP}{unit}"
    parts = _UNIT.match(unit)
    words, complement = parts.groups() if parts else (unit, "")
    return f"{number(value)}{NBSP}{' '.join(map(_plural, words.split(' ')))}{complement}"


def _plural(word: str) -> str:
    """A plain word in the plural; a sign or an abbreviation (m², kWh, ml, U), and what is in the plural already, as it is."""
    if not _PLAIN_WORD.fullmatch(word) or word[-1] in "sxz":
        return word
    if word.endswith("al"):
        return f"{word[:-1]}ux"
    return f"{word}x" if word.endswith(("eau", "eu")) else f"{word}s"


def weight(size: int) -> str:
    """The weight of a file of `size` bytes: 88 Ko, 1,2 Mo."""
    if size < 1024 * 1024:
        return f"{number(max(1, round(size / 1024)))}{NBSP}Ko"
    mebibytes = Decimal(size) / (1024 * 1024)
    return f"{number(mebibytes, 0 if mebibytes == mebibytes.to_integral_value() else 1)}{NBSP}Mo"
