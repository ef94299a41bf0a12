"""What a circle shares opens where it was written, for whom it was sealed, and nowhere else."""

from dataclasses import replace
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl import bindings

from desktop.crypto.circle_statement import Statement, identity_digest
from desktop.crypto.circle_texts import CircleSecret, TextPlace, name_of
from desktop.crypto.errors import CertificateRefused, CryptoError, SealBroken, UnsupportedSeal
from desktop.crypto.identity import Identity
from desktop.crypto.secret import Secret
from tests.support.laptop import SeededRandom

PERSON = "0199c0de-0000-7000-8000-0000000000a1"
FOLLOW_UP = "0199c0de-0000-7000-8000-0000000000b2"
CLAIRE = "0199c0de-0000-7000-8000-0000000000c1"
MEHDI = "0199c0de-0000-7000-8000-0000000000c2"
PLACE = TextPlace(PERSON, "follow_up", FOLLOW_UP, "summary")
KEY = CircleSecret(Secret(bytes(range(32))))
CHANGES = (
    {"dossier": CLAIRE},
    {"kind": "step"},
    {"record": PERSON},
    {"field": "next_step"},
)


def _fields(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def _b2(person: bytes, data: bytes, key: bytes) -> bytes:
    return blake2b(data, digest_size=32, key=key, person=person).digest()


def test_another_program_written_from_the_page_opens_the_envelope_of_the_document() -> None:
    secret, text = bytes(range(32)), "Déménagement prévu".encode()
    envelope = KEY.seal(text, PLACE)
    assert blake2b(envelope, digest_size=32).hexdigest() == (
        "8147d791bedb4ddb36c0789dd5fda4ce32a086ad7d4201f981c7a6fbce6e780b"
    )
    name = _b2(b"coffre.circ.name", b"", secret)[:16]
    assert envelope[:17] == b"\x01" + name
    where = _fields(
        *(b"coffre.circle.text.1", b"\x01", name, PERSON.encode()),
        *(b"follow_up", FOLLOW_UP.encode(), b"summary"),
    )
    nonce = envelope[17:41]
    padded = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
        envelope[41:], where, nonce, _b2(b"coffre.circ.text", b"", secret)
    )
    assert padded == (len(text).to_bytes(4, "big") + text).ljust(256, b"\0")
    maker = _b2(b"coffre.circ.nonc", b"", secret)
    assert nonce == _b2(b"coffre.circ.nonc", where + padded, maker)[:24]


@given(text=st.text(max_size=2_000))
def test_a_text_comes_back_and_is_sealed_the_same_each_time(text: str) -> None:
    envelope = KEY.seal(text.encode("utf-8", "ignore"), PLACE)
    assert KEY.open(envelope, PLACE) == text.encode("utf-8", "ignore")
    assert KEY.seal(text.encode("utf-8", "ignore"), PLACE) == envelope


@pytest.mark.parametrize("change", CHANGES, ids=[next(iter(it)) for it in CHANGES])
def test_a_text_does_not_open_in_another_place(change: dict[str, str]) -> None:
    envelope = KEY.seal(b"Des mots", PLACE)
    with pytest.raises(SealBroken):
        KEY.open(envelope, replace(PLACE, **change))


def test_a_text_opens_under_the_key_that_sealed_it_and_no_other() -> None:
    other = CircleSecret(Secret(bytes(32)))
    envelope = KEY.seal(b"Des mots", PLACE)
    with pytest.raises(SealBroken):
        other.open(envelope, PLACE)
    renamed = envelope[:1] + other.name + envelope[17:]
    for key in (KEY, other):
        with pytest.raises(SealBroken):
            key.open(renamed, PLACE)


def test_a_text_encrypted_rightly_under_a_nonce_of_ones_choice_is_refused() -> None:
    """The nonce is made from the text: it commits the envelope to its key."""
    secret, nonce = bytes(range(32)), bytes(24)
    name = KEY.name
    where = _fields(
        *(b"coffre.circle.text.1", b"\x01", name, PERSON.encode()),
        *(b"follow_up", FOLLOW_UP.encode(), b"summary"),
    )
    padded = b"\0\0\0\x04Mots".ljust(256, b"\0")
    key = _b2(b"coffre.circ.text", b"", secret)
    sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(padded, where, nonce, key)
    with pytest.raises(SealBroken):
        KEY.open(b"\x01" + name + nonce + sealed, PLACE)


@given(at=st.integers(0, 312), bit=st.integers(0, 7))
def test_no_bit_may_change(at: int, bit: int) -> None:
    envelope = bytearray(KEY.seal(b"Des mots", PLACE))
    envelope[at] ^= 1 << bit
    with pytest.raises(SealBroken):
        KEY.open(bytes(envelope), PLACE)


@given(noise=st.binary(max_size=400))
def test_noise_is_refused_and_nothing_else_happens(noise: bytes) -> None:
    with pytest.raises(SealBroken):
        KEY.open(noise, PLACE)
    with pytest.raises(CertificateRefused):
        Statement.from_bytes(noise)


def test_an_envelope_of_a_newer_coffre_is_told_apart() -> None:
    with pytest.raises(UnsupportedSeal):
        name_of(b"\x02" + KEY.seal(b"Des mots", PLACE)[1:])


def test_texts_of_many_lengths_have_few_sizes() -> None:
    sizes = {len(KEY.seal(b"x" * length, PLACE)) for length in range(0, 4_000, 10)}
    assert len(sizes) == 16


def claire() -> Identity:
    return Identity.generate(SeededRandom(1))


def mehdi() -> Identity:
    return Identity.generate(SeededRandom(2))


def statement() -> Statement:
    """Claire gives the key to Mehdi."""
    said = Statement(
        dossier=PERSON,
        epoch=2,
        key=KEY.name,
        previous=bytes(16),
        founds=False,
        giver=CLAIRE,
        recipient=MEHDI,
        identity=b"",
        members=(CLAIRE, MEHDI),
    )
    return said.giving(KEY, mehdi().public, SeededRandom(3)).signed(claire().signing)


def test_a_key_is_taken_by_whom_it_was_given_to() -> None:
    read = Statement.from_bytes(statement().to_bytes())
    assert read == statement()
    assert read.is_signed_by(claire().public.signing)
    assert not read.is_signed_by(mehdi().public.signing)
    assert read.identity == identity_digest(mehdi().public)
    assert read.taken(mehdi().encryption).name == KEY.name
    with pytest.raises(SealBroken):
        read.taken(claire().encryption)


CHANGED = (
    {"dossier": CLAIRE},
    {"epoch": 3},
    {"key": bytes(16)},
    {"previous": b""},
    {"founds": True},
    {"giver": MEHDI},
    {"recipient": CLAIRE},
    {"members": (CLAIRE, PERSON, MEHDI)},
)


@pytest.mark.parametrize("change", CHANGED, ids=[next(iter(it)) for it in CHANGED])
def test_a_statement_changed_anywhere_is_signed_by_nobody_and_gives_nothing(
    change: dict[str, object],
) -> None:
    changed = replace(statement(), **change)  # type: ignore[arg-type]  # those of a statement
    assert not changed.is_signed_by(claire().public.signing)
    with pytest.raises(CryptoError):
        changed.taken(mehdi().encryption)


@given(at=st.integers(0, len(statement().to_bytes()) - 1), bit=st.integers(0, 7))
def test_no_bit_of_a_statement_may_change(at: int, bit: int) -> None:
    content = bytearray(statement().to_bytes())
    content[at] ^= 1 << bit
    try:
        read = Statement.from_bytes(bytes(content))
    except CertificateRefused:
        return
    assert not read.is_signed_by(claire().public.signing)


def test_a_statement_has_one_form() -> None:
    said = statement()
    for odd in (
        replace(said, members=(MEHDI, CLAIRE)),
        replace(said, members=(CLAIRE,)),
        replace(said, epoch=0),
        replace(said, key=b"x"),
        replace(said, gift=b""),
        replace(said, identity=b""),
    ):
        with pytest.raises(CertificateRefused):
            Statement.from_bytes(odd.signed(claire().signing).to_bytes())


def test_base64_of_a_statement_fits_its_field() -> None:
    crowd = tuple(sorted(f"0199c0de-0000-7000-8000-{n:012x}" for n in range(300)))
    said = replace(statement(), members=(*crowd, MEHDI)).signed(claire().signing)
    assert len(said.to_bytes()) * 4 // 3 < 8_000
