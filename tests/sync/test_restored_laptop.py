"""A laptop put back from an older copy, or copied: it goes on as another, and nothing is lost."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.services.persons import NewPerson
from desktop.sync.errors import Offline
from desktop.sync.transport import HttpOffice
from protocol.ids import PersonId
from protocol.kinds.people import Job
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office, office, premises
from tests.support.opened import office_words
from tests.support.two_laptops import dropped, is_verified, set_phone

__all__ = ["office", "premises"]


@pytest.fixture
def laptop(office: Office, tmp_path: Path) -> Iterator[Laptop]:
    made = enrolled(office, tmp_path / "claire", "Claire Martin", Job.PSYCHOLOGIST)
    yield made
    made.close()


def image_of(laptop: Laptop) -> Path:
    """Return a copy of the laptop's disk."""
    laptop.close()
    image = laptop.folder.with_name("image")
    shutil.copytree(laptop.folder, image)
    laptop.reopen()
    return image


def put_back(laptop: Laptop, image: Path) -> None:
    """Put the laptop's disk back as it was."""
    laptop.close()
    shutil.rmtree(laptop.folder)
    shutil.copytree(image, laptop.folder)
    laptop.reopen()


def device_of(laptop: Laptop) -> str:
    enrolment = laptop.session.workplace.store.state.enrolment()
    assert enrolment is not None
    return enrolment.device


def write(laptop: Laptop, name: str) -> PersonId:
    return laptop.desk.persons.create(NewPerson(birth_name=name, first_name="La copie")).value


def test_work_typed_before_and_after_an_old_copy_was_put_back_is_kept(
    office: Office, laptop: Laptop
) -> None:
    shared = write(laptop, "Commune")
    laptop.sync()
    image = image_of(laptop)
    former = device_of(laptop)
    write(laptop, "Avant")
    sheet = laptop.desk.persons.sheet(shared).person
    laptop.desk.persons.edit(replace(sheet, phone1="05 49 00 00 01"))
    laptop.sync()

    put_back(laptop, image)
    assert "Avant" not in laptop.store_text()
    write(laptop, "Après")
    laptop.sync()
    assert device_of(laptop) != former
    for words in ("Avant", "Après", "05 49 00 00 01"):
        assert words in office_words(office, laptop.session.workplace.store)
        assert words in laptop.store_text()
    assert is_verified(laptop)
    assert not laptop.session.workplace.store.outbox.pending_count()
    devices = {str(device.id) for device in office.devices()}
    assert {former, device_of(laptop)} <= devices


@pytest.mark.invariant(1)
def test_what_is_typed_on_an_old_copy_is_kept_though_somebody_was_erased_meanwhile(
    office: Office, laptop: Laptop
) -> None:
    """Whatever the office had been sent last, it took the next operations of that number for it."""
    erased = write(laptop, "Effacée")
    laptop.sync()
    image = image_of(laptop)
    write(laptop, "Avant")
    laptop.sync()
    office.erase(erased)
    put_back(laptop, image)
    write(laptop, "Après")
    laptop.sync()
    for word in ("Avant", "Après"):
        assert word in office_words(office, laptop.session.workplace.store)
        assert word in laptop.store_text()
    assert "Effacée" not in laptop.store_text()
    assert is_verified(laptop)


def test_an_old_copy_with_nothing_to_send_finds_out_at_its_first_contact(
    office: Office, laptop: Laptop
) -> None:
    image = image_of(laptop)
    former = device_of(laptop)
    write(laptop, "Avant")
    laptop.sync()
    put_back(laptop, image)
    laptop.sync()
    assert device_of(laptop) != former
    assert "Avant" in laptop.store_text()
    assert is_verified(laptop)


def test_two_copies_of_one_laptop_end_up_with_the_same_work(
    office: Office, laptop: Laptop, tmp_path: Path
) -> None:
    image = image_of(laptop)
    twin_folder = tmp_path / "twin"
    shutil.copytree(image, twin_folder)
    twin = replace(laptop, folder=twin_folder)
    twin.session.close()
    twin.reopen()
    laptop.reopen()
    write(laptop, "Première")
    laptop.sync()
    write(twin, "Seconde")
    twin.sync()
    laptop.sync()
    twin.sync()
    for one in (laptop, twin):
        assert "Première" in one.store_text()
        assert "Seconde" in one.store_text()
        assert is_verified(one)
    assert device_of(laptop) != device_of(twin)
    twin.close()


@pytest.mark.invariant(20)
def test_an_image_taken_as_a_renewal_was_cut_meets_a_restored_office_at_once(
    office: Office, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who it was, who it had chosen to become, and the office: each is found out, one by one."""
    laptop.sync()
    image = image_of(laptop)
    write(laptop, "Avant")
    laptop.sync()
    put_back(laptop, image)
    with monkeypatch.context() as patch:
        patch.setattr(HttpOffice, "renew", dropped)
        with pytest.raises(Offline):
            laptop.sync()  # it has chosen who it becomes, and says so in vain
    shutil.rmtree(image)
    image = image_of(laptop)
    office.restore(office.backup(), new_epoch=True)
    laptop.sync()
    write(laptop, "Après")
    laptop.sync()
    put_back(laptop, image)
    laptop.sync()
    for words in ("Avant", "Après"):
        assert words in laptop.store_text()
    assert is_verified(laptop)


@pytest.mark.parametrize("after", [0, 900, 2_500, 4_000])
def test_a_renewal_cut_anywhere_is_taken_up_again_as_the_same_device(
    office: Office, laptop: Laptop, after: int
) -> None:
    image = image_of(laptop)
    write(laptop, "Avant")
    laptop.sync()
    put_back(laptop, image)
    write(laptop, "Après")
    office.cut_reply_after(after)
    for _ in range(4):
        with suppress(Offline):
            laptop.sync()
    office.road.reply_bytes = None
    laptop.reopen()
    laptop.sync()
    assert len(office.devices()) == 2
    for words in ("Avant", "Après"):
        assert words in office_words(office, laptop.session.workplace.store)
        assert words in laptop.store_text()
    assert is_verified(laptop)


@pytest.mark.invariant(14, 20)
@pytest.mark.parametrize("typed", ["before", "since"])
def test_an_old_copy_before_a_restored_office_takes_nothing_of_its_own_for_received(
    office: Office, laptop: Laptop, typed: str
) -> None:
    """It gave again numbers that the office held, of work that it had forgotten."""
    shared = write(laptop, "Commune")
    laptop.sync()
    if typed == "before":
        set_phone(laptop, shared, "05 49 00 00 01")
    image = image_of(laptop)
    set_phone(laptop, shared, "05 49 00 00 02")
    laptop.sync()
    backup = office.backup()
    put_back(laptop, image)
    if typed == "since":
        set_phone(laptop, shared, "05 49 00 00 03")
    office.restore(backup, new_epoch=True)
    laptop.sync()
    assert is_verified(laptop)
    shown = repr(laptop.desk.persons.sheet(shared).person)
    shown += repr([laptop.desk.conflicts.sheet(it.id) for it in laptop.desk.conflicts.to_review()])
    assert "05 49 00 00 02" in shown
    assert "05 49 00 00 03" in shown or typed == "before"
