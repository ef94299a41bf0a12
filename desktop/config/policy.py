"""What the Département's IT decides for all laptops, and users cannot change.

A TOML file laid by the installer (docs/server.md): the office's address, the authority that vouches
for it, a proxy. An unreadable file is ignored and told by ``Policy.problem``. A key that Coffre
does not know (misspelt, or of a newer Coffre) changes nothing to the others, and is told by
``Policy.unknown``.
"""

import os
import sys
import tomllib
from base64 import b64decode
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from desktop.config.program_data import program_data

FILE_VARIABLE = "COFFRE_POLICY"

_AUTHORITY, _SYSTEM = "authority", "system"
_TEXTS = ("server", "authority", "proxy", "trust_store", "escrow")
_QUICK = "quick_unlock"
_KEYS = (*_TEXTS, _QUICK)
_ESCROW_BYTES = 64


@dataclass(frozen=True, slots=True)
class Policy:
    """The administration's settings; ``None`` where it says nothing."""

    server: str | None = None
    authority: Path | None = None
    """PEM file of the authority that vouches for the office."""
    proxy: str | None = None
    system_store: bool = False
    """``trust_store = "system"``: what this computer trusts may vouch for the office too.

    For a network that inspects TLS with an authority of its own. Otherwise the authority above is
    the only one believed.
    """
    escrow: bytes | None = None
    """Public half of the Département's key (docs/server.md): 64 bytes, never told by the office."""
    quick_unlock: bool = False
    """Whether a short code may be offered (decision 0019): only where the Département says so."""
    problem: str | None = None
    """``unreadable``, when the file is there and cannot be used."""
    unknown: tuple[str, ...] = ()
    """Keys of the file that mean nothing to this Coffre, as they are written there."""
    path: Path | None = field(default=None, compare=False)
    """The file it was read from."""

    def still_allows_code(self) -> bool:
        """Whether the file, read again, still allows a short code; not on the window's thread."""
        return self.quick_unlock and (self.path is None or read_policy(self.path).quick_unlock)


def read_policy(path: Path | None = None) -> Policy:
    """Return the policy of this machine."""
    path = path or policy_path()
    try:
        # Windows' editors put a mark before UTF-8, which TOML does not allow.
        values = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return Policy()
    except (OSError, ValueError, RecursionError):  # not UTF-8, not TOML, or made to stop it
        return Policy(problem="unreadable")
    known = {name: values.get(name) for name in _TEXTS}
    if any(value is not None and not isinstance(value, str) for value in known.values()):
        return Policy(problem="unreadable")
    if known["trust_store"] not in (None, _AUTHORITY, _SYSTEM):
        return Policy(problem="unreadable")
    try:
        escrow = b64decode(known["escrow"] or "", validate=True)
    except ValueError:
        return Policy(problem="unreadable")
    if len(escrow) not in (0, _ESCROW_BYTES):
        return Policy(problem="unreadable")
    quick_unlock = values.get(_QUICK, False)
    if not isinstance(quick_unlock, bool):
        return Policy(problem="unreadable")
    authority = known["authority"]
    return Policy(
        server=known["server"],
        authority=(path.parent / authority) if authority else None,
        proxy=known["proxy"],
        system_store=known["trust_store"] == _SYSTEM,
        escrow=escrow or None,
        quick_unlock=quick_unlock,
        unknown=tuple(name for name in values if name not in _KEYS),
        path=path,
    )


def key_meant(unknown: str) -> str | None:
    """Return the key that somebody probably meant, if one resembles what was written."""
    near = get_close_matches(unknown.casefold().replace("-", "_"), _KEYS, n=1, cutoff=0.7)
    return near[0] if near else None


def policy_path() -> Path:
    """Return where the installer lays the policy on this system.

    A variable names another place, for a try, only where IT laid none: who opens the session
    decides what is in its environment.
    """
    laid = _laid_by_installer()
    if (chosen := os.environ.get(FILE_VARIABLE)) and not os.path.lexists(laid):
        return Path(chosen)
    return laid


def _laid_by_installer() -> Path:
    if sys.platform == "win32":
        return program_data() / "Coffre" / "policy.toml"
    if sys.platform == "darwin":
        return Path("/Library/Application Support/Coffre/policy.toml")
    return Path("/etc/coffre/policy.toml")
