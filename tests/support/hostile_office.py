"""A false office on loopback for one test, and the authority a laptop trusts for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from desktop.sync.patience import Timeouts
from protocol import wire
from tests.support.hostile_http import (
    HostileServer,
    server_context,
)
from tests.support.http_offices import (
    DEVICE,
    write_authority,
)

INVITATION = wire.EnrolRequest("79-ABCDE", DEVICE, "k", "i", "e", "c", "b", "p")
SHORT = Timeouts(connect_s=2, silence_s=0.3, whole_s=1.0)


JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_authority(authority, tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[HostileServer]:
    with HostileServer(server_context(authority.issue_cert("127.0.0.1"))) as running:
        yield running
