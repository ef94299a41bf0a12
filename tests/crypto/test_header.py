"""The header's bytes: damage is told from everything else, and nothing costly is ever started."""

import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.crypto.errors import DamagedHeader, UnsafeKdfParameters, UnsupportedHeader, VaultError
from desktop.crypto.header import (
    MAX_SIZE,
    MAX_SLOT_BODY,
    Header,
    PassphraseSlot,
    RecoverySlot,
    UnknownSlot,
    decode,
    encode,
)
from desktop.crypto.kdf import FLOOR, KdfParams
from desktop.crypto.primitives import Purpose, digest
from desktop.crypto.secret import Secret

VAULT_KEY = Secret(bytes(range(32)))
HEADER = Header(
    generation=7,
    vault_id=b"V" * 16,
    database_salt=b"S" * 16,
    flags=1,
    slots=(PassphraseSlot(FLOOR, b"s" * 16, b"w" * 72), RecoverySlot(b"r" * 72)),
).signed(VAULT_KEY, generation=7)
BYTES = encode(HEADER)
MEMORY_AT = 54 + 4 + 2
"""Where the memory of Argon2id stands: after the fixed part, the slot's head, kind and lanes."""


def checksummed(content: bytes) -> bytes:
    """Return a header whose checksum is right, whatever else is not."""
    return content[:-32] + digest(Purpose.HEADER_CHECKSUM, content[:-32])


def test_the_layout_is_the_documented_one() -> None:
    assert BYTES[:8] == b"COFFREH\n"
    assert BYTES[8:10] == b"\x00\x01"
    assert BYTES[10:18] == (7).to_bytes(8, "big")
    assert BYTES[18:34] == b"V" * 16
    assert BYTES[34:50] == b"S" * 16
    assert BYTES[50:54] == b"\x00\x01\x00\x02"
    assert BYTES[54:60] == b"\x00\x01\x00\x62\x01\x01"
    assert BYTES[60:68] == (65536).to_bytes(4, "big") + (3).to_bytes(4, "big")
    assert BYTES[68:156] == b"s" * 16 + b"w" * 72
    assert BYTES[156:160] == b"\x00\x02\x00\x48"
    assert BYTES[160:232] == b"r" * 72
    assert len(BYTES) == 232 + 32 + 32


def test_a_header_reads_back_as_it_was_written() -> None:
    assert decode(BYTES) == HEADER
    assert decode(BYTES).is_signed_by(VAULT_KEY)
    assert not decode(BYTES).is_signed_by(Secret(bytes(32)))


def test_a_way_in_that_only_a_later_coffre_knows_is_kept_as_it_is() -> None:
    later = UnknownSlot(9, b"une carte a puce")
    header = replace(HEADER, slots=(*HEADER.slots, later)).signed(VAULT_KEY, generation=8)
    read = decode(encode(header)).with_slot(PassphraseSlot(FLOOR, b"n" * 16, b"x" * 72))
    assert decode(encode(read.signed(VAULT_KEY, generation=9))).slots[-1] == later


@given(bit=st.integers(0, len(BYTES) * 8 - 1))
def test_any_flipped_bit_is_damage_and_nothing_else(bit: int) -> None:
    flipped = bytearray(BYTES)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DamagedHeader):
        decode(bytes(flipped))


@given(length=st.integers(0, len(BYTES) - 1))
def test_any_cut_is_damage(length: int) -> None:
    with pytest.raises(DamagedHeader):
        decode(BYTES[:length])


@given(content=st.binary(max_size=600))
def test_noise_is_damage(content: bytes) -> None:
    for noise in (content, b"COFFREH\n" + content, checksummed(b"COFFREH\n" + content)):
        with pytest.raises(VaultError):
            decode(noise)


@given(
    at=st.integers(8, len(BYTES) - 33),
    put=st.binary(min_size=1, max_size=12),
    cut=st.integers(0, 40),
)
def test_a_header_rewritten_with_a_right_checksum_is_refused_or_harmless(
    at: int, put: bytes, cut: int
) -> None:
    forged = checksummed(BYTES[:at] + put + BYTES[at + cut :])
    try:
        header = decode(forged)
    except (DamagedHeader, UnsupportedHeader):
        return
    # What is accepted has one form, and its parameters cannot freeze the machine: KdfParams
    # outside floor and ceiling do not exist. The vault key vouches for none of it.
    assert encode(header) == forged
    assert isinstance(header.passphrase.params, KdfParams)
    if forged != BYTES:
        assert not header.is_signed_by(VAULT_KEY)


@pytest.mark.parametrize("memory_kib", [0, 1024, 64 * 1024 - 1, 1024 * 1024 + 1, 2**32 - 1])
def test_memory_outside_the_bounds_is_never_asked_of_the_machine(memory_kib: int) -> None:
    forged = checksummed(BYTES[:MEMORY_AT] + memory_kib.to_bytes(4, "big") + BYTES[MEMORY_AT + 4 :])
    tracemalloc.start()
    with pytest.raises(DamagedHeader):
        decode(forged)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_the_ceiling_is_read_without_being_computed() -> None:
    ceiling = (1024 * 1024).to_bytes(4, "big") + (10).to_bytes(4, "big")
    header = decode(checksummed(BYTES[:MEMORY_AT] + ceiling + BYTES[MEMORY_AT + 8 :]))
    assert header.passphrase.params == KdfParams(1024 * 1024, 10)


def test_many_passphrase_slots_are_refused_because_each_would_cost_a_derivation() -> None:
    slot = HEADER.passphrase
    crowded = replace(HEADER, slots=(slot, replace(slot, salt=b"t" * 16)))
    with pytest.raises(DamagedHeader):
        decode(encode(crowded.signed(VAULT_KEY, generation=8)))


def test_a_header_without_a_passphrase_slot_or_with_too_many_slots_is_refused() -> None:
    for slots in (
        (HEADER.slots[1],),
        (*HEADER.slots, *(UnknownSlot(9, b"") for _ in range(15))),
        (*HEADER.slots, UnknownSlot(9, bytes(MAX_SLOT_BODY + 1))),
    ):
        with pytest.raises(DamagedHeader):
            decode(encode(replace(HEADER, slots=slots).signed(VAULT_KEY, generation=8)))


def test_an_enormous_file_is_refused_before_it_is_hashed() -> None:
    with pytest.raises(DamagedHeader):
        decode(checksummed(BYTES + bytes(MAX_SIZE)))


def test_a_header_of_a_newer_coffre_is_said_to_be_newer_and_a_damaged_one_is_not() -> None:
    newer = checksummed(BYTES[:8] + b"\x00\x02" + BYTES[10:])
    with pytest.raises(UnsupportedHeader) as refused:
        decode(newer)
    assert refused.value.version == 2
    with pytest.raises(DamagedHeader):
        decode(BYTES[:8] + b"\x00\x02" + BYTES[10:])


def test_weak_parameters_cannot_even_be_written() -> None:
    with pytest.raises(UnsafeKdfParameters):
        PassphraseSlot(KdfParams(1024, 1), b"s" * 16, b"w" * 72)
