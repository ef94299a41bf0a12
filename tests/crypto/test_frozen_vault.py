"""A vault made by the first Coffre opens in every later one, and by another team's reader too.

``tests/frozen/vault-1`` is never made again. Its passphrase and words are public: they protect
nothing.
"""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pytest
from nacl import bindings
from nacl.pwhash import argon2id

from desktop.crypto.account_bundle import unwrap_account, wrap_account
from desktop.crypto.files import FolderFiles
from desktop.crypto.header_copies import NAMES
from desktop.crypto.identity import Identity
from desktop.crypto.kdf import FLOOR
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.vault import (
    OpenVault,
    confirm_recovery_key,
    create_vault,
    open_vault,
    open_vault_with_recovery,
)
from tests.crypto.doubles import Disk, SeededRandom

FROZEN = Path(__file__).parent.parent / "frozen" / "vault-1"
PASSPHRASE = "sept barques vertes dérivent vers Coulon à l’aube"
WORDS = """
lutter myriade frotter ajuster chrome carbone heron moderne enjamber nommer audace fraise
ivoire treuil tartine miauler delice acquerir furtif broder pommade spiral joindre puiser
"""
DATABASE_KEY = (
    "1a8ff185d964a7567e0d4bd582d00b473dc596fbe1b2d47e6de9eed72c84cc87"
    "4ac3db9186e36ec86c508606c9d28ed3"
)
SNAPSHOT_KEY = "474e0fafda7918433d0f4620755944fe8d0f274641c675fe5742fac211f18f31"
BLOB_KEY = "1a4969f1033064276549c04c1d03f3152f0dfd8b2ca286df130a566d64c742c5"
IDENTITY = Identity.generate(SeededRandom("identity of vault 1"))


@pytest.fixture
def frozen() -> Disk:
    """Return the frozen files, on a disk that a repair would be seen on."""
    return Disk.holding({name: (FROZEN / name).read_bytes() for name in NAMES})


def has_the_frozen_keys(vault: OpenVault) -> bool:
    return (
        vault.database_key().hexadecimal() == DATABASE_KEY
        and vault.snapshot_key().reveal().hex() == SNAPSHOT_KEY
        and vault.blob_key().reveal().hex() == BLOB_KEY
        and vault.is_recovery_confirmed
    )


def test_the_passphrase_of_the_first_vault_opens_it_forever(frozen: Disk) -> None:
    before = frozen.contents()
    assert has_the_frozen_keys(open_vault(frozen, PASSPHRASE))
    assert frozen.contents() == before


def test_the_paper_of_the_first_vault_opens_it_forever() -> None:
    assert has_the_frozen_keys(open_vault_with_recovery(FolderFiles(FROZEN), WORDS))


def test_the_same_randomness_still_writes_the_same_first_vault(frozen: Disk) -> None:
    disk = Disk()
    vault, paper = create_vault(disk, PASSPHRASE, SeededRandom("vault 1"), FLOOR)
    assert paper.words() == tuple(WORDS.split())
    confirm_recovery_key(disk, vault, WORDS)
    assert disk.contents() == frozen.contents()


def test_the_first_account_bundle_opens_forever() -> None:
    paper = RecoveryKey.from_words(WORDS)
    bundle = (FROZEN / "account.bundle").read_bytes()
    keys = unwrap_account(bundle, paper, user="claire")
    assert keys.signing.public == IDENTITY.public.signing
    assert keys.encryption.public == IDENTITY.public.encryption
    rewritten = wrap_account(IDENTITY, paper, user="claire", random=SeededRandom("bundle 1"))
    assert rewritten == bundle


def test_a_reader_written_from_the_document_alone_finds_the_same_database_key() -> None:
    """Follow ``docs/vault-format.md`` with nothing of ours but the sample."""
    content = (FROZEN / "coffre.hdr").read_bytes()

    def blake2b(data: bytes, person: bytes, key: bytes = b"") -> bytes:
        return hashlib.blake2b(data, digest_size=32, key=key, person=person).digest()

    assert content[-32:] == blake2b(content[:-32], b"coffre.hdr.sum")
    magic, version, _, vault_id, salt, _, count = struct.unpack_from(">8sHQ16s16sHH", content)
    assert (magic, version, count) == (b"COFFREH\n", 1, 2)
    kind, length = struct.unpack_from(">HH", content, 54)
    assert (kind, length) == (1, 98)
    body = content[58 : 58 + length]
    algorithm, lanes, memory_kib, passes, kdf_salt = struct.unpack_from(">BBII16s", body)
    assert (algorithm, lanes) == (1, 1)
    kek = argon2id.kdf(
        32, PASSPHRASE.encode(), kdf_salt, opslimit=passes, memlimit=memory_kib * 1024
    )
    associated = magic + b"\x00\x01" + vault_id + salt + b"\x00\x01" + body[:26]
    vault_key = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
        body[50:], associated, body[26:50], kek
    )
    header_key = blake2b(b"", b"coffre.hdr", vault_key)
    assert content[-64:-32] == blake2b(content[:-64], b"coffre.hdr.mac", header_key)
    assert (blake2b(b"", b"coffre.db", vault_key) + salt).hex() == DATABASE_KEY
