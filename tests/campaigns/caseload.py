"""Caseloads of any size for campaigns, put into an office as fast as it takes them."""

from random import Random

from protocol import limits
from protocol.kinds.people import Job
from tests.server.samples import follow_up, member, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, enrol

_SYLLABLES = ("bar", "ce", "dif", "o", "gul", "la", "men", "i", "po", "char", "plan", "trin", "qui")
_MEETINGS = 20
"""In one dossier."""


class Caseload:
    """Dossiers of some colleagues, who all read them."""

    def __init__(self, office: Office, seed: int, readers: list[str], *, characters: int) -> None:
        """``characters``: of the shared summary of each meeting."""
        self._chance = Random(seed)
        self._readers = readers
        self._characters = characters
        self._words = [
            "".join(self._chance.choices(_SYLLABLES, k=self._chance.randint(1, 4)))
            for _ in range(2_000)
        ]
        self.author: RawDevice = enrol(office, "Odile Renaud", Job.SOCIAL_WORKER)
        self.records = 0
        self.dossiers: list[str] = []

    def grow(self, records: int) -> None:
        """Add dossiers until the office holds as many records of theirs."""
        while self.records < records:
            ops: list[Op] = []
            while self.records + len(ops) < records and len(ops) < limits.MAX_OPS // 2:
                made = person(self.author)
                self.dossiers.append(made.rid)
                ops += [made, *(member(self.author, made.rid, who) for who in self._readers)]
                ops += [
                    follow_up(self.author, made.rid, summary="0" + self._text())
                    for _ in range(_MEETINGS)
                ]
            assert not self.author.push(*ops).results
            self.records += len(ops)

    def _text(self) -> str:
        # A few words come back again and again, as in life.
        words: list[str] = []
        length = 0
        while length < self._characters:
            word = self._words[int(len(self._words) * self._chance.random() ** 3)]
            words.append(word)
            length += len(word) + 1
        return " ".join(words)
