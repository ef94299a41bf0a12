"""Settings, from the environment; an option of the command line comes first."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from protocol.command_line import CommandLine
from server.config.errors import SettingsRefused

_PREFIX = "COFFRE_"
_MOST_WORKERS = 64
_MOST_CONNECTIONS = 16
_ALL_CONNECTIONS = 80
"""Of the hundred PostgreSQL grants by default, some are left to those who administer it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So much at once, then so much a second."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one process grants, far above what laptops need: met only by what is not one.

    Addresses are granted much, since all the laptops of a building may share one.
    """

    device: Rate = Rate(1_000, 10)
    """Requests of one device, a large body counting for several. A first synchronisation of
    25,000 records takes a hundred; an ordinary day, as many."""
    device_at_once: int = 4
    """Requests of one device being served at the same time: a laptop makes one, then another."""
    given: Rate = Rate(8_000, 0.1)
    """Pieces of documents from one device: 2 GiB at once, as an office put back from a backup may
    ask for, then as much again in a day. No laptop fills the disk in a night."""
    stranger: Rate = Rate(600, 10)
    """Requests without a signature from one address: enrolments, health."""
    failure: Rate = Rate(300, 5)
    """Signatures that did not verify, from one address."""
    connections: int = 1_000
    """Each may hold a body in memory; whoever comes beyond is told to come back (503)."""
    connections_per_address: int = 256
    request_s: float = 20.0
    """From the opening of a connection, or the first byte of a request, to the end of its head."""
    idle_s: int = 75
    """Silence between two requests, the time to read the former answer included."""
    leaving_s: float = 30.0
    """What is left to read an answer once the connection is being closed."""
    stopping_s: float = 2.0
    """The same, while the server stops."""
    body_bytes: int = 256 << 20
    """Of all the bodies being received, and kept in memory until they are whole."""
    body_bytes_per_address: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server needs to know."""

    database_url: str | None
    """``None``: the embedded PostgreSQL, in ``data_dir``."""
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8443
    tls_cert: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False
    metrics_token: str | None = None
    workers: int = 1
    """Processes that serve the same address."""
    bounds: Bounds = Bounds()

    @property
    def connections(self) -> int:
        """Return how many connections to PostgreSQL one process may open."""
        return max(2, min(_MOST_CONNECTIONS, _ALL_CONNECTIONS // self.workers))


def read_settings(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """Return the settings; raise ``SettingsRefused``."""
    options = _parser().parse_args(arguments)

    def given(name: str) -> str | None:
        value = getattr(options, name, None)
        return value if value is not None else environ.get(_PREFIX + name.upper()) or None

    settings = Settings(
        database_url=given("database_url"),
        data_dir=data_dir(given("data_dir")),
        host=given("host") or "127.0.0.1",
        port=_port(given("port") or "8443"),
        tls_cert=_file("COFFRE_TLS_CERT", given("tls_cert")),
        tls_key=_file("COFFRE_TLS_KEY", given("tls_key")),
        behind_proxy=_flag(given("behind_proxy")),
        metrics_token=environ.get("COFFRE_METRICS_TOKEN") or None,
        workers=_workers(given("workers") or "1"),
    )
    _check_tls(settings)
    return settings


def data_dir(given: str | None) -> Path:
    """Return where the embedded database lies."""
    return Path(given) if given else user_data_path("coffre-server", appauthor=False)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach that address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parser() -> CommandLine:
    parser = CommandLine(
        prog="coffre-server",
        description="Le serveur de Coffre. Chaque option se donne aussi par l’environnement.",
    )
    parser.add_argument("--database-url", help="adresse PostgreSQL (COFFRE_DATABASE_URL)")
    parser.add_argument("--data-dir", help="dossier de la base fournie (COFFRE_DATA_DIR)")
    parser.add_argument("--host", help="adresse d’écoute (COFFRE_HOST, 127.0.0.1)")
    parser.add_argument("--port", help="port d’écoute (COFFRE_PORT, 8443)")
    parser.add_argument("--tls-cert", help="certificat, PEM (COFFRE_TLS_CERT)")
    parser.add_argument("--tls-key", help="clé du certificat, PEM (COFFRE_TLS_KEY)")
    parser.add_argument(
        "--behind-proxy",
        action="store_const",
        const="1",
        help="un mandataire termine TLS devant ce serveur (COFFRE_BEHIND_PROXY=1)",
    )
    parser.add_argument("--workers", help="processus qui servent l’adresse (COFFRE_WORKERS, 1)")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65_535:
        raise SettingsRefused("COFFRE_PORT n’est pas un numéro de port.")
    return int(text)


def _workers(text: str) -> int:
    if not text.isdecimal() or len(text) > 2 or not 1 <= int(text) <= _MOST_WORKERS:
        raise SettingsRefused(f"COFFRE_WORKERS va de 1 à {_MOST_WORKERS}.")
    return int(text)


def _flag(text: str | None) -> bool:
    return text is not None and text.strip().lower() in {"1", "true", "yes", "oui"}


def _file(name: str, text: str | None) -> Path | None:
    if text is None:
        return None
    if not Path(text).is_file():
        raise SettingsRefused(f"Le fichier indiqué par {name} n’existe pas.")
    return Path(text)


def _check_tls(settings: Settings) -> None:
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SettingsRefused("COFFRE_TLS_CERT et COFFRE_TLS_KEY vont ensemble.")
    if settings.tls_cert or settings.behind_proxy or is_loopback(settings.host):
        return
    raise SettingsRefused(
        "Hors de cette machine, Coffre ne sert qu’en TLS : donnez COFFRE_TLS_CERT et"
        " COFFRE_TLS_KEY, ou COFFRE_BEHIND_PROXY=1 derrière un mandataire."
    )
