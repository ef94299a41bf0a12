"""The Deux-Sèvres: communes, EPCI, territories of the PTI, and finding a commune as it is written.

42 postal codes cover 252 communes: a postal code never tells a commune. A commune is found by its
name, and the postal code only helps to choose between communes of the same name, or to doubt.
"""

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NewType

from desktop.domain.names import fold, one_edit_apart

Insee = NewType("Insee", str)
EARTH_RADIUS_KM = 6371.0
_ARTICLES = ("la", "le", "les", "l")
_SAINT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_WRITTEN_SHORT = {"s": "sur", "ss": "sous", "cne": "commune"}
_NOISE = re.compile(r"\bcedex\b.*$|\bcommune de\b")
_FORGIVING_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today, placed at its town hall (or its middle, see the data's README)."""

    code: Insee
    name: str
    postal_codes: tuple[str, ...]
    epci: str
    population: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Epci:
    """A grouping of communes (communauté d'agglomération or de communes)."""

    code: str
    name: str
    population: int


@dataclass(frozen=True, slots=True)
class FormerCommune:
    """A commune that became part of another one, and whose name is still used by its people."""

    name: str
    commune: Insee


@dataclass(frozen=True, slots=True)
class PtiTerritory:
    """One of the five territories of the PTI; ``inferred`` when the plan does not list its EPCI."""

    code: str
    name: str
    epci: tuple[str, ...]
    inferred: bool


@dataclass(frozen=True, slots=True)
class CommuneFound:
    """One commune is meant; ``former_name`` says under which old name it was recognised."""

    commune: Commune
    former_name: str | None = None


@dataclass(frozen=True, slots=True)
class CommuneAmbiguous:
    """Several communes may be meant: somebody has to choose. Never empty, best known first."""

    candidates: tuple[Commune, ...]


@dataclass(frozen=True, slots=True)
class CommuneUnknown:
    """No commune of the Département has this name; ``elsewhere``: the postal code is not ours."""

    elsewhere: bool


CommuneAnswer = CommuneFound | CommuneAmbiguous | CommuneUnknown


class Territory:
    """The reference data of one Département, indexed to answer the questions asked of it."""

    def __init__(
        self,
        departement: str,
        communes: Sequence[Commune],
        epci: Sequence[Epci],
        former: Sequence[FormerCommune],
        territories: Sequence[PtiTerritory],
    ) -> None:
        self.departement = departement
        self.communes = tuple(sorted(communes, key=lambda c: fold(c.name)))
        self.epci = tuple(epci)
        self.territories = tuple(territories)
        self._by_code = {c.code: c for c in communes}
        self._epci_by_code = {e.code: e for e in epci}
        self._by_name = _index((c.name, c) for c in communes)
        self._by_former = _index((f.name, self._by_code[f.commune]) for f in former)
        self._former_names = {commune_key(f.name): f.name for f in former}
        self._suggestions = self._suggestion_keys(former)

    def commune(self, code: str) -> Commune | None:
        """Return the commune with this INSEE code (not a postal code), or None."""
        return self._by_code.get(Insee(code))

    def epci_of(self, commune: Commune) -> Epci:
        """Return the EPCI a commune belongs to."""
        return self._epci_by_code[commune.epci]

    def find_commune(self, name: str, postal_code: str | None = None) -> CommuneAnswer:
        """Find the commune written ``name``, the postal code helping; the code alone never decides.

        Accents, hyphens, capitals, « St », and the place of the article are forgiven. A former
        commune gives the one it belongs to now. A slip of one letter, or a postal code that is
        none of the commune's, is never decided here: the candidates are given back.
        """
        code = _postal_code(postal_code)
        key = commune_key(name)
        elsewhere = code is not None and not code.startswith(self.departement)
        if not key:
            at = self._at(code)
            return CommuneAmbiguous(at) if at else CommuneUnknown(elsewhere)
        if elsewhere:
            # Niort also exists in the Aude: another Département's code is not to be overruled.
            return CommuneUnknown(elsewhere=True)
        current, former = self._by_name.get(key, ()), self._by_former.get(key, ())
        named = tuple(dict.fromkeys((*current, *former)))
        fitting = [c for c in named if code is None or code in c.postal_codes]
        if len(fitting) == 1:
            old = None if fitting[0] in current else self._former_names[key]
            return CommuneFound(fitting[0], old)
        if named:
            return CommuneAmbiguous(tuple(sorted(fitting or named, key=_most_inhabited)))
        close = self._close_to(key, code)
        return CommuneAmbiguous(close) if close else CommuneUnknown(elsewhere=False)

    def suggest(self, typed: str, limit: int = 8) -> list[Commune]:
        """Return the communes that may be meant while somebody types a name or a postal code.

        Names that begin so come first, the most inhabited first, then names that hold a word
        that begins so, then former communes.
        """
        digits = typed.strip()
        if digits.isdigit():
            at = [c for c in self.communes if any(p.startswith(digits) for p in c.postal_codes)]
            return sorted(at, key=_most_inhabited)[:limit]
        key, as_typed = commune_key(typed), fold(typed)
        if not key:
            return []
        found: dict[Insee, tuple[int, int, str]] = {}
        for whole, commune, is_former in self._suggestions:
            place = _prefix_place(whole, key)
            if place is not None:
                # « la c » means La Crèche before it means Chauray.
                in_full = fold(commune.name).startswith(as_typed)
                place = 0 if in_full else 1 + place + (2 if is_former else 0)
                rank = (place, -commune.population, commune.code)
                found[commune.code] = min(rank, found.get(commune.code, rank))
        return [self._by_code[code] for code in sorted(found, key=lambda c: found[c])[:limit]]

    def _suggestion_keys(
        self, former: Iterable[FormerCommune]
    ) -> tuple[tuple[str, Commune, bool], ...]:
        current = [(commune_key(c.name), c, False) for c in self.communes]
        past = [(commune_key(f.name), self._by_code[f.commune], True) for f in former]
        return (*current, *past)

    def _at(self, postal_code: str | None) -> tuple[Commune, ...]:
        at = [c for c in self.communes if postal_code in c.postal_codes]
        return tuple(sorted(at, key=_most_inhabited))

    def _close_to(self, key: str, postal_code: str | None) -> tuple[Commune, ...]:
        """Return the communes one letter away, or whose name is abridged, at this postal code."""
        close: dict[Insee, Commune] = {}
        for whole, commune, _ in self._suggestions:
            if postal_code is not None and postal_code not in commune.postal_codes:
                continue
            abridged = len(key) >= 4 and whole.startswith(key + " ")
            slip = len(key) >= _FORGIVING_LENGTH and one_edit_apart(whole, key)
            if abridged or slip:
                close[commune.code] = commune
        return tuple(sorted(close.values(), key=_most_inhabited))


def read_territory(referential: str, territories: str) -> Territory:
    """Build the territory from the text of the two packaged files (``desktop.config``)."""
    packaged = json.loads(referential)
    communes = [
        Commune(
            code=Insee(entry["code"]),
            name=entry["name"],
            postal_codes=tuple(entry["postal_codes"]),
            epci=entry["epci"],
            population=entry["population"],
            latitude=entry["latitude"],
            longitude=entry["longitude"],
        )
        for entry in packaged["communes"]
    ]
    return Territory(
        departement=packaged["departement"],
        communes=communes,
        epci=[Epci(e["code"], e["name"], e["population"]) for e in packaged["epci"]],
        former=[
            FormerCommune(entry["name"], Insee(entry["commune"]))
            for entry in packaged["former_communes"]
        ],
        territories=read_territories(territories),
    )


def read_territories(table: str) -> list[PtiTerritory]:
    """Read the editable table of the PTI territories (``resources/referentials/README.md``)."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(table.lstrip("\ufeff")), delimiter=";"):
        rows.setdefault(row["territory"], []).append(row)
    return [
        PtiTerritory(
            code=code,
            name=lines[0]["name"],
            epci=tuple(line["epci"] for line in lines),
            inferred=any(line["basis"] == "inferred" for line in lines),
        )
        for code, lines in rows.items()
    ]


def distance_km(one: Commune, other: Commune) -> float:
    """Return the straight-line distance between two town halls (haversine); the road is longer."""
    return arc_km((one.latitude, one.longitude), (other.latitude, other.longitude))


def arc_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the straight line between two points, each a latitude and a longitude in degrees."""
    here, there = math.radians(one[0]), math.radians(other[0])
    half_longitude = math.radians(other[1] - one[1]) / 2
    chord = (
        math.sin((there - here) / 2) ** 2
        + math.cos(here) * math.cos(there) * math.sin(half_longitude) ** 2
    )
    # Between 0 and 1 for points of the Earth; a lieu may be written down as being elsewhere.
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(max(chord, 0.0), 1.0)))


def commune_key(name: str) -> str:
    """Return what remains of a commune's name once spellings are levelled: its index key.

    « La Crèche », « CRECHE (LA) » and « Crèche, la » give ``creche``; « St-Maixent-l’Ecole » and
    « Saint Maixent l'École » give ``saint maixent l ecole``.
    """
    parts = [_SAINT.get(part, part) for part in _NOISE.sub("", fold(name)).split()]
    parts = [
        _WRITTEN_SHORT.get(part, part) if 0 < index < len(parts) - 1 else part
        for index, part in enumerate(parts)
    ]
    if len(parts) > 1 and parts[0] in _ARTICLES:
        parts = parts[1:]
    elif len(parts) > 1 and parts[-1] in _ARTICLES:
        parts = parts[:-1]
    return " ".join(parts)


def _index(named: Iterable[tuple[str, Commune]]) -> dict[str, tuple[Commune, ...]]:
    found: dict[str, tuple[Commune, ...]] = {}
    for name, commune in named:
        key = commune_key(name)
        if commune not in found.get(key, ()):
            found[key] = (*found.get(key, ()), commune)
    return found


def _postal_code(text: str | None) -> str | None:
    digits = re.sub(r"\s", "", text or "")
    if len(digits) == 4 and digits.isdigit():
        digits = "0" + digits  # a spreadsheet drops the first zero
    return digits or None


def _prefix_place(whole: str, key: str) -> int | None:
    if whole.startswith(key):
        return 0
    return 1 if f" {key}" in whole else None


def _most_inhabited(commune: Commune) -> tuple[int, str]:
    return (-commune.population, commune.code)
