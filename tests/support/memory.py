"""Looks for words in the memory of another process, as whoever takes an image of it would."""

from collections.abc import Iterator, Mapping
from pathlib import Path

_ENCODINGS = ("utf-8", "utf-16-le", "utf-32-le")
"""Of Python's and the system's strings, of Qt's, of Python's wide ones."""
_AT_ONCE = 16 << 20


def found_in_memory(pid: int, canaries: Mapping[str, str | bytes]) -> set[str]:
    """Return the names of those that are there, in whatever encoding."""
    needles = {needle: name for name, text in canaries.items() for needle in _spellings(text)}
    found = set()
    longest = max(map(len, needles))
    for part in _parts(pid, longest):
        found |= {name for needle, name in needles.items() if needle in part}
    return found


def _spellings(canary: str | bytes) -> tuple[bytes, ...]:
    if isinstance(canary, bytes):
        return (canary,)
    return tuple(canary.encode(encoding) for encoding in _ENCODINGS)


def _parts(pid: int, overlap: int) -> Iterator[bytes]:
    seen = 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(number, 16) for number in place.split("-"))
            for at in range(start, end, _AT_ONCE):
                try:
                    memory.seek(max(at - overlap, start))
                    part = memory.read(min(at + _AT_ONCE, end) - max(at - overlap, start))
                except (OSError, ValueError, OverflowError):
                    continue  # the system's own pages
                seen += len(part)
                yield part
    if not seen:
        raise AssertionError("no memory could be read")
