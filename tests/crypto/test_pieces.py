"""A document opens as its author cut it, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.crypto.errors import SealBroken
from desktop.crypto.pieces import (
    digest_of,
    key_from_hex,
    key_to_hex,
    new_key,
    open_piece,
    open_pieces,
    pieces_of,
    seal_pieces,
)
from desktop.crypto.secret import Secret
from protocol.limits import MAX_PIECE, PIECE
from tests.support.laptop import SeededRandom

DOCUMENT = "0199c0de-0000-7000-8000-0000000000c1"
OTHER = "0199c0de-0000-7000-8000-0000000000c2"
KEY = Secret(bytes(range(32)))
CONTENT = b"".join(bytes([part]) * PIECE for part in range(3)) + b"fin"


@pytest.fixture
def pieces() -> list[bytes]:
    """Four pieces."""
    return seal_pieces(KEY, DOCUMENT, CONTENT, SeededRandom())


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_a_content_comes_back_as_it_was_and_no_piece_is_too_large(size: int) -> None:
    content = bytes(n % 251 for n in range(size))
    pieces = seal_pieces(KEY, DOCUMENT, content, SeededRandom())
    assert len(pieces) == pieces_of(size) == -(-size // PIECE)
    assert max(map(len, pieces)) <= MAX_PIECE
    assert open_pieces(KEY, DOCUMENT, pieces, digest_of(pieces)) == content


def test_the_worked_document_is_the_one_of_the_protocol() -> None:
    class Counting:
        def bytes(self, n: int) -> bytes:
            return bytes(range(0x40, 0x40 + n))

    pieces = seal_pieces(KEY, DOCUMENT, b"Bonjour", Counting())
    assert digest_of(pieces) == "60356ca38f93447b4132c12b11c1c6141c8a4277cd2c8b3289a9040f658a6c3b"


def test_no_word_of_it_is_in_the_pieces() -> None:
    content = b"CANARI" * 100
    (sealed,) = seal_pieces(KEY, DOCUMENT, content, SeededRandom())
    assert b"CANARI" not in sealed
    assert seal_pieces(KEY, DOCUMENT, content, SeededRandom(2)) != [sealed]


def refuses(key: Secret, document: str, pieces: list[bytes]) -> bool:
    """Tell whether pieces are refused, even by who would take their digest as it comes."""
    try:
        open_pieces(key, document, pieces, digest_of(pieces))
    except SealBroken:
        return True
    return False


def test_two_pieces_that_changed_places_are_refused(pieces: list[bytes]) -> None:
    assert refuses(KEY, DOCUMENT, [pieces[1], pieces[0], *pieces[2:]])


def test_a_piece_that_stands_for_another_is_refused(pieces: list[bytes]) -> None:
    assert refuses(KEY, DOCUMENT, [pieces[0], pieces[0], *pieces[2:]])


def test_a_document_cut_at_either_end_is_refused(pieces: list[bytes]) -> None:
    assert refuses(KEY, DOCUMENT, pieces[:-1])
    assert refuses(KEY, DOCUMENT, pieces[1:])
    assert refuses(KEY, DOCUMENT, [*pieces, pieces[-1]])
    assert refuses(KEY, DOCUMENT, [*pieces[:-1], pieces[-1][:-1]])


def test_a_piece_of_another_document_is_refused(pieces: list[bytes]) -> None:
    other = seal_pieces(KEY, OTHER, CONTENT, SeededRandom(3))
    assert refuses(KEY, DOCUMENT, other)
    assert refuses(KEY, DOCUMENT, [other[0], *pieces[1:]])


def test_another_key_opens_nothing(pieces: list[bytes]) -> None:
    assert refuses(new_key(SeededRandom(4)), DOCUMENT, pieces)


def test_whole_pieces_that_are_not_those_the_record_was_made_for_are_refused(
    pieces: list[bytes],
) -> None:
    again = seal_pieces(KEY, DOCUMENT, CONTENT, SeededRandom(5))
    with pytest.raises(SealBroken):
        open_pieces(KEY, DOCUMENT, again, digest_of(pieces))


@given(at=st.integers(0, 59), bit=st.integers(0, 7))
def test_a_bit_that_flips_is_seen(at: int, bit: int) -> None:
    (sealed,) = seal_pieces(KEY, DOCUMENT, b"Bonjour, voici", SeededRandom())
    at %= len(sealed)
    spoilt = sealed[:at] + bytes([sealed[at] ^ 1 << bit]) + sealed[at + 1 :]
    with pytest.raises(SealBroken):
        open_piece(KEY, DOCUMENT, 0, 1, spoilt)


@pytest.mark.parametrize("number", [-1, 1, 60])
def test_a_number_that_is_none_of_the_document_is_refused(number: int) -> None:
    (sealed,) = seal_pieces(KEY, DOCUMENT, b"Bonjour", SeededRandom())
    with pytest.raises(SealBroken):
        open_piece(KEY, DOCUMENT, number, 1, sealed)


def test_a_key_is_kept_as_text_and_nothing_else_is_taken_for_one() -> None:
    assert key_from_hex(key_to_hex(KEY)) == KEY
    for text in ("", "00" * 31, "00" * 33, "zz" * 32, "A0" * 32, "0x" + "00" * 31):
        with pytest.raises(SealBroken):
            key_from_hex(text)
