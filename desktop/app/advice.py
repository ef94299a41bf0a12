"""What the window asks of passphrases, answered by the crypto it may not import."""

from collections.abc import Callable
from functools import cached_property

from desktop.config.account_words import account_words
from desktop.crypto.passphrase import check_new_passphrase, judge
from desktop.crypto.strength import ADVISED_BITS, Estimator
from desktop.services.vault_access import VaultAccess
from desktop.ui.keys.ports import Fault, Hint, Level, Rating

Words = Callable[[], tuple[str, ...]]


def nothing_more() -> tuple[str, ...]:
    """Nobody is known yet."""
    return ()


class KeyAdvice:
    """Rates and proposes passphrases; called on the store's lane.

    Words of her own (her name, her login, the office) are what a colleague or a thief tries first:
    they are worth next to nothing. They stay in memory, for the time of the comparison.
    """

    def __init__(self, access: VaultAccess, own_words: Words = nothing_more) -> None:
        """``own_words`` are hers, beside those of this computer's account."""
        self._access = access
        self._own_words = own_words

    def rate(self, passphrase: str) -> Rating:
        """Say how many guesses it stands, and whether it can be used at all."""
        strength, problem = judge(passphrase, self._estimator.knowing(self._own()))
        hints = frozenset(Hint[hint.name] for hint in strength.hints)
        if problem is not None:
            return Rating(Level.REFUSED, strength.bits, hints, Fault[problem.name])
        level = Level.STRONG if strength.bits >= ADVISED_BITS else Level.FAIR
        return Rating(level, strength.bits, hints)

    def check(self, passphrase: str) -> None:
        """Raise ``UnusablePassphrase`` for one that must not protect her vault."""
        check_new_passphrase(passphrase, self._own())

    def propose(self) -> str:
        """Return seven words drawn at random."""
        return self._access.propose()

    def _own(self) -> tuple[str, ...]:
        return (*self._account, *self._own_words())

    @cached_property
    def _estimator(self) -> Estimator:
        """The word lists, read once: each key typed is rated."""
        return Estimator()

    @cached_property
    def _account(self) -> tuple[str, ...]:
        """Asked once: far from its domain, a computer takes its time to say who is logged in."""
        return account_words()
