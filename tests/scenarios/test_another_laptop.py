"""A laptop more, a laptop lost: how somebody becomes herself again on a clean machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app.first_run import FirstRunFlow
from desktop.app.identity_search import IdentitySearch
from desktop.app.open_keys import OpenKeys
from desktop.app.session import open_session, unknown_office
from desktop.crypto.errors import PairingBroken, RecoveryProblem, WrongPassphrase, WrongRecoveryKey
from desktop.crypto.randomness import SystemRandom
from desktop.services.errors import IdentityChanged
from desktop.services.identities import Trust
from desktop.services.vault_access import Found
from desktop.store.known_identities import public_identity
from desktop.sync.addresses import ServerAddress
from desktop.sync.enrolment import identity_of
from desktop.sync.errors import InvitationRefused, Offline, Revoked, SyncError
from desktop.sync.own_keys import OwnLaptops
from desktop.sync.pairing import OfferedPairing
from desktop.sync.paper import is_paper_waiting, send_paper
from desktop.sync.transport import HttpOffice
from desktop.ui.first_run.ports import Joining, Standing
from protocol.ids import PersonId
from protocol.kinds.people import Professional
from tests.scenarios.test_first_morning import meet, shared_person
from tests.scenarios.test_lost_laptop import sync_as_the_program, withdraw_at_the_office
from tests.support.fleet import PASSPHRASE, Laptop, access, enroller
from tests.support.laptop import TurnedClock, desk_of
from tests.support.office import Office

ANOTHER_PASSPHRASE = "quatre hérons dorment sous le pont de Parthenay"


class CleanMachine:
    """A laptop out of its box, and somebody in front of it."""

    def __init__(self, office: Office, folder: Path, clock: TurnedClock) -> None:
        self.office = office
        self.folder = folder
        self.clock = clock
        self.flow = self._flow()
        self.laptops: list[Laptop] = []

    def _flow(self) -> FirstRunFlow:
        def office_at(address: ServerAddress) -> HttpOffice:
            return unknown_office(address, self.office.authority, None, self.clock)

        contact = enroller(self.office, self.clock)
        search = IdentitySearch(contact, office_at, SystemRandom())
        return FirstRunFlow(
            access(self.folder), contact, search, self.clock, SystemRandom(), lambda work: work()
        )

    def look(self, invitation: str) -> Standing:
        """Type the office and the invitation."""
        self.joining = Joining(self.flow.find_office(self.office.url), invitation)
        return self.flow.look(self.joining)

    def finish(self) -> Laptop:
        """Choose a passphrase, take the paper down, type it back, enrol."""
        words = self.flow.create(ANOTHER_PASSPHRASE, self.joining)
        self.flow.confirm(" ".join(words))
        self.flow.enrol(self.joining, lambda progress: None)
        session = open_session(self.flow.take(), self.clock, SystemRandom())
        desk = desk_of(session.workplace, self.clock)
        made = Laptop(self.folder, self.office, self.clock, session, desk, words)
        self.laptops.append(made)
        return made

    def close(self) -> None:
        """Lock."""
        self.flow.close()
        for made in self.laptops:
            made.close()


@pytest.fixture
def machine(office: Office, claire: Laptop, tmp_path: Path) -> Iterator[CleanMachine]:
    made = CleanMachine(office, tmp_path / "machine", claire.clock)
    yield made
    made.close()


@pytest.fixture
def another(office: Office, claire: Laptop, tmp_path: Path) -> Iterator[CleanMachine]:
    """One more machine."""
    made = CleanMachine(office, tmp_path / "another", claire.clock)
    yield made
    made.close()


def offered(laptop: Laptop) -> OfferedPairing:
    """Return the pairing that the page « Vos ordinateurs » begins."""
    enrolment = laptop.session.enrolment
    identity = identity_of(laptop.session.workplace.store)
    return OfferedPairing(laptop.road(), enrolment.server, identity, SystemRandom())


def own_laptops(laptop: Laptop) -> OwnLaptops:
    return OwnLaptops(laptop.road(), laptop.session.enrolment.device)


def written(claire: Laptop, mehdi: Laptop) -> PersonId:
    """Claire has written a note on a person that Mehdi knows too."""
    person = shared_person(claire, mehdi)
    meet(claire, person, "Accepte un suivi mensuel.", "CANARI-CLINIQUE")
    claire.sync()
    return person


def read_notes(laptop: Laptop, person: PersonId) -> list[str]:
    timeline = laptop.desk.follow_ups.timeline(person)
    return [laptop.desk.follow_ups.note(line.id) for line in timeline]


def pair(claire: Laptop, machine: CleanMachine) -> Laptop:
    """Claire, in front of both, does what both screens say."""
    known = offered(claire)
    assert machine.look(known.begin()) == Standing(is_known=True, is_pairing=True)
    assert machine.flow.pairing_step().words == ()
    assert known.step() == ()
    shown = machine.flow.pairing_step().words
    assert len(shown) == 4
    assert known.step() == shown
    known.agree()
    assert machine.flow.agree_pairing().is_done
    return machine.finish()


# -- from the first laptop ----------------------------------------------------------------------


def test_a_second_laptop_is_made_hers_by_comparing_four_words(
    claire: Laptop, mehdi: Laptop, machine: CleanMachine, office: Office
) -> None:
    person = written(claire, mehdi)
    second = pair(claire, machine)

    assert read_notes(second, person) == ["CANARI-CLINIQUE"]
    mine = identity_of(claire.session.workplace.store).public
    assert identity_of(second.session.workplace.store).public == mine
    meet(second, person, "Vue à Melle.", "SECONDE-NOTE")
    second.sync()
    claire.sync()
    assert set(read_notes(claire, person)) == {"CANARI-CLINIQUE", "SECONDE-NOTE"}
    assert "CANARI-CLINIQUE" not in office.dump()


def test_the_second_laptop_takes_nothing_before_its_owner_has_compared_the_words(
    claire: Laptop, machine: CleanMachine
) -> None:
    known = offered(claire)
    machine.look(known.begin())
    machine.flow.pairing_step()
    known.step()
    machine.flow.pairing_step()
    known.step()
    known.agree()  # on one screen only

    assert not machine.flow.pairing_step().is_done
    assert machine.flow.agree_pairing().is_done


def test_words_that_differ_give_nothing_and_close_the_invitation(
    claire: Laptop, machine: CleanMachine, another: CleanMachine
) -> None:
    known = offered(claire)
    invitation = known.begin()
    machine.look(invitation)
    machine.flow.pairing_step()
    known.step()
    machine.flow.pairing_step()
    known.close()

    with pytest.raises(InvitationRefused):
        machine.flow.agree_pairing()
    with pytest.raises(InvitationRefused):
        another.look(invitation)


def test_a_pairing_survives_a_network_that_comes_and_goes(
    claire: Laptop, machine: CleanMachine, office: Office
) -> None:
    known = offered(claire)
    machine.look(known.begin())
    machine.flow.pairing_step()
    office.offline()
    for side in (known.step, machine.flow.pairing_step):
        with pytest.raises(Offline):
            side()
    office.online()
    assert known.step() == ()
    shown = machine.flow.pairing_step().words
    assert known.step() == shown


def test_both_laptops_are_listed_named_and_one_is_withdrawn_by_the_other(
    claire: Laptop, mehdi: Laptop, machine: CleanMachine
) -> None:
    written(claire, mehdi)
    second = pair(claire, machine)
    device = second.session.enrolment.device
    own_laptops(claire).rename(device, "Portable de Melle")

    assert [(it.is_this, it.name) for it in own_laptops(claire).all()] == [
        (True, None),
        (False, "Portable de Melle"),
    ]
    left = own_laptops(claire).withdraw(device)

    assert [it.withdrawn_at is not None for it in left] == [False, True]
    with pytest.raises(Revoked):
        sync_as_the_program(second)
    access(second.folder).withdraw(second.session.unlocked)
    assert access(second.folder).look() is Found.NOTHING
    assert claire.sync() is not None


# -- with the paper -----------------------------------------------------------------------------


def test_a_forgotten_passphrase_is_replaced_with_the_paper(claire: Laptop) -> None:
    claire.close()
    unlocked = access(claire.folder).open_with_paper(
        " ".join(claire.recovery_words), ANOTHER_PASSPHRASE
    )
    unlocked.close()

    with pytest.raises(WrongPassphrase):
        access(claire.folder).open(PASSPHRASE)
    access(claire.folder).open(ANOTHER_PASSPHRASE).close()


def test_a_lost_laptop_is_replaced_with_the_paper_and_the_paper_is_renewed(
    claire: Laptop, mehdi: Laptop, machine: CleanMachine, another: CleanMachine, office: Office
) -> None:
    person = written(claire, mehdi)
    withdraw_at_the_office(office, claire)
    standing = machine.look(office.invite("Claire Martin"))
    assert standing == Standing(is_known=True)

    machine.flow.find_by_paper(" ".join(claire.recovery_words))
    found = machine.finish()

    assert read_notes(found, person) == ["CANARI-CLINIQUE"]
    # The paper of the lost laptop opens nothing any more, the new one does.
    again = another
    again.look(office.invite("Claire Martin"))
    with pytest.raises(WrongRecoveryKey) as refused:
        again.flow.find_by_paper(" ".join(claire.recovery_words))
    assert refused.value.problem is RecoveryProblem.ANOTHER_KEY
    again.flow.find_by_paper(" ".join(found.recovery_words))
    assert read_notes(again.finish(), person) == ["CANARI-CLINIQUE"]


def test_a_paper_renewed_on_the_road_reaches_the_office_with_the_next_contact(
    claire: Laptop, machine: CleanMachine, office: Office
) -> None:
    store = claire.session.workplace.store
    keys = OpenKeys(access(claire.folder), claire.session.unlocked, SystemRandom())
    office.offline()
    words = keys.new_paper_key(PASSPHRASE)
    keys.confirm_paper_key(" ".join(words))
    with pytest.raises(SyncError):
        send_paper(store, claire.road(), lambda work: work())
    assert is_paper_waiting(store)
    office.online()
    send_paper(store, claire.road(), lambda work: work())
    assert not is_paper_waiting(store)

    machine.look(office.invite("Claire Martin"))
    with pytest.raises(WrongRecoveryKey):
        machine.flow.find_by_paper(" ".join(claire.recovery_words))
    machine.flow.find_by_paper(" ".join(words))
    machine.finish()


def test_a_wrong_word_is_pointed_at_and_a_colleagues_paper_opens_nothing(
    claire: Laptop, mehdi: Laptop, machine: CleanMachine, office: Office
) -> None:
    machine.look(office.invite("Claire Martin"))
    with pytest.raises(WrongRecoveryKey) as wrong:
        machine.flow.find_by_paper(" ".join(("zzzz", *claire.recovery_words[1:])))
    assert wrong.value.position == 1
    with pytest.raises(WrongRecoveryKey):
        machine.flow.find_by_paper(" ".join(mehdi.recovery_words))


def test_the_identity_found_is_the_one_the_office_tells_colleagues(
    claire: Laptop, machine: CleanMachine, office: Office
) -> None:
    machine.look(office.invite("Claire Martin"))
    machine.flow.find_by_paper(" ".join(claire.recovery_words))
    found = machine.finish()

    store = found.session.workplace.store
    told = store.records.get(Professional, found.session.workplace.me)
    assert told is not None
    assert public_identity(told.identity_key, told.encryption_key) == identity_of(store).public
    assert not found.desk.identities.is_misrepresented()


def test_a_newcomer_is_asked_nothing_of_the_kind(machine: CleanMachine, office: Office) -> None:
    office.hire("Inès Blanc")
    assert machine.look(office.invite("Inès Blanc")) == Standing()
    with pytest.raises(PairingBroken):
        machine.flow.pairing_step()


# -- with nothing left --------------------------------------------------------------------------


def test_colleagues_are_warned_when_somebody_comes_back_with_new_keys(
    claire: Laptop, mehdi: Laptop, machine: CleanMachine, office: Office
) -> None:
    person = written(claire, mehdi)
    mehdi.sync()
    her = str(claire.session.workplace.me)
    assert mehdi.desk.identities.look(her) is Trust.NEW
    office.administration.forget_identity(office.department, her)
    assert machine.look(office.invite("Claire Martin")) == Standing()
    found = machine.finish()

    mehdi.sync()
    assert mehdi.desk.identities.look(her) is Trust.CHANGED
    with pytest.raises(IdentityChanged):
        mehdi.desk.identities.recipient(her)
    mehdi.desk.identities.verify(her, found.desk.identities.my_words())
    mine = identity_of(found.session.workplace.store).public
    assert mehdi.desk.identities.recipient(her) == mine
    mehdi.sync()
    found.sync()
    # The team's words are back, given again by a colleague; her own are not.
    assert [line.summary for line in found.desk.follow_ups.timeline(person)] == [
        "Accepte un suivi mensuel."
    ]
    assert "CANARI-CLINIQUE" not in found.store_text()
