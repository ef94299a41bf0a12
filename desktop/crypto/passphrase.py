"""Passphrases: what is accepted, how it becomes bytes, and one we propose.

No rule about capitals, digits or signs: they make people write « Passe123! ». Length, a cautious
estimate (``strength``) and a good proposal do more. What was typed is kept whole, spaces included.
"""

import unicodedata
from collections.abc import Iterable

from desktop.crypto.errors import PassphraseProblem, UnusablePassphrase
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret
from desktop.crypto.strength import ADVISED_BITS, REFUSED_BITS, Estimator, Strength
from desktop.crypto.wordlists import PHRASE_WORDS, phrase_words

MIN_LENGTH = 15
MAX_LENGTH = 512
PROPOSED_WORDS = 7
# Seven different words of 4,096: log2(4096 × 4095 × … × 4090) = 83.99 bits.


def passphrase_bytes(passphrase: str) -> Secret:
    """Return the bytes to stretch: NFC, so that é typed on a Mac is é typed on Windows.

    Nothing is trimmed. Raises ``UnusablePassphrase`` for what is too long or not text.
    """
    if len(passphrase) > MAX_LENGTH:
        raise UnusablePassphrase(PassphraseProblem.TOO_LONG)
    try:
        return Secret(unicodedata.normalize("NFC", passphrase).encode("utf-8"))
    except UnicodeEncodeError:  # half of a surrogate pair, which no keyboard types
        raise UnusablePassphrase(PassphraseProblem.NOT_TEXT) from None


def check_new_passphrase(passphrase: str, own: Iterable[str] = ()) -> None:
    """Raise ``UnusablePassphrase`` for what must not protect a vault.

    ``own``: what anybody knows of whoever chooses it. The window advises 80 bits (CNIL); this only
    refuses what would fall to patient guessing.
    """
    _, problem = judge(passphrase, Estimator(own))
    if problem is not None:
        raise UnusablePassphrase(problem)


def judge(passphrase: str, estimator: Estimator) -> tuple[Strength, PassphraseProblem | None]:
    """Return the estimate, and why it must not protect a vault, if it must not.

    What is too long or not text is worth nothing, and is not estimated.
    """
    try:
        passphrase_bytes(passphrase)
    except UnusablePassphrase as refused:
        return Strength(0.0, frozenset()), refused.problem
    strength = estimator.estimate(passphrase)
    if len(unicodedata.normalize("NFC", passphrase)) < MIN_LENGTH:
        return strength, PassphraseProblem.TOO_SHORT
    return strength, PassphraseProblem.TOO_EASY if strength.bits < REFUSED_BITS else None


def propose_passphrase(random: Random) -> str:
    """Return seven different French words, drawn evenly: about 84 bits."""
    words, estimator = phrase_words(), Estimator()
    while True:
        phrase = " ".join(_draw(words, random))
        # One draw in thirty has two words so alike, or a name, that our own meter would grumble;
        # leaving them out costs a twentieth of a bit.
        if estimator.estimate(phrase).bits >= ADVISED_BITS:
            return phrase


def _draw(words: tuple[str, ...], random: Random) -> list[str]:
    chosen: list[str] = []
    while len(chosen) < PROPOSED_WORDS:
        # 4,096 divides 65,536: no word is likelier than another.
        word = words[int.from_bytes(random.bytes(2), "big") % PHRASE_WORDS]
        if word not in chosen:
            chosen.append(word)
    return chosen
