"""The office's address as people type it, and as the laptop keeps it."""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from desktop.sync.errors import AddressReason, AddressRefused

HTTPS_PORT = 443
PROXY_PORT = 3128

_MAX_TYPED = 300
# Spaces of all kinds, and what a mail or a word processor puts around an address.
_NOISE = re.compile(r"[\s\u200b\u2060\ufeff]+")
_QUOTES = "<>«»\"'“”‘’,;"
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*)://", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_MAX_NAME = 253


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where the office is: a name or an IP address, and a port; always HTTPS."""

    host: str
    """Lower case; a name with accents is in its ``xn--`` form; IPv6 without brackets."""
    port: int = HTTPS_PORT

    @property
    def url(self) -> str:
        """The address as kept in the settings and shown to people."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{shown}" + ("" if self.port == HTTPS_PORT else f":{self.port}")


@dataclass(frozen=True, slots=True)
class ProxyAddress:
    """The Département's proxy, when one was set on purpose; TLS goes through it unopened."""

    host: str
    port: int = PROXY_PORT
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        account = (
            f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        )
        return f"http://{account}{shown}:{self.port}"


def parse_address(typed: str) -> ServerAddress:
    """Return the address somebody meant; raise ``AddressRefused`` with what is wrong."""
    scheme, rest = _split_scheme(typed)
    if scheme not in ("", "https"):
        raise AddressRefused(AddressReason.NOT_HTTPS)
    authority, path = _split_path(rest)
    if path.strip("/"):
        raise AddressRefused(AddressReason.PATH)
    if "@" in authority:
        raise AddressRefused(AddressReason.CREDENTIALS)
    host, port = _split_port(authority, HTTPS_PORT)
    return ServerAddress(_host(host), port)


def parse_proxy(typed: str) -> ProxyAddress:
    """Return the proxy somebody meant (``http://`` only, with an account if it wants one)."""
    scheme, rest = _split_scheme(typed)
    if scheme not in ("", "http"):
        raise AddressRefused(AddressReason.UNREADABLE)
    account, at, authority = rest.rpartition("@")
    authority, path = _split_path(authority)
    if path.strip("/"):
        raise AddressRefused(AddressReason.PATH)
    host, port = _split_port(authority, PROXY_PORT)
    user, _, password = account.partition(":") if at else ("", "", "")
    return ProxyAddress(_host(host), port, user, password)


def _split_scheme(typed: str) -> tuple[str, str]:
    if len(typed) > _MAX_TYPED:
        raise AddressRefused(AddressReason.UNREADABLE)
    text = _NOISE.sub("", typed).strip(_QUOTES)
    if not text:
        raise AddressRefused(AddressReason.EMPTY)
    if found := _SCHEME.match(text):
        return found[1].lower(), text[found.end() :]
    return "", text


def _split_path(rest: str) -> tuple[str, str]:
    cut = re.search(r"[/?#\\]", rest)
    return (rest[: cut.start()], rest[cut.start() :]) if cut else (rest, "")


def _split_port(authority: str, default: int) -> tuple[str, int]:
    if authority.startswith("["):
        host, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise AddressRefused(AddressReason.UNREADABLE)
        port = rest[1:]
    elif authority.count(":") > 1:  # an IPv6 address typed bare
        host, port = authority, ""
    else:
        host, _, port = authority.partition(":")
    if not port:
        return host, default
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise AddressRefused(AddressReason.PORT)
    return host, int(port)


def _host(typed: str) -> str:
    if not typed:
        raise AddressRefused(AddressReason.EMPTY)
    try:
        return str(ipaddress.ip_address(typed))
    except ValueError:
        pass
    try:
        name = typed.lower().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise AddressRefused(AddressReason.UNREADABLE) from None
    labels = name.split(".")
    # A last label of digits would be an IPv4 address, which was not readable as one.
    if len(name) > _MAX_NAME or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise AddressRefused(AddressReason.UNREADABLE)
    return name
