"""Pending changes: what an edit sends, how edits join, what is frozen stays frozen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.store.archive import ARCHIVE_DAYS
from desktop.store.outbox import PendingOp
from desktop.store.state import Progress
from desktop.store.store import Store
from protocol.ids import PersonId, ProfessionalId, RecordId, uuid7
from protocol.kinds import CircleMember, FollowUp, Person, spec_of
from protocol.kinds.follow_ups import Theme
from protocol.kinds.persons import CircleRole
from protocol.values import to_wire
from protocol.wire import DELETE, PUT

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ME = ProfessionalId(uuid7(1, b"m" * 10))
YVES = Person(
    id=RecordId(uuid7(2, b"p" * 10)),
    created_at=NOW,
    created_by=ME,
    birth_name="Morisset",
    first_name="Yves",
)
MEETING = FollowUp(
    id=RecordId(uuid7(3, b"f" * 10)),
    created_at=NOW,
    created_by=ME,
    person=PersonId(YVES.id),
    professional=ME,
    starts_at=NOW,
    themes=frozenset({Theme.HOUSING}),
)


def save(store: Store, record: Person | FollowUp | CircleMember, hlc: int = 1) -> None:
    with store.database.transaction():
        store.outbox.save(spec_of(type(record)), record.id, to_wire(record), hlc)


def freeze(store: Store) -> list[PendingOp]:
    with store.database.transaction():
        return store.outbox.freeze(max_ops=10, max_bytes=1 << 20)


def acknowledge(store: Store) -> None:
    with store.database.transaction():
        store.archive.take(max(op.n or 0 for op in store.outbox.sent()), NOW)


def read_up_to(store: Store, cursor: int) -> None:
    with store.database.transaction():
        store.state.set_progress(Progress("epoch", cursor, None))


def test_a_new_record_is_one_operation_and_later_edits_join_it(store: Store) -> None:
    save(store, YVES)
    save(store, replace(YVES, phone1="0549000000"), hlc=2)
    (op,) = freeze(store)
    assert (op.n, op.verb, op.creates) == (1, PUT, True)
    assert op.fields["phone1"] == "0549000000"
    assert op.fields["birth_name"] == "Morisset"


def test_an_edit_sends_only_the_fields_it_changed(store: Store) -> None:
    save(store, YVES)
    freeze(store)
    acknowledge(store)
    save(store, replace(YVES, phone1="0549000000"))
    (op,) = freeze(store)
    assert (op.n, op.fields, op.creates) == (2, {"phone1": "0549000000"}, False)


def test_saving_the_same_again_sends_nothing(store: Store) -> None:
    save(store, YVES)
    freeze(store)
    acknowledge(store)
    save(store, YVES)
    assert freeze(store) == []


@pytest.mark.invariant(7)
def test_an_edit_during_a_sync_is_a_new_operation_and_the_frozen_one_does_not_move(
    store: Store,
) -> None:
    save(store, YVES)
    sent = freeze(store)
    save(store, replace(YVES, phone1="0549000000"))
    assert freeze(store) == sent
    acknowledge(store)
    (later,) = freeze(store)
    assert (later.n, later.fields) == (2, {"phone1": "0549000000"})


def test_a_field_that_was_emptied_is_sent_as_empty(store: Store) -> None:
    save(store, replace(YVES, phone1="0549000000"))
    freeze(store)
    acknowledge(store)
    save(store, YVES)
    (op,) = freeze(store)
    assert op.fields == {"phone1": None}
    saved = store.records.get(Person, YVES.id)
    assert saved is not None
    assert saved.phone1 is None


def test_choices_are_sent_as_what_was_added_and_removed(store: Store) -> None:
    save(store, MEETING)
    freeze(store)
    acknowledge(store)
    save(store, replace(MEETING, themes=frozenset({Theme.MONEY})))
    save(store, replace(MEETING, themes=frozenset({Theme.MONEY, Theme.HOUSING})))
    (op,) = freeze(store)
    assert op.fields == {"themes": [["housing", "money"], []]}


def test_joined_edits_keep_the_smallest_base(store: Store) -> None:
    save(store, YVES)
    freeze(store)
    acknowledge(store)
    read_up_to(store, 5)
    save(store, replace(YVES, phone1="0549000001"))
    read_up_to(store, 9)
    save(store, replace(YVES, phone1="0549000002"))
    (op,) = freeze(store)
    assert (op.base, op.fields) == (5, {"phone1": "0549000002"})


@pytest.mark.invariant(20)
def test_what_is_typed_over_changes_planned_again_leaves_after_all_of_them(store: Store) -> None:
    save(store, YVES)
    freeze(store)
    acknowledge(store)
    for number in ("0549000001", "0549000002"):
        save(store, replace(YVES, phone1=number))
        freeze(store)
        acknowledge(store)
    with store.database.transaction():
        store.archive.refill(taken=1, seq=0)
    save(store, replace(YVES, phone1="0549000003"))
    assert [op.fields["phone1"] for op in freeze(store)][-1] == "0549000003"


def test_what_was_created_and_deleted_before_a_sync_leaves_no_trace(store: Store) -> None:
    save(store, YVES)
    with store.database.transaction():
        store.outbox.delete(spec_of(Person), YVES.id, 2)
    assert freeze(store) == []
    assert store.records.get(Person, YVES.id) is None


def test_a_deletion_is_an_operation_and_keeps_what_it_removes_until_acknowledged(
    store: Store,
) -> None:
    save(store, YVES)
    freeze(store)
    acknowledge(store)
    with store.database.transaction():
        store.outbox.delete(spec_of(Person), YVES.id, 2)
    (op,) = freeze(store)
    assert op.verb == DELETE
    mirror = store.outbox.mirror.get("person", YVES.id)
    assert mirror is not None
    assert mirror["birth_name"] == "Morisset"


def test_a_batch_is_bounded_in_operations_and_bytes(store: Store) -> None:
    for index in range(5):
        save(store, replace(YVES, id=RecordId(uuid7(10 + index, b"q" * 10))))
    with store.database.transaction():
        batch = store.outbox.freeze(max_ops=3, max_bytes=1 << 20)
    assert [op.n for op in batch] == [1, 2, 3]
    acknowledge(store)
    with store.database.transaction():
        small = store.outbox.freeze(max_ops=10, max_bytes=10)
    assert [op.n for op in small] == [4]


def test_acknowledged_texts_are_kept_ninety_days_then_leave_no_trace(store: Store) -> None:
    save(store, YVES)
    freeze(store)
    acknowledge(store)
    assert store.outbox.pending_count() == 0
    assert kept(store) == (1, 1)
    save(store, MEETING)
    freeze(store)
    with store.database.transaction():
        store.archive.take(2, NOW + timedelta(days=ARCHIVE_DAYS + 1))
    assert kept(store) == (1, 1)
    assert "Morisset" not in str(store.database.rows('SELECT * FROM "op_fields"'))


def test_what_was_acknowledged_less_than_ninety_days_ago_can_be_sent_again(store: Store) -> None:
    save(store, YVES)
    freeze(store)
    acknowledge(store)
    save(store, MEETING)
    freeze(store)
    with store.database.transaction():
        store.archive.take(2, NOW + timedelta(days=89))
        store.archive.refill(taken=0, seq=0)
    assert [op.rid for op in freeze(store)] == [YVES.id, MEETING.id]


def test_what_the_office_refused_is_neither_archived_nor_sent_again(store: Store) -> None:
    save(store, YVES)
    save(store, MEETING)
    refused, _ = freeze(store)
    with store.database.transaction():
        store.outbox.rewrite(replace(refused, state="refused", reason="grant"))
        store.archive.take(2, NOW)
    assert [op.fields["birth_name"] for op in store.outbox.refused()] == ["Morisset"]
    assert kept(store) == (1, 2)
    assert freeze(store) == []


def test_the_mirror_stays_while_another_operation_waits(store: Store) -> None:
    save(store, YVES)
    freeze(store)
    acknowledge(store)
    save(store, replace(YVES, phone1="0549000000"))
    freeze(store)
    save(store, replace(YVES, phone1="0549000000", phone2="0549000001"))
    assert [op.n for op in store.outbox.sent_apart(9, [])] == [2]
    acknowledge(store)
    assert store.outbox.mirror.get("person", YVES.id) is not None
    freeze(store)
    assert store.outbox.sent_apart(9, []) == []
    acknowledge(store)
    assert store.outbox.mirror.get("person", YVES.id) is None


def kept(store: Store) -> tuple[int, int]:
    """Return how many operations are archived, and how many texts are kept in all."""
    tables = ("outbox_archive", "op_fields")
    archived, texts = (store.database.row(f'SELECT count(*) FROM "{name}"') for name in tables)
    return int((archived or (0,))[0]), int((texts or (0,))[0])


def test_a_default_that_nobody_chose_is_not_sent_with_another_edit(store: Store) -> None:
    data = {k: v for k, v in to_wire(YVES).items() if k not in ("status", "interpreter_needed")}
    with store.database.transaction():
        store.records.put(spec_of(Person), [(YVES.id, data)])
    known = store.records.get(Person, YVES.id)
    assert known is not None
    save(store, replace(known, phone1="0549000000"))
    (op,) = freeze(store)
    assert op.fields == {"phone1": "0549000000"}
    save(store, replace(known, phone1="0549000000", interpreter_needed=True))
    acknowledge(store)
    (later,) = freeze(store)
    assert later.fields == {"interpreter_needed": True}


@pytest.mark.invariant(20)
def test_a_number_given_to_what_was_refused_may_be_given_again_after_a_restoration(
    store: Store,
) -> None:
    save(store, YVES)
    (refused,) = freeze(store)
    with store.database.transaction():
        store.outbox.rewrite(replace(refused, state="refused", reason="grant"))
        store.archive.refill(taken=0, seq=0)
    save(store, replace(YVES, id=RecordId(uuid7(5, bytes(10)))))
    (sent,) = freeze(store)
    assert sent.n == 1
    assert [op.id for op in store.outbox.refused()] == [refused.id]


def test_what_was_made_where_the_office_lacked_the_dossier_leaves_once_it_is_back(
    store: Store,
) -> None:
    """With what was corrected since; a place for oneself may have been refused for itself."""
    save(store, YVES)
    freeze(store)
    acknowledge(store)
    save(store, MEETING)
    for number, whom in enumerate((ME, ProfessionalId(uuid7(4, b"c" * 10)))):
        save(store, _place(RecordId(uuid7(5 + number, b"l" * 10)), whom))
    _refuse(store, "grant")
    save(store, replace(MEETING, minutes=60))
    _refuse(store, "missing")
    with store.database.transaction():
        store.lacking.note_given("person", [YVES.id])
    left = [(op.kind, op.creates) for op in freeze(store)]
    assert left == [("follow_up", True), ("circle_member", True), ("follow_up", False)]
    assert store.outbox.mirror.get("follow_up", MEETING.id) is None
    assert [op.fields["professional"] for op in store.outbox.refused()] == [ME]


def _place(rid: RecordId, whom: ProfessionalId) -> CircleMember:
    return CircleMember(
        id=rid,
        created_at=NOW,
        created_by=ME,
        person=PersonId(YVES.id),
        professional=whom,
        role=CircleRole.CONTRIBUTOR,
        started_on=NOW.date(),
    )


def _refuse(store: Store, reason: str) -> None:
    with store.database.transaction():
        for op in store.outbox.freeze(max_ops=10, max_bytes=1 << 20):
            store.outbox.rewrite(replace(op, state="refused", reason=reason))
