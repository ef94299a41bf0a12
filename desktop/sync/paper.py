"""The paper key and the office: what a new paper opens must be there before it is needed.

A paper renewed without a network waits here, already wrapped, and is sent with the next
synchronisation that goes well. Until then the office keeps what the former paper opens.
"""

from base64 import b64encode
from collections.abc import Callable

from desktop.crypto.account_bundle import wrap_account
from desktop.crypto.randomness import Random
from desktop.crypto.recovery import RecoveryKey
from desktop.store.store import Store
from desktop.sync.enrolment import ACCOUNT_BUNDLE, identity_of
from desktop.sync.in_store import InStore
from desktop.sync.own_keys import ACCOUNT, KeyOffice
from desktop.sync.revocation import Engine
from desktop.sync.tally import Receipt, Step
from protocol.wire_keys import BundleReply, BundleRequest

_WAITS = "paper_waits"
_REPLACES_ALL, _REPLACES_ITS_OWN = "all", "own"


def wrap_for_paper(store: Store, recovery: RecoveryKey, random: Random) -> None:
    """Wrap the identity for a new paper, to be sent. On the store's lane."""
    identity = identity_of(store)
    user = identity.public.signing.hex()
    bundle = wrap_account(identity, recovery, user=user, random=random)
    with store.database.transaction():
        store.keyring.put(ACCOUNT_BUNDLE, bundle)
        if store.state.get(_WAITS) is None:
            store.state.set(_WAITS, _REPLACES_ITS_OWN)


def replace_all_papers(store: Store) -> None:
    """Note that the papers of former laptops are to open nothing more. On the store's lane."""
    with store.database.transaction():
        store.state.set(_WAITS, _REPLACES_ALL)


def is_paper_waiting(store: Store) -> bool:
    """Whether the office does not have yet what the paper opens. On the store's lane."""
    return store.state.get(_WAITS) is not None


def send_paper(store: Store, office: KeyOffice, in_store: InStore) -> None:
    """Send what waits, if anything does; raise ``SyncError``. On the network's lane."""
    waiting = in_store(lambda: _waiting(store))
    if waiting is None:
        return
    office.ask_signed(ACCOUNT, waiting, BundleReply)
    in_store(lambda: _sent(store, waiting))


def _waiting(store: Store) -> BundleRequest | None:
    waits, bundle = store.state.get(_WAITS), store.keyring.get(ACCOUNT_BUNDLE)
    if waits is None or bundle is None:
        return None
    return BundleRequest(b64encode(bundle).decode(), alone=waits == _REPLACES_ALL)


def _sent(store: Store, sent: BundleRequest) -> None:
    # A paper made while this one was on its way waits in its turn.
    waiting = _waiting(store)
    if waiting is not None and waiting.account_bundle == sent.account_bundle:
        with store.database.transaction():
            store.state.set(_WAITS, None)


class PaperAfterRecords:
    """Synchronises as always, then sends a paper that waits."""

    def __init__(self, engine: Engine, store: Store, office: KeyOffice, in_store: InStore) -> None:
        self._engine = engine
        self._store = store
        self._office = office
        self._in_store = in_store

    def run(
        self,
        on_step: Callable[[Step], None] = lambda step: None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        verify: bool = False,
    ) -> Receipt:
        """Synchronise; raise ``SyncError``. Records are in when the paper goes."""
        receipt = self._engine.run(on_step, cancelled, verify=verify)
        send_paper(self._store, self._office, self._in_store)
        return receipt
