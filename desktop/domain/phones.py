"""Telephone numbers: one form to keep, one to read, one to show over somebody's shoulder.

A French number is kept as ten digits (``0612345678``), a foreign one as ``+`` and its digits. What
cannot be read as a number is refused (None) rather than repaired.
"""

import re

_NOISE = re.compile(r"[\s.\-/()_·\u00a0\u202f]+")
_FRENCH = re.compile(r"0[1-9]\d{8}")
_FOREIGN = re.compile(r"\+[1-9]\d{6,14}")
# Overseas départements and territories call by their own country code, with 0 in front at home.
_OVERSEAS = re.compile(r"\+(262|508|590|594|596)0?(\d{9})")
_HIDDEN = "··"


def normalise(text: str) -> str | None:
    """Return the form to keep of the number in ``text``, or None when it is not one.

    A spreadsheet drops the first zero of a number: nine digits that start like a French number
    get it back.
    """
    digits = _NOISE.sub("", text.strip().replace("(0)", ""))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("33") and len(digits) == 11:
        digits = "+" + digits
    if digits.startswith("+33"):
        digits = "0" + digits[3:].removeprefix("0")
    elif overseas := _OVERSEAS.fullmatch(digits):
        digits = "0" + overseas[2]
    elif len(digits) == 9 and digits[:1] in set("123456789"):
        digits = "0" + digits
    if not digits.isascii():
        return None
    if _FRENCH.fullmatch(digits) or _FOREIGN.fullmatch(digits):
        return digits
    return None


def display(phone: str) -> str:
    """Return a kept number as people read it: « 06 12 34 56 78 »."""
    if _FRENCH.fullmatch(phone):
        return " ".join(_pairs(phone))
    return phone


def masked(phone: str) -> str:
    """Return a kept number with its middle hidden: « 06 ·· ·· ·· 18 »."""
    if _FRENCH.fullmatch(phone):
        first, *middle, last = _pairs(phone)
        return " ".join([first, *(_HIDDEN for _ in middle), last])
    if len(phone) < 6:
        return _HIDDEN
    return f"{phone[:3]} {_HIDDEN} {_HIDDEN} {phone[-2:]}"


def _pairs(phone: str) -> list[str]:
    return [phone[i : i + 2] for i in range(0, len(phone), 2)]
