"""Draws the pages of a PDF in a process of its own, which a hostile one may exhaust alone.

Run as a program, never imported by Coffre: it holds no key, opens no file, and its memory is
bounded where the system can. What it is told and what it answers go through its pipes, numbers
first, most significant byte first:

- told once: how many bytes (8), and the PDF; it answers how many pages there are (4);
- told for each page: its number (4) and the width wanted in pixels (4); it answers the width, the
  height and the bytes of a row of an image (4 each), then the image, 32 bits a pixel; or three
  zeros for a page that cannot be shown.
"""

import struct
import sys
from contextlib import suppress
from typing import Any, BinaryIO

MOST_MEMORY = 2 << 30
"""Bytes; a page as large as we draw takes 144 MB, a large scan as much again."""
MOST_PX = 6_000
"""Of a side: a page as large as a wall is shown smaller."""
LONGEST_PT = 1_000_000
"""Of a side of a page, some 350 metres: what is said to be longer is no page."""
_NOTHING = struct.pack(">III", 0, 0, 0)


def main(told: BinaryIO, answers: BinaryIO) -> None:
    """Draw until nothing more is asked."""
    bound_memory()
    import pypdfium2

    (size,) = struct.unpack(">Q", told.read(8))
    document = pypdfium2.PdfDocument(told.read(size))
    answers.write(struct.pack(">I", len(document)))
    answers.flush()
    while len(asked := told.read(8)) == 8:
        page, width_px = struct.unpack(">II", asked)
        try:
            answer = drawn(document[page], width_px)
        except pypdfium2.PdfiumError:
            answer = _NOTHING
        answers.write(answer)
        answers.flush()


def bound_memory() -> None:
    """Let this process fail alone rather than take all the memory of the computer."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def drawn(page: Any, width_px: int) -> bytes:  # a page of pypdfium2, which says no types
    """Return the answer that holds a page."""
    width, height = page.get_size()
    if not (0 < width <= LONGEST_PT and 0 < height <= LONGEST_PT):
        return _NOTHING
    # Both sides hold the scale: a thread a kilometre long would fill the memory.
    scale = min(min(width_px, MOST_PX) / width, MOST_PX / height)
    bitmap = page.render(scale=scale, prefer_bgrx=True)
    try:
        head = struct.pack(">III", bitmap.width, bitmap.height, bitmap.stride)
        return head + bytes(bitmap.buffer)
    finally:
        bitmap.close()
        page.close()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
