"""A laptop is destroyed on one answer only, of its own office; never because of any other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from desktop.sync.answers import Replayed, read_message
from desktop.sync.errors import (
    NotTheOffice,
    Offline,
    OfflineReason,
    Revoked,
    StrangerReason,
    SyncError,
)
from desktop.sync.revocation import SureOfRevocation
from protocol import compression, wire
from tests.support.hostile_http import HostileServer, message, problem, server_context
from tests.support.http_offices import HELLO, REQUEST, laptop, write_authority
from tests.support.laptop import make_desk
from tests.sync.told_office import ToldOffice, synchroniser_of

JSON = {"Content-Type": "application/json"}
REVOKED = wire.encode(wire.Problem("revoked"))
STATUSES = [*range(200, 210), *range(300, 309), *range(400, 432), 451, *range(500, 512), 599]
BODIES = [
    b"",
    b"revoked",
    b"null",
    b'"revoked"',
    b"[]",
    b'["revoked"]',
    b"{}",
    b'{"code": null}',
    b'{"code": 410}',
    b'{"code": "REVOKED"}',
    b'{"code": "revoked "}',
    b'{"code": "revoke"}',
    b'{"code": "gone"}',
    b'{"error": "revoked"}',
    b'{"detail": {"code": "revoked"}}',
    b'{"code": "revoked", "detail": "revoked"}',
    b'{"code": "revoked"',
    b"<html><body>410 Gone: revoked</body></html>",
    b'<!-- {"code": "revoked"} -->',
]


def meaning(status: int, headers: dict[str, str], body: bytes) -> Exception | None:
    """Return what an answer means."""
    try:
        read_message(status, headers, body, wire.SyncReply)
    except (SyncError, Replayed) as judged:
        return judged
    return None


def test_a_410_of_our_protocol_is_the_one_answer_that_withdraws() -> None:
    assert isinstance(meaning(410, JSON, REVOKED), Revoked)
    packed = {**JSON, "Content-Encoding": compression.ENCODING}
    assert isinstance(meaning(410, packed, compression.compress(REVOKED)), Revoked)


@pytest.mark.parametrize("status", [status for status in STATUSES if status != 410])
def test_no_other_status_withdraws_whatever_it_says(status: int) -> None:
    for body in (REVOKED, *BODIES):
        assert not isinstance(meaning(status, JSON, body), Revoked)


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_a_410_that_says_anything_else_withdraws_nothing(body: bytes) -> None:
    assert not isinstance(meaning(410, JSON, body), Revoked)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/html"},
        {"Content-Type": "text/html; charset=application/json"},
        {"Content-Type": "application/problem+json"},
        {**JSON, "Content-Encoding": "gzip"},
        {**JSON, "Content-Encoding": compression.ENCODING},
    ],
    ids=repr,
)
def test_a_page_that_quotes_our_words_is_not_our_office(headers: dict[str, str]) -> None:
    assert not isinstance(meaning(410, headers, REVOKED), Revoked)


@given(status=st.integers(100, 599), body=st.binary(max_size=60) | st.sampled_from(BODIES))
@pytest.mark.invariant(23)
def test_only_the_exact_answer_is_ever_read_as_a_withdrawal(status: int, body: bytes) -> None:
    assert not isinstance(meaning(status, JSON, body), Revoked)


# The office says who it is


def test_a_withdrawal_is_believed_once_the_office_has_said_who_it_is(tmp_path: Path) -> None:
    desk, office = make_desk(tmp_path), ToldOffice()
    office.tell(Revoked())
    with pytest.raises(Revoked):
        SureOfRevocation(synchroniser_of(desk, office), office).run()
    desk.store.close()


@pytest.mark.parametrize(
    "silence",
    [Offline(OfflineReason.DROPPED), NotTheOffice(StrangerReason.OTHER_SERVER)],
    ids=repr,
)
def test_a_withdrawal_that_nobody_stands_for_is_not_one(tmp_path: Path, silence: SyncError) -> None:
    class Silent(ToldOffice):
        """Withdraws laptops and will not say who it is."""

        def hello(self) -> wire.Hello:
            raise silence

    desk, office = make_desk(tmp_path), Silent()
    office.tell(Revoked())
    with pytest.raises(type(silence)):
        SureOfRevocation(synchroniser_of(desk, office), office).run()
    desk.store.close()


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[HostileServer]:
    with HostileServer(server_context(authority.issue_cert("127.0.0.1"))) as running:
        yield running


def test_another_coffre_at_the_same_address_withdraws_nobody(
    server: HostileServer, authority: trustme.CA, tmp_path: Path
) -> None:
    office = laptop(server, write_authority(authority, tmp_path), server=HELLO.server)
    other = wire.Hello("coffre-server", "another", 1, 1, 1, HELLO.time)
    server.will(problem(410, "revoked"), message(other))

    class Asking:
        """One request, as the engine makes it."""

        def run(self, *_: object, **__: object) -> object:
            return office.sync(REQUEST)

    with pytest.raises(NotTheOffice) as stranger:
        SureOfRevocation(Asking(), office).run()  # type: ignore[arg-type]  # never answers
    assert stranger.value.reason is StrangerReason.OTHER_SERVER
    office.close()
