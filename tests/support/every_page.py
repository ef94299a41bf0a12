"""What whoever has the key of a database reads in its file, freed pages included."""

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def every_page(path: Path, key_hex: str) -> bytes:
    """Decrypt each page of a copy, freed ones too, as SQLCipher 4 writes them."""
    key, whole = bytes.fromhex(key_hex[:64]), path.read_bytes()
    clear = []
    for at in range(0, len(whole), 4096):
        page = whole[at : at + 4096]
        reader = Cipher(algorithms.AES(key), modes.CBC(page[4016:4032])).decryptor()
        clear.append(reader.update(page[16 * (not at) : 4016]) + reader.finalize())
    return b"".join(clear)
