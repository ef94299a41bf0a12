"""A short code opens for some hours and some tries, where the keyring agrees; never beyond."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.app.backups import exporter_of
from desktop.config.system_keyring import KeyringSilent
from desktop.crypto import quick_slot
from desktop.crypto.errors import QuickUnlockOver, VaultUnreachable, WrongCode
from desktop.crypto.files import FolderFiles
from desktop.crypto.kdf import FLOOR, stretch
from desktop.crypto.left_in_keyring import LEFT, left_in_keyring
from desktop.crypto.quick_slot import FILE_NAME, MOST_TRIES
from desktop.crypto.secret import Secret
from desktop.crypto.withdrawal import Withdrawal, destroy, holds_code, order_withdrawal
from desktop.services.quick_unlock import choice_in
from desktop.services.vault_access import VaultAccess
from desktop.services.vault_file import VaultImport
from desktop.store.errors import StoreInUse
from desktop.store.vault_lock import VaultLock
from tests.campaigns.field_laptop import prepare, unlock
from tests.support.code_laptop import CODE, OTHER, Laptop, chosen, laptop
from tests.support.file_keyring import FileKeyring
from tests.support.fleet import PASSPHRASE
from tests.support.laptop import SeededRandom, TurnedClock
from tests.support.newcomer import CLAIRE_SAYS, CLAIRE_WILL_SAY

__all__ = ["chosen", "laptop"]


def refused(laptop: Laptop, code: str = CODE) -> bool:
    """Whether the code opens nothing."""
    with pytest.raises(QuickUnlockOver):
        laptop.with_code(code)
    return not laptop.quick.is_offered()


def test_the_code_opens_after_a_lock(laptop: Laptop) -> None:
    assert laptop.quick.is_offered()
    laptop.with_code()
    assert laptop.opened.was_quick
    assert laptop.opened.store.state.enrolment() is None


def test_neither_the_code_nor_the_key_is_on_the_disk_or_in_the_keyring(laptop: Laptop) -> None:
    laptop.with_code()
    key = laptop.opened.vault._vault_key.reveal()
    laptop.lock()
    for path in laptop.folder.iterdir():
        if path.is_file():
            assert CODE.encode() not in path.read_bytes()
            assert key not in path.read_bytes()
    (kept,) = laptop.keyring.texts
    assert len(kept) < 1_280
    assert CODE not in kept


def test_without_the_keyrings_half_the_right_code_is_worth_nothing(laptop: Laptop) -> None:
    laptop.with_code()
    slot = quick_slot.decode(laptop.file.read_bytes())
    assert isinstance(slot, quick_slot.QuickSlot)
    choice = choice_in(laptop.opened.store)
    assert choice is not None
    stretched = Secret(choice.stretched)
    assert quick_slot.open_slot(slot, stretched, Secret(bytes(32))) is None


def test_each_wrong_code_says_how_many_are_left_and_the_fifth_ends_it(laptop: Laptop) -> None:
    for left in range(MOST_TRIES - 1, 0, -1):
        with pytest.raises(WrongCode) as told:
            laptop.with_code(OTHER)
        assert told.value.left == left
    assert refused(laptop, OTHER)
    assert refused(laptop)
    assert laptop.keyring.texts == []
    laptop.with_phrase()
    assert not laptop.chose
    laptop.lock()
    assert not laptop.quick.is_offered()


def test_a_right_code_begins_the_count_anew(laptop: Laptop) -> None:
    for _ in range(MOST_TRIES - 1):
        with pytest.raises(WrongCode):
            laptop.with_code(OTHER)
    laptop.with_code()
    laptop.lock()
    with pytest.raises(WrongCode) as told:
        laptop.with_code(OTHER)
    assert told.value.left == MOST_TRIES - 1


def test_a_count_put_back_in_one_place_gives_no_more_tries(laptop: Laptop) -> None:
    file, keyring = laptop.file.read_bytes(), laptop.keyring.picture()
    for turn in range(MOST_TRIES):
        with pytest.raises((WrongCode, QuickUnlockOver)):
            laptop.with_code(OTHER)
        if turn % 2:
            laptop.keyring.put_back(keyring)
        elif turn < MOST_TRIES - 1:
            laptop.file.write_bytes(file)
    laptop.file.write_bytes(file)
    assert refused(laptop)


def test_a_try_that_no_keyring_counts_is_not_made(laptop: Laptop) -> None:
    laptop.keyring.refuses_writes = True
    with pytest.raises(KeyringSilent):
        laptop.with_code()
    laptop.keyring.refuses_writes = False
    laptop.with_code()


def test_two_programs_do_not_share_a_try(laptop: Laptop) -> None:
    held = VaultLock(laptop.place.lock)
    with pytest.raises(StoreInUse):
        laptop.with_code()
    held.release()
    laptop.with_code()


@pytest.mark.parametrize("by", [{"hours": 4}, {"hours": 13}, {"minutes": -2}, {"days": -400}])
def test_hours_that_are_over_and_clocks_that_go_back_ask_for_the_phrase(
    laptop: Laptop, by: dict[str, float]
) -> None:
    laptop.clock.advance(**by)
    assert not laptop.quick.is_offered()
    laptop.quick.tidy()
    assert laptop.keyring.texts == []
    assert refused(laptop)
    laptop.with_phrase()
    assert laptop.chose
    laptop.lock()
    laptop.with_code()


def test_a_clock_that_corrects_itself_by_a_second_ends_nothing(laptop: Laptop) -> None:
    laptop.clock.advance(seconds=-1)
    laptop.with_code()


def test_hours_run_from_the_passphrase_and_not_from_the_code(laptop: Laptop) -> None:
    for _ in range(3):
        laptop.clock.advance(hours=1)
        laptop.with_code()
        laptop.lock()
    laptop.clock.advance(hours=1)
    assert refused(laptop)
    laptop.with_phrase()
    laptop.lock()
    laptop.clock.advance(hours=3, minutes=59)
    laptop.with_code()


def test_a_clock_seen_later_is_not_turned_back_within_the_hours(laptop: Laptop) -> None:
    laptop.clock.advance(hours=3)
    laptop.with_code()
    laptop.lock()
    laptop.clock.advance(hours=-1)
    assert refused(laptop)


def test_a_keyring_that_is_gone_asks_for_the_phrase_and_counts_nothing(laptop: Laptop) -> None:
    laptop.keyring.is_gone = True
    for _ in range(MOST_TRIES + 1):
        with pytest.raises(KeyringSilent):
            laptop.with_code()
    laptop.keyring.is_gone = False
    laptop.with_code()


def test_what_the_keyring_lost_does_not_come_back_by_itself(laptop: Laptop) -> None:
    laptop.keyring.put_back(None)
    assert refused(laptop)
    laptop.with_phrase()
    assert not laptop.chose


def test_a_slot_that_goes_before_its_hours_is_chosen_no_more(laptop: Laptop) -> None:
    laptop.file.unlink()
    laptop.with_phrase()
    assert not laptop.chose


def test_a_slot_of_former_hours_opens_nothing(laptop: Laptop) -> None:
    former = laptop.file.read_bytes()
    laptop.with_phrase()
    laptop.lock()
    laptop.file.write_bytes(former)
    assert refused(laptop)


def test_a_slot_somebody_wrote_in_opens_nothing(laptop: Laptop) -> None:
    whole, keyring = laptop.file.read_bytes(), laptop.keyring.picture()
    for at in (0, 9, 10, 26, 34, 42, 44, 52, 60, 100, 132, 140, 150, len(whole) - 1):
        content = bytearray(whole)
        content[at] ^= 1
        laptop.file.write_bytes(bytes(content))
        laptop.keyring.put_back(keyring)
        assert refused(laptop)


def test_another_passphrase_ends_the_code(laptop: Laptop) -> None:
    laptop.with_code()
    laptop.access.change_passphrase(laptop.opened, CLAIRE_SAYS, CLAIRE_WILL_SAY)
    assert not laptop.chose
    laptop.quick.tidy()
    assert laptop.keyring.texts == []
    assert not laptop.file.exists()
    laptop.lock()
    with pytest.raises(QuickUnlockOver):
        laptop.with_code()


def test_hours_that_a_slow_keyring_begins_after_another_passphrase_open_nothing(
    laptop: Laptop,
) -> None:
    laptop.unlocked = laptop.access.open(CLAIRE_SAYS)
    sealed = laptop.quick.renew(laptop.opened.vault, laptop.opened.store)
    assert sealed is not None
    laptop.access.change_passphrase(laptop.opened, CLAIRE_SAYS, CLAIRE_WILL_SAY)
    laptop.quick.put(sealed)
    laptop.lock()  # before anything could be noted
    assert refused(laptop)
    assert laptop.keyring.texts == []


def test_another_paper_key_ends_the_code(laptop: Laptop) -> None:
    laptop.with_code()
    words = laptop.access.new_recovery_key(laptop.opened).words()
    laptop.access.confirm_recovery_key(laptop.opened, " ".join(words))
    assert not laptop.chose
    laptop.lock()
    assert refused(laptop)


def test_opening_with_the_paper_ends_the_code(laptop: Laptop) -> None:
    laptop.with_code()
    words = laptop.access.new_recovery_key(laptop.opened).words()
    laptop.access.confirm_recovery_key(laptop.opened, " ".join(words))
    laptop.choose()
    laptop.lock()
    laptop.unlocked = laptop.access.open_with_paper(" ".join(words), CLAIRE_WILL_SAY)
    assert not laptop.chose
    assert not laptop.quick.is_offered()


def test_a_withdrawn_laptop_keeps_no_slot(laptop: Laptop) -> None:
    laptop.with_code()
    slot = laptop.file.read_bytes()
    laptop.access.withdraw(laptop.opened)
    laptop.unlocked = None
    laptop.quick.tidy()
    assert laptop.keyring.texts == []
    assert list(laptop.folder.iterdir()) == []
    assert not any(slot[60:] in path.read_bytes() for path in laptop.folder.glob("*"))
    assert not laptop.file.exists()


def test_a_half_that_the_keyring_kept_is_remembered_through_another_vault_and_its_withdrawal(
    laptop: Laptop,
) -> None:
    laptop.with_code()
    laptop.keyring.is_gone = True
    laptop.access.withdraw(laptop.opened)
    laptop.unlocked, _ = laptop.access.create(CLAIRE_WILL_SAY)
    laptop.access.withdraw(laptop.opened)
    laptop.unlocked = None
    with pytest.raises(KeyringSilent):
        laptop.quick.tidy()
    assert [path.name for path in laptop.folder.iterdir()] == [LEFT]

    laptop.is_allowed = laptop.keyring.is_gone = False
    laptop.quick.tidy()
    assert laptop.keyring.texts == []
    assert list(laptop.folder.iterdir()) == []


def test_an_ordered_withdrawal_that_was_cut_remembers_the_half_too(laptop: Laptop) -> None:
    laptop.with_code()
    ordered = Withdrawal(laptop.opened.vault.vault_id, 0, had_code=True)
    laptop.lock()
    order_withdrawal(laptop.place.files, ordered)
    destroy(laptop.place.files, laptop.random, spared="coffre.lock")
    laptop.access.finish_withdrawal()
    assert left_in_keyring(laptop.place.files) == [ordered.vault_id]


def test_what_a_full_disk_could_not_note_is_noted_at_the_next_try(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.keyring.is_gone = True
    monkeypatch.setattr(FolderFiles, "write", _refused)
    with pytest.raises(KeyringSilent):
        laptop.quick.forget_secret(b"v" * 16)
    monkeypatch.undo()
    with pytest.raises(KeyringSilent):
        laptop.quick.forget_secret(b"v" * 16)
    assert left_in_keyring(laptop.place.files) == [b"v" * 16]


def _refused(*_: object) -> None:
    raise VaultUnreachable(28)


def test_it_is_turned_off(laptop: Laptop) -> None:
    laptop.with_code()
    laptop.quick.turn_off(laptop.opened.store)
    laptop.quick.tidy()
    assert laptop.keyring.texts == []
    assert not laptop.file.exists()
    laptop.lock()
    assert refused(laptop)


def test_a_keyring_that_did_not_hear_is_asked_again(laptop: Laptop) -> None:
    laptop.with_code()
    laptop.keyring.is_gone = True
    laptop.quick.turn_off(laptop.opened.store)
    with pytest.raises(KeyringSilent):
        laptop.quick.tidy()
    assert not laptop.quick.is_offered()
    laptop.keyring.is_gone = False
    laptop.quick.tidy()
    assert laptop.keyring.texts == []


def test_where_the_departement_no_longer_allows_it_nothing_is_left(laptop: Laptop) -> None:
    laptop.is_allowed = False
    assert refused(laptop)
    laptop.quick.tidy()
    assert laptop.keyring.texts == []
    laptop.with_phrase()
    assert not laptop.chose


def test_a_vault_that_left_in_a_file_carries_no_code(tmp_path: Path) -> None:
    prepare(tmp_path / "laptop", persons=1)
    opened = unlock(tmp_path / "laptop")
    store, vault = opened.session.unlocked.store, opened.session.unlocked.vault
    folder = store.path.parent
    home = Laptop(folder, TurnedClock(), FileKeyring(tmp_path / "keyring"))
    sealed = home.quick.choose(vault, CODE, PASSPHRASE, 4)
    home.quick.put(sealed)
    home.quick.confirm(sealed, store, is_new=True)
    file, seven_words = tmp_path / "vault.coffre", home.access.propose()
    exporter_of(opened.session, FLOOR).export(file, seven_words)
    opened.close()
    place = Laptop(tmp_path / "other", home.clock, home.keyring).place
    arrived = VaultAccess(place, SeededRandom(3), FLOOR, home.clock)
    bringing = VaultImport(place, arrived, SeededRandom(4), FLOOR)
    bringing.look(file, passphrase=seven_words)
    taken = bringing.take(CLAIRE_WILL_SAY)
    assert choice_in(taken.store) is None
    taken.close()
    assert not (tmp_path / "other" / FILE_NAME).exists()
    assert sealed.slot.wrapped not in (tmp_path / "other" / "coffre.hdr").read_bytes()


def test_nobody_has_more_than_twelve_hours(laptop: Laptop) -> None:
    laptop.with_code()
    laptop.choose(hours=400)
    assert laptop.quick.hours() == 12


def test_the_real_derivation_opens_for_its_code_alone(laptop: Laptop) -> None:
    laptop.with_code()
    laptop.slow = stretch
    laptop.choose()
    laptop.lock()
    with pytest.raises(WrongCode):
        laptop.with_code(OTHER)
    laptop.with_code()


def test_hours_that_begin_while_the_vault_is_destroyed_leave_nothing(laptop: Laptop) -> None:
    laptop.unlocked = laptop.access.open(CLAIRE_SAYS)
    sealed = laptop.quick.renew(laptop.opened.vault, laptop.opened.store)
    assert sealed is not None
    files = laptop.place.files
    order_withdrawal(files, Withdrawal(laptop.opened.vault.vault_id, 0))
    laptop.quick.put(sealed)
    assert laptop.keyring.texts == []
    assert not holds_code(files)


def test_what_they_left_in_a_keyring_that_falls_silent_is_asked_for_later(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.unlocked = laptop.access.open(CLAIRE_SAYS)
    sealed = laptop.quick.renew(laptop.opened.vault, laptop.opened.store)
    assert sealed is not None

    def withdrawn(_: object) -> bool:
        laptop.keyring.is_gone = True
        return True

    monkeypatch.setattr("desktop.services.quick_unlock.is_withdrawn", withdrawn)
    with pytest.raises(KeyringSilent):
        laptop.quick.put(sealed)
    assert left_in_keyring(laptop.place.files) == [sealed.slot.vault_id]
    laptop.keyring.is_gone = False
    laptop.quick.tidy()
    assert laptop.keyring.texts == []


def test_a_slot_that_the_disk_refuses_leaves_no_half_in_the_keyring(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.unlocked = laptop.access.open(CLAIRE_SAYS)
    quick = laptop.quick
    quick.turn_off(laptop.opened.store)
    quick.tidy()
    sealed = quick.choose(laptop.opened.vault, CODE, CLAIRE_SAYS, 4)

    monkeypatch.setattr("desktop.services.quick_unlock.write_slot", _refused)
    with pytest.raises(VaultUnreachable):
        quick.put(sealed)
    assert laptop.keyring.texts == []
