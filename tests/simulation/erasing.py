"""Persons who ask to be erased (RGPD, article 17): when, and that nothing of them is left.

Whether a life knows erasures, and at which steps, is drawn apart: whatever else a seed plays stays.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from protocol.kinds import ClinicalNote, spec_of
from tests.properties.agreement import laptop_leftovers, office_rows, readers
from tests.simulation.chance import Draw, choice, happens
from tests.simulation.ledger import Ledger
from tests.simulation.machine import Machine
from tests.simulation.people import DONE, NOTHING
from tests.simulation.town import Town
from tests.support.opened import everywhere, office_words

_A_LIFE_IN, _A_STEP_IN, _MEANWHILE_IN = 3, 40, 3
_WORD = re.compile(r"mot\d+fin")
_NOTE = spec_of(ClinicalNote).code


@dataclass
class Erasing:
    """What the administrator does of those who ask."""

    town: Town
    ledger: Ledger
    draw: Draw
    _is_asked_here: bool = False

    def begin(self) -> None:
        """Draw whether anybody ever asks in this life."""
        self._is_asked_here = happens(self.draw, _A_LIFE_IN)

    def around(self, act: Callable[[], None]) -> list[str]:
        """Do what a step does; somebody may be erased while an answer comes, or after all that."""
        told: list[str] = []
        if not self._is_asked_here or not happens(self.draw, _A_STEP_IN):
            act()
            return told
        if happens(self.draw, _MEANWHILE_IN):
            self.town.road.meanwhile = lambda: told.append(self._erase())
        act()
        self.town.road.meanwhile = None  # nobody came home
        return told or [self._erase()]

    def again(self) -> None:
        """Erase anew whom the backup does not know to be erased, as docs/server.md says."""
        office = self.town.office
        known = {line.erasure.bucket for line in office.erasures()}
        for dossier in self.ledger.erased:
            if dossier not in known:
                office.erase(dossier, again=True)

    def _erase(self) -> str:
        """Erase somebody whom the office knows."""
        office = self.town.office
        known = [one for one in self.ledger.living if office.is_known(one)]
        if not known:
            return NOTHING
        dossier = choice(self.draw, known)
        office.erase(dossier)
        self.ledger.erase(dossier)
        return DONE


def check(town: Town, machines: list[Machine], ledger: Ledger) -> None:
    """Of those who were erased nothing is left, at the office or on any laptop."""
    if not ledger.erased:
        return
    words, gone = ledger.erased_words(), {str(dossier) for dossier in ledger.erased}
    notes = ledger.erased_notes()
    for dossier in ledger.erased:
        assert office_rows(town.office, dossier) == {}, f"the office holds {dossier} again"
        assert readers(town.office, dossier) == set(), f"{dossier} was erased and is open"
    in_rows = _rows_of_records(town)
    assert not [one for one in (*gone, *notes) if one in in_rows], "the office cites who was erased"
    for machine in machines:
        left = [it for dossier in ledger.erased for it in laptop_leftovers(machine, dossier)]
        assert left == [], f"{machine} holds of who was erased: {left}"
        held = machine.store_text() + everywhere(machine.store)
        told = {word for word in _WORD.findall(held) if word in words}
        assert not told, f"{machine} holds words of who was erased: {sorted(told)}"
        cited = [one for one in (*gone, *notes) if one in held]
        assert not cited, f"{machine} cites who was erased"
        there = _WORD.findall(office_words(town.office, machine.store))
        told = {word for word in there if word in words}
        assert not told, f"the office holds words of who was erased: {sorted(told)}"


def _rows_of_records(town: Town) -> str:
    """Return all that the office keeps of records, and of what they were."""
    with town.office.database.transaction(town.office.department.schema) as connection:
        rows = connection.execute("SELECT kind, rid::text, bucket::text, data FROM record")
        history = connection.execute("SELECT kind, rid::text, field, value FROM history")
        return repr([*rows.fetchall(), *history.fetchall()])
