"""An address is understood as people write it, or refused with what is wrong."""

import pytest

from desktop.sync.addresses import ProxyAddress, ServerAddress, parse_address, parse_proxy
from desktop.sync.errors import AddressReason, AddressRefused


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("coffre.deux-sevres.fr", ServerAddress("coffre.deux-sevres.fr")),
        ("  Coffre.Deux-Sevres.FR \n", ServerAddress("coffre.deux-sevres.fr")),
        ("https://coffre.deux-sevres.fr/", ServerAddress("coffre.deux-sevres.fr")),
        ("HTTPS://coffre.deux-sevres.fr:8443/", ServerAddress("coffre.deux-sevres.fr", 8443)),
        ("https://coffre.deux-sevres.fr :8443", ServerAddress("coffre.deux-sevres.fr", 8443)),
        ("\u00a0«\u00a0coffre.fr:443\u00a0»", ServerAddress("coffre.fr")),
        ("<https://coffre.fr>", ServerAddress("coffre.fr")),
        ("coffre.fr.", ServerAddress("coffre.fr")),
        ("coffre", ServerAddress("coffre")),
        ("localhost:8443", ServerAddress("localhost", 8443)),
        ("192.168.1.20", ServerAddress("192.168.1.20")),
        ("[2001:DB8::1]:8443", ServerAddress("2001:db8::1", 8443)),
        ("2001:db8::1", ServerAddress("2001:db8::1")),
        ("coffre.thénezay.fr", ServerAddress("coffre.xn--thnezay-cya.fr")),
    ],
)
def test_an_address_is_understood_as_typed(typed: str, understood: ServerAddress) -> None:
    assert parse_address(typed) == understood
    assert parse_address(understood.url) == understood


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", AddressReason.EMPTY),
        (" \u200b\t", AddressReason.EMPTY),
        ("https://", AddressReason.EMPTY),
        ("http://coffre.fr", AddressReason.NOT_HTTPS),
        ("ftp://coffre.fr", AddressReason.NOT_HTTPS),
        ("javascript://coffre.fr", AddressReason.NOT_HTTPS),
        ("coffre.fr:0", AddressReason.PORT),
        ("coffre.fr:99999", AddressReason.PORT),
        ("coffre.fr:https", AddressReason.PORT),
        ("coffre.fr/v1/hello", AddressReason.PATH),
        ("coffre.fr?x=1", AddressReason.PATH),
        ("coffre.fr\\partage", AddressReason.PATH),
        ("claire@deux-sevres.fr", AddressReason.CREDENTIALS),
        ("https://claire:secret@coffre.fr", AddressReason.CREDENTIALS),
        ("coffre..fr", AddressReason.UNREADABLE),
        (".fr", AddressReason.UNREADABLE),
        ("-coffre.fr", AddressReason.UNREADABLE),
        ("coffre.fr\0", AddressReason.UNREADABLE),
        ("300.1.1.1", AddressReason.UNREADABLE),
        ("[2001:db8::1", AddressReason.UNREADABLE),
        ("[coffre", AddressReason.UNREADABLE),
        ("a" * 64 + ".fr", AddressReason.UNREADABLE),
        ("a" * 100_000, AddressReason.UNREADABLE),
        ("℀.fr", AddressReason.UNREADABLE),
    ],
    ids=lambda value: ascii(value)[:70],
)
def test_what_is_not_an_address_is_refused_with_what_is_wrong(
    typed: str, reason: AddressReason
) -> None:
    with pytest.raises(AddressRefused) as refused:
        parse_address(typed)
    assert refused.value.reason is reason


def test_a_proxy_is_understood_with_its_account() -> None:
    assert parse_proxy("proxy.deux-sevres.fr") == ProxyAddress("proxy.deux-sevres.fr", 3128)
    assert parse_proxy("http://proxy:8080/") == ProxyAddress("proxy", 8080)
    known = parse_proxy("http://claire:mot@passe@proxy:8080")
    assert known == ProxyAddress("proxy", 8080, "claire", "mot@passe")
    assert known.url == "http://claire:mot%40passe@proxy:8080"


def test_the_password_of_a_proxy_is_not_shown() -> None:
    assert "passe" not in repr(parse_proxy("claire:passe@proxy"))


@pytest.mark.parametrize("typed", ["socks5://proxy", "https://proxy", "http://proxy/x", ""])
def test_what_is_not_a_proxy_is_refused(typed: str) -> None:
    with pytest.raises(AddressRefused):
        parse_proxy(typed)
