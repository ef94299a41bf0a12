"""What a circle shares is sealed from one laptop to the other: the office reads no sentence."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.crypto.circle_texts import name_of
from desktop.domain.closed_texts import NOT_YET
from desktop.services.errors import InvalidInput
from protocol import limits
from protocol.ids import FollowUpId, PersonId, uuid7
from protocol.kinds import CircleMember, FollowUp, Person, spec_of
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleEnd, CircleRole
from protocol.values import instant_to_wire
from protocol.wire import PUT
from server.config.ports import system_random
from server.services.authorship import Author
from server.services.incoming import Incoming
from server.services.push import apply_operations
from server.store.records import advance_sequence
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office
from tests.support.two_laptops import (
    assert_honest,
    claire,
    come_home,
    end_place,
    followed_by_both,
    is_verified,
    meet,
    mehdi,
    office,
    premises,
    somebody,
    welcome,
)

__all__ = ["claire", "mehdi", "office", "premises"]

CANARY = "Un canari dans la mine"
FOLLOW_UP = spec_of(FollowUp)


@pytest.fixture
def sofia(office: Office, tmp_path: Path) -> Iterator[Laptop]:
    """Sofia, the nurse, who comes later."""
    laptop = enrolled(office, tmp_path / "sofia", "Sofia Nguyen", Job.NURSE)
    yield laptop
    laptop.close()


def summaries(laptop: Laptop, person: PersonId) -> list[str]:
    """Return the shared summaries of a dossier as they are read."""
    return sorted(line.summary for line in laptop.desk.follow_ups.timeline(person))


def ask(laptop: Laptop, person: PersonId, request: str) -> None:
    """Write down what a person asks for."""
    sheet = laptop.desk.persons.sheet(person).person
    laptop.desk.persons.edit(replace(sheet, request=request))


def key_of(laptop: Laptop, follow_up: str) -> bytes:
    """Return the name of the key that a summary is sealed under."""
    held = laptop.session.workplace.store.records.data(FOLLOW_UP, follow_up) or {}
    return name_of(b64decode(str(held["summary"])[1:]))


def forge_place(office: Office, person: PersonId, of: Laptop, *, by: Laptop) -> None:
    """The office itself writes that somebody is in a circle, in the name of a member."""
    now = office.clock()
    values = {
        "created_at": instant_to_wire(now),
        "created_by": by.session.workplace.me,
        "person": person,
        "professional": of.session.workplace.me,
        "role": "contributor",
        "started_on": "2026-11-24",
    }
    with office.database.transaction(office.department.schema) as connection:
        seq, _ = advance_sequence(connection)
        place = Incoming(0, PUT, spec_of(CircleMember), uuid7(seq, bytes(10)), seq, seq, values)
        author = Author(None, by.session.workplace.me, Job.REFERENT)
        refused = apply_operations(
            connection, author, seq, [place], clock=office.clock, random=system_random
        )
    assert not refused


def test_keys_that_come_tell_screens_of_what_they_open_in_each_dossier(
    claire: Laptop, mehdi: Laptop
) -> None:
    met, empty = somebody(claire), somebody(claire, "Sanson")
    meet(claire, met, CANARY)
    meet(claire, met, f"{CANARY}, encore")
    for person in (met, empty):
        welcome(claire, person, mehdi)
    come_home(claire)
    mehdi.sync()
    opened = list(mehdi.session.workplace.store.texts.opened([met, empty]))
    assert {(it.kind, it.dossier) for it in opened} == {
        ("person", met),
        ("person", empty),
        ("follow_up", met),
    }
    assert len(opened) == 3
    assert not list(mehdi.session.workplace.store.texts.opened([]))


def test_two_members_read_each_other_and_the_office_reads_neither(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = somebody(claire)
    meet(claire, person, CANARY)
    welcome(claire, person, mehdi)
    come_home(claire, mehdi)
    assert summaries(mehdi, person) == [CANARY]
    meet(mehdi, person, f"{CANARY}, dit Mehdi")
    mehdi.sync()
    claire.sync(verify=True)
    assert summaries(claire, person) == [CANARY, f"{CANARY}, dit Mehdi"]
    assert claire.desk.persons.sheet(person).person.request == "Trouver un logement"
    assert CANARY not in office.dump()
    assert "Trouver un logement" not in office.dump()
    assert is_verified(claire)
    assert_honest(claire)
    assert_honest(mehdi)


def test_whoever_joins_reads_all_that_was_written_before(
    claire: Laptop, mehdi: Laptop, sofia: Laptop
) -> None:
    person = followed_by_both(claire, mehdi)
    meet(mehdi, person, "De Mehdi")
    meet(claire, person, "De Claire")
    come_home(claire, mehdi, claire)
    welcome(mehdi, person, sofia)
    come_home(mehdi, sofia)
    assert sorted(summaries(sofia, person)) == ["De Claire", "De Mehdi"]


def test_a_colleague_named_before_she_has_a_laptop_is_given_the_keys_by_whoever_meets_her(
    office: Office, claire: Laptop, mehdi: Laptop, tmp_path: Path
) -> None:
    named = office.hire("Sofia Nguyen", Job.NURSE)
    person = somebody(claire)
    welcome(claire, person, mehdi)
    claire.sync()
    claire.desk.persons.welcome(person, named, CircleRole.CONTRIBUTOR)
    meet(claire, person, CANARY)
    come_home(claire, mehdi)
    sofia = enrolled(office, tmp_path / "sofia", "Sofia Nguyen", Job.NURSE)
    try:
        assert summaries(sofia, person) == [NOT_YET]
        mehdi.sync()  # Claire is on the road: Mehdi meets her first
        sofia.sync()
        assert summaries(sofia, person) == [CANARY]
    finally:
        sofia.close()


def test_what_does_not_open_yet_is_kept_and_never_written_over(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi, CANARY)
    store = mehdi.session.workplace.store
    with store.database.transaction():
        store.texts.forget(person)
        store.database.execute('DELETE FROM "circle_key"')
    before = store.records.data(spec_of(Person), person)
    sheet = mehdi.desk.persons.sheet(person).person
    assert (sheet.request, summaries(mehdi, person)) == (NOT_YET, [NOT_YET])
    mehdi.desk.persons.edit(replace(sheet, phone1="0549000000"))
    with pytest.raises(InvalidInput):
        mehdi.desk.persons.edit(replace(sheet, request=NOT_YET + " Et autre chose."))
    after = store.records.data(spec_of(Person), person)
    assert before is not None
    assert after == before | {"phone1": "0549000000"}
    mehdi.sync(verify=True)  # the office is asked again for what is missing here
    assert mehdi.desk.persons.sheet(person).person.request == "Trouver un logement"
    assert summaries(mehdi, person) == [CANARY]


def test_once_somebody_has_left_what_is_written_is_under_a_key_she_has_not(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi, "Avant")
    had = set(mehdi.session.workplace.store.texts.held(person))
    end_place(claire, person, mehdi)
    meet(claire, person, "Après")
    come_home(claire, mehdi)
    keys = set(claire.session.workplace.store.texts.held(person))
    assert len(keys) == 2
    assert had < keys
    used = {
        line.summary: key_of(claire, line.id) for line in claire.desk.follow_ups.timeline(person)
    }
    assert used["Avant"] in had
    assert used["Après"] not in had
    assert not mehdi.session.workplace.store.texts.held(person), "and hers went with the dossier"


def test_two_laptops_that_begin_a_new_key_at_once_both_remain_read(
    claire: Laptop, mehdi: Laptop, sofia: Laptop
) -> None:
    person = somebody(claire)
    welcome(claire, person, mehdi)
    welcome(claire, person, sofia)
    come_home(claire, mehdi, sofia)
    end_place(claire, person, sofia)
    come_home(claire, mehdi)
    meet(claire, person, "De Claire")
    meet(mehdi, person, "De Mehdi")
    come_home(claire, mehdi, claire, mehdi)
    for laptop in (claire, mehdi):
        assert sorted(summaries(laptop, person)) == ["De Claire", "De Mehdi"]
    meet(claire, person, "Ensuite, de Claire")
    meet(mehdi, person, "Ensuite, de Mehdi")
    last = [
        key_of(laptop, line.id)
        for laptop in (claire, mehdi)
        for line in laptop.desk.follow_ups.timeline(person)
        if line.summary.startswith("Ensuite")
    ]
    assert len(set(last)) == 1, "and both go on with the same one"


def test_two_edits_of_one_text_are_joined_by_their_words(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = somebody(claire)
    ask(claire, person, "Trouver un logement. Passer le permis.")
    welcome(claire, person, mehdi)
    come_home(claire, mehdi)
    ask(claire, person, "Trouver un logement à Melle. Passer le permis.")
    ask(mehdi, person, "Trouver un logement. Passer le permis B.")
    come_home(claire, mehdi, claire, mehdi)
    joined = "Trouver un logement à Melle. Passer le permis B."
    for laptop in (claire, mehdi):
        assert laptop.desk.persons.sheet(person).person.request == joined
        assert laptop.desk.conflicts.count() == 0
    assert "logement" not in office.dump()


def test_two_rewritings_of_one_text_are_read_side_by_side_and_settled(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi)
    ask(claire, person, "Quitter le foyer.")
    ask(mehdi, person, "Rejoindre sa soeur.")
    come_home(claire, mehdi, claire)
    (line,) = claire.desk.conflicts.to_review()
    sheet = claire.desk.conflicts.sheet(line.id)
    assert (sheet.kept.value, sheet.lost.value) == ("Quitter le foyer.", "Rejoindre sa soeur.")
    claire.desk.conflicts.restore(sheet)
    come_home(claire, mehdi)
    for laptop in (claire, mehdi):
        assert laptop.desk.persons.sheet(person).person.request == "Rejoindre sa soeur."
    for words in ("foyer", "soeur"):
        assert words not in office.dump()


def test_a_colleague_puts_back_the_words_of_an_author_in_the_envelope_they_were_in(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    """The office judges who may write whose words, and reads none of them."""
    person = followed_by_both(claire, mehdi, "Première version")
    (line,) = claire.desk.follow_ups.timeline(person)
    first = (claire.session.workplace.store.records.data(FOLLOW_UP, line.id) or {})["summary"]
    form = claire.desk.follow_ups.open(FollowUpId(line.id)).form
    claire.desk.follow_ups.finish(replace(form, summary="Deuxième version"))
    come_home(claire, mehdi)
    store = mehdi.session.workplace.store
    known = store.records.get(FollowUp, line.id)
    assert known is not None
    with mehdi.session.workplace.work() as work:
        work.save(replace(known, summary="Première version"), as_it_was={"summary": first})
    mehdi.sync()
    assert not store.outbox.refused()
    claire.sync()
    assert summaries(claire, person) == ["Première version"]
    with mehdi.session.workplace.work() as work:
        work.save(replace(known, summary="De ma main"))
    mehdi.sync()
    assert [op.reason for op in store.outbox.refused()] == ["author"]


def test_what_is_written_on_the_road_after_a_handover_is_read_by_those_who_stayed(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi)
    meet(mehdi, person, "Écrit sur la route")
    end_place(claire, person, mehdi)
    meet(claire, person, "Écrit au bureau")
    come_home(claire, mehdi, claire)
    assert sorted(summaries(claire, person)) == ["Écrit au bureau", "Écrit sur la route"]


@pytest.mark.invariant(21)
def test_a_clock_that_is_ahead_cuts_short_nobodys_thirty_days_of_reading(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi)
    end_place(claire, person, claire, CircleEnd.HANDOVER)
    claire.sync()
    mehdi.clock.advance(days=60)
    mehdi.sync()
    meet(mehdi, person, CANARY)
    come_home(mehdi, claire)
    assert summaries(claire, person) == [CANARY]
    written = {line.id for line in mehdi.desk.follow_ups.timeline(person)}

    office.clock.advance(days=60)  # it is so late for everybody
    mehdi.clock.advance(hours=2)
    mehdi.sync()
    meet(mehdi, person, "Après son départ")
    (last,) = {line.id for line in mehdi.desk.follow_ups.timeline(person)} - written
    assert key_of(mehdi, last) not in claire.session.workplace.store.texts.held(person)


def test_whoever_comes_back_reads_what_she_had_read_and_what_came_since(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi, "Avant")
    end_place(claire, person, mehdi)
    meet(claire, person, "Pendant")
    come_home(claire, mehdi)
    assert summaries(mehdi, person) == []
    welcome(claire, person, mehdi)
    meet(claire, person, "Après")
    come_home(claire, mehdi)
    assert summaries(mehdi, person) == ["Après", "Avant", "Pendant"]


def test_nothing_is_given_to_somebody_only_the_office_names(
    office: Office, claire: Laptop, mehdi: Laptop, sofia: Laptop
) -> None:
    """A place that no member signed opens records, never words."""
    person = somebody(claire)
    meet(claire, person, CANARY)
    welcome(claire, person, mehdi)
    come_home(claire, mehdi)
    forge_place(office, person, sofia, by=mehdi)
    claire.sync(verify=True)
    mehdi.sync(verify=True)
    sofia.sync()
    keys = claire.session.workplace.circle_keys()
    assert keys.unnamed(person) == {sofia.session.workplace.me}
    assert not sofia.session.workplace.store.texts.held(person)
    assert CANARY not in sofia.store_text()
    meet(claire, person, f"{CANARY} encore")
    come_home(claire, sofia)
    assert CANARY not in sofia.store_text()
    assert set(summaries(sofia, person)) <= {NOT_YET}


def test_an_erased_person_leaves_no_key(office: Office, claire: Laptop, mehdi: Laptop) -> None:
    person = followed_by_both(claire, mehdi, CANARY)
    office.erase(person)
    for laptop in (claire, mehdi):
        laptop.sync()
        laptop.sync()
        database = laptop.session.workplace.store.database
        for table in ("circle_key", "circle_secret", "circle_statement"):
            assert not database.rows(f'SELECT 1 FROM "{table}"')


def test_an_office_put_back_from_an_old_copy_gets_texts_and_keys_again(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = somebody(claire)
    claire.sync()
    copy = office.backup()
    welcome(claire, person, mehdi)
    meet(claire, person, CANARY)
    come_home(claire, mehdi)
    meet(mehdi, person, "De Mehdi")
    mehdi.sync()
    office.restore(copy, new_epoch=True)
    for _ in range(2):
        claire.sync()
        mehdi.sync()
    for laptop in (claire, mehdi):
        assert sorted(summaries(laptop, person)) == ["De Mehdi", CANARY]
        assert is_verified(laptop)
    assert CANARY not in office.dump()


@pytest.mark.invariant(15)
def test_who_gave_a_key_is_not_taken_for_gone_because_the_page_ends_there(
    claire: Laptop, mehdi: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGE_ROWS", 1)
    come_home(claire)
    person = somebody(claire)
    claire.clock.advance(minutes=-1)  # what she gives Mehdi comes before what she kept for herself
    welcome(claire, person, mehdi)
    come_home(claire, mehdi)
    meet(mehdi, person, CANARY)
    come_home(mehdi, claire)
    assert summaries(claire, person) == [CANARY]
