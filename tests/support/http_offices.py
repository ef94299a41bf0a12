"""Builds the laptop's side of a conversation with a server of the tests."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict, Unpack

import pytest
import trustme
from nacl.signing import SigningKey

from desktop.sync.addresses import ProxyAddress, ServerAddress
from desktop.sync.errors import SyncError
from desktop.sync.patience import Timeouts
from desktop.sync.tls import Trust
from desktop.sync.transport import HttpOffice, RequestCounter, WallCounter
from protocol import wire
from tests.support.hostile_http import Behaviour, HostileServer

SERVER_ID = "0199c0de-0000-7000-8000-00000000000a"
DEVICE = "0199c0de-0000-7000-8000-0000000000d1"
EPOCH = "0199c0de-0000-7000-8000-0000000000e0"

HELLO = wire.Hello(
    coffre="coffre-server",
    server=SERVER_ID,
    protocol=wire.PROTOCOL_VERSION,
    oldest_protocol=wire.OLDEST_PROTOCOL,
    schema=1,
    time="2026-11-24T08:00:00Z",
)
REPLY = wire.SyncReply(epoch=EPOCH, ack=3, hlc=1 << 40, cursor=7)
REQUEST = wire.SyncRequest(protocol=wire.PROTOCOL_VERSION, schema=1, epoch=EPOCH, cursor=5)
ENROLLED = wire.EnrolReply("79", "Deux-Sèvres", DEVICE, "Claire", "psychologue", EPOCH, SERVER_ID)


class Options(TypedDict, total=False):
    """What a test may choose about the laptop; see `HttpOffice`."""

    counter: RequestCounter
    clock: Callable[[], int]
    known_time: Callable[[], int]
    proxy: ProxyAddress | None
    server: str | None
    timeouts: Timeouts


def laptop(
    at: HostileServer | int,
    authority: Path | None,
    *,
    host: str = "127.0.0.1",
    system_store: bool = False,
    key: SigningKey | None = None,
    **options: Unpack[Options],
) -> HttpOffice:
    """Return a laptop's office at that server, believing only ``authority``."""
    signing_key = key or SigningKey(bytes(32))
    port = at if isinstance(at, int) else at.port
    chosen: Options = {
        "counter": WallCounter(),
        "clock": lambda: time.time_ns() // 1_000_000,
        "server": SERVER_ID,
        "timeouts": Timeouts(connect_s=5, silence_s=5, whole_s=10),
    }
    chosen.update(options)
    return HttpOffice(
        address=ServerAddress(host, port),
        department="79",
        device=DEVICE,
        signer=lambda message: signing_key.sign(message).signature,
        trust=Trust(authority, system_store),
        **chosen,
    )


def ask_sync(office: HttpOffice) -> object:
    """Synchronise once."""
    return office.sync(REQUEST)


def learned(
    at: HostileServer,
    trusted: Path,
    *answers: Behaviour,
    ask: Callable[[HttpOffice], object] = ask_sync,
    **options: Unpack[Options],
) -> SyncError:
    """Return what a laptop learns when it asks and is answered like this."""
    office = laptop(at, trusted, **options)
    at.will(*answers)
    with pytest.raises(SyncError) as failed:
        ask(office)
    office.close()
    return failed.value


def write_authority(authority: trustme.CA, folder: Path, name: str = "autorite.pem") -> Path:
    """Write the authority's certificate as the installer brings it."""
    path = folder / name
    authority.cert_pem.write_to_path(path)
    return path
