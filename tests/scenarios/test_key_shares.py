"""Everything is lost but two shares: Claire's colleagues give her back her notes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app.key_pages import ShareDesk
from desktop.crypto.errors import ShareProblem, WrongPassphrase, WrongRecoveryKey, WrongShare
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.sync.key_shares import Kept
from desktop.ui.first_run.ports import Standing
from protocol.kinds.people import Job
from tests.scenarios.test_another_laptop import CleanMachine, read_notes, written
from tests.scenarios.test_lost_laptop import withdraw_at_the_office
from tests.support.fleet import PASSPHRASE, Laptop, access, enrolled
from tests.support.office import Office

NADIA, INES = "Nadia Petit", "Inès Blanc"


@pytest.fixture
def nadia(office: Office, claire: Laptop, tmp_path: Path) -> Iterator[Laptop]:
    """A psychologist."""
    laptop = enrolled(office, tmp_path / "nadia", NADIA, Job.PSYCHOLOGIST, claire.clock)
    yield laptop
    laptop.close()


@pytest.fixture
def ines(office: Office, claire: Laptop, tmp_path: Path) -> Iterator[Laptop]:
    """A nurse."""
    laptop = enrolled(office, tmp_path / "ines", INES, Job.NURSE, claire.clock)
    yield laptop
    laptop.close()


@pytest.fixture
def machine(office: Office, claire: Laptop, tmp_path: Path) -> Iterator[CleanMachine]:
    made = CleanMachine(office, tmp_path / "machine", claire.clock)
    yield made
    made.close()


def page(laptop: Laptop) -> ShareDesk:
    """Return what the page « Parts de votre clé » asks."""
    return ShareDesk(laptop.session, access(laptop.folder), laptop.road())


def compare_words(one: Laptop, *others: Laptop) -> None:
    """Read the words to one another."""
    one.sync()
    for other in others:
        identity = other.desk.identities
        one.desk.identities.verify(other.session.workplace.me, identity.my_words())


def share(claire: Laptop, nadia: Laptop, ines: Laptop) -> tuple[str, ...]:
    """Claire cuts her key in three; return the words of her paper."""
    compare_words(claire, nadia, ines)
    desk = page(claire)
    cut = desk.cut(nadia.session.workplace.me, ines.session.workplace.me)
    desk.give(cut)
    return cut.paper


def give_back(keeper: Laptop) -> str:
    """The colleague shows, face to face, the words she keeps."""
    desk = page(keeper)
    [kept] = desk.look().kept
    assert desk.names()[kept.owner] == "Claire Martin"
    return " ".join(desk.open_kept(kept, PASSPHRASE))


def test_two_colleagues_give_back_the_notes_on_a_clean_machine(
    office: Office,
    claire: Laptop,
    mehdi: Laptop,
    nadia: Laptop,
    ines: Laptop,
    machine: CleanMachine,
) -> None:
    person = written(claire, mehdi)
    share(claire, nadia, ines)
    nadia.sync()
    ines.sync()
    withdraw_at_the_office(office, claire)

    standing = machine.look(office.invite("Claire Martin"))
    assert standing == Standing(is_known=True, has_shares=True)
    words = (give_back(nadia), give_back(ines))
    assert not any(share in office.dump() for share in words)
    machine.flow.find_by_shares(*words)
    found = machine.finish()

    assert read_notes(found, person) == ["CANARI-CLINIQUE"]


def test_a_paper_and_one_colleague_are_enough(
    office: Office,
    claire: Laptop,
    mehdi: Laptop,
    nadia: Laptop,
    ines: Laptop,
    machine: CleanMachine,
) -> None:
    person = written(claire, mehdi)
    paper = share(claire, nadia, ines)
    ines.sync()
    machine.look(office.invite("Claire Martin"))
    machine.flow.check_share(" ".join(paper))
    machine.flow.find_by_shares(" ".join(paper), give_back(ines))

    assert read_notes(machine.finish(), person) == ["CANARI-CLINIQUE"]


def test_one_share_twice_or_of_a_former_cut_opens_nothing(
    office: Office, claire: Laptop, nadia: Laptop, ines: Laptop, machine: CleanMachine
) -> None:
    former = " ".join(share(claire, nadia, ines))
    paper = " ".join(share(claire, nadia, ines))
    nadia.sync()
    machine.look(office.invite("Claire Martin"))

    with pytest.raises(WrongShare) as twice:
        machine.flow.find_by_shares(paper, paper)
    assert twice.value.problem is ShareProblem.SAME_SHARE
    with pytest.raises(WrongShare) as mixed:
        machine.flow.find_by_shares(former, give_back(nadia))
    assert mixed.value.problem is ShareProblem.OTHER_SPLIT


def test_shares_taken_back_open_nothing_any_more(
    office: Office, claire: Laptop, nadia: Laptop, ines: Laptop, machine: CleanMachine
) -> None:
    paper = " ".join(share(claire, nadia, ines))
    nadia.sync()
    hers = give_back(nadia)
    assert page(claire).look().holders
    taken = page(claire).take_back()

    assert (taken.split, taken.holders) == (None, ())
    assert page(nadia).look().kept == ()
    assert machine.look(office.invite("Claire Martin")) == Standing(is_known=True)
    with pytest.raises(WrongRecoveryKey):
        machine.flow.find_by_shares(paper, hers)


def test_a_share_is_given_only_to_who_is_bound_by_secrecy_and_was_verified(
    claire: Laptop, mehdi: Laptop, nadia: Laptop, ines: Laptop
) -> None:
    claire.sync()
    desk = page(claire)
    assert desk.keepers() == []
    with pytest.raises(NotAllowed):
        desk.cut(nadia.session.workplace.me, ines.session.workplace.me)
    compare_words(claire, nadia, mehdi)  # Mehdi is a référent

    assert [it.name for it in desk.keepers()] == [NADIA]
    with pytest.raises(NotAllowed):
        desk.cut(nadia.session.workplace.me, mehdi.session.workplace.me)
    with pytest.raises(InvalidInput):
        desk.cut(nadia.session.workplace.me, nadia.session.workplace.me)


def test_a_share_is_shown_only_to_who_knows_the_passphrase_and_opens_for_its_keeper(
    claire: Laptop, nadia: Laptop, ines: Laptop
) -> None:
    share(claire, nadia, ines)
    nadia.sync()
    [kept] = page(nadia).look().kept
    with pytest.raises(WrongPassphrase):
        page(nadia).open_kept(kept, "une autre phrase qui ne dit rien")
    with pytest.raises(NotFound):
        page(ines).open_kept(kept, PASSPHRASE)
    pretended = Kept(ines.session.workplace.me, kept.split, kept.sealed, kept.since)
    with pytest.raises(NotFound):  # the office says that it is somebody else's
        page(nadia).open_kept(pretended, PASSPHRASE)
