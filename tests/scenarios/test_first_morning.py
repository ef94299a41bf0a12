"""A psychologist’s morning: the field without a network, then the office, then a colleague."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.services.persons import NewPerson
from desktop.sync.errors import Offline, SyncError
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.follow_ups import Theme
from protocol.kinds.persons import CircleEnd, CircleRole
from tests.support.fleet import Laptop
from tests.support.office import Office
from tests.support.opened import office_words

CANARY = "CANARI-CLINIQUE-7F3A"


def meet(laptop: Laptop, person: PersonId, summary: str, clinical: str = "") -> None:
    """Record a follow-up."""
    form = laptop.desk.follow_ups.begin(person)
    laptop.desk.follow_ups.finish(
        replace(form, summary=summary, clinical=clinical, themes=frozenset({Theme.HOUSING}))
    )


def colleague(laptop: Laptop, name: str) -> ProfessionalId:
    """Return a colleague as this laptop knows her."""
    found = [c.id for c in laptop.desk.directory.colleagues().values() if c.name == name]
    return ProfessionalId(found[0])


def shared_person(claire: Laptop, mehdi: Laptop) -> PersonId:
    """Return somebody whose circle holds both."""
    claire.sync()
    person = claire.desk.persons.create(NewPerson(birth_name="Morisset", first_name="Yves")).value
    claire.desk.persons.welcome(
        person, colleague(claire, "Mehdi Belkacem"), CircleRole.UNIQUE_REFERENT
    )
    return person


def test_what_is_written_in_the_field_is_read_by_the_colleague_and_the_note_by_nobody(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = shared_person(claire, mehdi)
    office.offline()
    meet(claire, person, "Accepte un suivi mensuel.", CANARY)
    with pytest.raises(Offline):
        claire.sync()
    assert claire.desk.sync_reports.read().pending > 0

    office.online()
    receipt = claire.sync()
    assert receipt.sent == 5  # person, two places in the circle, follow-up, note
    assert claire.desk.sync_reports.read().pending == 0

    mehdi.sync()
    line = mehdi.desk.follow_ups.timeline(person)[0]
    assert line.summary == "Accepte un suivi mensuel."
    assert line.author.name == "Claire Martin"
    assert line.themes == (Theme.HOUSING,)
    assert not line.has_note
    assert mehdi.store_text().count(CANARY) == 0
    assert CANARY not in office.dump()
    assert "Accepte un suivi" not in office.dump()
    assert "Accepte un suivi" in office_words(office, claire.session.workplace.store)
    assert CANARY not in office.log()
    assert claire.desk.follow_ups.note(line.id) == CANARY


def test_nobody_outside_the_circle_receives_a_byte_of_the_dossier(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    person = claire.desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou")).value
    meet(claire, person, "CANARI-PARTAGE")
    claire.sync()
    mehdi.sync()
    assert mehdi.desk.persons.count() == 0
    assert "CANARI-PARTAGE" not in mehdi.store_text()


def test_a_second_sync_with_nothing_new_sends_and_receives_nothing(claire: Laptop) -> None:
    claire.desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou"))
    claire.sync()
    before = claire.session.workplace.store.database.changes
    receipt = claire.sync()
    assert (receipt.sent, receipt.received) == (0, 0)
    assert claire.session.workplace.store.database.changes == before


def test_a_colleagues_correction_comes_back_field_by_field(claire: Laptop, mehdi: Laptop) -> None:
    person = shared_person(claire, mehdi)
    claire.sync()
    mehdi.sync()
    known = mehdi.desk.persons.sheet(person).person
    mehdi.desk.persons.edit(replace(known, phone1="0549000000"))
    mine = claire.desk.persons.sheet(person).person
    claire.desk.persons.edit(replace(mine, birth_date=date(1979, 3, 4)))
    mehdi.sync()
    claire.sync()
    mehdi.sync()
    for laptop in (claire, mehdi):
        sheet = laptop.desk.persons.sheet(person).person
        assert (sheet.phone1, sheet.birth_date) == ("0549000000", date(1979, 3, 4))
        assert laptop.desk.sync_reports.read().to_review == ()


def test_the_same_field_changed_twice_keeps_both_values(claire: Laptop, mehdi: Laptop) -> None:
    person = shared_person(claire, mehdi)
    claire.sync()
    mehdi.sync()
    claire.clock.advance(minutes=5)
    claire.desk.persons.edit(replace(claire.desk.persons.sheet(person).person, phone1="0611111111"))
    mehdi.desk.persons.edit(replace(mehdi.desk.persons.sheet(person).person, phone1="0622222222"))
    for laptop in (claire, mehdi, claire, mehdi):
        laptop.sync()
    phones = {laptop.desk.persons.sheet(person).person.phone1 for laptop in (claire, mehdi)}
    assert phones == {"0611111111"}, "the later by the clock stands on both"
    for laptop in (claire, mehdi):
        (review,) = laptop.desk.sync_reports.read().to_review
        assert (review.field, review.person_name) == ("Téléphone", "Yves Morisset")


def test_texts_changed_in_different_sentences_are_joined(claire: Laptop, mehdi: Laptop) -> None:
    person = shared_person(claire, mehdi)
    base = "Locataire du parc privé. Vient en car."
    known = claire.desk.persons.sheet(person).person
    claire.desk.persons.edit(replace(known, request=base))
    claire.sync()
    mehdi.sync()
    for laptop, text in (
        (claire, base.replace("privé", "privé, menacé d’expulsion")),
        (mehdi, base + " Préfère le matin."),
    ):
        sheet = laptop.desk.persons.sheet(person).person
        laptop.desk.persons.edit(replace(sheet, request=text))
    for laptop in (claire, mehdi, claire):
        laptop.sync()
    expected = "Locataire du parc privé, menacé d’expulsion. Vient en car. Préfère le matin."
    for laptop in (claire, mehdi):
        assert laptop.desk.persons.sheet(person).person.request == expected
        assert laptop.desk.sync_reports.read().to_review == ()


def test_a_passage_rewritten_by_both_keeps_both_texts(claire: Laptop, mehdi: Laptop) -> None:
    person = shared_person(claire, mehdi)
    known = claire.desk.persons.sheet(person).person
    claire.desk.persons.edit(replace(known, request="Il dort mal."))
    claire.sync()
    mehdi.sync()
    for laptop, text in ((claire, "Il dort mieux."), (mehdi, "Il dort très peu.")):
        sheet = laptop.desk.persons.sheet(person).person
        laptop.desk.persons.edit(replace(sheet, request=text))
    for laptop in (claire, mehdi, claire, mehdi):
        laptop.sync()
    requests = {laptop.desk.persons.sheet(person).person.request for laptop in (claire, mehdi)}
    assert requests == {"Il dort mieux."}
    for laptop in (claire, mehdi):
        assert len(laptop.desk.sync_reports.read().to_review) == 1
        assert "Il dort très peu." in laptop.store_text()


def test_leaving_the_circle_removes_the_dossier_at_the_next_sync(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = shared_person(claire, mehdi)
    claire.sync()
    mehdi.sync()
    assert mehdi.desk.persons.count() == 1
    member = next(
        line
        for line in claire.desk.persons.sheet(person).circle
        if line.colleague.name == "Mehdi Belkacem"
    )
    claire.clock.advance(minutes=1)
    claire.desk.persons.end_membership(member.id, CircleEnd.END_OF_PROGRAM)
    claire.sync()
    mehdi.sync()
    assert mehdi.desk.persons.count() == 0
    assert "Morisset" not in mehdi.store_text()


def test_a_sync_cut_at_any_moment_goes_on_from_there(office: Office, claire: Laptop) -> None:
    for index in range(40):
        made = claire.desk.persons.create(
            NewPerson(birth_name=f"Personne{index}", first_name="Une")
        ).value
        meet(claire, made, "Synthèse " * 50)
    for cut in (0, 500, 1_000, 2_000, 4_000):
        office.cut_reply_after(cut)
        try:
            claire.sync()
        except SyncError:
            continue
    claire.sync()
    assert claire.desk.sync_reports.read().pending == 0
    held = office_words(office, claire.session.workplace.store)
    assert held.count("Synthèse Synthèse") >= 40
    assert claire.desk.persons.count() == 40


def test_a_laptop_killed_between_sending_and_hearing_back_sends_nothing_twice(
    office: Office, claire: Laptop
) -> None:
    claire.desk.persons.create(NewPerson(birth_name="Diallo", first_name="Fatou"))
    office.cut_reply_after(0)
    with pytest.raises(SyncError):
        claire.sync()
    claire.reopen()
    claire.sync()
    assert claire.desk.sync_reports.read().pending == 0
    assert office.dump().count('"Diallo"') == 1


def test_a_new_laptop_reads_the_whole_dossier_when_somebody_joins_late(
    claire: Laptop, mehdi: Laptop
) -> None:
    claire.sync()
    person = claire.desk.persons.create(NewPerson(birth_name="Guérin", first_name="Élodie")).value
    meet(claire, person, "Premier.")
    claire.sync()
    claire.clock.advance(days=3)
    meet(claire, person, "Deuxième.")
    claire.sync()
    mehdi.sync()
    claire.desk.persons.welcome(
        person, colleague(claire, "Mehdi Belkacem"), CircleRole.UNIQUE_REFERENT
    )
    claire.sync()
    mehdi.sync()
    assert [x.summary for x in mehdi.desk.follow_ups.timeline(person)] == ["Deuxième.", "Premier."]
