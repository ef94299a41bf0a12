"""The keyring of the operating system, one of three and no other.

The library would take whatever it finds: a file in clear, a chain of others, what a variable of the
environment names. Here a backend is named for each system, and refused when it is not exactly that
one. Calls may wait for a prompt, or for ever: never on the window's thread, and bounded by whoever
asks (``desktop.app.patience``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Coffre"
# KWallet has no entry of its own: its backend asks for a library that has no wheels, and its
# wallet answers the Secret Service.
ALLOWED = {
    "linux": ("keyring.backends.SecretService", "Keyring"),
    "darwin": ("keyring.backends.macOS", "Keyring"),
    "win32": ("keyring.backends.Windows", "WinVaultKeyring"),
}


class KeyringSilent(Exception):
    """No keyring that may be used, or it refused, or it did not answer in time."""


class SecretKeeper(Protocol):
    """Keeps one short text for each vault; each call may raise ``KeyringSilent``."""

    def read(self, vault: str) -> str | None:
        """Return what is kept for this vault."""
        ...

    def write(self, vault: str, text: str) -> None:
        """Keep it, and be sure that it is kept."""
        ...

    def delete(self, vault: str) -> None:
        """Let go of it, and be sure that it is gone."""
        ...


class SystemKeyring:
    """A backend of the library that is on the list."""

    def __init__(self, backend: KeyringBackend) -> None:
        """Raise ``KeyringSilent`` for any other, one that derives from it included."""
        if not is_allowed(backend):
            raise KeyringSilent
        self._backend = backend

    def read(self, vault: str) -> str | None:
        """Return what is kept for this vault."""
        with _translated():
            return self._backend.get_password(SERVICE, vault)

    def write(self, vault: str, text: str) -> None:
        """Keep it, read it again."""
        with _translated():
            self._backend.set_password(SERVICE, vault, text)
        if self.read(vault) != text:
            raise KeyringSilent

    def delete(self, vault: str) -> None:
        """Let go of it; nothing kept is as good."""
        if self.read(vault) is None:
            return
        with _translated():
            self._backend.delete_password(SERVICE, vault)
        if self.read(vault) is not None:
            raise KeyringSilent


def is_allowed(backend: object) -> bool:
    """Whether this is one of the backends of the list, itself and not one that resembles it."""
    kind = type(backend)
    named = (kind.__module__, kind.__qualname__)
    return named in ALLOWED.values() and kind is _class_of(*named)


def find_keyring(platform: str = sys.platform) -> SystemKeyring:
    """Return the keyring of this session; raise ``KeyringSilent`` where there is none."""
    if platform not in ALLOWED:
        raise KeyringSilent
    with _translated():
        kind = _class_of(*ALLOWED[platform])
        if kind.priority <= 0:  # raises where the system has no such keyring
            raise KeyringSilent
        backend = kind()
        if platform == "win32":
            # By default the secret would follow her to each computer of the domain.
            backend.persist = "local machine"  # type: ignore[attr-defined]  # Windows' own
    return SystemKeyring(backend)


class KeyringFound:
    """The keyring of this session, looked for at each call until it is there."""

    def __init__(self, find: Callable[[], SecretKeeper] = find_keyring) -> None:
        self._find = find
        self._found: SecretKeeper | None = None

    def look(self) -> None:
        """Raise ``KeyringSilent`` without any."""
        self._keeper()

    def read(self, vault: str) -> str | None:
        """Return what is kept for this vault."""
        return self._keeper().read(vault)

    def write(self, vault: str, text: str) -> None:
        """Keep it."""
        self._keeper().write(vault, text)

    def delete(self, vault: str) -> None:
        """Let go of it."""
        self._keeper().delete(vault)

    def _keeper(self) -> SecretKeeper:
        if self._found is None:
            self._found = self._find()
        return self._found


def _class_of(module: str, name: str) -> type[KeyringBackend]:
    kind: type[KeyringBackend] = getattr(import_module(module), name)
    return kind


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except KeyringSilent:
        raise
    except Exception:  # noqa: BLE001 - D-Bus, ctypes and keyrings have each their own family
        raise KeyringSilent from None
