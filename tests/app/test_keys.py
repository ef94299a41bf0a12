"""What the window asks of keys, answered by a real vault: advice, the door, the open vault."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app.advice import KeyAdvice
from desktop.app.door import VaultDoor
from desktop.app.open_keys import OpenKeys
from desktop.crypto.wordlists import phrase_words
from desktop.services.errors import UnusablePassphrase, WrongPassphrase, WrongRecoveryKey
from desktop.services.vault_access import Unlocked
from desktop.ui.keys.ports import Fault, Hint, Level
from tests.support.fleet import PASSPHRASE, access
from tests.support.laptop import SeededRandom

ANOTHER = "quatre hérons dorment sous le pont de Parthenay"


@pytest.fixture
def advice(tmp_path: Path) -> KeyAdvice:
    """What rates passphrases; no vault is needed for it."""
    return KeyAdvice(access(tmp_path))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Unlocked, str]]:
    """A vault that stays open, and the words of its paper."""
    unlocked, paper = access(tmp_path).create(PASSPHRASE)
    words = " ".join(paper.words())
    access(tmp_path).confirm_recovery_key(unlocked, words)
    yield unlocked, words
    unlocked.close()


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("court", Fault.TOO_SHORT),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", Fault.TOO_EASY),
        ("x" * 513, Fault.TOO_LONG),
        ("trois moineaux \ud800 boivent", Fault.NOT_TEXT),
    ],
)
def test_a_passphrase_that_cannot_be_used_says_why(
    advice: KeyAdvice, typed: str, fault: Fault
) -> None:
    rating = advice.rate(typed)
    assert (rating.level, rating.fault) == (Level.REFUSED, fault)


def test_a_usable_passphrase_is_fair_and_a_long_one_strong(advice: KeyAdvice) -> None:
    fair = advice.rate("moineaux gris au lavoir de Melle")
    strong = advice.rate(PASSPHRASE + " ou presque, disait Octave")
    assert (fair.level, fair.fault) == (Level.FAIR, None)
    assert (strong.level, strong.fault) == (Level.STRONG, None)
    assert strong.bits > 80 > fair.bits


def test_her_own_name_protects_nothing_wherever_she_chooses_a_passphrase(
    tmp_path: Path, opened: tuple[Unlocked, str]
) -> None:
    unlocked, _ = opened
    hers, phrase = ("Maëlys Kervoëlan-Dupré",), "dupré kervoëlan maëlys 79"
    rating = KeyAdvice(access(tmp_path), lambda: hers).rate(phrase)
    assert (rating.level, rating.fault) == (Level.REFUSED, Fault.TOO_EASY)
    assert Hint.OWN in rating.hints
    keys = OpenKeys(access(tmp_path), unlocked, SeededRandom(), lambda: hers)
    with pytest.raises(UnusablePassphrase):
        keys.change_passphrase(PASSPHRASE, phrase)
    access(tmp_path).check(PASSPHRASE)


def test_the_computer_is_asked_once_who_is_logged_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def account() -> tuple[str, ...]:
        asked.append("account")
        return ("mkervoelan",)

    monkeypatch.setattr("desktop.app.advice.account_words", account)
    advice = KeyAdvice(access(tmp_path))
    for typed in ("mkervoelan", "mkervoelan au lavoir", PASSPHRASE):
        advice.rate(typed)
    assert asked == ["account"]


def test_the_lists_of_words_are_read_once_while_she_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def words() -> tuple[str, ...]:
        read.append("phrase-fr.txt")
        return phrase_words()

    monkeypatch.setattr("desktop.crypto.strength.phrase_words", words)
    door = VaultDoor(lambda: access(tmp_path))
    for rates in (KeyAdvice(access(tmp_path)), door):
        read.clear()
        for end in range(1, len(PASSPHRASE)):
            rates.rate(PASSPHRASE[:end])
        assert read == ["phrase-fr.txt"]


def test_what_is_proposed_is_strong_and_never_twice_the_same(advice: KeyAdvice) -> None:
    proposed = {advice.propose() for _ in range(5)}
    assert len(proposed) == 5
    for phrase in proposed:
        assert len(phrase.split()) == 7
        assert advice.rate(phrase).level is Level.STRONG


def test_the_door_gives_once_what_it_opened(opened: tuple[Unlocked, str], tmp_path: Path) -> None:
    opened[0].close()
    door = VaultDoor(lambda: access(tmp_path))
    with pytest.raises(LookupError):
        door.take()
    door.open(PASSPHRASE)
    unlocked = door.take()
    assert unlocked.vault.is_recovery_confirmed
    with pytest.raises(LookupError):
        door.take()
    unlocked.close()


def test_a_wrong_passphrase_leaves_the_door_closed(
    opened: tuple[Unlocked, str], tmp_path: Path
) -> None:
    opened[0].close()
    door = VaultDoor(lambda: access(tmp_path))
    with pytest.raises(WrongPassphrase):
        door.open(ANOTHER)
    with pytest.raises(LookupError):
        door.take()


def test_the_paper_opens_the_door_and_the_former_passphrase_no_longer(
    opened: tuple[Unlocked, str], tmp_path: Path
) -> None:
    unlocked, words = opened
    unlocked.close()
    door = VaultDoor(lambda: access(tmp_path))
    door.open_with_paper(words, ANOTHER)
    door.take().close()
    with pytest.raises(WrongPassphrase):
        door.open(PASSPHRASE)
    door.open(ANOTHER)
    door.take().close()


def test_the_door_knows_no_vault_before_it_is_pushed(tmp_path: Path) -> None:
    asked: list[bool] = []

    def find() -> object:
        asked.append(True)
        return access(tmp_path)

    door = VaultDoor(find)  # type: ignore[arg-type]  # an access, noted when it is asked for
    assert asked == []
    assert door.rate("court").level is Level.REFUSED
    assert asked == [True]


def test_an_open_vault_changes_its_passphrase_and_stays_open(
    opened: tuple[Unlocked, str], tmp_path: Path
) -> None:
    unlocked, _ = opened
    keys = OpenKeys(access(tmp_path), unlocked, SeededRandom())
    with pytest.raises(WrongPassphrase):
        keys.change_passphrase(ANOTHER, "jamais utilisée, trois fois jamais")
    with pytest.raises(UnusablePassphrase):
        keys.change_passphrase(PASSPHRASE, "court")
    keys.change_passphrase(PASSPHRASE, ANOTHER)
    assert unlocked.store.state.last_op() == 0, "the store is still there"
    unlocked.close()
    access(tmp_path).open(ANOTHER).close()


def test_a_new_paper_wants_the_passphrase_and_replaces_the_former(
    opened: tuple[Unlocked, str], tmp_path: Path
) -> None:
    unlocked, former = opened
    keys = OpenKeys(access(tmp_path), unlocked, SeededRandom())
    with pytest.raises(WrongPassphrase):
        keys.new_paper_key(ANOTHER)
    words = " ".join(keys.new_paper_key(PASSPHRASE))
    assert words != former
    with pytest.raises(WrongRecoveryKey):
        keys.confirm_paper_key(former)
    keys.confirm_paper_key(words)
    unlocked.close()
    with pytest.raises(WrongRecoveryKey):
        access(tmp_path).open_with_paper(former, ANOTHER)
    access(tmp_path).open_with_paper(words, ANOTHER).close()
