"""A clinical note sealed for Claire opens for Claire, where she wrote it, and nowhere else."""

import hashlib
from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl import bindings

from desktop.crypto.errors import SealBroken, UnsupportedSeal, UnusableKey
from desktop.crypto.identity import Identity
from desktop.crypto.keys import EncryptionKey
from desktop.crypto.padding import bucket, pad, unpad
from desktop.crypto.sealing import (
    MAX_REVISION,
    Place,
    is_own,
    revision_of,
    seal,
    seal_own,
    unseal,
)
from tests.crypto.doubles import SeededRandom

CLAIRE = Identity.generate(SeededRandom("claire"))
MEHDI = Identity.generate(SeededRandom("mehdi"))
NOTE = "Elle parle de son fils pour la première fois.".encode()
PLACE = Place(
    department="79", kind="clinical_note", record="0192-n", field="text", author="0192-claire"
)
SEALED = seal(NOTE, CLAIRE.public.encryption, PLACE, revision=3, random=SeededRandom("sceau"))


def opened(sealed: bytes, place: Place = PLACE, revision: int = 3) -> bytes:
    return unseal(sealed, CLAIRE.encryption, place, revision=revision)


def test_a_note_opens_where_it_was_sealed() -> None:
    assert opened(SEALED) == NOTE
    assert NOTE not in SEALED


def test_the_envelope_is_the_documented_one() -> None:
    assert SEALED[0] == 1
    assert SEALED[1:9] == (3).to_bytes(8, "big")
    assert len(SEALED) == 97 + 256 + 16
    assert SEALED[:97].hex() == (
        "010000000000000003442bcc730dcc25620bfdf0efe358de2819e928fa79f9fa9fb89151843dbccd"
        "0c1b7d59dab21ebf99774dd2cd1fb86b4b278c7ad1f129e66612746866511da5f33d3b555cfa2bc6"
        "fa7712593d69bb63d39338bc14b51269c1"
    )


def test_the_pinned_envelope_opens_forever() -> None:
    pinned = bytes.fromhex(
        "010000000000000003442bcc730dcc25620bfdf0efe358de2819e928fa79f9fa9fb89151843dbccd"
        "0c1b7d59dab21ebf99774dd2cd1fb86b4b278c7ad1f129e66612746866511da5f33d3b555cfa2bc6"
        "fa7712593d69bb63d39338bc14b51269c1f035099b742d2f1b6a2b0c449eced27f64ccceb710c889"
        "f34f37fb5f0031a3d68727fcafeb697587a16ad1f62939696be5a7764002261fe7bc6e9809ed9c4b"
        "a8e769a677bc8bd632d28c6f0a264840006400908f70e08dbfd794661a3eb0a6b4d318b8ec098670"
        "7eae421a3342d5e0a781a335b222266577d2401b0b745b9f06f2876187606ba5298defd014c247ee"
        "6480fa3a2eb79aecfbd8724a56b043da43e27f8152edbd9903e86bf17e13615b1b118203da091c50"
        "ef09d31c395f0b01a32f82937e51c85069777e6a593024da035a6595251ae7f5b178ec2903be1820"
        "59c53858f0aa521c9e6bc25b09818acca1dddeeacf8ad2c6b505dc616bddd0eacc2a8e44bde5dcbc"
        "03de40815cef22ac53"
    )
    assert opened(pinned) == NOTE


@given(plaintext=st.binary(max_size=5000), revision=st.integers(0, MAX_REVISION))
def test_whatever_is_sealed_comes_back(plaintext: bytes, revision: int) -> None:
    sealed = seal(
        plaintext, CLAIRE.public.encryption, PLACE, revision=revision, random=SeededRandom("s")
    )
    assert revision_of(sealed) == revision
    assert unseal(sealed, CLAIRE.encryption, PLACE, revision=revision) == plaintext


@pytest.mark.parametrize("size", [0, 1, 252, 253, 4092, 4093, 1_000_000])
def test_empty_and_large_notes_come_back(size: int) -> None:
    note = bytes(size)
    sealed = seal(note, CLAIRE.public.encryption, PLACE, revision=1, random=SeededRandom("s"))
    assert opened(sealed, revision=1) == note


def test_a_colleague_cannot_open_it() -> None:
    with pytest.raises(SealBroken):
        unseal(SEALED, MEHDI.encryption, PLACE, revision=3)


@pytest.mark.parametrize("part", ["department", "kind", "record", "field", "author"])
@pytest.mark.invariant(22)
def test_a_note_moved_to_another_place_does_not_open(part: str) -> None:
    with pytest.raises(SealBroken):
        opened(SEALED, replace(PLACE, **{part: "ailleurs"}))


def test_letters_that_slide_from_one_part_of_the_place_to_the_next_do_not_open() -> None:
    slid = replace(PLACE, record=PLACE.record + "t", field="ext")
    with pytest.raises(SealBroken):
        opened(SEALED, slid)


@pytest.mark.invariant(22)
def test_an_older_revision_put_back_is_noticed() -> None:
    with pytest.raises(SealBroken):
        opened(SEALED, revision=4)
    relabelled = SEALED[:1] + (4).to_bytes(8, "big") + SEALED[9:]
    assert revision_of(relabelled) == 4
    with pytest.raises(SealBroken):
        opened(relabelled, revision=4)


@given(bit=st.integers(0, len(SEALED) * 8 - 1))
def test_any_flipped_bit_breaks_the_seal(bit: int) -> None:
    flipped = bytearray(SEALED)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        opened(bytes(flipped))


@given(length=st.integers(0, len(SEALED) - 1))
def test_any_cut_breaks_the_seal(length: int) -> None:
    with pytest.raises(SealBroken):
        opened(SEALED[:length])


@given(content=st.binary(max_size=500))
def test_noise_is_no_seal(content: bytes) -> None:
    for noise in (content, b"\x01" + content):
        with pytest.raises(SealBroken):
            opened(noise)


def test_something_added_at_the_end_breaks_the_seal() -> None:
    with pytest.raises(SealBroken):
        opened(SEALED + b"\x00")


def test_a_seal_of_a_newer_coffre_is_said_to_be_newer() -> None:
    with pytest.raises(UnsupportedSeal) as refused:
        opened(b"\x03" + SEALED[1:])
    assert refused.value.version == 3


def test_what_is_sealed_for_oneself_is_nobody_elses_making() -> None:
    own = seal_own(NOTE, CLAIRE.encryption, PLACE, revision=3, random=SeededRandom("sceau"))
    assert opened(own) == NOTE
    assert (is_own(own), is_own(SEALED)) == (True, False)
    for forged in (b"\x02" + SEALED[1:], b"\x01" + own[1:]):
        with pytest.raises(SealBroken):
            opened(forged)


def test_a_seal_for_oneself_is_as_the_document_says() -> None:
    own = seal_own(NOTE, CLAIRE.encryption, PLACE, revision=3, random=SeededRandom("sceau"))
    mine = hashlib.blake2b(
        key=CLAIRE.encryption.private().reveal(), digest_size=32, person=b"coffre.seal.own"
    ).digest()
    shared = CLAIRE.encryption.shared_with(own[9:41]).reveal()
    derived = hashlib.blake2b(
        shared + own[9:41] + CLAIRE.public.encryption + mine,
        digest_size=64,
        person=b"coffre.seal.1",
    ).digest()
    assert derived[32:] == own[41:73]


def handmade(commitment: bytes | None = None) -> bytes:
    """Seal as the document says, with nothing of ours; ``commitment`` replaces the right one."""
    ephemeral = EncryptionKey.generate(SeededRandom("ephemere"))
    recipient = CLAIRE.public.encryption
    shared = ephemeral.shared_with(recipient).reveal()
    derived = hashlib.blake2b(
        shared + ephemeral.public + recipient, digest_size=64, person=b"coffre.seal.1"
    ).digest()
    nonce = bytes(24)
    head = b"\x01" + (3).to_bytes(8, "big") + ephemeral.public
    head += (derived[32:] if commitment is None else commitment) + nonce
    fields = [b"coffre.seal.1", head, *(value.encode() for value in astuple(PLACE))]
    associated = b"".join(len(field).to_bytes(2, "big") + field for field in fields)
    padded = (len(NOTE).to_bytes(4, "big") + NOTE).ljust(256, b"\0")
    return head + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        padded, associated, nonce, derived[:32]
    )


def test_an_envelope_made_from_the_document_alone_opens() -> None:
    assert opened(handmade()) == NOTE


def test_an_envelope_that_does_not_commit_to_its_key_is_refused() -> None:
    with pytest.raises(SealBroken):
        opened(handmade(commitment=bytes(32)))


def test_a_degenerate_ephemeral_key_breaks_the_seal() -> None:
    with pytest.raises(SealBroken):
        opened(SEALED[:9] + bytes(32) + SEALED[41:])


def test_nothing_is_sealed_for_a_key_that_is_none() -> None:
    for key in (bytes(32), b"short"):
        with pytest.raises(UnusableKey):
            seal(NOTE, key, PLACE, revision=1, random=SeededRandom("s"))


def test_the_same_note_sealed_twice_looks_different() -> None:
    random = SeededRandom("deux fois")
    first, second = (
        seal(NOTE, CLAIRE.public.encryption, PLACE, revision=3, random=random) for _ in range(2)
    )
    assert first[9:] != second[9:]


def test_notes_of_many_lengths_have_few_sizes() -> None:
    sizes = {
        len(seal(bytes(n), CLAIRE.public.encryption, PLACE, revision=1, random=SeededRandom("s")))
        for n in range(0, 4000, 37)
    }
    assert len(sizes) == 16


@given(size=st.integers(0, 2_000_000))
def test_a_bucket_holds_its_text_and_wastes_little(size: int) -> None:
    allowed = bucket(size)
    assert allowed >= size
    assert allowed == bucket(allowed)
    assert allowed <= max(size + 256, size * 5 // 4 + 512)


@given(content=st.binary(max_size=600))
def test_padding_comes_off_and_nothing_else_passes_for_padding(content: bytes) -> None:
    padded = pad(content)
    assert unpad(padded) == content
    assert unpad(padded + bytes(256)) is None
    assert unpad(padded[:-1]) is None
    if len(padded) > len(content) + 4:
        assert unpad(padded[:-1] + b"\x01") is None
