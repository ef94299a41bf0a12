"""Whom the laptop believes: TLS 1.2 or better, a certificate that proves the office's name.

The Département's own authority, when the installer brings its file, is then the only one believed.
Without one the operating system's store decides; with both, either may vouch: a network that
inspects TLS answers under an authority that the Département puts in the system's store.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path

from desktop.sync.errors import (
    NotTheOffice,
    Offline,
    OfflineReason,
    StrangerReason,
    SyncError,
    TrustReason,
    UntrustedServer,
)

WRITTEN_MS = 1_793_491_200_000
"""1 November 2026. A computer that shows an earlier date than this program's is wrong."""
_DAY_MS = 86_400_000
_LONG_ABSENCE_MS = 400 * _DAY_MS
_BEHIND_MS = 2 * _DAY_MS

_EXPIRED = frozenset({10, 0x800B0101, -67818})
_NOT_YET = frozenset({9})
_WRONG_HOST = frozenset({62, 64, 0x800B010F, -67602})
# X509_V_ERR_*, then Windows' CERT_E_*, then macOS' errSec*, as truststore hands them on.

_NOT_TLS = frozenset(
    {
        "WRONG_VERSION_NUMBER",
        "HTTP_REQUEST",
        "HTTPS_PROXY_REQUEST",
        "UNKNOWN_PROTOCOL",
        "RECORD_LAYER_FAILURE",
        "PACKET_LENGTH_TOO_LONG",
    }
)
_OLD_TLS = frozenset(
    {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"}
)


@dataclass(frozen=True, slots=True)
class Trust:
    """Which authorities may vouch for the office."""

    authority: Path | None = None
    """PEM file of the Département's own authority; ``None``: the operating system's store."""
    system_store: bool = False
    """Believe the operating system's store besides ``authority``."""


def build_context(trust: Trust) -> ssl.SSLContext:
    """Return a context that demands TLS 1.2, a known authority and the right name.

    Made by hand: ``ssl.create_default_context`` would obey SSLKEYLOGFILE.
    """
    is_system = trust.system_store or trust.authority is None
    context = _system_context() if is_system else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if trust.authority is not None:
        try:
            context.load_verify_locations(cafile=str(trust.authority))
        except (OSError, ssl.SSLError):
            raise UntrustedServer(TrustReason.AUTHORITY_FILE) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _system_context() -> ssl.SSLContext:
    # Not ssl's own defaults: they know neither macOS' keychain nor the roots that Windows only
    # fetches when a certificate asks for them.
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def handshake_failure(failure: ssl.SSLError, *, now_ms: int, known_ms: int) -> SyncError:
    """Return what a TLS failure means; ``known_ms`` is the latest time the office ever told."""
    if isinstance(failure, ssl.SSLCertVerificationError):
        reason = _certificate_reason(failure.verify_code)
        return UntrustedServer(_blame_the_clock(reason, now_ms, known_ms))
    if isinstance(failure, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Offline(OfflineReason.DROPPED)
    if failure.reason in _NOT_TLS:
        return NotTheOffice(StrangerReason.NOT_TLS)
    if failure.reason in _OLD_TLS:
        return UntrustedServer(TrustReason.OLD_TLS)
    return UntrustedServer(TrustReason.HANDSHAKE)


def _certificate_reason(verify_code: int) -> TrustReason:
    if verify_code in _EXPIRED:
        return TrustReason.EXPIRED
    if verify_code in _NOT_YET:
        return TrustReason.NOT_YET_VALID
    if verify_code in _WRONG_HOST:
        return TrustReason.WRONG_HOST
    return TrustReason.UNKNOWN_AUTHORITY


def _blame_the_clock(reason: TrustReason, now_ms: int, known_ms: int) -> TrustReason:
    """Return ``CLOCK`` for wrong dates when the computer's own date is the absurd one.

    Behind what is certainly past, or more than a year after the office's last word.
    """
    if reason not in (TrustReason.EXPIRED, TrustReason.NOT_YET_VALID):
        return reason
    is_behind = now_ms < max(known_ms, WRITTEN_MS) - _BEHIND_MS
    is_ahead = known_ms > 0 and now_ms > known_ms + _LONG_ABSENCE_MS
    return TrustReason.CLOCK if is_behind or is_ahead else reason
