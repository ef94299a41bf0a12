"""A newcomer's laptop: a real vault in a folder, and an office that answers as it is told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desktop.app.advice import KeyAdvice
from desktop.crypto.files import FolderFiles
from desktop.crypto.kdf import FLOOR
from desktop.crypto.key_shares import KeyShare, join_shares
from desktop.crypto.recovery import RecoveryKey
from desktop.services.vault_access import Unlocked, VaultAccess, VaultPlace
from desktop.sync.addresses import parse_address
from desktop.ui.first_run import FirstRunViewModel
from desktop.ui.first_run.ports import Joining, PairingStep, Progress, Stage, Standing, Welcome
from protocol.invitations import make_invitation, parse_invitation
from tests.support.laptop import SeededRandom

INVITATION = str(make_invitation("79", bytes(range(13))))
ADDRESS = "https://coffre.exemple.fr"
CLAIRE_SAYS = "trois moineaux gris boivent au lavoir de Melle"
CLAIRE_WILL_SAY = "quatre hérons dorment sous le pont de Parthenay"


def vault_access(folder: Path, seed: int = 1) -> VaultAccess:
    """Return the real vault of a laptop, with the lightest key derivation allowed."""
    place = VaultPlace(FolderFiles(folder), folder / "coffre.db", folder / "coffre.lock")
    return VaultAccess(place, SeededRandom(seed), FLOOR)


def come_to_paper(wizard: FirstRunViewModel) -> None:
    """Answer the first questions: the words of the paper are on the screen."""
    wizard.type_address(ADDRESS)
    wizard.go_on()
    wizard.type_invitation(INVITATION)
    wizard.go_on()
    wizard.choice.type(CLAIRE_SAYS)
    wizard.choice.type_again(CLAIRE_SAYS)
    wizard.go_on()


@dataclass
class Newcomer(KeyAdvice):
    """The port of the first run on a real vault; `refusals` are what the office answers first."""

    access: VaultAccess
    unlocked: Unlocked | None = None
    refusals: list[Exception] = field(default_factory=list)
    joined: list[Joining] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.access)

    def find_office(self, typed: str) -> str:
        address = parse_address(typed)
        self._refuse()
        return address.url

    def check_invitation(self, typed: str) -> str:
        return str(parse_invitation(typed))

    def look(self, joining: Joining) -> Standing:
        return Standing()

    def pairing_step(self) -> PairingStep:
        return PairingStep()

    def agree_pairing(self) -> PairingStep:
        return PairingStep()

    def find_by_paper(self, words: str) -> None:
        RecoveryKey.from_words(words)

    def check_share(self, words: str) -> None:
        KeyShare.from_words(words)

    def find_by_shares(self, one: str, other: str) -> None:
        join_shares(KeyShare.from_words(one), KeyShare.from_words(other))

    def create(self, passphrase: str, joining: Joining) -> tuple[str, ...]:
        self.unlocked, recovery = self.access.create(passphrase)
        return recovery.words()

    def renew_paper(self) -> tuple[str, ...]:
        return self.access.new_recovery_key(self.opened).words()

    def confirm(self, words: str) -> None:
        self.access.confirm_recovery_key(self.opened, words)

    def enrol(self, joining: Joining, tell: Callable[[Progress], None]) -> Welcome:
        tell(Progress(Stage.OFFICE))
        self._refuse()
        tell(Progress(Stage.RECORDS, done=120, total=400))
        self.joined.append(joining)
        return Welcome("Claire Martin", "psychologue", "Deux-Sèvres")

    @property
    def opened(self) -> Unlocked:
        assert self.unlocked is not None
        return self.unlocked

    def close(self) -> None:
        if self.unlocked is not None:
            self.unlocked.close()

    def _refuse(self) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
