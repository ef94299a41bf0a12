"""An office that says « erased »: copies lose what the laptop loses, and nothing else."""

import pytest

from desktop.crypto.errors import VaultUnreachable
from desktop.crypto.files import FolderFiles
from desktop.store.copying import copy_store, reading
from desktop.store.errors import StoreError
from desktop.store.snapshot_folder import Snapshot
from desktop.store.state import COMPACTION
from desktop.sync.errors import Cancelled, MassRemoval
from protocol.kinds import FollowUp
from protocol.wire import Removal
from tests.support.every_page import every_page
from tests.support.laptop import Desk
from tests.sync.false_office import FalseOffice, caseload, claire, somewhere, told
from tests.sync.test_lying_office import meet
from tests.sync.told_office import SNAPSHOT_KEY, answering, synchroniser_of

__all__ = ["caseload", "claire", "told"]

KEY = "5a" * 48


def copied(desk: Desk) -> Snapshot:
    """Copy the store as it is done once a day; a day goes by."""
    folder = desk.store.snapshots
    begun = folder.begin()
    copy_store(desk.store.path, KEY, begun.path, SNAPSHOT_KEY, lambda: False)
    made = folder.publish(begun, desk.clock.moment)
    assert made is not None
    desk.clock.advance(days=1)
    return made


def held(desk: Desk) -> list[set[str]]:
    """Return the dossiers that each copy holds, the oldest copy first."""
    found = []
    for copy in reversed(desk.store.snapshots.all()):
        with reading(desk.store.snapshots.path_of(copy), SNAPSHOT_KEY) as connection:
            found.append({str(row[0]) for row in connection.execute('SELECT "id" FROM "person"')})
    return found


def clear(desk: Desk) -> bytes:
    """Return every page of every copy, freed ones too, as whoever has the key reads them."""
    folder = desk.store.snapshots
    return b"".join(every_page(folder.path_of(one), SNAPSHOT_KEY) for one in folder.all())


def erase(told: FalseOffice, *persons: str) -> None:
    """Have the office say so of these persons."""
    gone = [Removal(0, person, number + 5, "erased") for number, person in enumerate(persons)]
    told.tell(answering(kinds=["person"], removals=gone, cursor=told.cursor + 9))
    told.cursor += 9


def test_of_somebody_this_laptop_never_held_the_copies_keep_all_they_have(
    claire: Desk, told: FalseOffice
) -> None:
    met = [meet(claire, "NOTE", name=f"Nom{number}") for number in range(3)]
    synchroniser_of(claire, told).run()
    copied(claire)
    copied(claire)
    erase(told, *(somewhere(number) for number in range(50)))
    synchroniser_of(claire, told).run()
    assert held(claire) == [{one.person for one in met}] * 2
    assert not claire.store.state.is_compaction_due()


def test_of_somebody_it_holds_the_copies_lose_her_and_nobody_else(
    claire: Desk, told: FalseOffice
) -> None:
    kept, gone = meet(claire, "CANARI-B", name="Restée"), meet(claire, "CANARI-A", name="Partie")
    synchroniser_of(claire, told).run()
    before = copied(claire)
    copied(claire)
    assert gone.person.encode() in clear(claire)
    erase(told, gone.person)
    synchroniser_of(claire, told).run()
    assert held(claire) == [{kept.person}] * 2
    assert gone.person.encode() not in clear(claire)
    assert kept.person.encode() in clear(claire), "the scan sees what is there"
    assert [one.made_at for one in claire.store.snapshots.all()][-1] == before.made_at
    assert all(".db" in path.name for path in claire.store.snapshots.path.iterdir())
    assert told.requests[-1].erased or told.requests[-2].erased, "and then it is told"


def test_who_had_left_before_she_was_erased_leaves_the_older_copies_too(
    claire: Desk, told: FalseOffice
) -> None:
    kept, gone = meet(claire, "NOTE", name="Restée"), meet(claire, "NOTE", name="Partie")
    synchroniser_of(claire, told).run()
    copied(claire)
    told.tell(answering(dropped=[gone.person], cursor=9))
    synchroniser_of(claire, told).run()
    assert held(claire) == [{kept.person, gone.person}]
    told.cursor = 9
    erase(told, gone.person)
    synchroniser_of(claire, told).run()
    assert held(claire) == [{kept.person}]
    assert gone.person.encode() not in clear(claire)


def test_an_office_that_erases_a_caseload_is_stopped_before_any_copy_is_touched(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp]
) -> None:
    copied(claire)
    whole = held(claire)
    erase(told, *(met.person for met in caseload))
    with pytest.raises(MassRemoval):
        synchroniser_of(claire, told).run()
    assert held(claire) == whole


def test_what_is_erased_a_few_at_a_time_takes_no_more_from_the_copies_than_from_the_laptop(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp]
) -> None:
    copied(claire)
    for few in range(0, len(caseload), 7):
        erase(told, *(met.person for met in caseload[few : few + 7]))
        try:
            synchroniser_of(claire, told).run()
        except MassRemoval:
            break
    left = {met.person for met in caseload if claire.store.records.holds("person", met.person)}
    assert len(left) == len(caseload) - 14
    assert held(claire)[-1] == left


def test_a_copy_that_cannot_be_read_goes_whole_and_the_others_stay(
    claire: Desk, told: FalseOffice
) -> None:
    kept, gone = meet(claire, "NOTE", name="Restée"), meet(claire, "NOTE", name="Partie")
    synchroniser_of(claire, told).run()
    broken = copied(claire)
    copied(claire)
    path = claire.store.snapshots.path_of(broken)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    erase(told, gone.person)
    synchroniser_of(claire, told).run()
    assert held(claire) == [{kept.person}]


def test_stopped_between_two_copies_it_goes_on_from_there(claire: Desk, told: FalseOffice) -> None:
    kept, gone = meet(claire, "NOTE", name="Restée"), meet(claire, "NOTE", name="Partie")
    synchroniser_of(claire, told).run()
    for _ in range(3):
        copied(claire)
    erase(told, gone.person)
    with pytest.raises(Cancelled):
        synchroniser_of(claire, told).run(cancelled=lambda: claire.store.state.copies_done() > 0)
    both = {kept.person, gone.person}
    assert held(claire) == [{kept.person}, both, both]
    assert claire.store.state.is_compaction_due()
    numbers = [one.number for one in claire.store.snapshots.all()]
    synchroniser_of(claire, told).run()
    assert held(claire) == [{kept.person}] * 3
    after = [one.number for one in claire.store.snapshots.all()]
    assert after == [numbers[0] + 1, *numbers[1:]], "the newest is known by another number"


def test_what_an_earlier_coffre_left_unsaid_takes_the_copies_whole(
    claire: Desk, told: FalseOffice
) -> None:
    """It noted that something was erased, and not what."""
    meet(claire, "NOTE", name="Restée")
    synchroniser_of(claire, told).run()
    copied(claire)
    with claire.store.database.transaction():
        claire.store.state.set(COMPACTION, "1")
    synchroniser_of(claire, told).run()
    assert held(claire) == []


def test_a_file_that_is_still_to_be_written_anew_touches_no_copy_twice(
    claire: Desk, told: FalseOffice
) -> None:
    met = meet(claire, "NOTE", name="Restée")
    synchroniser_of(claire, told).run()
    before = copied(claire)
    with claire.store.database.transaction():
        claire.store.state.note_erased([("person", somewhere(1))])
        claire.store.state.note_copies_clear()
    synchroniser_of(claire, told).run()
    assert held(claire) == [{met.person}]
    assert claire.store.snapshots.all() == [before]
    assert not claire.store.state.is_compaction_due()


def test_cut_as_the_newest_copy_takes_its_new_number_it_is_ended_at_the_next_synchronisation(
    claire: Desk, told: FalseOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = meet(claire, "NOTE", name="Restée"), meet(claire, "NOTE", name="Partie")
    synchroniser_of(claire, told).run()
    copied(claire)
    erase(told, gone.person)
    remove = FolderFiles.remove

    def cut(files: FolderFiles, name: str) -> None:
        if name.startswith("snapshot"):
            raise VaultUnreachable(5)
        remove(files, name)

    monkeypatch.setattr(FolderFiles, "remove", cut)
    with pytest.raises(StoreError):
        synchroniser_of(claire, told).run()
    assert len(held(claire)) == 2, "the former one, and the one that takes its place"
    assert told.requests[-1].erased == [], "the office is told of nothing yet"
    monkeypatch.undo()
    synchroniser_of(claire, told).run()
    assert held(claire) == [{kept.person}] * 2
    assert gone.person.encode() not in clear(claire)
