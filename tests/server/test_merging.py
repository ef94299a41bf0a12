"""When two people changed the same thing unknown to each other, nothing they typed is lost."""

import msgspec
import pytest

from protocol import wire
from tests.server.samples import edit, follow_up, member, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, enrol, now_hlc


@pytest.fixture
def dossier(claire: RawDevice, mehdi: RawDevice) -> Op:
    """Return a dossier that Claire and Mehdi both have."""
    made = person(claire, phone1="00")
    claire.push(
        made,
        member(claire, made.rid, claire.professional),
        member(claire, made.rid, mehdi.professional),
    )
    claire.pull()
    mehdi.pull()
    return made


def conflicts(device: RawDevice) -> list[dict[str, object]]:
    """Return the conflicts a device has received."""
    return [record for (kind, _rid), record in device.seen.items() if kind == "conflict"]


@pytest.mark.invariant(8)
def test_different_fields_are_both_kept_without_a_word(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    mine = claire.push(edit(dossier, claire.cursor, phone1="05 49"))
    theirs = mehdi.push(edit(dossier, mehdi.cursor, phone2="06 12"))
    assert mine.results == theirs.results == []
    for device in (claire, mehdi):
        device.pull()
        assert conflicts(device) == []
    fresh = enrol(claire.office)
    fresh.pull()
    record = fresh.seen["person", dossier.rid]
    assert (record["phone1"], record["phone2"]) == ("05 49", "06 12")


@pytest.mark.parametrize("claire_first", [True, False])
def test_the_later_of_two_crossed_edits_stands_and_the_other_is_kept_aside(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, claire_first: bool
) -> None:
    earlier = Op("person", dossier.rid, {"phone1": "early"}, base=claire.cursor, hlc=now_hlc())
    later = Op(
        "person", dossier.rid, {"phone1": "late"}, base=mehdi.cursor, hlc=now_hlc(later_ms=1000)
    )
    pushes = [(claire, earlier), (mehdi, later)]
    replies = [device.push(op) for device, op in (pushes if claire_first else reversed(pushes))]
    assert replies[0].results == []
    told = [] if claire_first else [wire.Result(0, "conflict", ["phone1"])]
    assert replies[1].results == told, "only who lost has another value to show"

    fresh = enrol(claire.office)
    for device in (claire, mehdi, fresh):
        device.pull()
    assert fresh.seen["person", dossier.rid]["phone1"] == "late"
    for device in (claire, mehdi, fresh):
        (lost,) = conflicts(device)
        assert lost["lost"] == '0"early"'
        assert lost["lost_by"] == claire.professional
        assert lost["kept_by"] == mehdi.professional
        assert (lost["subject"], lost["field"]) == (dossier.rid, "phone1")
        assert (lost["bucket"], lost["state"]) == (dossier.rid, "open")


def test_an_edit_made_with_the_other_before_ones_eyes_is_never_a_conflict(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    claire.push(edit(dossier, claire.cursor, phone1="one"))
    mehdi.pull()
    old = Op("person", dossier.rid, {"phone1": "two"}, base=mehdi.cursor, hlc=1)
    assert mehdi.push(old).results == []
    claire.pull()
    assert claire.seen["person", dossier.rid]["phone1"] == "two"
    assert conflicts(claire) == []


@pytest.mark.invariant(8)
@pytest.mark.parametrize("name", ["phone2", "request"])
def test_what_nobody_had_written_crosses_nothing(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, name: str
) -> None:
    """She knows the record by the first pages of a reading that has not ended."""
    text = "0Trouver un logement"
    early = Op("person", dossier.rid, {name: text}, base=0, hlc=1)
    assert mehdi.push(early).results == []
    claire.pull()
    assert claire.seen["person", dossier.rid][name] == text
    assert conflicts(claire) == []


@pytest.mark.invariant(8)
def test_what_somebody_has_emptied_is_crossed_all_the_same(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    base = mehdi.cursor
    claire.push(edit(dossier, claire.cursor, phone2="one"))
    claire.pull()
    claire.push(edit(dossier, claire.cursor, phone2=None))
    mehdi.push(edit(dossier, base, phone2="two"))
    mehdi.pull()
    assert [lost["field"] for lost in conflicts(mehdi)] == ["phone2"]


def test_choices_of_both_are_joined_and_both_laptops_hear_of_the_union(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    met = follow_up(claire, dossier.rid, themes=["health", "money"])
    claire.push(met)
    mehdi.pull()
    base = mehdi.cursor
    claire.pull()
    claire.push(edit(met, claire.cursor, themes=[["housing"], ["money"]]))
    mehdi.push(edit(met, base, themes=[["mobility"], []]))
    for device in (claire, mehdi):
        device.pull()
    expected = ["health", "housing", "mobility"]
    assert claire.seen["follow_up", met.rid]["themes"] == expected
    assert mehdi.seen["follow_up", met.rid]["themes"] == expected


def test_ones_own_choice_is_not_sent_back_when_nobody_else_chose(
    claire: RawDevice, dossier: Op
) -> None:
    met = follow_up(claire, dossier.rid)
    claire.push(met)
    claire.push(edit(met, 0, themes=[["housing"], []]))
    assert [page.changes for page in claire.pull()] == [[]]


def test_the_more_protective_value_stands_and_both_are_told(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    danger = Op("person", dossier.rid, {"discretion": "danger"}, base=claire.cursor, hlc=1)
    claire.push(danger)
    reply = mehdi.push(edit(dossier, mehdi.cursor, discretion="discreet"))
    assert reply.results == [wire.Result(0, "conflict", ["discretion"])]
    claire.pull()
    (lost,) = conflicts(claire)
    assert msgspec.json.decode(str(lost["lost"])[1:]) == "discreet"
    fresh = enrol(claire.office)
    fresh.pull()
    assert fresh.seen["person", dossier.rid]["discretion"] == "danger"


def test_sealed_text_is_never_overwritten_by_who_had_not_read_it(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    claire.push(edit(dossier, claire.cursor, request="0de Claire"))
    stale = mehdi.push(edit(dossier, mehdi.cursor, request="0de Mehdi", phone2="20"))
    assert stale.results == [wire.Result(0, "stale", ["request"])]

    mehdi.pull()
    assert mehdi.seen["person", dossier.rid]["request"] == "0de Claire"
    merged = mehdi.push(edit(dossier, mehdi.cursor, request="0de Claire et Mehdi"))
    assert merged.results == []
    claire.pull()
    assert claire.seen["person", dossier.rid]["request"] == "0de Claire et Mehdi"
    assert claire.seen["person", dossier.rid]["phone2"] == "20"


def test_what_was_replaced_stays_in_the_history(
    claire: RawDevice, office: Office, dossier: Op
) -> None:
    claire.push(edit(dossier, claire.cursor, phone1="replaced, then gone"))
    claire.push(edit(dossier, claire.cursor, phone1="now"))
    history = [line for line in office.dump().splitlines() if line.startswith("history")]
    assert any("replaced, then gone" in line for line in history)


@pytest.mark.parametrize(
    "change",
    [
        "health",
        ["health"],
        [["health"]],
        [["health"], ["x"], []],
        [None, []],
        [[], 3],
        [["nonsense"], []],
        [[3], []],
        None,
        {},
    ],
)
def test_a_change_of_choices_that_is_not_one_is_refused(
    claire: RawDevice, dossier: Op, change: object
) -> None:
    met = follow_up(claire, dossier.rid)
    claire.push(met)
    (result,) = claire.push(edit(met, 0, themes=change)).results
    assert result.outcome == "refused"
    assert result.detail[1] == "themes"


def test_a_conflict_is_settled_like_any_record(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    claire.push(edit(dossier, claire.cursor, phone1="one"))
    mehdi.push(edit(dossier, mehdi.cursor, phone1="two"))
    claire.pull()
    ((kind, rid),) = [key for key in claire.seen if key[0] == "conflict"]
    assert claire.push(Op(kind, rid, {"state": "kept"}, base=claire.cursor)).results == []
    mehdi.pull()
    assert mehdi.seen[kind, rid]["state"] == "kept"
