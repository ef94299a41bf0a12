"""The first contact, cut anywhere and tried again: one laptop, one set of keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.crypto.account_bundle import unwrap_account
from desktop.crypto.errors import BundleBroken
from desktop.crypto.recovery import RecoveryKey
from desktop.services.vault_access import Unlocked
from desktop.store.state import Enrolment
from desktop.store.store import Store
from desktop.sync.enrolment import Enrolled, identity_of
from desktop.sync.errors import AddressRefused, InvitationReason, InvitationRefused, SyncError
from protocol.invitations import InvitationMalformed
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, access, enroller
from tests.support.laptop import TurnedClock
from tests.support.office import Office, office, premises

__all__ = ["office", "premises"]


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[tuple[Unlocked, RecoveryKey]]:
    """A vault that was just made, and its paper key."""
    unlocked, paper = access(tmp_path / "vault").create(PASSPHRASE)
    yield unlocked, paper
    unlocked.close()


def enrol(office: Office, store: Store, invitation: str) -> Enrolled:
    """Present an invitation."""
    contact = enroller(office, TurnedClock())
    found = contact.find_office(office.url)
    return contact.enrol(store, found, invitation, lambda work: work())


def test_a_laptop_learns_once_and_for_all_who_it_is_to_the_office(
    office: Office, vault: tuple[Unlocked, RecoveryKey]
) -> None:
    unlocked, paper = vault
    enroller(office, TurnedClock()).prepare(unlocked.store, paper)
    enrolled = enrol(office, unlocked.store, office.invite("Claire Martin"))
    assert enrolled == Enrolled("Claire Martin", Job.PSYCHOLOGIST, "Deux-Sèvres")
    (device,) = office.devices()
    known = unlocked.store.state.enrolment()
    assert known == Enrolment(
        server_address=office.url,
        server=known.server if known else "",
        department=office.department.code,
        department_name="Deux-Sèvres",
        device=device.id,
        professional=office.hire("Claire Martin"),
        ca_file=str(office.authority),
        proxy=None,
    )
    assert unlocked.is_enrolled


@pytest.mark.parametrize("cut", [0, 200, 3_000])
def test_an_enrolment_whose_answer_was_lost_is_tried_again_with_the_same_keys(
    office: Office, vault: tuple[Unlocked, RecoveryKey], cut: int
) -> None:
    unlocked, paper = vault
    enroller(office, TurnedClock()).prepare(unlocked.store, paper)
    invitation = office.invite("Claire Martin")
    contact = enroller(office, TurnedClock())
    found = contact.find_office(office.url)
    office.cut_reply_after(cut)
    try:
        contact.enrol(unlocked.store, found, invitation, lambda work: work())
    except SyncError:
        assert not unlocked.is_enrolled
    office.road.reply_bytes = None
    enroller(office, TurnedClock()).prepare(unlocked.store, paper)
    enrol(office, unlocked.store, invitation)
    assert unlocked.is_enrolled
    assert len(office.devices()) == 1


def test_another_paper_opens_the_same_keys_and_the_former_one_nothing(
    office: Office, vault: tuple[Unlocked, RecoveryKey], tmp_path: Path
) -> None:
    unlocked, paper = vault
    contact = enroller(office, TurnedClock())
    contact.prepare(unlocked.store, paper)
    before = identity_of(unlocked.store).to_bytes()
    renewed = access(tmp_path / "vault").new_recovery_key(unlocked)
    contact.prepare(unlocked.store, renewed)
    identity = identity_of(unlocked.store)
    assert identity.to_bytes() == before
    bundle = unlocked.store.keyring.get("account_bundle")
    assert bundle is not None
    user = identity.public.signing.hex()
    keys = unwrap_account(bundle, renewed, user=user)
    assert keys.signing.public == identity.public.signing
    with pytest.raises(BundleBroken):
        unwrap_account(bundle, paper, user=user)


def test_an_invitation_that_cannot_be_one_never_leaves_the_laptop(
    office: Office, vault: tuple[Unlocked, RecoveryKey]
) -> None:
    unlocked, paper = vault
    contact = enroller(office, TurnedClock())
    contact.prepare(unlocked.store, paper)
    found = contact.find_office(office.url)
    office.offline()
    with pytest.raises(InvitationMalformed):
        contact.enrol(unlocked.store, found, "79-ABCDE", lambda work: work())


def test_an_invitation_already_used_leaves_the_laptop_as_it_was(
    office: Office, vault: tuple[Unlocked, RecoveryKey], tmp_path: Path
) -> None:
    unlocked, paper = vault
    enroller(office, TurnedClock()).prepare(unlocked.store, paper)
    invitation = office.invite("Claire Martin")
    enrol(office, unlocked.store, invitation)
    other, other_paper = access(tmp_path / "other").create(PASSPHRASE)
    enroller(office, TurnedClock()).prepare(other.store, other_paper)
    with pytest.raises(InvitationRefused) as refused:
        enrol(office, other.store, invitation)
    assert refused.value.reason is InvitationReason.USED
    assert not other.is_enrolled
    other.close()


def test_keys_come_before_the_office(office: Office, vault: tuple[Unlocked, RecoveryKey]) -> None:
    unlocked, _ = vault
    with pytest.raises(LookupError):
        identity_of(unlocked.store)
    with pytest.raises(LookupError):
        enrol(office, unlocked.store, office.invite("Claire Martin"))
    assert office.devices() == []


def test_an_address_that_is_none_is_refused_before_any_connection(office: Office) -> None:
    office.offline()
    with pytest.raises(AddressRefused):
        enroller(office, TurnedClock()).find_office("http://coffre.exemple.fr")


def test_the_office_keeps_nothing_that_opens_a_note(
    office: Office, vault: tuple[Unlocked, RecoveryKey]
) -> None:
    unlocked, paper = vault
    enroller(office, TurnedClock()).prepare(unlocked.store, paper)
    enrol(office, unlocked.store, office.invite("Claire Martin"))
    identity = identity_of(unlocked.store)
    private = identity.encryption.private().reveal()
    dump = office.dump()
    assert identity.public.encryption.hex() in dump
    assert private.hex() not in dump
    assert repr(private)[2:-1] not in dump
