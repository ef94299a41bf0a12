"""Words that are nobody else's: sealed for whoever works on this laptop, each for its own place.

The server and every colleague's laptop hold an envelope: author, date, size (docs/vault-format.md).
Two envelopes of one text differ: who writes keeps the one she has when nothing was changed.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass

from desktop.crypto.errors import SealBroken
from desktop.crypto.sealing import Place, is_own, revision_of, seal_own, unseal
from desktop.domain.closed_texts import unvouched
from desktop.services.workplace import Workplace
from protocol.kinds.declare import Sealed
from protocol.values import clean_text


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """Seals and opens one field of one kind."""

    workplace: Workplace
    kind: str
    field: str

    def seal(self, rid: str, text: str, revision: int) -> Sealed:
        """Seal a text for its place."""
        envelope = seal_own(
            clean_text(text).encode(),
            self.workplace.identity.encryption,
            self._place(rid),
            revision=revision,
            random=self.workplace.random,
        )
        return Sealed(b64encode(envelope).decode())

    def open(self, rid: str, sealed: Sealed) -> str:
        """Return what was sealed there; raise ``SealBroken``.

        Words that anybody could have sealed for me are told as such.
        """
        envelope, key = _envelope(sealed), self.workplace.identity.encryption
        opened = unseal(envelope, key, self._place(rid), revision=revision_of(envelope))
        text = opened.decode(errors="replace")  # of whoever made it
        return text if is_own(envelope) else unvouched(text)

    def revision(self, sealed: Sealed) -> int:
        """Return how many times it was written; raise ``SealBroken``."""
        return revision_of(_envelope(sealed))

    def _place(self, rid: str) -> Place:
        return Place(
            department=self.workplace.department,
            kind=self.kind,
            record=rid,
            field=self.field,
            author=self.workplace.me,
        )


def _envelope(sealed: Sealed) -> bytes:
    try:
        return b64decode(sealed, validate=True)
    except ValueError:
        raise SealBroken from None
