"""Argon2id is the one everybody else computes, and never weaker or heavier than agreed."""

import pytest

from desktop.crypto.errors import UnsafeKdfParameters
from desktop.crypto.kdf import DEFAULT, FLOOR, MIB, KdfParams, stretch
from desktop.crypto.secret import Secret


def test_argon2id_gives_the_pinned_key() -> None:
    key = stretch(Secret(b"trois moineaux gris"), bytes(range(16)), FLOOR)
    assert key.reveal().hex() == (
        "66ba35163a36b6d4bbae41270dafa451092099be31702317addf6b355e77151a"
    )


def test_a_vault_is_stretched_with_256_mebibytes_unless_told_otherwise() -> None:
    assert KdfParams(memory_kib=256 * 1024, passes=3) == DEFAULT


@pytest.mark.parametrize(
    ("memory_kib", "passes"),
    [
        (64 * MIB - 1, 3),
        (1024 * MIB + 1, 3),
        (64 * MIB, 2),
        (64 * MIB, 11),
        (0, 0),
        (2**32 - 1, 2**32 - 1),
    ],
)
def test_parameters_outside_floor_and_ceiling_cannot_exist(memory_kib: int, passes: int) -> None:
    with pytest.raises(UnsafeKdfParameters):
        KdfParams(memory_kib=memory_kib, passes=passes)


def test_floor_and_ceiling_themselves_are_allowed() -> None:
    assert KdfParams(64 * MIB, 3) == FLOOR
    assert KdfParams(1024 * MIB, 10).passes == 10
