"""A whole vault in one file: its header with a passphrase of the file's own, then all it holds.

The paper key opens the file as it opens the vault. What follows the header is libsodium's
secretstream under a key derived from the vault's: a piece that is altered, missing, moved or cut
off is seen, and the header is bound to the first one (docs/vault-format.md, "An exported vault").

The reader holds one piece in memory, whatever the file says of itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from nacl import bindings, exceptions

from desktop.crypto import kdf
from desktop.crypto.errors import (
    DamagedHeader,
    ExportBroken,
    RecoveryProblem,
    UnsupportedExport,
    UnsupportedHeader,
    VaultAlreadyExists,
    WrongPassphrase,
    WrongRecoveryKey,
)
from desktop.crypto.files import VaultFiles
from desktop.crypto.header import (
    MAX_GENERATION,
    Header,
    PassphraseSlot,
    decode,
    encode,
    passphrase_binding,
    recovery_binding,
)
from desktop.crypto.header_copies import write_copies
from desktop.crypto.kdf import KdfParams, stretch
from desktop.crypto.passphrase import check_new_passphrase, passphrase_bytes
from desktop.crypto.primitives import Purpose, derive, digest, unwrap, wrap
from desktop.crypto.randomness import Random
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.secret import Secret
from desktop.crypto.vault import OpenVault, VaultState, vault_state

MAGIC = b"COFFREX\n"
VERSION = 1
PIECE_BYTES = 64 * 1024
MOST_PIECES = 2**24
"""A tebibyte: no vault is that large."""
_HEAD = struct.Struct(">8sHH")
_LENGTH = struct.Struct(">I")
_MOST_HEADER = 16_566
_TAG_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_TAG_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_STREAM_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES


class ExportWriter:
    """Writes one export, piece by piece; nothing of it is clear."""

    def __init__(
        self, file: BinaryIO, vault: OpenVault, passphrase: str, random: Random, params: KdfParams
    ) -> None:
        """Write the header; derives a key for about half a second."""
        check_new_passphrase(passphrase)
        vault_key = vault._vault_key
        header = with_passphrase(vault._header, vault_key, passphrase, random, params)
        head = _head(encode(header))
        self._file = file
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        begun = bindings.crypto_secretstream_xchacha20poly1305_init_push(
            self._state, derive(vault_key, Purpose.EXPORT).reveal()
        )
        self._bound: bytes | None = digest(Purpose.EXPORT, head)
        self._held = b""
        file.write(head + begun)

    def write(self, content: bytes) -> None:
        """Add content, of any length."""
        self._held += content
        while len(self._held) > PIECE_BYTES:
            self._push(self._held[:PIECE_BYTES], _TAG_MESSAGE)
            self._held = self._held[PIECE_BYTES:]

    def finish(self) -> None:
        """Write the last piece, which says that it is the last."""
        self._push(self._held, _TAG_FINAL)
        self._held = b""

    def _push(self, piece: bytes, tag: int) -> None:
        sealed = bindings.crypto_secretstream_xchacha20poly1305_push(
            self._state, piece, self._bound, tag
        )
        self._bound = None
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)


class ExportReader:
    """Reads one export; every byte it gives was checked, and its end is known to be the end."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the header; raise ``ExportBroken``, ``UnsupportedExport``. Computes nothing."""
        self._file = file
        magic, version, length = _HEAD.unpack(_exactly(file, _HEAD.size))
        if magic != MAGIC:
            raise ExportBroken
        if version != VERSION:
            raise UnsupportedExport
        if length > _MOST_HEADER:
            raise ExportBroken
        content = _exactly(file, length)
        try:
            self.header = decode(content)
        except UnsupportedHeader:
            raise UnsupportedExport from None
        except DamagedHeader:
            raise ExportBroken from None
        self._head = _head(content)

    def open_with_passphrase(self, passphrase: str) -> Secret:
        """Return the vault key; raise ``WrongPassphrase``. Takes about half a second."""
        slot = self.header.passphrase
        kek = stretch(passphrase_bytes(passphrase), slot.salt, slot.params)
        binding = passphrase_binding(self.header, slot.params, slot.salt)
        opened = unwrap(kek, slot.wrapped, binding)
        if opened is None:
            raise WrongPassphrase
        return self._vouched(opened)

    def open_with_paper(self, words: str) -> Secret:
        """Return the vault key; raise ``WrongRecoveryKey``."""
        slot, paper = self.header.recovery, RecoveryKey.from_words(words)
        binding = recovery_binding(self.header)
        opened = None if slot is None else unwrap(paper.vault_kek(), slot.wrapped, binding)
        if opened is None:
            raise WrongRecoveryKey(RecoveryProblem.ANOTHER_KEY)
        return self._vouched(opened)

    def pieces(self, vault_key: Secret) -> Iterator[bytes]:
        """Yield the content, piece by piece; raise ``ExportBroken`` at the first that is not."""
        state = bindings.crypto_secretstream_xchacha20poly1305_state()
        begun = _exactly(self._file, _STREAM_HEADER)
        key = derive(vault_key, Purpose.EXPORT)
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, begun, key.reveal())
        bound: bytes | None = digest(Purpose.EXPORT, self._head)
        for _ in range(MOST_PIECES):
            (length,) = _LENGTH.unpack(_exactly(self._file, _LENGTH.size))
            if not _OVERHEAD <= length <= PIECE_BYTES + _OVERHEAD:
                raise ExportBroken
            sealed = _exactly(self._file, length)
            try:
                piece, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(
                    state, sealed, bound
                )
            except exceptions.CryptoError:
                raise ExportBroken from None
            bound = None
            if tag == _TAG_FINAL and self._file.read(1):
                raise ExportBroken
            yield piece
            if tag == _TAG_FINAL:
                return
        raise ExportBroken

    def _vouched(self, vault_key: Secret) -> Secret:
        if not self.header.is_signed_by(vault_key):
            raise ExportBroken
        return vault_key


def restore_header(
    files: VaultFiles,
    header: Header,
    vault_key: Secret,
    passphrase: str,
    random: Random,
    params: KdfParams,
) -> None:
    """Make the exported vault the one of this laptop, under a passphrase of its own.

    The last step of an import: before it there is no vault. Raises ``VaultAlreadyExists``,
    ``UnusablePassphrase``.
    """
    if vault_state(files) is not VaultState.ABSENT:
        raise VaultAlreadyExists
    check_new_passphrase(passphrase)
    write_copies(files, with_passphrase(header, vault_key, passphrase, random, params))


def with_passphrase(
    header: Header, vault_key: Secret, passphrase: str, random: Random, params: KdfParams
) -> Header:
    """Return the next generation of a header, opened by another passphrase."""
    if header.generation >= MAX_GENERATION:
        raise DamagedHeader
    salt = random.bytes(kdf.SALT_BYTES)
    kek = stretch(passphrase_bytes(passphrase), salt, params)
    wrapped = wrap(kek, vault_key, passphrase_binding(header, params, salt), random)
    changed = header.with_slot(PassphraseSlot(params=params, salt=salt, wrapped=wrapped))
    return replace(changed).signed(vault_key, generation=header.generation + 1)


def _head(header: bytes) -> bytes:
    return _HEAD.pack(MAGIC, VERSION, len(header)) + header


def _exactly(file: BinaryIO, length: int) -> bytes:
    content = file.read(length)
    if len(content) != length:
        raise ExportBroken
    return content
