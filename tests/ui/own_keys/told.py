"""An office and colleagues that answer as they are told, for the pages about keys."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from desktop.crypto.key_shares import split_new_key
from desktop.domain.touched import Touched
from desktop.services.done import Done
from desktop.services.errors import WrongPassphrase
from desktop.services.identities import Correspondent, Trust
from desktop.services.key_shares import Cut
from desktop.sync.key_shares import Kept, SharesStanding
from desktop.sync.own_keys import OwnLaptop
from protocol.kinds.people import Job
from tests.support.laptop import SeededRandom

DAY = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
WORDS = ("cruel", "verrou", "organe", "gyrostat", "essayer", "vaincre", "vipere", "attirer")
NADIA_WORDS = ("abaisser", "fragile", "girafe", "ivoire", "losange", "muscle", "neutre", "quartz")
PASSPHRASE = "trois moineaux gris boivent au lavoir de Melle"
INVITATION = "79-ABCDE-FGHJK-MNPQR-STVWX"


def laptop(device: str, name: str | None, *, is_this: bool = False) -> OwnLaptop:
    return OwnLaptop(device, name, "Windows", DAY, DAY, None, is_this)


@dataclass
class ToldLaptops:
    """Two laptops; a third that speaks when it is told to."""

    laptops: list[OwnLaptop] = field(
        default_factory=lambda: [
            laptop("d1", "Bureau de Niort", is_this=True),
            laptop("d2", None),
        ]
    )
    words: tuple[str, ...] = ()
    refusals: list[Exception] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def all(self) -> list[OwnLaptop]:
        self._refuse()
        return self.laptops

    def rename(self, device: str, name: str) -> list[OwnLaptop]:
        return self._change(device, name=name)

    def withdraw(self, device: str) -> list[OwnLaptop]:
        return self._change(device, withdrawn_at=DAY)

    def begin(self) -> str:
        self._refuse()
        return INVITATION

    def step(self) -> tuple[str, ...]:
        self._refuse()
        return self.words

    def agree(self) -> None:
        self._refuse()
        self.done.append("agreed")

    def close(self) -> None:
        self.done.append("closed")

    def _change(self, device: str, **facts: object) -> list[OwnLaptop]:
        self.laptops = [
            replace(it, **facts) if it.device == device else it  # type: ignore[arg-type]  # facts of a laptop
            for it in self.laptops
        ]
        return self.laptops

    def _refuse(self) -> None:
        if self.refusals:
            raise self.refusals.pop(0)


@dataclass
class ToldIdentities:
    """Colleagues in every state."""

    listed: list[Correspondent] = field(
        default_factory=lambda: [
            Correspondent("n", "Nadia Petit", Job.PSYCHOLOGIST, True, Trust.NEW, NADIA_WORDS),
            Correspondent(
                "i",
                "Inès Blanc",
                Job.NURSE,
                True,
                Trust.VERIFIED,
                WORDS[::-1],
                verified_on=date(2026, 11, 3),
            ),
            Correspondent("m", "Mehdi Roux", Job.REFERENT, True, Trust.CHANGED, WORDS),
            Correspondent("r", "Catherine Roy", Job.REFERENT, True, Trust.NONE),
        ]
    )
    lied: bool = False

    def my_words(self) -> tuple[str, ...]:
        return WORDS

    def colleagues(self) -> list[Correspondent]:
        return self.listed

    def is_misrepresented(self) -> bool:
        return self.lied

    def verify(self, professional: str, words: tuple[str, ...]) -> Done[None]:
        return self._become(professional, Trust.VERIFIED)

    def doubt(self, professional: str) -> Done[None]:
        return self._become(professional, Trust.DOUBTED)

    def _become(self, professional: str, trust: Trust) -> Done[None]:
        self.listed = [
            replace(it, trust=trust, verified_on=date(2026, 11, 24))
            if it.id == professional
            else it
            for it in self.listed
        ]
        return Done(None, frozenset({Touched("professional", professional)}))


@dataclass
class ToldShares:
    """Two colleagues who may keep a share, and one who has given hers."""

    standing: SharesStanding = field(
        default_factory=lambda: SharesStanding(kept=(Kept("i", "0beef", b"sealed", DAY),))
    )
    given: list[Cut] = field(default_factory=list)

    def keepers(self) -> list[Correspondent]:
        listed = ToldIdentities().listed
        return [replace(it, trust=Trust.VERIFIED) for it in listed[:2]]

    def names(self) -> dict[str, str]:
        return {it.id: it.name for it in ToldIdentities().listed}

    def cut(self, one: str, other: str) -> Cut:
        _, shares = split_new_key(SeededRandom(4))
        return Cut(shares[0].split, b"bundle", shares[0].words(), ((one, b"1"), (other, b"2")))

    def open_kept(self, kept: Kept, passphrase: str) -> tuple[str, ...]:
        if passphrase != PASSPHRASE:
            raise WrongPassphrase
        return split_new_key(SeededRandom(5))[1][1].words()

    def look(self) -> SharesStanding:
        return self.standing

    def give(self, cut: Cut) -> SharesStanding:
        self.given.append(cut)
        holders = tuple(holder for holder, _ in cut.sealed)
        self.standing = replace(self.standing, split=cut.split, holders=holders, since=DAY)
        return self.standing

    def take_back(self) -> SharesStanding:
        self.standing = replace(self.standing, split=None, holders=(), since=None)
        return self.standing
