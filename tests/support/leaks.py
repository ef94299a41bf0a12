"""Looks for words that left the vault: in files, and in all that a traced program wrote."""

import re
import shutil
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.support.pdf_words import said_of_itself, unfolded, words_of

Canaries = Mapping[str, str | bytes]
"""By name; bytes are a key's, looked for as they are, in hexadecimal and in base64."""

_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")
_PLACE = re.compile(rb"\(\d+<(\w+:\[[^\]]*\]|[^>]*)>")
_ENCODINGS = ("utf-8", "utf-16-le", "utf-32-le")
_CALLS = "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,rename,renameat2,openat,execve"


def tracer(trace: Path) -> list[str]:
    """Return what to run a program under, so that all it writes is told; nothing without strace."""
    strace = shutil.which("strace")
    if strace is None:
        return []
    wanted = ["-e", f"trace={_CALLS}", "-e", "signal=none", "-s", "1000000"]
    return [strace, "-f", "-qq", "-yy", "-xx", *wanted, "-o", str(trace)]


def leaks_in_trace(trace: Path, canaries: Canaries, port: int) -> list[str]:
    """Return which canaries were written, named or run, and where.

    The test's own link to the program, by which it says what to type, is not counted.
    """
    # strace writes every text in hexadecimal: so are the words looked for, which is far quicker.
    needles = [(_escaped(needle), name) for needle, name in _needles(canaries)]
    ours = f"127.0.0.1:{port}".encode()
    found = []
    with trace.open("rb") as lines:
        for line in lines:
            names = [name for needle, name in needles if needle in line]
            if not names:
                continue
            told = _ESCAPED.sub(lambda byte: bytes([int(byte.group(1), 16)]), line)
            place = _PLACE.search(told)
            where = place.group(1) if place else told[:60]
            if ours not in where:
                found += [f"{name} in {where!r}" for name in names]
    return found


def _escaped(needle: bytes) -> bytes:
    return "".join(f"\\x{byte:02x}" for byte in needle).encode()


def leaks_in_files(folders: Sequence[Path], canaries: Canaries) -> list[str]:
    """Return which canaries are in files or their names, and where."""
    needles = _needles(canaries)
    found = []
    for path in _files(folders):
        content = bytes(path) + path.read_bytes()
        found += [f"{name} in {path.name}" for needle, name in needles if needle in content]
    return found


def leaks_in_pdfs(folder: Path, kept: Mapping[str, str], names: Mapping[str, str]) -> list[str]:
    """Return what PDFs tell and should not: a page may tell ``names``, what it says of itself not.

    Words are looked for as a reader sees them, and in the streams once they are decompressed.
    """
    found = []
    for path in sorted(folder.rglob("*.pdf")):
        page, properties = words_of(path), said_of_itself(path)
        found += [f"{name} on a page of {path.name}" for name, text in kept.items() if text in page]
        needles = _needles({**kept, **names})
        needles += [(text.encode("utf-16-be"), name) for name, text in {**kept, **names}.items()]
        inside = unfolded(path)
        found += [f"{name} inside {path.name}" for needle, name in needles if needle in inside]
        found += [
            f"{name} in what {path.name} says of itself"
            for name, text in {**kept, **names}.items()
            if text in properties
        ]
    return found


def cores(folders: Sequence[Path]) -> list[str]:
    """Return the files that a crash left."""
    return [path.name for path in _files(folders) if path.name.startswith("core")]


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file())


def _needles(canaries: Canaries) -> list[tuple[bytes, str]]:
    return [(needle, name) for name, canary in canaries.items() for needle in _spelt(canary)]


def _spelt(canary: str | bytes) -> list[bytes]:
    if isinstance(canary, str):
        return [canary.encode(encoding) for encoding in _ENCODINGS]
    # In base64 three bytes are a group: what of it is its own depends on where it begins.
    grouped = [b64encode(bytes(shift) + canary)[4 * bool(shift) : -4] for shift in range(3)]
    return [canary, canary.hex().encode(), canary.hex().upper().encode(), *grouped]
