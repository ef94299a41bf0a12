"""Tables people export from a spreadsheet: ``;`` or ``,``, UTF-8 or Windows-1252."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from protocol.kinds import Code
from protocol.kinds.people import Job
from protocol.kinds.places import Network
from server.admin.words import named, not_known, plain, trade
from server.services.errors import AdministrationRefused
from server.services.reference import Given

C = TypeVar("C", bound=Code)

_MAX_BYTES = 5 << 20
_TRUE = frozenset({"oui", "o", "vrai", "true", "1", "x"})
_FALSE = frozenset({"non", "n", "faux", "false", "0"})

PROFESSIONAL_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "nom": "name",
        "name": "name",
        "metier": "job",
        "job": "job",
        "structure": "structure",
        "telephone": "phone",
        "phone": "phone",
        "courriel": "email",
        "email": "email",
    }
)
PLACE_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "nom": "name",
        "name": "name",
        "commune": "commune",
        "code insee": "commune",
        "adresse": "address",
        "address": "address",
        "salle": "room",
        "room": "room",
        "cles": "keys_note",
        "cles et acces": "keys_note",
        "latitude": "latitude",
        "longitude": "longitude",
        "pmr": "accessible",
        "accessible": "accessible",
        "reseau": "network",
        "network": "network",
        "imprimante": "has_printer",
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, by field; ``number`` is the line in the file."""

    number: int
    values: Mapping[str, str]


def read_table(path: Path, columns: Mapping[str, str]) -> list[Row]:
    """Return the rows of a file; raise ``AdministrationRefused``."""
    lines = _text(path).splitlines()
    if not lines:
        raise AdministrationRefused("Le fichier est vide.")
    separator = ";" if lines[0].count(";") >= lines[0].count(",") else ","
    reader = csv.reader(lines, delimiter=separator)
    header = [columns.get(plain(title)) for title in next(reader)]
    if "name" not in header:
        raise AdministrationRefused("La première ligne nomme les colonnes ; il manque « nom ».")
    return [
        Row(number, _by_field(header, cells))
        for number, cells in enumerate(reader, start=2)
        if any(cell.strip() for cell in cells)
    ]


def professional_of(row: Row, structures: Mapping[str, str]) -> Given:
    """Return what a row says of a professional; ``structures`` gives identifiers by name."""
    given: dict[str, object] = {**row.values, "job": _job(row)}
    name = row.values.get("structure")
    if name is not None:
        known = structures.get(name.casefold())
        if known is None:
            raise _refused(row, f"la structure « {name} » n’est pas connue")
        given["structure"] = known
    return given


def place_of(row: Row) -> Given:
    """Return what a row says of a lieu."""
    given: dict[str, object] = dict(row.values)
    if len(row.values.get("commune", "")) != 5:
        raise _refused(row, "la commune se donne par son code INSEE de cinq caractères")
    for name in ("latitude", "longitude"):
        if name in row.values:
            given[name] = _number(row, name)
    for name in ("accessible", "has_printer"):
        if name in row.values:
            given[name] = _flag(row, name)
    if "network" in row.values:
        given["network"] = _code(Network, row, "network", "le réseau")
    return given


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError:
        raise AdministrationRefused(f"Le fichier {path} ne peut pas être lu.") from None
    if len(raw) > _MAX_BYTES:
        raise AdministrationRefused("Le fichier est trop grand (5 Mo au plus).")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _by_field(header: list[str | None], cells: list[str]) -> dict[str, str]:
    pairs = zip(header, cells, strict=False)
    return {name: cell.strip() for name, cell in pairs if name is not None and cell.strip()}


def _code(codes: type[C], row: Row, name: str, what: str) -> C:
    text = row.values.get(name, "")
    found = named(codes, text)
    if found is None:
        raise _refused(row, not_known(what, text, codes))
    return found


def _job(row: Row) -> Job:
    text = row.values.get("job", "")
    found = trade(text)
    if found is None:
        raise _refused(row, not_known("le métier", text, Job))
    return found


def _number(row: Row, name: str) -> float:
    try:
        return float(row.values[name].replace(",", "."))
    except ValueError:
        raise _refused(row, f"« {row.values[name]} » n’est pas un nombre") from None


def _flag(row: Row, name: str) -> bool:
    text = plain(row.values[name])
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise _refused(row, f"« {row.values[name]} » : répondez oui ou non")


def _refused(row: Row, why: str) -> AdministrationRefused:
    return AdministrationRefused(f"Ligne {row.number} : {why}. Rien n’a été ajouté.")
