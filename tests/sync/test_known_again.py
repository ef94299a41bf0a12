"""A laptop that its office has forgotten, and that an invitation makes known again."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from desktop.store.store import Store
from desktop.sync.errors import (
    InvitationReason,
    InvitationRefused,
    NotTheOffice,
    OfficeTooOld,
    Offline,
    Refused,
    Revoked,
    StrangerReason,
    SyncError,
)
from desktop.sync.known_again import KnownAgain
from desktop.sync.transport import HttpOffice
from protocol.invitations import InvitationMalformed
from protocol.kinds import SYNCED, Place, Professional
from protocol.kinds.people import Job
from protocol.wire_keys import InvitedReply
from server.services.pairing import Pairing
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office, office, premises
from tests.support.opened import everywhere, office_words
from tests.support.two_laptops import (
    assert_honest,
    claire,
    come_home,
    dropped,
    followed_by_both,
    is_verified,
    meet,
    mehdi,
    outcomes,
    somebody,
)

__all__ = ["claire", "mehdi", "office", "premises"]

CLAIRE = "Claire Martin"


def present(laptop: Laptop, invitation: str) -> None:
    """Type an invitation, as the page of synchronisation takes it."""
    road = laptop.road()
    try:
        store = laptop.session.workplace.store
        KnownAgain(store, road, laptop.clock, lambda work: work()).run(invitation)
    finally:
        road.close()


@pytest.fixture
def evening(office: Office) -> dict[str, bytes]:
    """A backup of the office, of before anybody enrolled."""
    office.hire(CLAIRE)
    office.hire("Mehdi Belkacem", Job.REFERENT)
    return office.backup()


@pytest.fixture
def forgotten(
    office: Office, evening: dict[str, bytes], claire: Laptop
) -> Callable[[bool], Laptop]:
    """Claire has worked since; what she wrote last has not left. Then the office is put back."""

    def put_back(said: bool = True) -> Laptop:
        person = somebody(claire)
        meet(claire, person, "Envoyé avant", clinical="Une note d’avant")
        claire.sync()
        meet(claire, person, "Pas encore parti")
        office.restore(evening, new_epoch=said)
        with pytest.raises(Refused, match="unauthenticated"):
            claire.sync()
        return claire

    return put_back


@pytest.mark.invariant(1, 20)
@pytest.mark.parametrize("said", [True, False], ids=["the epoch was changed", "nobody said so"])
def test_a_laptop_enrolled_since_the_backup_gives_everything_back_after_an_invitation(
    office: Office, forgotten: Callable[[bool], Laptop], said: bool
) -> None:
    claire = forgotten(said)
    store = claire.session.workplace.store
    device = store.state.device()
    before = _rows(store)
    present(claire, office.invite(CLAIRE))
    assert outcomes(claire)[0] == "known_again"
    assert [it.id for it in office.devices()] == [device], "the same laptop, with the same keys"

    claire.sync()
    claire.sync()
    assert store.outbox.is_empty()
    assert is_verified(claire)
    assert_honest(claire)
    for words in ("Envoyé avant", "Pas encore parti"):
        assert words in office_words(office, store)
        assert words in everywhere(store)
    assert _rows(store) == before
    assert all(rid in office.dump() for (rid,) in _notes(store))


def test_colleagues_who_come_back_agree_again(
    office: Office, evening: dict[str, bytes], claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi, "De Claire")
    meet(mehdi, person, "De Mehdi")
    come_home(mehdi, claire)
    office.restore(evening, new_epoch=True)
    present(mehdi, office.invite("Mehdi Belkacem", Job.REFERENT))
    present(claire, office.invite(CLAIRE))
    come_home(claire, mehdi, claire, mehdi)
    for laptop in (claire, mehdi):
        store = laptop.session.workplace.store
        assert "De Claire" in everywhere(store)
        assert "De Mehdi" in everywhere(store)
        assert store.outbox.is_empty()
        assert is_verified(laptop)


@pytest.mark.invariant(20)
def test_who_was_added_since_the_backup_comes_back_under_the_identifier_of_her_laptop(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    """What only the office writes is written by it again: laptops hold it as it was."""
    before = office.backup()
    lea = enrolled(office, claire.folder.parent / "lea", "Léa Marchand", Job.NURSE)
    place = office.add_place("CSC de Melle")
    person = followed_by_both(lea, mehdi, "De Léa")
    come_home(claire, mehdi, lea)
    office.restore(before, new_epoch=True)
    shown = [_rows(laptop.session.workplace.store) for laptop in (lea, mehdi)]

    come_home(mehdi)
    assert not is_verified(mehdi), "he holds what the office has forgotten"

    administration, department = office.administration, office.department
    given = {"name": "Léa Marchand", "job": Job.NURSE}
    rid = str(lea.session.workplace.me)
    assert administration.add_again(department, Professional, rid, given) == [rid]
    given = {"name": "CSC de Melle", "commune": "79174"}
    administration.add_again(department, Place, place, given)
    present(lea, administration.invite(department, rid))
    come_home(lea, mehdi, claire, lea, mehdi)
    for laptop in (lea, mehdi, claire):
        assert is_verified(laptop)
        assert_honest(laptop)
    assert [_rows(laptop.session.workplace.store) for laptop in (lea, mehdi)] == shown
    assert "De Léa" in office_words(office, lea.session.workplace.store)
    meet(lea, person, "Depuis")
    come_home(lea, mehdi)
    assert "Depuis" in everywhere(mehdi.session.workplace.store)
    lea.close()


@pytest.mark.parametrize("has_a_laptop", [False, True])
def test_somebody_elses_invitation_is_refused_before_anything_is_said_or_written(
    office: Office,
    forgotten: Callable[[], Laptop],
    request: pytest.FixtureRequest,
    has_a_laptop: bool,
) -> None:
    claire = forgotten()
    if has_a_laptop:
        request.getfixturevalue("mehdi")
    invitation = office.invite("Mehdi Belkacem", Job.REFERENT)
    kept, there = claire.store_text(), office.dump()
    with pytest.raises(InvitationRefused) as refused:
        present(claire, invitation)
    assert refused.value.reason is InvitationReason.NOT_HERS
    assert claire.store_text() == kept
    assert office.dump() == there, "it still serves whom it was made for"
    with pytest.raises(Refused):
        claire.sync()


def test_an_office_too_old_to_say_whose_an_invitation_is_uses_up_none(
    office: Office, forgotten: Callable[[], Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    claire = forgotten()
    invitation, there = office.invite(CLAIRE), office.dump()
    before = InvitedReply(identity_key="00" * 32)
    monkeypatch.setattr(Pairing, "look", lambda *_: before)
    with pytest.raises(OfficeTooOld):
        present(claire, invitation)
    assert office.dump() == there


@pytest.mark.parametrize("reason", [InvitationReason.UNKNOWN, InvitationReason.EXPIRED])
def test_an_invitation_that_serves_no_more_leaves_the_laptop_as_it_was(
    office: Office, forgotten: Callable[[], Laptop], reason: InvitationReason
) -> None:
    claire = forgotten()
    invitation = office.invite(CLAIRE)
    if reason is InvitationReason.EXPIRED:
        office.clock.advance(days=2)
    else:
        office.restore(office.backup() | {"invitation": b""}, new_epoch=False)
    kept = claire.store_text()
    with pytest.raises(InvitationRefused) as refused:
        present(claire, invitation)
    assert refused.value.reason is reason
    assert claire.store_text() == kept


def test_what_cannot_be_an_invitation_never_leaves_the_laptop(
    office: Office, forgotten: Callable[[], Laptop]
) -> None:
    claire = forgotten()
    office.offline()
    with pytest.raises(InvitationMalformed):
        present(claire, "79-ABCDE")
    with pytest.raises(Offline):
        present(claire, "79-ABCDE-FGHJK-MNPQR-STVWX")


@pytest.mark.parametrize("cut", [200, 3_000, 3_600, 4_200, 6_000])
def test_cut_anywhere_the_same_invitation_is_typed_again(
    office: Office, forgotten: Callable[[], Laptop], cut: int
) -> None:
    claire = forgotten()
    invitation = office.invite(CLAIRE)
    office.cut_reply_after(cut)
    try:
        present(claire, invitation)
    except SyncError:
        office.road.reply_bytes = None
        present(claire, invitation)
    office.road.reply_bytes = None
    claire.sync()
    assert len(office.devices()) == 1
    assert is_verified(claire)


def test_an_answer_lost_on_the_way_is_no_harm(
    office: Office, forgotten: Callable[[], Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes once the office has written it down: the next synchronisation is let in."""
    claire = forgotten()
    invitation = office.invite(CLAIRE)
    enrol = HttpOffice.enrol
    with monkeypatch.context() as patch:

        def lost(self: HttpOffice, asked: object) -> object:
            enrol(self, asked)  # type: ignore[arg-type]  # handed on
            return dropped()

        patch.setattr(HttpOffice, "enrol", lost)
        with pytest.raises(Offline):
            present(claire, invitation)
    present(claire, invitation)  # known already: nothing more is asked
    claire.sync()
    assert is_verified(claire)


def test_an_office_that_knows_the_laptop_uses_up_no_invitation(
    office: Office, claire: Laptop
) -> None:
    invitation = office.invite(CLAIRE)
    kept, there = claire.store_text(), office.devices()
    present(claire, invitation)
    assert claire.store_text() == kept
    assert [it.id for it in office.devices()] == [it.id for it in there]


def test_a_withdrawn_laptop_stays_withdrawn(office: Office, claire: Laptop) -> None:
    office.revoke(office.devices()[0].id)
    invitation = office.invite(CLAIRE)
    with pytest.raises(Revoked):
        present(claire, invitation)
    with pytest.raises(Revoked):
        claire.sync()


def test_another_server_at_the_same_address_is_told_nothing(
    office: Office, forgotten: Callable[[], Laptop]
) -> None:
    """A database begun anew has another identifier: it is not the office this laptop knows."""
    claire = forgotten()
    state = claire.session.workplace.store.state
    enrolment = state.enrolment()
    assert enrolment is not None
    state.set_enrolment(replace(enrolment, server="another"))
    with pytest.raises(NotTheOffice) as refused:
        present(claire, office.invite(CLAIRE))
    assert refused.value.reason is StrangerReason.OTHER_SERVER
    assert office.devices() == []


def _rows(store: Store) -> list[Sequence[object]]:
    return [store.database.rows(f'SELECT * FROM "{name}" ORDER BY "id"') for name in SYNCED]


def _notes(store: Store) -> Sequence[tuple[str]]:
    found = store.database.rows('SELECT "id" FROM "clinical_note"')
    assert found
    return found
