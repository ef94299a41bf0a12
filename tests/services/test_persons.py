"""People: entered, found whatever was typed, and the circle that reads their dossier."""

from datetime import date

import pytest

from desktop.domain.duplicates import Level
from desktop.services.duplicates import Duplicates
from desktop.services.errors import InvalidInput, NotAllowed
from desktop.services.persons import NewPerson
from protocol.ids import ProfessionalId, RecordId
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleEnd, CircleRole, IdentifierScheme
from tests.support.laptop import Desk, bring, professional, seed_small


@pytest.mark.parametrize(
    "typed",
    ["morisset", "Yves MORISSET", "morisset yves", "yve moriset", "yv", "mauricet", "Moriset Yve"],
)
def test_somebody_is_found_whatever_was_typed(claire: Desk, typed: str) -> None:
    seed_small(claire)
    assert "Morisset Yves" in [line.name for line in claire.persons.search(typed)]


@pytest.mark.parametrize(
    "typed", ["elodie guerin", "Guérin", "gerin élody", "nguyen", "n'guyen thi"]
)
def test_accents_apostrophes_and_sounds_are_forgiven(claire: Desk, typed: str) -> None:
    seed_small(claire)
    assert claire.persons.search(typed)[0].name in ("Guérin Élodie", "N’Guyen Thi Lan")


def test_a_phone_number_or_a_birth_date_finds_somebody(claire: Desk) -> None:
    made = claire.persons.create(
        NewPerson(
            birth_name="Roux",
            first_name="Anne",
            birth_date=date(1979, 3, 4),
            phone1="0549123456",
        )
    ).value
    for typed in ("05 49 12", "4/3/1979", "04031979", "anne 1979"):
        assert [line.id for line in claire.persons.search(typed)] == [made], typed


def test_a_changed_name_is_found_and_the_old_one_is_not(claire: Desk) -> None:
    made = claire.persons.create(NewPerson(birth_name="Zwolinski", first_name="Eva")).value
    sheet = claire.persons.sheet(made)
    from dataclasses import replace

    claire.persons.edit(replace(sheet.person, birth_name="Bonneau"))
    assert [line.id for line in claire.persons.search("bonneau")] == [made]
    assert claire.persons.search("zwolinski") == []


def test_names_are_required_and_a_birth_in_the_future_is_refused(claire: Desk) -> None:
    with pytest.raises(InvalidInput, match="birth_name: missing"):
        claire.persons.create(NewPerson(birth_name="  ", first_name="Eva"))
    with pytest.raises(InvalidInput, match="future_date"):
        claire.persons.create(
            NewPerson(birth_name="Bon", first_name="Eva", birth_date=date(2027, 1, 1))
        )
    assert claire.persons.count() == 0


def test_a_likely_duplicate_is_told_with_its_reasons(claire: Desk) -> None:
    claire.persons.create(
        NewPerson(birth_name="Morisset", first_name="Yves", birth_date=date(1979, 3, 4))
    )
    again = NewPerson(birth_name="MORISSET", first_name="Yves", birth_date=date(1979, 3, 4))
    found = Duplicates(claire.workplace, claire.persons).near(again)
    assert found[0].likeness.level is Level.SURELY
    assert found[0].likeness.reasons


def test_there_is_one_referent_unique_at_a_time(claire: Desk) -> None:
    person = seed_small(claire)[0]
    roy, lambert = (
        ProfessionalId(claire.workplace.new_id()),
        ProfessionalId(claire.workplace.new_id()),
    )
    bring(
        claire.workplace,
        professional(claire.workplace, roy, "Catherine Roy", Job.REFERENT),
        professional(claire.workplace, lambert, "Hugo Lambert", Job.MOBILITY_ADVISOR),
    )
    claire.persons.welcome(person, roy, CircleRole.UNIQUE_REFERENT)
    with pytest.raises(NotAllowed):
        claire.persons.welcome(person, lambert, CircleRole.UNIQUE_REFERENT)
    assert [c.short_name for c in claire.persons.readers(person)] == ["C. Roy"]
    assert claire.persons.sheet(person).referent is not None


def test_after_a_handover_the_former_referent_reads_thirty_days_more(claire: Desk) -> None:
    person = seed_small(claire)[0]
    mine = claire.persons.sheet(person).circle[0]
    claire.persons.end_membership(RecordId(mine.id), CircleEnd.HANDOVER)
    claire.clock.advance(days=30)
    assert claire.persons.sheet(person).mine
    claire.clock.advance(days=1)
    assert not claire.persons.sheet(person).mine


def test_the_successor_can_take_over_on_the_day_of_a_handover(claire: Desk) -> None:
    person = seed_small(claire)[0]
    claire.persons.welcome(person, claire.workplace.me, CircleRole.UNIQUE_REFERENT)
    mine = next(
        line
        for line in claire.persons.sheet(person).circle
        if line.role is CircleRole.UNIQUE_REFERENT
    )
    claire.persons.end_membership(mine.id, CircleEnd.HANDOVER)
    assert claire.persons.sheet(person).referent is None
    roy = next(c for c in claire.directory.colleagues().values() if c.name == "Catherine Roy")
    claire.persons.welcome(person, ProfessionalId(roy.id), CircleRole.UNIQUE_REFERENT)
    referent = claire.persons.sheet(person).referent
    assert referent is not None
    assert referent.name == "Catherine Roy"


def test_an_identifier_is_corrected_and_removed(claire: Desk) -> None:
    person = seed_small(claire)[0]
    claire.persons.set_identifier(person, IdentifierScheme.CAF, "1234567")
    claire.persons.set_identifier(person, IdentifierScheme.CAF, "7654321")
    assert [i.value for i in claire.persons.sheet(person).identifiers] == ["7654321"]
    claire.persons.set_identifier(person, IdentifierScheme.CAF, " ")
    assert claire.persons.sheet(person).identifiers == ()


def test_accents_and_capitals_do_not_change_the_order_of_the_caseload(claire: Desk) -> None:
    for name in ("Zola", "Élie", "durand", "Fabre", "Óscar", "N’Diaye"):
        claire.persons.create(NewPerson(birth_name=name, first_name="Une"))
    names = [line.name for line in claire.persons.caseload()]
    assert names == [
        "durand Une", "Élie Une", "Fabre Une", "N’Diaye Une", "Óscar Une", "Zola Une",
    ]  # fmt: skip
    assert [line.name for line in claire.persons.caseload(offset=2, limit=2)] == names[2:4]
