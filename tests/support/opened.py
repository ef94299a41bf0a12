"""What circles share, out of its envelopes: for tests that look for words where they should be."""

import json
from collections.abc import Iterable, Mapping

from desktop.crypto.circle_texts import TextPlace
from desktop.store.store import Store
from protocol import wire
from protocol.kinds import BY_CODE, KINDS, SYNCED
from protocol.values import Wire
from protocol.visibility import bucket_of
from tests.support.office import Office


def opened_words(store: Store) -> str:
    """Return all the texts of circles that a laptop holds and can open, wherever they lie."""
    found: list[Wire] = []
    for spec in SYNCED.values():
        rids = [row[0] for row in store.database.rows(f'SELECT "id" FROM "{spec.name}"')]
        for rid, data in store.records.data_of(spec, rids).items():
            found += _opened(store, spec.name, rid, bucket_of(spec, rid, data), data)
    return repr(found) + _words_of(store, "outbox", "outbox_archive", "set_aside")


def everywhere(store: Store) -> str:
    """The same, and what the laptop was told under what still waits."""
    return opened_words(store) + _words_of(store, "mirror")


def unsent_words(store: Store) -> tuple[str, str]:
    """Return those that wait for the office, and those that it has told."""
    return _words_of(store, "outbox"), _words_of(store, "mirror")


def waiting_words(store: Store) -> str:
    """Return those that are refused, or set aside."""
    return _words_of(store, "outbox", "set_aside", only="refused")


def _words_of(store: Store, *tables: str, only: str = "") -> str:
    found: list[Wire] = []
    for table in tables:
        has_ops = table.startswith("outbox")
        join, content = (', "op_fields"', '"fields"') if has_ops else ("", '"data"')
        where = f' WHERE "{table}"."id" = "op_fields"."id"' if join else ""
        where += f" AND \"state\" = '{only}'" if only and join else ""
        for kind, rid, told in store.database.rows(
            f'SELECT "kind", "rid", {content} FROM "{table}"{join}{where}'
        ):
            data = json.loads(told)
            for dossier in _dossiers(store):
                found += _opened(store, kind, rid, dossier, data)
    return repr(found)


def _dossiers(store: Store) -> list[str]:
    """Return the dossiers whose texts may be opened here: each opens with a key of its own."""
    return [row[0] for row in store.database.rows('SELECT DISTINCT "dossier" FROM "circle_secret"')]


def sent_words(store: Store, requests: Iterable[wire.SyncRequest]) -> str:
    """Return the texts of circles that requests carry, as the laptop that made them opens them."""
    found: list[Wire] = []
    dossiers = _dossiers(store)
    for request in requests:
        for op in request.ops:
            names = [request.fields[number] for number in op.fields[::2]]
            data = dict(zip(names, op.fields[1::2], strict=True))
            for dossier in dossiers:
                found += _opened(store, request.kinds[op.kind], op.rid, dossier, data)
    return repr(found)


def office_words(office: Office, store: Store) -> str:
    """Return what the office holds, opened with the keys of a laptop; the rest as it lies there."""
    found: list[Wire] = []
    with office.database.transaction(office.department.schema) as connection:
        rows = connection.execute("SELECT kind, rid::text, bucket::text, data FROM record")
        for kind, rid, bucket, data in rows.fetchall():
            found += _opened(store, BY_CODE[kind].name, rid, bucket, data)
        rows = connection.execute(
            "SELECT kind, rid::text, h.field, h.value, r.bucket::text"
            " FROM history h JOIN record r USING (kind, rid)"
        )
        for kind, rid, field, value, bucket in rows.fetchall():
            found += _opened(store, BY_CODE[kind].name, rid, bucket, {field: value})
    return office.dump() + repr(found)


def _opened(
    store: Store, kind: str, rid: str, dossier: str, data: Mapping[str, Wire]
) -> list[Wire]:
    spec = KINDS.get(kind)
    if spec is None:
        return []
    found: list[Wire] = [
        store.texts.words(TextPlace(dossier, kind, rid, item.name), data[item.name])
        for item in spec.circle_texts
        if data.get(item.name)
    ]
    if kind == "conflict" and "lost" in data:
        data = {**(store.records.data(spec, rid) or {}), **data}  # an edit says only what changed
        if "subject" not in data:
            return found
        place = TextPlace(
            dossier, str(data["subject_kind"]), str(data["subject"]), str(data["field"])
        )
        lost = json.loads(str(data["lost"])[1:])
        if isinstance(lost, str):
            found.append(store.texts.words(place, lost))
    return found


def with_words(
    rows: Mapping[tuple[str, str], Mapping[str, Wire]], stores: Iterable[Store]
) -> dict[tuple[str, str], dict[str, Wire]]:
    """Return records with, beside each, what any of these laptops opens of it."""
    readers = list(stores)
    told: dict[tuple[str, str], dict[str, Wire]] = {}
    for (kind, rid), data in rows.items():
        spec = KINDS.get(kind)
        dossier = bucket_of(spec, rid, data) if spec else ""
        words = [_opened(store, kind, rid, dossier, data) for store in readers]
        told[kind, rid] = {**data, "(opened)": repr(words)}
    return told
