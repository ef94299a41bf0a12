"""The door of the vault: what the lock screen pushes, and what stands behind once it is open.

Nothing that knows keys or SQL is loaded before it is pushed: the lock must be in sight at once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from desktop.config.tries import Tries, WrongTries
from desktop.ui.keys.ports import Rating

if TYPE_CHECKING:
    from desktop.app.advice import KeyAdvice
    from desktop.app.short_way import ShortWay
    from desktop.services.vault_access import Missing, Unlocked, VaultAccess


class VaultDoor:
    """Opens the vault and keeps it until ``take``; called on the store's lane."""

    def __init__(
        self,
        access: "Callable[[], VaultAccess]",
        wait: "Callable[[], None] | None" = None,
        tries: WrongTries | None = None,
        short_way: "ShortWay | None" = None,
    ) -> None:
        """``wait`` returns once whoever held the vault before has let go of it.

        ``short_way`` opens with a short code, where the Département allows it.
        """
        self._access = access
        self._tries = tries
        self._short_way = short_way
        self._wait = wait or _at_once
        self._unlocked: Unlocked | None = None

    def open(self, passphrase: str) -> None:
        """Open with the passphrase; raise what ``desktop.services.errors`` names."""
        self._wait()
        with self._counted():
            self._unlocked = self._access().open(passphrase)

    def offers_code(self) -> bool:
        """Whether a short code may be tried; the keyring is not asked."""
        return self._short_way is not None and self._short_way.is_offered()

    def open_with_code(self, code: str) -> None:
        """Open with the short code."""
        if self._short_way is None:
            raise LookupError("no code is offered")
        self._wait()
        with self._counted():
            self._unlocked = self._access().open_with_code(self._short_way.at_lock(), code)

    def open_with_paper(self, words: str, new_passphrase: str) -> None:
        """Open with the paper key and replace the passphrase."""
        self._wait()
        self._advice.check(new_passphrase)
        self._unlocked = self._access().open_with_paper(words, new_passphrase)

    def repair(self, passphrase: str, progress: "Callable[[int, int], None]") -> "Missing":
        """Make a damaged vault whole with what can be read of it; say what is missing."""
        self._wait()
        with self._counted():
            self._unlocked, missing = self._access().repair(passphrase, progress)
        return missing

    def wrong_tries(self) -> Tries:
        """Return how many passphrases were wrong before this lock was shown."""
        return self._tries.read() if self._tries is not None else Tries()

    def rate(self, passphrase: str) -> Rating:
        """Say how many guesses a passphrase stands."""
        return self._advice.rate(passphrase)

    def propose(self) -> str:
        """Return seven words drawn at random."""
        return self._advice.propose()

    def take(self) -> "Unlocked":
        """Return what was opened, and keep it no longer."""
        if self._unlocked is None:
            raise LookupError("the door is closed")
        unlocked, self._unlocked = self._unlocked, None
        return unlocked

    @contextmanager
    def _counted(self) -> Iterator[None]:
        from desktop.services.errors import QuickUnlockOver, WrongCode, WrongPassphrase

        try:
            yield
        except (WrongPassphrase, WrongCode, QuickUnlockOver):
            if self._tries is not None:
                self._tries.note()
            raise
        if self._tries is not None:
            self._tries.forget()

    @cached_property
    def _advice(self) -> "KeyAdvice":
        from desktop.app.advice import KeyAdvice

        return KeyAdvice(self._access())


def _at_once() -> None:
    """Nobody held the vault."""
