"""A caseload comes in whole or not at all, and a second time changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app.session import read_packaged
from desktop.domain.caseload.errors import ImportCancelled
from desktop.domain.caseload.plan import KnownPerson, Plan
from desktop.services.caseload_import import (
    CaseloadFile,
    CaseloadImport,
    Decision,
    ImportResult,
)
from desktop.services.errors import DossiersChanged
from desktop.services.persons import NewPerson
from desktop.store.errors import DiskFull
from protocol.kinds.persons import IdentifierScheme, Sex
from tests.support.laptop import Desk, make_desk

FILE = """Nom;Prénom;Sexe;Date de naissance;Adresse;Commune;Téléphone;Portable;Mail;N° CAF
Benali;Nadia;F;04/03/1979;3 rue du Puits;Melle;0549000001;0612345601;nadia@exemple.fr;0012345
Morisset;Yves;M;22/09/1968;;Niort;;0612345602;;
Guérin;Élodie;F;1er mars 1990;;Parthenay;;;;77001
;Sansnom;F;;;;;;;
Diallo;Fatou;F;31/02/1985;;Melle;;;;
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path)
    yield desk
    desk.store.database.close()


@pytest.fixture
def service(desk: Desk) -> CaseloadImport:
    return CaseloadImport(desk.workplace, desk.persons, read_packaged())


def test_the_persons_of_a_file_become_dossiers_of_mine(desk: Desk, service: CaseloadImport) -> None:
    result = _import(service, FILE)
    assert (result.created, result.refused) == (3, 2)
    [nadia] = desk.persons.search("Benali")
    sheet = desk.persons.sheet(nadia.id)
    assert sheet.mine
    assert sheet.commune_name == "Melle"
    person = sheet.person
    assert person.sex is Sex.FEMALE
    assert person.address_line == "3 rue du Puits"
    assert (person.phone1, person.phone2) == ("0549000001", "0612345601")
    assert person.email == "nadia@exemple.fr"
    [caf] = sheet.identifiers
    assert (caf.scheme, caf.value) == (IdentifierScheme.CAF, "0012345")


def test_everything_that_came_in_waits_for_the_office(desk: Desk, service: CaseloadImport) -> None:
    before = desk.store.outbox.typed_count()
    _import(service, FILE)
    # Three persons, three places in a circle, two numbers.
    assert desk.store.outbox.typed_count() == before + 8
    # And the key of each of the three dossiers.
    assert desk.store.records.count("circle_key") == 3


def test_importing_the_same_file_twice_changes_nothing(desk: Desk, service: CaseloadImport) -> None:
    _import(service, FILE)
    changes, pending = desk.store.database.changes, desk.store.outbox.pending_count()
    again = _import(service, FILE)
    assert (again.created, again.present) == (0, 3)
    assert desk.store.database.changes == changes
    assert desk.store.outbox.pending_count() == pending
    assert desk.persons.count() == 3


def test_the_same_file_from_another_spreadsheet_changes_nothing_either(
    desk: Desk, service: CaseloadImport
) -> None:
    _import(service, FILE)
    comma = FILE.replace(",", " ").replace(";", ",").replace("0549000001", "05 49 00 00 01")
    again = service.plan(service.read(comma.encode("utf-8-sig")), _known(service))
    assert (len(again.new), len(again.doubtful), len(again.present)) == (0, 0, 3)


def test_a_cancelled_import_leaves_no_trace(desk: Desk, service: CaseloadImport) -> None:
    before = _everything(desk)
    plan, mark = _plan(service, FILE), service.mark()
    asked: list[bool] = []

    def after_the_first_look() -> bool:
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(ImportCancelled):
        service.carry_out(plan, {}, mark, is_cancelled=after_the_first_look)
    assert _everything(desk) == before
    assert desk.persons.search("Benali") == []
    assert _import(service, FILE).created == 3


def test_a_full_disk_in_the_middle_leaves_no_trace(desk: Desk, service: CaseloadImport) -> None:
    plan, mark = _plan(service, FILE), service.mark()
    before = _everything(desk)
    database = desk.store.database
    database.execute(
        "CREATE TEMP TRIGGER full AFTER INSERT ON outbox WHEN NEW.kind = 'person_identifier'"
        " BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
    )
    with pytest.raises(DiskFull):
        service.carry_out(plan, {}, mark)
    database.execute("DROP TRIGGER full")
    assert _everything(desk) == before


def test_somebody_we_may_know_is_left_aside_until_decided(
    desk: Desk, service: CaseloadImport
) -> None:
    desk.persons.create(NewPerson(birth_name="Benaly", first_name="Nadia", commune="79174"))
    plan = _plan(service, FILE)
    [doubt] = plan.doubtful
    assert doubt.suspects[0].person_id is not None
    undecided = service.carry_out(plan, {}, service.mark()).value
    assert (undecided.created, undecided.left_aside) == (2, 1)
    plan = _plan(service, FILE)
    [doubt] = plan.doubtful
    same = service.carry_out(plan, {doubt.row.number: Decision.SAME}, service.mark()).value
    assert (same.created, desk.persons.count()) == (0, 3)
    other = service.carry_out(plan, {doubt.row.number: Decision.NEW}, service.mark()).value
    assert (other.created, desk.persons.count()) == (1, 4)
    again = _plan(service, FILE)
    assert (len(again.new), len(again.doubtful)) == (0, 0)


def test_a_dossier_that_arrived_meanwhile_makes_the_plan_be_made_again(
    desk: Desk, service: CaseloadImport
) -> None:
    mark, plan = service.mark(), _plan(service, FILE)
    desk.persons.create(NewPerson(birth_name="Benali", first_name="Nadia"))
    with pytest.raises(DossiersChanged):
        service.carry_out(plan, {}, mark)
    assert desk.persons.count() == 1


def test_a_number_typed_by_hand_is_recognised_however_it_was_spaced(
    desk: Desk, service: CaseloadImport
) -> None:
    nadia = desk.persons.create(NewPerson(birth_name="Benali", first_name="Nadia")).value
    desk.persons.set_identifier(nadia, IdentifierScheme.CAF, "123 45")
    plan = _plan(service, FILE)
    assert [present.person_id for present in plan.present] == [nadia]


def test_known_persons_come_in_stretches(desk: Desk, service: CaseloadImport) -> None:
    _import(service, FILE)
    first = service.known_after("", limit=2)
    rest = service.known_after(first[-1].person_id, limit=2)
    assert [len(first), len(rest)] == [2, 1]
    assert {person.birth_name for person in (*first, *rest)} == {"Benali", "Morisset", "Guérin"}
    held = [number for person in (*first, *rest) for number in person.identifiers]
    assert sorted(value for _, value in held) == ["0012345", "0077001"]


def test_refused_rows_can_be_corrected_and_brought_back(
    desk: Desk, service: CaseloadImport
) -> None:
    file = service.read(FILE.encode())
    plan = service.plan(file, ())
    exported = service.refused_csv(
        file, plan, lambda problem: problem.reason, number_heading="Ligne", reason_heading="Motif"
    )
    assert exported.startswith(b"\xef\xbb\xbf")
    corrected = exported.decode("utf-8-sig").replace("31/02/1985", "28/02/1985")
    again = service.plan(service.read(corrected.encode()), ())
    assert [row.birth_name for row in again.new] == ["Diallo"]


def test_progress_goes_from_nothing_to_everything(desk: Desk, service: CaseloadImport) -> None:
    seen: list[tuple[int, int]] = []
    plan, mark = _plan(service, FILE), service.mark()
    service.carry_out(plan, {}, mark, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 3)
    assert seen[-1] == (3, 3)


def _import(service: CaseloadImport, text: str) -> ImportResult:
    mark = service.mark()
    return service.carry_out(_plan(service, text), {}, mark).value


def _plan(service: CaseloadImport, text: str) -> Plan:
    file: CaseloadFile = service.read(text.encode("cp1252"))
    return service.plan(file, _known(service))


def _known(service: CaseloadImport) -> tuple[KnownPerson, ...]:
    return service.known_after()


def _everything(desk: Desk) -> list[object]:
    tables = ("person", "person_identifier", "circle_member", "outbox", "person_word", "mirror")
    return [desk.store.database.rows(f'SELECT * FROM "{table}"') for table in tables]
