"""On a guest Wi-Fi, behind a proxy, with a hostile environment: only the office is believed."""

import ssl
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests.adapters
import trustme

from desktop.sync.addresses import ProxyAddress
from desktop.sync.errors import (
    NotTheOffice,
    Offline,
    OfflineReason,
    StrangerReason,
    SyncError,
    TrustReason,
    UntrustedServer,
)
from desktop.sync.tls import WRITTEN_MS, Trust, build_context
from desktop.sync.transport import HttpOffice
from tests.support.hostile_http import HostileServer, message, page, raw, server_context, tunnel
from tests.support.http_offices import HELLO, REPLY, REQUEST, laptop, write_authority

YEAR_MS = 365 * 86_400_000
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def stranger() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> Path:
    return write_authority(authority, tmp_path)


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[HostileServer]:
    with HostileServer(server_context(authority.issue_cert("127.0.0.1"))) as running:
        yield running


@pytest.fixture
def impostor(stranger: trustme.CA) -> Iterator[HostileServer]:
    """Claims the office's address with a certificate of another authority."""
    with HostileServer(server_context(stranger.issue_cert("127.0.0.1"))) as running:
        running.will(message(REPLY))
        yield running


def distrust(office: HttpOffice) -> TrustReason:
    with pytest.raises(UntrustedServer) as refused:
        office.sync(REQUEST)
    office.close()
    return refused.value.reason


def test_a_certificate_of_another_authority_is_refused_before_anything_is_sent(
    impostor: HostileServer, trusted: Path
) -> None:
    assert distrust(laptop(impostor, trusted)) is TrustReason.UNKNOWN_AUTHORITY
    assert impostor.received == []


def test_the_system_store_does_not_know_the_departments_own_authority(
    server: HostileServer,
) -> None:
    assert distrust(laptop(server, None)) is TrustReason.UNKNOWN_AUTHORITY
    assert server.received == []


def test_an_authority_of_the_system_store_is_believed_when_none_is_configured(
    server: HostileServer, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The one way to put an authority into the store of a Unix machine without being its master.
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    office = laptop(server, None)
    server.will(message(REPLY))

    assert office.sync(REQUEST).reply == REPLY
    office.close()


def test_the_system_store_is_not_believed_when_an_authority_is_configured(
    impostor: HostileServer, trusted: Path, stranger: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stranger.cert_pem.tempfile() as store:
        monkeypatch.setenv("SSL_CERT_FILE", store)
        assert distrust(laptop(impostor, trusted)) is TrustReason.UNKNOWN_AUTHORITY


def test_a_network_that_inspects_is_believed_when_the_policy_believes_the_system_store(
    server: HostileServer,
    impostor: HostileServer,
    trusted: Path,
    stranger: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.will(message(REPLY))
    with stranger.cert_pem.tempfile() as store:
        monkeypatch.setenv("SSL_CERT_FILE", store)
        for reached in (impostor, server):
            office = laptop(reached, trusted, system_store=True)
            assert office.sync(REQUEST).reply == REPLY
            office.close()


def test_believing_the_system_store_is_not_believing_anybody(
    impostor: HostileServer, trusted: Path
) -> None:
    assert distrust(laptop(impostor, trusted, system_store=True)) is TrustReason.UNKNOWN_AUTHORITY


def test_the_public_authorities_of_the_http_library_are_not_added_to_ours(
    impostor: HostileServer, trusted: Path, stranger: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stranger.cert_pem.tempfile() as bundle:
        monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", bundle)
        assert distrust(laptop(impostor, trusted)) is TrustReason.UNKNOWN_AUTHORITY


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_variable_cannot_make_an_impostor_believed(
    impostor: HostileServer,
    trusted: Path,
    stranger: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    with stranger.cert_pem.tempfile() as bundle:
        monkeypatch.setenv(name, bundle)
        assert distrust(laptop(impostor, trusted)) is TrustReason.UNKNOWN_AUTHORITY


def test_a_certificate_for_another_name_is_refused(authority: trustme.CA, trusted: Path) -> None:
    with HostileServer(server_context(authority.issue_cert("ailleurs.example"))) as elsewhere:
        assert distrust(laptop(elsewhere, trusted)) is TrustReason.WRONG_HOST


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_for_a_name_is_not_one_for_its_address(
    authority: trustme.CA, trusted: Path, host: str
) -> None:
    other = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}[host]
    with HostileServer(server_context(authority.issue_cert(other))) as elsewhere:
        assert distrust(laptop(elsewhere, trusted, host=host)) is TrustReason.WRONG_HOST


def test_an_expired_certificate_is_refused(authority: trustme.CA, trusted: Path) -> None:
    yesterday = NOW - timedelta(days=1)
    certificate = authority.issue_cert("127.0.0.1", not_after=yesterday)
    with HostileServer(server_context(certificate)) as expired:
        assert distrust(laptop(expired, trusted)) is TrustReason.EXPIRED


def test_a_certificate_of_tomorrow_is_refused(authority: trustme.CA, trusted: Path) -> None:
    certificate = authority.issue_cert(
        "127.0.0.1", not_before=NOW + timedelta(days=1), not_after=NOW + timedelta(days=9)
    )
    with HostileServer(server_context(certificate)) as early:
        assert distrust(laptop(early, trusted)) is TrustReason.NOT_YET_VALID


@pytest.mark.parametrize(
    ("now_ms", "known_ms", "told"),
    [
        (WRITTEN_MS - YEAR_MS, 0, TrustReason.CLOCK),
        (WRITTEN_MS + YEAR_MS, WRITTEN_MS + 2 * YEAR_MS, TrustReason.CLOCK),
        (WRITTEN_MS + 10 * YEAR_MS, WRITTEN_MS + YEAR_MS, TrustReason.CLOCK),
        (WRITTEN_MS + 10 * YEAR_MS, 0, TrustReason.EXPIRED),
        (WRITTEN_MS + YEAR_MS + 90, WRITTEN_MS + YEAR_MS, TrustReason.EXPIRED),
    ],
)
def test_an_absurd_date_of_the_computer_is_blamed_rather_than_the_certificate(
    authority: trustme.CA, trusted: Path, now_ms: int, known_ms: int, told: TrustReason
) -> None:
    certificate = authority.issue_cert("127.0.0.1", not_after=NOW - timedelta(days=1))
    with HostileServer(server_context(certificate)) as expired:
        office = laptop(expired, trusted, clock=lambda: now_ms, known_time=lambda: known_ms)
        assert distrust(office) is told


def test_a_wrong_clock_does_not_excuse_an_impostor(impostor: HostileServer, trusted: Path) -> None:
    office = laptop(impostor, trusted, clock=lambda: 0)
    assert distrust(office) is TrustReason.UNKNOWN_AUTHORITY


def test_a_server_that_speaks_only_the_old_tls_is_refused(
    authority: trustme.CA, trusted: Path
) -> None:
    context = server_context(authority.issue_cert("127.0.0.1"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is why the test exists
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with HostileServer(context) as old:
        assert distrust(laptop(old, trusted)) is TrustReason.OLD_TLS


@pytest.mark.parametrize("store", ["own", "system", "both"])
def test_no_context_accepts_less_than_tls_1_2_or_forgets_the_name(
    trusted: Path, store: str
) -> None:
    context = build_context(Trust(None if store == "system" else trusted, store == "both"))

    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_portal_that_answers_without_tls_is_not_the_office(trusted: Path) -> None:
    with HostileServer(None) as portal:
        portal.will(raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"))  # as HTTP servers answer TLS
        office = laptop(portal, trusted)
        with pytest.raises(NotTheOffice) as failed:
            office.hello()
        office.close()
    assert failed.value.reason is StrangerReason.NOT_TLS


@pytest.mark.parametrize("content", [None, b"", b"not a certificate"])
def test_a_damaged_authority_file_is_named_and_nothing_is_believed_instead(
    server: HostileServer, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "damaged.pem"
    if content is not None:
        path.write_bytes(content)

    assert distrust(laptop(server, path)) is TrustReason.AUTHORITY_FILE
    assert server.connections == 0


# The environment


def test_a_netrc_file_adds_nothing_to_our_requests(
    server: HostileServer, trusted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login claire password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    office = laptop(server, trusted)
    server.will(message(REPLY))

    office.sync(REQUEST)

    office.close()
    assert "authorization" not in server.received[0].headers


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_used(
    server: HostileServer, trusted: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with HostileServer(None) as proxy:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        office = laptop(server, trusted)
        server.will(message(REPLY))

        assert office.sync(REQUEST).reply == REPLY
        office.close()
    assert proxy.connections == 0


@pytest.mark.parametrize("store", ["own", "system"])
def test_the_secrets_of_a_connection_are_written_nowhere(
    server: HostileServer,
    trusted: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    store: str,
) -> None:
    secrets = tmp_path / "secrets.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(secrets))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    office = laptop(server, trusted if store == "own" else None)
    server.will(message(REPLY))

    office.sync(REQUEST)

    office.close()
    assert not secrets.exists()


def test_a_cookie_is_not_kept(server: HostileServer, trusted: Path) -> None:
    office = laptop(server, trusted)
    server.will(page(500, {"Set-Cookie": "who=claire; Path=/"}), message(REPLY))

    with pytest.raises(SyncError):
        office.sync(REQUEST)
    office.sync(REQUEST)

    office.close()
    assert [asked for asked in server.received if "cookie" in asked.headers] == []


# The Département's proxy


def test_a_configured_proxy_carries_tls_without_opening_it(
    server: HostileServer, trusted: Path
) -> None:
    seen: list[bytes] = []
    server.will(message(HELLO), message(REPLY))
    with HostileServer(None) as proxy:
        proxy.will(tunnel(server.port, seen))
        office = laptop(
            server,
            trusted,
            proxy=ProxyAddress("127.0.0.1", proxy.port, "claire", "mot:de passe"),
        )
        assert office.hello() == HELLO
        assert office.sync(REQUEST).reply == REPLY
        office.close()
    [asked] = proxy.received
    assert (asked.method, asked.target) == ("CONNECT", f"127.0.0.1:{server.port}")
    assert asked.headers["proxy-authorization"] == "Basic Y2xhaXJlOm1vdDpkZSBwYXNzZQ=="
    assert "proxy-authorization" not in server.received[0].headers
    assert b"coffre-server" not in b"".join(seen)


def test_a_proxy_that_opens_tls_with_a_foreign_authority_is_refused(
    impostor: HostileServer, trusted: Path
) -> None:
    with HostileServer(None) as proxy:
        proxy.will(tunnel(impostor.port, []))
        office = laptop(impostor, trusted, proxy=ProxyAddress("127.0.0.1", proxy.port))
        assert distrust(office) is TrustReason.UNKNOWN_AUTHORITY
    assert impostor.received == []


def test_a_proxy_that_wants_a_login_or_is_not_there_is_told_as_the_proxy(
    server: HostileServer, trusted: Path
) -> None:
    with HostileServer(None) as proxy:
        proxy.will(raw(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"))
        office = laptop(server, trusted, proxy=ProxyAddress("127.0.0.1", proxy.port))
        with pytest.raises(Offline) as refused:
            office.hello()
        office.close()
    gone = laptop(server, trusted, proxy=ProxyAddress("127.0.0.1", proxy.port))
    with pytest.raises(Offline) as absent:
        gone.hello()
    gone.close()
    assert refused.value.reason is OfflineReason.PROXY
    assert absent.value.reason is OfflineReason.PROXY
