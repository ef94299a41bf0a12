"""Short codes for the quick unlock: six digits or more, or words; never those that come first.

A code is tried five times at most, and only beside 32 bytes of the keyring. Whoever has read those
tries codes at leisure, one for each quarter of a gibibyte: hence no date, no run, nothing repeated.
"""

from __future__ import annotations

import re
import unicodedata

from desktop.crypto.errors import CodeProblem, UnusableCode
from desktop.crypto.secret import Secret
from desktop.crypto.strength import Estimator

SHORTEST, LONGEST = 6, 64
_LEAST_BITS = 19.9
"""As many as six digits drawn by chance; only letters and mixtures are held to it."""
_DISTINCT = 3
_DIGITS = re.compile(r"[0-9]+")
_REPEATED = re.compile(r"(.{1,4}?)\1+")
_TWICE_EACH = re.compile(r"(?:(.)\1)+")
_DAY, _MONTH = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])"
_YEAR = r"(?:(?:19|20)\d\d)"
_DATES = tuple(
    re.compile(form)
    for form in (
        rf"{_DAY}{_MONTH}(?:\d\d|{_YEAR})",
        rf"{_MONTH}{_DAY}(?:\d\d|{_YEAR})",
        rf"(?:\d\d|{_YEAR}){_MONTH}{_DAY}",
        rf"{_MONTH}{_YEAR}",
        rf"{_YEAR}{_MONTH}",
        rf"{_YEAR}{_YEAR}",
    )
)
_STEPS = ("0123456789", "1234567890", "9876543210", "0987654321")
# Drawn on the keypad, or said everywhere.
_DRAWN = frozenset(
    re.findall(
        r"\d+",
        """
        147258 147852 147369 159357 159753 159951 258456 258369 321654 357159 369258 369147 456123
        456789 654321 741852 741963 753159 753951 789456 789123 852456 951753 963852 963741 123654
        142536 112358 314159 271828 010203 102030 520131 007007 123321 147147 135790 135791 246810
        """,
    )
)


def code_bytes(code: str) -> Secret:
    """Return the bytes to stretch, in NFC; raise ``UnusableCode`` for what no code ever was."""
    if len(code) > LONGEST:
        raise UnusableCode(CodeProblem.TOO_LONG)
    try:
        return Secret(unicodedata.normalize("NFC", code).encode("utf-8"))
    except UnicodeEncodeError:  # half of a surrogate pair, which no keyboard types
        raise UnusableCode(CodeProblem.NOT_TEXT) from None


def check_new_code(code: str, passphrase: str) -> None:
    """Raise ``UnusableCode`` for what must not open a vault, however few the tries."""
    code_bytes(code)
    if len(code.strip()) < SHORTEST:
        raise UnusableCode(CodeProblem.TOO_SHORT)
    if code.strip().casefold() in passphrase.casefold():
        raise UnusableCode(CodeProblem.IN_PHRASE)
    if _is_easy(code.strip()):
        raise UnusableCode(CodeProblem.TOO_EASY)


def _is_easy(code: str) -> bool:
    if not _DIGITS.fullmatch(code):
        return Estimator().estimate(code).bits < _LEAST_BITS
    return (
        len(set(code)) < _DISTINCT
        or code in _DRAWN
        or any(code in steps or code in steps * 2 for steps in _STEPS)
        or _REPEATED.fullmatch(code) is not None
        or _TWICE_EACH.fullmatch(code) is not None
        or code == code[::-1]
        or any(date.fullmatch(code) for date in _DATES)
    )
