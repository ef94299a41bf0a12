"""Who may read and write what: every job, relation, kind, field, verb and road, on the wire.

One actor for each job and relation, with a dossier of her own to try everything on. What is
promised is in ``promises``; each cell is asserted, on the answer and on what became of the record.
The tests follow one another in one town: what is read first, then what is written.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest

from protocol.kinds import SYNCED
from protocol.kinds.people import Job
from tests.server.matrix.attempts import Attempts, answers, carry_out
from tests.server.matrix.promises import (
    ACCEPTED,
    HAD_IT,
    TURNED_AWAY,
    Home,
    Relation,
    Standing,
    Target,
    Verb,
    home_of,
    is_read,
)
from tests.server.matrix.roads import (
    Given,
    Road,
    ask,
    ask_again,
    give_piece,
    named_documents,
    take_piece,
)
from tests.server.matrix.town import CHANGED, Actor, Key, Records, Town
from tests.support.office import Office, Premises
from tests.support.raw_device import Op

Cells = Counter[str]

PIECES = {"missing": 1, "give": 2, "take": 2}
"""How often each actor asks, of what the keeper attached and of what she attaches."""

each_relation = pytest.mark.parametrize("relation", Relation, ids=lambda item: item.name.lower())


@pytest.fixture(scope="module")
def town(premises: Premises) -> Iterator[Town]:
    """Return the town all these tests walk through."""
    made = Town(Office(premises, premises.new_department(), premises.open_road()))
    yield made
    made.close()


@pytest.fixture(scope="module")
def cells() -> Cells:
    """Return how many cells were asserted, by what they are about."""
    return Counter()


@each_relation
@pytest.mark.invariant(12)
def test_every_road_gives_its_dossier_to_a_circle_the_reference_to_all_and_nothing_more(
    town: Town, cells: Cells, relation: Relation
) -> None:
    for actor in town.of(relation):
        dossier = _dossier_of(town, actor)
        for road in Road:
            given = ask(town, actor, road, dossier)
            assert _unexpected(actor, road, given, dossier) == []
            assert _words_of_others(town, actor, given) == []
            cells[f"read, {road.value}"] += _fields(Home.DOSSIER)
            if road is Road.SYNC:
                assert _unexpected_of_reference(town, actor, given) == []
                cells[f"read, {road.value}"] += _fields(Home.REFERENCE)


@each_relation
@pytest.mark.invariant(12)
def test_pieces_of_documents_go_to_the_circle_and_come_from_their_author(
    town: Town, cells: Cells, relation: Relation
) -> None:
    """What the keeper attached, then what each tries to attach herself."""
    for actor in town.of(relation):
        attached = actor.targets["document", CHANGED].rid
        content = f"{actor.mark} de la lettre".encode()
        assert give_piece(town.keeper, attached, content) == ACCEPTED
        turned_away = TURNED_AWAY.get(actor.standing)
        refused = "403 grant" if turned_away is None else " ".join(map(str, turned_away))
        reads = actor.standing is Standing.OPEN
        assert take_piece(actor.device, attached) == (content if reads else refused)
        assert give_piece(actor.device, attached, content, number=1) == refused
        named = [attached] if reads else []
        assert named_documents(actor.device, attached) == (refused if turned_away else named)

        own = town.attach(actor)
        gives = actor.standing in (Standing.OPEN, Standing.LATE)
        assert give_piece(actor.device, own, content) == (ACCEPTED if gives else refused)
        assert take_piece(actor.device, own) == (content if reads else refused)
        for road, asked in PIECES.items():
            cells[f"pieces, {road}"] += asked


@each_relation
def test_every_write_is_answered_as_promised(town: Town, cells: Cells, relation: Relation) -> None:
    for actor in town.of(relation):
        town.fill_drawer(actor)
        town.fill_common(actor)
        attempts = Attempts(town, actor).all()
        turned_away = TURNED_AWAY.get(actor.standing)
        wrong = []
        for attempt, answer in zip(attempts, answers(actor, attempts), strict=True):
            expected = " ".join(map(str, turned_away)) if turned_away else attempt.expected
            if answer != expected:
                wrong.append((actor.job.value, str(attempt), answer, expected))
            elif turned_away is None:
                carry_out(town, actor, attempt)
            cells[f"write, {attempt.verb.value}"] += 1
        assert wrong == []


@each_relation
def test_a_drawer_is_given_to_its_owner_and_to_nobody_else(
    town: Town, cells: Cells, relation: Relation
) -> None:
    theirs = {(op.kind, op.rid): dict(op.fields) for op in town.notes.values()}
    for actor in town.of(relation):
        mine = actor.device.professional
        opened = is_read(actor.standing, Target.OWN_DRAWER)
        if actor.first is not None:
            given = ask(town, actor, Road.SYNC, {}).records
            written = [key for key in _keys(actor.drawer.values()) if key in actor.kept]
            assert written
            assert [given.get(key) for key in written] == [actor.kept[key] for key in written]
        own = ask_again(actor.device, mine, actor.kept)
        assert own.records == (actor.kept if opened else {})
        assert (own.refused is None) is opened
        other = ask_again(actor.device, town.keeper.professional, theirs)
        assert (other.records, other.refused is None) == ({}, False)
        cells["read, a drawer again"] += 2 * _fields(Home.DRAWER)


def test_every_write_did_what_was_promised_and_nothing_else(town: Town) -> None:
    town.witness.pull()
    seen = {key: _without_bucket(data) for key, data in town.witness.seen.items()}
    expected = {key: _held(data) for key, data in [*town.dossiers.items(), *town.reference.items()]}
    assert {
        key: (data, seen.get(key)) for key, data in expected.items() if seen.get(key) != data
    } == {}
    made = [seen[key] for key in seen.keys() - expected.keys() if _home(key) is Home.DOSSIER]
    kept_apart = Counter(
        (str(data.get("subject")), str(data.get("field")), str(data.get("lost_by")))
        for data in made
    )
    assert kept_apart == town.late_edits


def test_every_cell_was_asserted(
    town: Town,
    cells: Cells,
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    actors = len(Relation) * len(Job)
    assert len(town.actors) == actors
    edited = sum(len(spec.fields) for spec in SYNCED.values())
    assert cells[f"write, {Verb.EDIT.value}"] >= actors * edited
    assert cells[f"write, {Verb.DELETE.value}"] >= actors * len(SYNCED)
    assert all(cells[f"read, {road.value}"] >= actors * _fields(Home.DOSSIER) for road in Road)
    assert all(cells[f"pieces, {road}"] == asked * actors for road, asked in PIECES.items())
    record_property("cells", cells.total())
    with capsys.disabled():
        print(f"\n{cells.total()} cells: {dict(sorted(cells.items()))}")


def _unexpected(actor: Actor, road: Road, given: Given, dossier: Records) -> list[object]:
    """Return what differs from the promise, for the dossier's records by one road."""
    if road is Road.REREAD_ASIDE or not is_read(actor.standing, Target.DOSSIER):
        return _leaks(actor, given, dossier)
    if road is Road.DIGESTS:
        return [] if actor.dossier in given.buckets else [road, given.refused]
    if road is Road.BUCKET_DIGESTS:
        return (
            [given.refused, *(given.digests ^ dossier.keys())]
            if given.digests != dossier.keys()
            else []
        )
    mine = set() if road is Road.REREAD else actor.made
    return [
        (key, given.records.get(key))
        for key, data in dossier.items()
        if key not in mine and given.records.get(key) != _held(data)
    ]


def _unexpected_of_reference(town: Town, actor: Actor, given: Given) -> list[Key]:
    """Return what differs from the promise, for what everybody enrolled reads."""
    if is_read(actor.standing, Target.REFERENCE):
        return [key for key, data in town.reference.items() if given.records.get(key) != data]
    return [*(given.records.keys() & town.reference.keys())]


def _leaks(actor: Actor, given: Given, dossier: Records) -> list[object]:
    """Return what was said of a dossier that this actor may not even know of."""
    marks = {actor.mark, actor.dossier, *(rid for _kind, rid in dossier)}
    found: list[object] = [mark for mark in marks if mark.encode() in given.bytes]
    if actor.dossier in given.dropped and actor.relation not in HAD_IT:
        found.append("told that it was closed")
    turned_away = TURNED_AWAY.get(actor.standing)
    if turned_away is not None and given.refused != " ".join(map(str, turned_away)):
        found.append(given.refused)
    return found


def _words_of_others(town: Town, actor: Actor, given: Given) -> list[str]:
    """Return the marks of other dossiers and drawers that this actor was given."""
    marks = {other.mark for other in town.actors if other is not actor} | {town.keeper_mark}
    return [mark for mark in marks if mark.encode() in given.bytes]


def _dossier_of(town: Town, actor: Actor) -> Records:
    return {
        key: data
        for key, data in town.dossiers.items()
        if actor.dossier in (key[1], data.get(SYNCED[key[0]].bucket_field or ""))
    }


def _keys(ops: Iterable[Op]) -> list[Key]:
    return [(op.kind, op.rid) for op in ops]


def _fields(home: Home) -> int:
    return sum(len(spec.fields) for spec in SYNCED.values() if home_of(spec) is home)


def _home(key: Key) -> Home:
    return home_of(SYNCED[key[0]])


def _held(data: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in data.items() if value is not None}


def _without_bucket(data: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in data.items() if name != "bucket"}
