"""The one way to write a value that is compared, sealed or fingerprinted. Pure.

Fingerprints of this form are stored (frozen files, sealed journal, scenarios, proofs): it must never change.
"""

import hashlib
import json
from decimal import Decimal


def canonical(value: object) -> str:
    """`value` in canonical JSON: sorted keys, no space, UTF-8 letters as they are. Raises TypeError for what JSON cannot write."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(value: object) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def plain(number: Decimal) -> str:
    """The one text of a decimal: no exponent, no useless zero ("17.50" and "17.5" are one score)."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
