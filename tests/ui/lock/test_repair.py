"""A vault that does not open any more is repaired from the lock, and what is missing is said."""

import pytest
from pytestqt.qtbot import QtBot

from desktop.crypto.identity import Identity
from desktop.crypto.randomness import SystemRandom
from desktop.store.pages import PAGE_BYTES
from desktop.store.state import Enrolment
from desktop.sync.enrolment import IDENTITY
from desktop.ui.lock import LockView, LockViewModel
from desktop.ui.lock.damage_words import damage_words
from desktop.ui.lock.repair import Phase
from desktop.ui.lock.repair_view import RepairEntry
from desktop.ui.lock.viewmodel import Page
from desktop.ui.vault_words import nothing_read_words
from tests.architecture.french import faults_of
from tests.campaigns.field_laptop import ME
from tests.support.newcomer import CLAIRE_SAYS, CLAIRE_WILL_SAY, vault_access
from tests.ui.lock.conftest import Locked


@pytest.fixture
def damaged(locked: Locked, lock: LockViewModel) -> LockViewModel:
    """The first page of a table is spoilt, and somebody asked for a repair."""
    _enrol(locked)
    path = locked.folder / "coffre.db"
    content = bytearray(path.read_bytes())
    content[4 * PAGE_BYTES + 99] ^= 1
    path.write_bytes(content)
    (locked.folder / "coffre.repair").touch()
    return lock


def _enrol(locked: Locked) -> None:
    unlocked = vault_access(locked.folder).open(CLAIRE_SAYS)
    me = Enrolment("https://localhost", "server", "79", "Deux-Sèvres", "device", ME, None, None)
    with unlocked.store.database.transaction():
        unlocked.store.keyring.put(IDENTITY, Identity.generate(SystemRandom()).to_bytes())
        unlocked.store.state.set_enrolment(me)
    unlocked.close()


def test_a_damaged_vault_offers_its_repair_and_opens_after_it(damaged: LockViewModel) -> None:
    damaged.open(CLAIRE_SAYS)
    assert damaged.state.problem == damage_words()
    assert damaged.state.can_repair
    damaged.show_repair()
    opened: list[bool] = []
    damaged.opened.connect(lambda: opened.append(True))
    damaged.repairing.start(CLAIRE_SAYS)
    assert damaged.repairing.state.phase is Phase.DONE
    assert damaged.repairing.state.told
    assert not opened  # it is read first
    damaged.repairing.go_on()
    assert opened == [True]


def test_with_the_paper_the_new_passphrase_is_asked_then_the_repair_is_offered(
    damaged: LockViewModel, locked: Locked
) -> None:
    damaged.show_paper()
    damaged.choice.type(CLAIRE_WILL_SAY)
    damaged.choice.type_again(CLAIRE_WILL_SAY)
    damaged.open_with_paper(" ".join(locked.words))
    assert damaged.state.problem == damage_words(after_paper=True)
    assert damaged.state.page is Page.DOOR
    assert not damaged.state.can_repair, "it needs the passphrase"
    damaged.open(CLAIRE_WILL_SAY)
    assert damaged.state.can_repair


def test_at_the_lock_nobody_is_sent_to_the_lock() -> None:
    told = (damage_words(), damage_words(after_code=True), damage_words(after_paper=True))
    for said in told:
        assert "verrou" not in said
        assert "Ne supprimez rien" in said
        assert faults_of(said) == []
    assert len(set(told)) == len(told)


def test_a_wrong_passphrase_never_offers_a_repair(damaged: LockViewModel) -> None:
    damaged.open("une autre phrase que la bonne")
    assert not damaged.state.can_repair
    damaged.show_repair()
    assert damaged.state.page is Page.DOOR


def test_the_page_explains_then_says_what_came_of_it(damaged: LockViewModel, qtbot: QtBot) -> None:
    view = LockView(damaged, "1.0")
    qtbot.addWidget(view)
    view.show()
    assert view.repair_button.isHidden()
    view.field.line.setText(CLAIRE_SAYS)
    view.open_button.click()
    assert not view.repair_button.isHidden()
    view.repair_button.click()
    page = view._repair
    assert isinstance(page, RepairEntry)
    assert "fichier neuf" in page.told.text()
    assert "erreur" not in page.told.text()
    page.act_button.click()
    assert "rien ne manque" in page.told.text()
    assert page.heading.text() == "Le coffre est réparé"
    assert view.focusWidget() is page.act_button, "Enter goes on"
    assert page.act_button.accessibleName() or page.act_button.text()
    page.act_button.click()
    assert view.field.value == ""


def test_a_vault_of_which_nothing_reads_anywhere_is_left_alone_and_the_page_says_what_to_do(
    locked: Locked, damaged: LockViewModel
) -> None:
    path = locked.folder / "coffre.db"
    path.write_bytes(bytes(PAGE_BYTES))
    (locked.folder / "coffre.tables").unlink()
    damaged.open(CLAIRE_SAYS)
    damaged.show_repair()
    damaged.repairing.start(CLAIRE_SAYS)
    assert damaged.repairing.state.phase is Phase.READY
    assert damaged.repairing.state.problem == nothing_read_words()
    assert path.read_bytes() == bytes(PAGE_BYTES)
