"""When everybody has come home: what is held against what was promised."""

import json
import re
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from desktop.crypto.circle_statement import Statement
from desktop.crypto.circle_texts import TextPlace, name_of
from desktop.crypto.sealing import Place
from desktop.sync.brake import ALLOWED
from desktop.sync.errors import MassRemoval
from protocol.ids import PersonId
from protocol.kinds import BY_CODE, KINDS, CircleKey, ClinicalNote, Conflict, Rule, spec_of
from protocol.kinds.conflicts import WHOLE_RECORD
from protocol.values import CIRCLE_KEY, CLEAR_KEY, Wire
from protocol.visibility import bucket_of
from server.services.offered import is_offer
from tests.properties.agreement import (
    Data,
    Rows,
    differences,
    laptop_leftovers,
    laptop_rows,
    office_rows,
    readers,
)
from tests.simulation import erasing
from tests.simulation.department import left_closed, opens_note
from tests.simulation.ledger import Ledger, Write, noted_aside
from tests.simulation.machine import Machine
from tests.simulation.town import Town
from tests.support.opened import everywhere, waiting_words, with_words

_ROUNDS = 2
_ANSWERS = 2
"""Rounds more, while laptops only answer one another with what could not leave before."""
_KEY, _CONFLICT = spec_of(CircleKey), spec_of(Conflict)
_IN_CLEAR = re.compile(r"secret\d+fin")


@dataclass(frozen=True, slots=True)
class Scars:
    """What happened that nobody can mend wholly."""

    office_restored: bool = False
    disk_put_back: bool = False
    somebody_left: bool = False
    """With a laptop, and perhaps with keys that it had given to nobody yet."""
    parted: frozenset[tuple[str, str]] = frozenset()
    """Dossiers and those whose place ended: what she wrote meanwhile comes as a conflict."""


def come_home(machine: Machine, *, verify: bool = False) -> str:
    """Synchronise on a clear day, agreeing that dossiers leave if they must."""
    try:
        receipt = machine.sync(verify=verify)
    except MassRemoval as asked:
        with machine.store.database.transaction():
            machine.store.state.set(ALLOWED, str(asked.dossiers))
        receipt = machine.sync(verify=verify)
    return f"sent {receipt.sent} received {receipt.received}"


def let_them_all_come_home(town: Town, machines: list[Machine]) -> Iterator[str]:
    """Synchronise everybody until nothing moves; tell.

    Whoever reads of a new key, that a dossier leaves her, or of a record that a restored office
    had forgotten, answers: those who had come home before her read the answer in one round more.
    """
    for played in range(_ROUNDS + _ANSWERS):
        counted, held_back = sequence(town), _held_back(machines)
        for machine in machines:
            yield f"{machine} comes home at last: {come_home(machine)}"
        if played >= _ROUNDS - 1 and not is_answered(town, counted, held_back):
            break
    before = [machine.store.state.progress() for machine in machines]
    for machine in machines:
        told = come_home(machine, verify=True)
        assert told == "sent 0 received 0", f"{machine} never comes to rest: {told}"
    after = [machine.store.state.progress() for machine in machines]
    assert before == after, "the office counts on though nobody writes"


def sequence(town: Town) -> int:
    """Return how far the office has counted."""
    with town.office.database.transaction(town.office.department.schema) as connection:
        row = connection.execute("SELECT seq FROM sequence").fetchone()
    assert row is not None
    return int(row[0])


def is_answered(
    town: Town, before: int, held_back: Collection[tuple[str, str]] = frozenset()
) -> bool:
    """Tell whether the office was sent something since, and nothing that could leave before.

    Keys given from hand to hand, what is offered of a dossier that leaves, and what waited for the
    author of a record, or of a dossier, to bring it back: these alone. ``held_back``: records of
    which something waited so, on any laptop; its author's other one may send it first.
    """
    with town.office.database.transaction(town.office.department.schema) as connection:
        rows = connection.execute(
            "SELECT kind, rid::text, data FROM record WHERE seq > %s", (before,)
        ).fetchall()
    answers = [
        kind == _KEY.code
        or (BY_CODE[kind].name, rid) in held_back
        or (kind == _CONFLICT.code and (is_offer(data) or _about(data) in held_back))
        for kind, rid, data in rows
    ]
    return sequence(town) > before and all(answers)


def _held_back(machines: list[Machine]) -> set[tuple[str, str]]:
    """Return the records of which something was refused because the office lacks them.

    Or their dossier, in which they were made.
    """
    refused = [op for machine in machines for op in machine.store.outbox.refused()]
    alone = [op for op in refused if op.creates and op.reason == "grant"]
    alone += [op for op in refused if op.is_of_unknown]
    return {(op.kind, op.rid) for op in alone}


def _about(conflict: Data) -> tuple[str, str]:
    return str(conflict["subject_kind"]), str(conflict["subject"])


def check(town: Town, machines: list[Machine], ledger: Ledger, scars: Scars) -> None:
    """Hold the office and the laptops, all come home, to their promises."""
    erasing.check(town, machines, ledger)
    found: Rows = {}
    for dossier in ledger.living:
        found |= _checked(town, machines, dossier, scars)
    opened = with_words(found, [machine.store for machine in machines])
    reading = {dossier: readers(town.office, dossier) for dossier in ledger.living}
    unread = {dossier for dossier in ledger.living if not reading[dossier]}
    apart = repr(_for_nobody(found, machines, reading, ledger))
    _check_words(machines, ledger, opened, scars, _closed(found, machines, unread), apart)
    _check_secrets(town, machines, ledger)
    if machines and machines[0].escrow.public is not None:
        _check_department(machines, found, scars)
    if not (scars.office_restored or scars.disk_put_back):
        for (kind, _), data in found.items():
            if kind == "conflict":
                _check_conflict(data, ledger, scars)
    for machine in machines:
        _check_state(machine, is_whole=not scars.office_restored)


def picture(town: Town, ledger: Ledger) -> Iterator[str]:
    """Tell what the office holds in the end."""
    for dossier in ledger.dossiers:
        for key, data in sorted(office_rows(town.office, dossier).items()):
            yield f"{' '.join(key)}: {sorted(data.items())}"


def _check_state(machine: Machine, *, is_whole: bool) -> None:
    store = machine.store
    assert store.outbox.pending_count() == 0, f"{machine}: what could leave has not left"
    if is_whole:
        assert store.state.get("diverged") is None, f"{machine} differs from the office"
        assert store.state.get("verified_at") is not None, f"{machine} was never verified"


def _checked(town: Town, machines: list[Machine], dossier: PersonId, scars: Scars) -> Rows:
    """Return what the office holds of a dossier, once every laptop is seen to agree."""
    held = office_rows(town.office, dossier)
    allowed = readers(town.office, dossier)
    for machine in machines:
        if machine.who in allowed:
            apart = _refused_creations(machine)
            rows = laptop_rows(machine, dossier).items()
            shown = {key: data for key, data in rows if key not in apart or key in held}
            if scars.office_restored:
                # Kept because nobody has removed it, though the office has forgotten it.
                shown = {key: data for key, data in shown.items() if key in held}
            otherwise = differences(shown, held)
            assert otherwise == [], f"{machine} shows otherwise: {otherwise}"
        elif not scars.office_restored:
            left = laptop_leftovers(machine, dossier)
            assert left == [], f"{machine} is out of the circle and holds {left}"
    return held


def _refused_creations(machine: Machine) -> set[tuple[str, str]]:
    """Return what the office would not have: it stays where it was typed, and is told."""
    rows = machine.store.database.rows(
        'SELECT "kind", "rid" FROM "outbox" WHERE "state" = \'refused\' AND "creates" = 1'
    )
    return {(str(kind), str(rid)) for kind, rid in rows}


def _check_words(
    machines: list[Machine],
    ledger: Ledger,
    found: Rows,
    scars: Scars,
    closed: set[str],
    apart: str,
) -> None:
    """Every word owed is before somebody, unless its dossier is one that nobody opens any more.

    ``apart``: words that wait without having been meant for anybody who reads.
    """
    shown = repr([data for data in found.values() if _is_before_somebody(data)])
    aside = apart + repr([_set_apart(machine) for machine in machines])
    if scars.office_restored:
        aside += repr([everywhere(machine.store) for machine in machines])
        aside += repr([machine.store_text() for machine in machines])
    lost = [word for word in ledger.owed if word not in shown and word not in aside]
    lost = [word for word in lost if ledger.dossier_of.get(word) not in closed]
    assert lost == [], f"lost: {[(word, str(ledger.owed[word])) for word in lost]}"


def _closed(found: Rows, machines: list[Machine], unread: set[PersonId]) -> set[str]:
    """Return the dossiers of which a text is held, and whose key is on no laptop.

    ``unread``: those whose circle is empty. What was typed as its last member left is in a
    conflict, under a key that left with her, though somebody may keep an older one.
    """
    closed: set[str] = set()
    for (kind, rid), data in found.items():
        spec = KINDS[kind]
        bucket = bucket_of(spec, rid, data)
        texts = [
            (TextPlace(bucket, kind, rid, item.name), data.get(item.name))
            for item in spec.circle_texts
        ]
        if kind == "conflict" and bucket in unread:
            texts.append(_lost(bucket, data))
        closed |= {bucket for place, value in texts if _is_closed(place, value, machines)}
    return closed


def _lost(bucket: str, data: Data) -> tuple[TextPlace, Wire]:
    """Return the value that a conflict holds, and where it was written."""
    about = (str(data[name]) for name in ("subject_kind", "subject", "field"))
    return TextPlace(bucket, *about), json.loads(str(data["lost"])[1:])


def _for_nobody(
    found: Rows, machines: list[Machine], reading: Mapping[PersonId, set[str]], ledger: Ledger
) -> list[str]:
    """Return what conflicts hold of somebody to whose laptop none of those who read was a reader.

    She had ended their places, or heard that they left, or not yet that they came; and hers was
    over. She sealed her last words without them, and the key waits at the office, in the statement
    by which she gave it to herself (docs/decisions/0016).
    """
    told = [str(data["statement"]) for (kind, _), data in found.items() if kind == _KEY.name]
    given = [Statement.from_bytes(b64decode(text)) for text in told]
    words: list[str] = []
    for (kind, _), data in found.items():
        if kind != _CONFLICT.name or not _is_before_somebody(data):
            continue
        dossier, author = PersonId(str(data["dossier"])), str(data.get("lost_by"))
        place, value = _lost(dossier, data)
        if not _is_closed(place, value, machines):
            continue
        if not ledger.wrote_for(author, dossier) & reading[dossier]:
            envelope = b64decode(str(value)[1:])
            for hers in (machine for machine in machines if machine.who == author):
                key = hers.session.workplace.identity.encryption
                mine = [one for one in given if one.recipient == author == one.giver]
                secrets = [one.taken(key) for one in mine if one.key == name_of(envelope)]
                words += [secret.open(envelope, place).decode() for secret in secrets]
    return words


def _is_closed(place: TextPlace, value: Wire, machines: list[Machine]) -> bool:
    if place.field not in {item.name for item in KINDS[place.kind].circle_texts}:
        return False  # a day begins with the digit of an envelope
    if not isinstance(value, str) or not value.startswith(CIRCLE_KEY):
        return False
    return not any(machine.store.texts.opens(place, value) for machine in machines)


def _is_before_somebody(data: Data) -> bool:
    return "lost" not in data or data.get("state", "open") == "open"


def _set_apart(machine: Machine) -> list[object]:
    database = machine.store.database
    return [
        database.rows(
            'SELECT "fields" FROM "outbox" JOIN "op_fields" USING ("id")'
            " WHERE \"state\" = 'refused'"
        ),
        database.rows('SELECT "data" FROM "set_aside"'),
        waiting_words(machine.store),
    ]


def _check_secrets(town: Town, machines: list[Machine], ledger: Ledger) -> None:
    for word, secret in ledger.secrets.items():
        hers = [machine for machine in machines if machine.who == secret.author]
        if any(word in noted_aside(machine, secret.follow_up) for machine in hers):
            continue  # a restored office forgot it: she writes it again after a week
        for machine in hers:
            shown = machine.desk.notes.of(secret.follow_up)
            assert word in shown, f"{word} of a clinical note is not shown by {machine}"
    if ledger.secrets:
        for text in (town.office.dump(), *(machine.store_text() for machine in machines)):
            assert _IN_CLEAR.search(text) is None, "a clinical note is in clear"


def _check_department(machines: list[Machine], found: Rows, scars: Scars) -> None:
    """Two of three holders open all that was shared, and nothing that is an author's own."""
    if not (scars.office_restored or scars.disk_put_back or scars.somebody_left):
        closed = left_closed(found)
        assert closed == [], f"closed to the Département’s key: {closed}"
    for machine in machines:
        for note in machine.store.records.select(ClinicalNote):
            place = Place(
                str(machine.session.workplace.department),
                "clinical_note",
                note.id,
                "body",
                str(note.created_by),
            )
            assert not opens_note(note.body, place), "the Département’s key opens a note"


def _check_conflict(data: Data, ledger: Ledger, scars: Scars) -> None:
    """A conflict needs two who wrote unknown to each other."""
    place = (str(data["subject_kind"]), str(data["subject"]), str(data.get("field", "")))
    writes = ledger.writes.get(place, [])
    if place[2] == WHOLE_RECORD or (data["dossier"], data.get("lost_by")) in scars.parted:
        return
    writers = {write.machine for write in writes}
    assert len(writers) > 1, f"a conflict where one laptop wrote: {place} {data.get('lost')}"
    if KINDS[place[0]].by_name[place[2]].rule is Rule.SCALAR:
        lost = json.loads(str(data["lost"]).removeprefix(CLEAR_KEY))
        assert _is_crossed(lost, writes), f"a conflict where each had read the other: {place}"


def _is_crossed(lost: Wire, writes: list[Write]) -> bool:
    """Tell whether somebody wrote unknown to who wrote the value that was lost, or may have."""
    by_value = {write.after: write for write in writes if isinstance(write.after, str)}
    if len(by_value) < len(writes) or not isinstance(lost, str) or lost not in by_value:
        return True  # emptied, or put back: whose it was cannot be told
    mine = by_value[lost]
    others = [write for write in writes if write.machine != mine.machine]
    return any(
        (other.is_half_read or lost not in _read_by(other, by_value))
        and (mine.is_half_read or other.after not in _read_by(mine, by_value))
        for other in others
    )


def _read_by(write: Write, by_value: dict[str, Write]) -> set[str]:
    """Return the values that were read, one after the other, before something was written."""
    found: set[str] = set()
    before = write.before
    while isinstance(before, str) and before in by_value:
        found.add(before)
        before = by_value[before].before
    return found
