"""Bounds what asks the system's keyring: it may wait for a prompt that nobody sees, or for ever."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from typing import Protocol, TypeVar

from desktop.config.system_keyring import KeyringSilent, SecretKeeper

T = TypeVar("T")

AT_THE_LOCK_S = 8.0
WITH_A_PROMPT_S = 60.0
"""When she has just asked for it, and the system may ask her in turn."""


class Keyring(SecretKeeper, Protocol):
    """A keyring that can be looked for."""

    def look(self) -> None:
        """Raise ``KeyringSilent`` without any."""
        ...


class PatientKeyring:
    """A keyring that answers in time, or raises ``KeyringSilent``; never on the window's thread.

    A call that hangs is left to its thread, which ends with the program; while it hangs nothing
    else is asked, so that such threads are never two.
    """

    def __init__(self, keyring: Keyring, patience_s: float) -> None:
        self._keyring = keyring
        self._patience_s = patience_s
        self._hanging: threading.Thread | None = None

    def look(self) -> None:
        """Raise ``KeyringSilent`` without any."""
        self._bounded(self._keyring.look)

    def read(self, vault: str) -> str | None:
        """Return what is kept for this vault."""
        return self._bounded(lambda: self._keyring.read(vault))

    def write(self, vault: str, text: str) -> None:
        """Keep it."""
        self._bounded(lambda: self._keyring.write(vault, text))

    def delete(self, vault: str) -> None:
        """Let go of it."""
        self._bounded(lambda: self._keyring.delete(vault))

    def _bounded(self, ask: Callable[[], T]) -> T:
        if self._hanging is not None and self._hanging.is_alive():
            raise KeyringSilent
        answer: Future[T] = Future()
        thread = threading.Thread(target=_ask, args=(ask, answer), daemon=True)
        thread.start()
        try:
            return answer.result(self._patience_s)
        except TookTooLong:
            self._hanging = thread
            raise KeyringSilent from None


def _ask(ask: Callable[[], T], answer: Future[T]) -> None:
    try:
        answer.set_result(ask())
    except BaseException as failure:  # noqa: BLE001 - it is raised where the answer is waited for
        answer.set_exception(failure)
