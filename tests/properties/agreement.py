"""What laptops and the office hold of a dossier, in one form, so that they can be compared."""

from functools import cache

from protocol.kinds import BY_CODE, SYNCED
from protocol.kinds.declare import KindSpec
from protocol.values import Wire
from server.store.database import Mode
from tests.support.fleet import Laptop
from tests.support.office import Office

Data = dict[str, Wire]
Rows = dict[tuple[str, str], Data]
"""Records by kind and identifier, without what is empty."""


def dossier_kinds() -> list[KindSpec]:
    """Return the kinds whose records live in the dossier of a person."""
    return [spec for spec in SYNCED.values() if spec.bucket_field not in (None, "created_by")]


def laptop_rows(laptop: Laptop, dossier: str) -> Rows:
    """Return what a laptop shows of a dossier."""
    store = laptop.session.workplace.store
    held: dict[str, list[str]] = {}
    for kind, rid in store.database.rows(_whose(), {"dossier": dossier}):
        held.setdefault(kind, []).append(rid)
    found: Rows = {}
    for kind, rids in held.items():
        known = store.records.data_of(SYNCED[kind], rids)
        found |= {(kind, rid): _full(known[rid]) for rid in rids}
    return found


@cache
def _whose() -> str:
    """Return the question that names all the records of a dossier: one, for all the kinds."""
    return " UNION ALL ".join(
        f'SELECT \'{spec.name}\', "id" FROM "{spec.name}" WHERE "{spec.bucket_field}" = :dossier'
        for spec in dossier_kinds()
    )


def laptop_leftovers(laptop: Laptop, dossier: str) -> list[str]:
    """Return where a laptop still holds what the office once told of a dossier."""
    database = laptop.session.workplace.store.database
    places = [f"{kind} {rid}" for kind, rid in laptop_rows(laptop, dossier)]
    mirror = database.rows(
        'SELECT "kind", "rid" FROM "mirror" WHERE "rid" = :dossier'
        " OR \"data\" LIKE '%' || :dossier || '%'",
        {"dossier": dossier},
    )
    words = database.rows('SELECT "word" FROM "person_word" WHERE "person" = ?', (dossier,))
    return [
        *places,
        *(f"mirror of {kind} {rid}" for kind, rid in mirror),
        *(f"a word of a name: {word}" for (word,) in words),
    ]


def office_rows(office: Office, dossier: str) -> Rows:
    """Return what the office holds of a dossier."""
    with office.database.transaction(office.department.schema, Mode.SNAPSHOT) as connection:
        rows = connection.execute(
            "SELECT kind, rid, data FROM record WHERE bucket = %s AND state = 'live'", (dossier,)
        ).fetchall()
    return {(BY_CODE[kind].name, str(rid)): _full(data) for kind, rid, data in rows}


def differences(shown: Rows, held: Rows) -> list[str]:
    """Return each value that a laptop shows otherwise than the office holds it."""
    found = []
    for key in sorted(shown.keys() | held.keys()):
        ours, theirs = shown.get(key, {}), held.get(key, {})
        for name in sorted(ours.keys() | theirs.keys()):
            if ours.get(name) != theirs.get(name):
                found.append(f"{key} {name}: {ours.get(name)!r} for {theirs.get(name)!r}")
    return found


def readers(office: Office, dossier: str) -> set[str]:
    """Return the professionals to whom the office opens a dossier."""
    with office.database.transaction(office.department.schema, Mode.SNAPSHOT) as connection:
        rows = connection.execute(
            "SELECT professional FROM grant_ WHERE bucket = %s AND open", (dossier,)
        ).fetchall()
    return {str(professional) for (professional,) in rows}


def last_operation(office: Office, device: str) -> int:
    """Return the number of the last operation that the office took from a device."""
    with office.database.transaction(office.department.schema, Mode.SNAPSHOT) as connection:
        row = connection.execute("SELECT last_op FROM device WHERE id = %s", (device,)).fetchone()
    assert row is not None
    return int(row[0])


def _full(data: Data) -> Data:
    return {name: value for name, value in data.items() if value is not None}
