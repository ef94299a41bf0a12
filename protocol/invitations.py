"""Invitations: the few characters an administrator hands to a professional, on paper or by phone.

An invitation reads ``79-ABCDE-FGHJK-MNPQR-STVWX``: the code of the département, then 20 Crockford
base 32 characters (100 bits). The laptop checks its form before asking the office anything; the
office keeps only its hash.
"""

import hashlib
import re
from dataclasses import dataclass

from protocol.errors import ProtocolError

ENTROPY_BYTES = 13
"""Random bytes an invitation is made from; 100 of their 104 bits are used."""
DEPARTMENT_CODE = re.compile(r"[0-9a-z]{1,4}")
"""What the code of a département looks like: ``79``, ``2a``, ``974``."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 20
_GROUP = 5
_MISREAD = str.maketrans("OIL", "011")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")


class InvitationMalformed(ProtocolError):
    """What was typed cannot be an invitation: a character is missing, or one too many."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as typed, once its form is known to be right."""

    department: str
    code: str

    def __str__(self) -> str:
        """Return the form people read: groups of five."""
        groups = (self.code[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
        return "-".join((self.department.upper(), *groups))

    def hash(self) -> bytes:
        """Return what the office keeps: enough to recognise it, not to use it."""
        clear = f"{self.department}-{self.code}".encode()
        return hashlib.blake2b(clear, digest_size=32, person=b"coffre.invite").digest()


def make_invitation(department: str, entropy: bytes) -> Invitation:
    """Return the invitation made of at least ``ENTROPY_BYTES`` random bytes."""
    number = int.from_bytes(entropy[:ENTROPY_BYTES], "big")
    code = "".join(_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(_LENGTH)))
    return Invitation(department, code)


def parse_invitation(text: str) -> Invitation:
    """Return the invitation somebody typed; raise ``InvitationMalformed``.

    Case, spaces and hyphens do not matter; O is read as 0, I and L as 1.
    """
    groups = [group.upper() for group in _SEPARATORS.split(text) if group]
    joined = "".join(groups)
    # The département stands alone when people separate it: then a forgotten character shows.
    alone = len(groups) > 1 and DEPARTMENT_CODE.fullmatch(groups[0].lower()) is not None
    end = len(groups[0]) if alone else max(len(joined) - _LENGTH, 0)
    department, code = joined[:end].lower(), joined[end:].translate(_MISREAD)
    well_formed = len(code) == _LENGTH and all(character in _ALPHABET for character in code)
    if not well_formed or DEPARTMENT_CODE.fullmatch(department) is None:
        raise InvitationMalformed("not an invitation")
    return Invitation(department, code)
