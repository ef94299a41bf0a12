"""A key cut in three, so that two colleagues, or one and a paper, give somebody her notes back.

Off until she asks for it. Made here, sealed here for two colleagues whose words she has compared;
carried by the office (``desktop/sync/key_shares.py``), which opens none of it.
"""

from dataclasses import dataclass, field

from desktop.crypto.account_bundle import wrap_account
from desktop.crypto.errors import SealBroken, WrongShare
from desktop.crypto.key_shares import KeyShare, split_new_key
from desktop.crypto.sealing import Place, seal, unseal
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.identities import Correspondent, Identities, Trust
from desktop.services.workplace import Workplace
from protocol.kinds.people import Job

KEEPERS = frozenset({Job.PSYCHOLOGIST, Job.NURSE})
"""Whom a share may be given to: those who are bound by the same secrecy."""
_REVISION = 0


@dataclass(frozen=True)
class Cut:
    """A key that was cut, before anybody has been given anything."""

    split: str
    bundle: bytes = field(repr=False)
    paper: tuple[str, ...] = field(repr=False)
    """The 26 words of the share that stays with her."""
    sealed: tuple[tuple[str, bytes], ...] = field(repr=False)
    """Who keeps a share, and that share, sealed for her."""


class KeyShares:
    """Cuts a key and reads shares; for the store's lane."""

    def __init__(self, workplace: Workplace, identities: Identities) -> None:
        self._workplace = workplace
        self._identities = identities

    def keepers(self) -> list[Correspondent]:
        """Return the colleagues a share may be given to: verified, and bound by secrecy."""
        return [
            it
            for it in self._identities.colleagues()
            if it.active and it.job in KEEPERS and it.trust is Trust.VERIFIED
        ]

    def names(self) -> dict[str, str]:
        """Return the names of all professionals."""
        return {it.id: it.name for it in self._identities.colleagues()}

    def cut(self, one: str, other: str) -> Cut:
        """Cut a new key in three; raise ``NotAllowed``, ``InvalidInput``, ``IdentityChanged``."""
        if one == other:
            raise InvalidInput("keeper", "missing")
        known = {it.id for it in self.keepers()}
        if not {one, other} <= known:
            raise NotAllowed
        me = self._workplace
        key, (paper, *given) = split_new_key(me.random)
        user = me.identity.public.signing.hex()
        sealed = tuple(
            (keeper, self._sealed(share, keeper))
            for keeper, share in zip((one, other), given, strict=True)
        )
        bundle = wrap_account(me.identity, key, user=user, random=me.random)
        key.forget()
        return Cut(paper.split, bundle, paper.words(), sealed)

    def open_kept(self, owner: str, split: str, sealed: bytes) -> tuple[str, ...]:
        """Return the words of a share kept for a colleague; raise ``NotFound`` if it is none."""
        try:
            opened = unseal(
                sealed,
                self._workplace.identity.encryption,
                self._place(owner, split),
                revision=_REVISION,
            )
            share = KeyShare.from_bytes(opened)
        except (SealBroken, WrongShare):
            raise NotFound from None
        if share.split != split:
            raise NotFound
        return share.words()

    def _sealed(self, share: KeyShare, keeper: str) -> bytes:
        return seal(
            share.to_bytes(),
            self._identities.recipient(keeper).encryption,
            self._place(str(self._workplace.me), share.split),
            revision=_REVISION,
            random=self._workplace.random,
        )

    def _place(self, owner: str, split: str) -> Place:
        return Place(
            department=self._workplace.department,
            kind="key_share",
            record=split,
            field="share",
            author=owner,
        )
