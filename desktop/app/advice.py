"""What the window asks of passphrases, answered by the crypto it may not import."""

from desktop.crypto.errors import UnusablePassphrase
from desktop.crypto.passphrase import check_new_passphrase
from desktop.crypto.strength import ADVISED_BITS, Estimator
from desktop.services.vault_access import VaultAccess
from desktop.ui.keys.ports import Fault, Hint, Level, Rating


class KeyAdvice:
    """Rates and proposes passphrases; called on the store's lane."""

    def __init__(self, access: VaultAccess) -> None:
        self._access = access

    def rate(self, passphrase: str) -> Rating:
        """Say how many guesses it stands, and whether it can be used at all."""
        try:
            check_new_passphrase(passphrase)
            fault = None
        except UnusablePassphrase as refused:
            fault = Fault[refused.problem.name]
        if fault in (Fault.TOO_LONG, Fault.NOT_TEXT):
            return Rating(Level.REFUSED, 0.0, fault=fault)
        strength = Estimator().estimate(passphrase)
        hints = frozenset(Hint[hint.name] for hint in strength.hints)
        if fault is not None:
            return Rating(Level.REFUSED, strength.bits, hints, fault)
        level = Level.STRONG if strength.bits >= ADVISED_BITS else Level.FAIR
        return Rating(level, strength.bits, hints)

    def propose(self) -> str:
        """Return seven words drawn at random."""
        return self._access.propose()
