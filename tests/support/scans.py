"""Small documents for tests, made here: a PDF of some pages, a photograph, a scan."""

import zlib


def pdf(pages: int = 1, word: str = "Bonjour") -> bytes:
    """Return a PDF that shows a word on each page; the word is in its bytes in clear."""
    numbers = [4 + 2 * at for at in range(pages)]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, number in enumerate(numbers):
        drawn = f"BT /F1 40 Tf 60 {700 - 20 * at} Td ({word} {at + 1}) Tj ET"
        parts.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {number + 1} 0 R >>"
        )
        parts.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{part}\nendobj\n".encode("latin-1")
    table = len(made)
    made += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n".encode()
    made += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return made + (
        f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    )


def png(width: int = 40, height: int = 60, word: str = "") -> bytes:
    """Return a grey image; ``word`` is in its bytes in clear. An enormous one lacks its end."""
    rows = b"".join(b"\x00" + b"\x80" * width for _ in range(min(height, 1_000)))
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"tEXt", b"Comment\x00" + word.encode("latin-1"))
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    total = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + total
