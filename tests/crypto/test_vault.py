"""Claire opens her vault: with her passphrase, with her paper, and with nothing else."""

import re

import pytest

from desktop.crypto.errors import (
    DamagedHeader,
    KeysForgotten,
    PassphraseProblem,
    RecoveryProblem,
    UnsupportedHeader,
    UnusablePassphrase,
    VaultAlreadyExists,
    VaultNotFound,
    VaultUnreachable,
    WrongPassphrase,
    WrongRecoveryKey,
)
from desktop.crypto.header import decode, encode
from desktop.crypto.header_copies import BACKUP, MAIN, NAMES
from desktop.crypto.kdf import FLOOR
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.vault import (
    OpenVault,
    VaultState,
    abandon_creation,
    change_passphrase,
    confirm_recovery_key,
    create_vault,
    new_recovery_key,
    open_vault,
    open_vault_with_recovery,
    reset_passphrase,
    vault_state,
)
from tests.crypto.conftest import CLAIRE_SAYS, CLAIRE_WILL_SAY
from tests.crypto.doubles import Disk, SeededRandom
from tests.crypto.test_header import checksummed

NewVault = tuple[Disk, OpenVault, RecoveryKey]


def flipped(content: bytes, at: int = 100) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_the_passphrase_and_the_paper_open_the_same_database(new_vault: NewVault) -> None:
    disk, vault, recovery_key = new_vault
    with_passphrase = open_vault(disk, CLAIRE_SAYS)
    with_paper = open_vault_with_recovery(disk, " ".join(recovery_key.words()))
    keys = {v.database_key().literal() for v in (vault, with_passphrase, with_paper)}
    assert len(keys) == 1


def test_the_database_key_has_the_one_form_sqlcipher_takes_for_a_raw_key(
    new_vault: NewVault,
) -> None:
    _, vault, _ = new_vault
    assert re.fullmatch(r"x'[0-9a-f]{96}'", vault.database_key().literal())
    assert vault.database_key().literal() not in repr(vault.database_key())


def test_database_snapshots_and_attachments_each_have_a_key_of_their_own(
    new_vault: NewVault,
) -> None:
    _, vault, _ = new_vault
    database = bytes.fromhex(vault.database_key().hexadecimal())[:32]
    keys = {database, vault.snapshot_key().reveal(), vault.blob_key().reveal()}
    assert len(keys) == 3


def test_wrong_passphrase_damaged_header_and_no_vault_are_three_different_answers(
    disk: Disk,
) -> None:
    with pytest.raises(WrongPassphrase):
        open_vault(disk, CLAIRE_SAYS + " ")
    damaged = {name: flipped(content) for name, content in disk.contents().items()}
    with pytest.raises(DamagedHeader):
        open_vault(Disk.holding(damaged), CLAIRE_SAYS)
    with pytest.raises(VaultNotFound):
        open_vault(Disk(), CLAIRE_SAYS)


def test_an_accent_opens_however_the_keyboard_composes_it() -> None:
    disk = Disk()
    create_vault(disk, "la forêt de Chizé s’éveille", SeededRandom("nfc"), FLOOR)
    assert open_vault(disk, "la forêt de Chizé s’éveille").vault_id


def test_a_passphrase_longer_than_any_accepted_is_simply_wrong(disk: Disk) -> None:
    with pytest.raises(WrongPassphrase):
        open_vault(disk, "a" * 1_000_000)
    with pytest.raises(WrongPassphrase):
        open_vault(disk, "trois moineaux \ud800 gris")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "missing", "enormous"])
def test_one_bad_copy_is_repaired_by_unlocking(disk: Disk, name: str, harm: str) -> None:
    contents = disk.contents()
    whole = contents.pop(name)
    harmed = {
        "flipped": flipped(whole),
        "cut": whole[:50],
        "empty": b"",
        "enormous": whole + bytes(100_000),
    }
    if harm in harmed:
        contents[name] = harmed[harm]
    repaired = Disk.holding(contents)
    assert vault_state(repaired) is not VaultState.DAMAGED
    assert open_vault(repaired, CLAIRE_SAYS).has_both_copies
    assert repaired.contents()[name] == whole


def test_nothing_is_repaired_for_somebody_who_does_not_know_the_passphrase(disk: Disk) -> None:
    contents = {**disk.contents(), MAIN: b"rien"}
    tried = Disk.holding(contents)
    with pytest.raises(WrongPassphrase):
        open_vault(tried, "un renard passe devant la mairie")
    assert tried.contents() == contents


def test_a_disk_that_refuses_the_repair_does_not_keep_claire_out(disk: Disk) -> None:
    full = Disk.holding({MAIN: disk.contents()[MAIN]})
    full.is_full = True
    assert not open_vault(full, CLAIRE_SAYS).has_both_copies


def test_a_header_rewritten_around_good_slots_is_not_trusted(disk: Disk) -> None:
    header = disk.contents()[MAIN]
    rewritten = checksummed(header[:51] + b"\x01" + header[52:])
    with pytest.raises(DamagedHeader):
        open_vault(Disk.holding({MAIN: rewritten, BACKUP: rewritten}), CLAIRE_SAYS)


def test_a_slot_moved_to_another_vault_does_not_open_there(disk: Disk) -> None:
    other = Disk()
    create_vault(other, CLAIRE_WILL_SAY, SeededRandom("autre"), FLOOR)
    mine, theirs = decode(disk.contents()[MAIN]), decode(other.contents()[MAIN])
    moved = encode(theirs.with_slot(mine.passphrase))
    with pytest.raises(WrongPassphrase):
        open_vault(Disk.holding({MAIN: moved, BACKUP: moved}), CLAIRE_SAYS)


def test_an_older_coffre_touches_nothing_that_a_newer_one_wrote(disk: Disk) -> None:
    contents = disk.contents()
    contents[BACKUP] = checksummed(contents[BACKUP][:8] + b"\x00\x02" + contents[BACKUP][10:])
    newer = Disk.holding(contents)
    assert vault_state(newer) is VaultState.NEWER
    with pytest.raises(UnsupportedHeader):
        open_vault(newer, CLAIRE_SAYS)
    assert newer.contents() == contents


def test_changing_the_passphrase_rewrites_one_slot_and_no_key(disk: Disk, words: str) -> None:
    vault = open_vault(disk, CLAIRE_SAYS)
    before = decode(disk.contents()[MAIN])
    change_passphrase(disk, vault, CLAIRE_WILL_SAY, SeededRandom("change"), FLOOR)
    after = decode(disk.contents()[MAIN])
    assert after.recovery == before.recovery
    assert after.passphrase.salt != before.passphrase.salt
    assert after.generation == before.generation + 1
    reopened = open_vault(disk, CLAIRE_WILL_SAY)
    assert reopened.database_key().literal() == vault.database_key().literal()
    assert open_vault_with_recovery(disk, words).vault_id
    with pytest.raises(WrongPassphrase):
        open_vault(disk, CLAIRE_SAYS)


def test_a_forgotten_passphrase_is_replaced_with_the_paper(disk: Disk, words: str) -> None:
    reset_passphrase(disk, words, CLAIRE_WILL_SAY, SeededRandom("oubli"), FLOOR)
    assert open_vault(disk, CLAIRE_WILL_SAY).vault_id


def test_a_new_paper_replaces_the_old_one_and_asks_to_be_confirmed(disk: Disk, words: str) -> None:
    vault = open_vault(disk, CLAIRE_SAYS)
    confirm_recovery_key(disk, vault, words)
    assert vault_state(disk) is VaultState.READY
    paper = new_recovery_key(disk, vault, SeededRandom("papier"))
    assert not vault.is_recovery_confirmed
    assert open_vault_with_recovery(disk, " ".join(paper.words())).vault_id
    with pytest.raises(WrongRecoveryKey) as wrong:
        open_vault_with_recovery(disk, words)
    assert wrong.value.problem is RecoveryProblem.ANOTHER_KEY


def test_the_paper_of_another_vault_confirms_nothing(new_vault: NewVault, words: str) -> None:
    disk, vault, _ = new_vault
    with pytest.raises(WrongRecoveryKey):
        confirm_recovery_key(disk, vault, words)
    assert vault_state(disk) is VaultState.BEING_CREATED


def test_a_vault_is_being_created_until_its_paper_was_retyped(new_vault: NewVault) -> None:
    disk, vault, recovery_key = new_vault
    assert vault_state(disk) is VaultState.BEING_CREATED
    confirm_recovery_key(disk, vault, " ".join(recovery_key.words()))
    assert vault_state(disk) is VaultState.READY
    with pytest.raises(VaultAlreadyExists):
        abandon_creation(disk)
    assert open_vault(disk, CLAIRE_SAYS).is_recovery_confirmed


def test_an_interrupted_creation_can_be_started_again(new_vault: NewVault) -> None:
    disk, _, _ = new_vault
    with pytest.raises(VaultAlreadyExists):
        create_vault(disk, CLAIRE_WILL_SAY, SeededRandom("encore"), FLOOR)
    abandon_creation(disk)
    assert disk.contents() == {}
    assert vault_state(disk) is VaultState.ABSENT


def test_a_vault_is_never_created_over_a_damaged_one(disk: Disk) -> None:
    damaged = Disk.holding({MAIN: flipped(disk.contents()[MAIN])})
    with pytest.raises(VaultAlreadyExists):
        create_vault(damaged, CLAIRE_WILL_SAY, SeededRandom("encore"), FLOOR)


@pytest.mark.parametrize(
    ("passphrase", "problem"),
    [
        ("court", PassphraseProblem.TOO_SHORT),
        ("a" * 513, PassphraseProblem.TOO_LONG),
        ("azertyuiopqsdfghjklm", PassphraseProblem.TOO_EASY),
        ("trois moineaux \udfff gris", PassphraseProblem.NOT_TEXT),
    ],
)
def test_a_bad_passphrase_makes_no_vault(passphrase: str, problem: PassphraseProblem) -> None:
    disk = Disk()
    with pytest.raises(UnusablePassphrase) as refused:
        create_vault(disk, passphrase, SeededRandom("mauvais"), FLOOR)
    assert refused.value.problem is problem
    assert disk.contents() == {}


def test_a_full_disk_leaves_the_old_passphrase_in_force(disk: Disk) -> None:
    vault = open_vault(disk, CLAIRE_SAYS)
    disk.is_full = True
    with pytest.raises(VaultUnreachable):
        change_passphrase(disk, vault, CLAIRE_WILL_SAY, SeededRandom("plein"), FLOOR)
    disk.is_full = False
    assert open_vault(disk, CLAIRE_SAYS).vault_id


def test_a_disk_that_fills_up_between_the_copies_leaves_the_new_passphrase_in_force(
    disk: Disk,
) -> None:
    vault = open_vault(disk, CLAIRE_SAYS)
    disk.full_for = frozenset({BACKUP + ".tmp"})
    change_passphrase(disk, vault, CLAIRE_WILL_SAY, SeededRandom("plein"), FLOOR)
    assert not vault.has_both_copies
    disk.full_for = frozenset()
    assert open_vault(disk, CLAIRE_WILL_SAY).has_both_copies
    assert disk.contents()[MAIN] == disk.contents()[BACKUP]


def test_the_good_copy_is_not_touched_while_the_bad_one_cannot_be_replaced(disk: Disk) -> None:
    contents = {**disk.contents(), BACKUP: b"rien"}
    vault = open_vault(Disk.holding(contents), CLAIRE_SAYS)
    tried = Disk.holding(contents)
    tried.full_for = frozenset({BACKUP + ".tmp"})
    with pytest.raises(VaultUnreachable):
        change_passphrase(tried, vault, CLAIRE_WILL_SAY, SeededRandom("plein"), FLOOR)
    assert tried.contents() == contents


def test_an_open_vault_puts_back_a_header_that_was_destroyed_under_it(disk: Disk) -> None:
    vault = open_vault(disk, CLAIRE_SAYS)
    ruined = Disk.holding({MAIN: b"rien", BACKUP: b"rien"})
    change_passphrase(ruined, vault, CLAIRE_WILL_SAY, SeededRandom("ruine"), FLOOR)
    assert open_vault(ruined, CLAIRE_WILL_SAY).vault_id


def test_a_locked_vault_gives_no_more_keys(new_vault: NewVault) -> None:
    _, vault, _ = new_vault
    vault.forget()
    with pytest.raises(KeysForgotten):
        vault.database_key()


def test_a_vault_and_its_keys_print_no_secret(new_vault: NewVault) -> None:
    _, vault, recovery_key = new_vault
    shown = f"{vault!r} {vault.database_key()!r} {recovery_key!r} {vault.snapshot_key()!r}"
    assert re.search(r"[0-9a-f]{8}", shown) is None
    assert not any(word in shown for word in recovery_key.words())
