"""Known faults, put in place for some lives: the oracle must see each of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from desktop.crypto.escrow import ESCROW
from desktop.store.circle_keys import CircleKeys
from desktop.store.departures import Departures
from desktop.store.replica import Page, Replica
from desktop.store.text_joining import TextJoining
from desktop.sync.engine import Synchroniser
from server.services.batch import Batch
from server.services.erased import Erased
from server.store import erasures
from tests.campaigns.faulty import taking_everything_anew

Fault = Callable[[], AbstractContextManager[object]]


@contextmanager
def cursor_before_its_page() -> Iterator[None]:
    """A laptop notes how far it has read before it has it, and believes that all is the same."""
    real = Synchroniser._apply

    def apply(engine: Synchroniser, answer: Any, work: Any) -> Any:  # handed on, whatever they are
        with engine._store.database.transaction():
            engine._store.state.set_progress(answer.page.progress)
        return real(engine, answer, work)

    def compare(replica: Replica, page: Page) -> bool | None:
        return None if page.root is None else True

    with ExitStack() as faults:
        faults.enter_context(patch.object(Synchroniser, "_apply", apply))
        faults.enter_context(patch.object(Replica, "compare", compare))
        yield


@contextmanager
def losers_dropped() -> Iterator[None]:
    """The office keeps one of two values, and nothing of the other."""
    with patch.object(Batch, "_keep_lost", lambda *given: None):
        yield


@contextmanager
def old_texts_sent_last() -> Iterator[None]:
    """A text to be joined is planned after what was typed over it since."""

    def plan_again(texts: TextJoining, op: Any, names: Any) -> None:  # as what it stands for
        texts._outbox.put_back(op, {n: op.fields[n] for n in names if n in op.fields}, op.base)

    with patch.object(TextJoining, "plan_again", plan_again):
        yield


@contextmanager
def department_is_forgotten() -> Iterator[None]:
    """Keys are given to members, and never to the Département’s key."""
    real = CircleKeys._give

    def give(keys: CircleKeys, *given: Any, **more: Any) -> bool:  # handed on, whatever they are
        return ESCROW not in given and real(keys, *given, **more)

    with patch.object(CircleKeys, "_give", give):
        yield


@contextmanager
def erased_is_kept_unsent() -> Iterator[None]:
    """Of who is erased a laptop keeps what it has not sent, and the notes on her meetings."""

    def erase(departures: Departures, person: str) -> Mapping[str, Sequence[str]]:
        return departures.leave(person)

    with (
        patch.object(Departures, "erase", erase),
        patch.object(Departures, "elsewhere_on", lambda *given: []),
    ):
        yield


@contextmanager
def erased_is_taken_back() -> Iterator[None]:
    """The office takes what a laptop away sends of who was erased."""
    with patch.object(Erased, "check", lambda *given: None):
        yield


@contextmanager
def erased_is_not_told() -> Iterator[None]:
    """The office erases a person, and tells nobody."""
    with patch.object(erasures, "add_notices", lambda *given: None):
        yield


FAULTS: dict[str, Fault] = {
    "the cursor is kept before its page": cursor_before_its_page,
    "the office takes what it has already taken": taking_everything_anew,
    "the office drops the value that loses": losers_dropped,
    "an old text is sent after a newer one": old_texts_sent_last,
    "the Département’s key is given nothing": department_is_forgotten,
    "a laptop keeps what it had not sent of who was erased": erased_is_kept_unsent,
    "the office takes back who was erased": erased_is_taken_back,
    "laptops are not told who was erased": erased_is_not_told,
}
