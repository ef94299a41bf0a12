"""Settings, from the environment; an option of the command line comes first."""

import argparse
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from server.config.errors import SettingsRefused

_PREFIX = "COFFRE_"


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
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
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65_535:
        raise SettingsRefused("COFFRE_PORT n’est pas un numéro de port.")
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
