"""Two laptops change the same records unknown to each other: what is kept, asked, lost.

Half of the pairs change different fields; half rewrite the same text, in different sentences or in
the same one. Each edit carries a word of its own, looked for on both laptops afterwards: in what is
shown, or whole in a version put aside to be read again.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.caseload import Caseload
from benchmarks.fleet import Laptop, enrolled_laptop
from benchmarks.ground import new_office, premises_of_a_run
from benchmarks.measure import Measure, at_most, measure, report
from benchmarks.size import Size
from desktop.services.conflict_cases import read_case
from protocol.kinds import Conflict, Person
from protocol.kinds.people import Job
from tests.support.office import Office, Premises

_FIRST, _MIDDLE, _LAST = "Le sommeil revient.", "Il marche chaque matin.", "Rien d’urgent."
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class _Pair:
    """One dossier, which both may change, and the two words that must survive."""

    person: Person
    sort: str
    words: tuple[str, str]


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/edits.json``."""
    with premises_of_a_run() as premises:
        report("edits", measures(premises, folder, size))


def measures(premises: Premises, folder: Path, size: Size) -> list[Measure]:
    """Return what became of concurrent edits."""
    with new_office(premises) as office:
        claire, mehdi, persons = _two_who_agree(office, folder, 2 * size.pairs)
        pairs = _pairs(persons, size.pairs)
        for number, laptop in enumerate((claire, mehdi)):
            with laptop.session.workplace.work() as work:
                for pair in pairs:
                    work.save(_edited(pair, number))
        for _ in range(_ROUNDS):
            for laptop in (claire, mehdi):
                laptop.engine.run()
        found = [_Found(laptop, pairs) for laptop in (claire, mehdi)]
        claire.close()
        mehdi.close()
    return _measures(found, pairs)


def _two_who_agree(office: Office, folder: Path, count: int) -> tuple[Laptop, Laptop, list[Person]]:
    colleague = office.hire("Mehdi Rahmani", Job.REFERENT)
    claire = enrolled_laptop(office, folder / "claire", "Claire Morin", Job.PSYCHOLOGIST)
    mehdi = enrolled_laptop(office, folder / "mehdi", "Mehdi Rahmani", Job.REFERENT)
    me = claire.session.workplace.me
    caseload = Caseload(me)
    persons = [
        replace(person, request=f"{_FIRST} {_MIDDLE} {_LAST}") for person in caseload.persons(count)
    ]
    with claire.session.workplace.work() as work:
        for person in persons:
            for record in (person, *(caseload.circle(person, who) for who in (me, colleague))):
                work.save(record)
    for laptop in (claire, mehdi):
        laptop.engine.run()
    return claire, mehdi, persons


def _pairs(persons: list[Person], count: int) -> list[_Pair]:
    sorts = ["fields"] * count + ["sentences"] * (count // 2) + ["same sentence"] * (count // 2)
    return [
        _Pair(person, sort, (f"gauche{number}x", f"droite{number}x"))
        for number, (person, sort) in enumerate(zip(persons, sorts, strict=False))
    ]


def _edited(pair: _Pair, number: int) -> Person:
    """Return the record as the first, or the second, of the two leaves it."""
    word = pair.words[number]
    if pair.sort == "fields":
        if number == 0:
            return replace(pair.person, request=f"{_FIRST} {word}.")
        return replace(pair.person, usual_name=word)
    if pair.sort == "sentences":
        ends = (f"{_FIRST[:-1]} {word}.", _LAST), (_FIRST, f"Rien {word} d’urgent.")
        first, last = ends[number]
        return replace(pair.person, request=f"{first} {_MIDDLE} {last}")
    return replace(pair.person, request=f"{_FIRST} Il {word} beaucoup {word}. {_LAST}")


class _Found:
    """What one laptop shows, and what it keeps to be read again."""

    def __init__(self, laptop: Laptop, pairs: list[_Pair]) -> None:
        store = laptop.session.workplace.store
        # As they are read: texts are kept and carried in their envelopes.
        self.shown = {
            person.id: f"{person.request} {person.usual_name}"
            for person in store.records.select(Person)
        }
        self.aside: dict[str, str] = {}
        for conflict in store.records.select(Conflict):
            case = read_case(store, conflict)
            subject = conflict.subject
            self.aside[subject] = f"{self.aside.get(subject, '')} {case.shown(case.lost)}"
        self.asked = [pair for pair in pairs if pair.person.id in self.aside]
        self.lost = [pair for pair in pairs if not self._holds(pair)]
        self.merged = [
            pair
            for pair in pairs
            if all(word in self.shown[pair.person.id] for word in pair.words)
            and pair.person.id not in self.aside
        ]

    def _holds(self, pair: _Pair) -> bool:
        rid = pair.person.id
        return all(word in self.shown[rid] + self.aside.get(rid, "") for word in pair.words)


def _measures(found: list[_Found], pairs: list[_Pair]) -> list[Measure]:
    everything = len(pairs)
    lost = max(len(one.lost) for one in found)
    differ = sum(found[0].shown[pair.person.id] != found[1].shown[pair.person.id] for pair in pairs)
    lines = [
        measure("pairs of concurrent edits of which a word is lost", lost, "", n=everything, runs=1,
                goal=at_most(0)),
        measure("… records that differ between the laptops", differ, "", n=everything, runs=1,
                goal=at_most(0)),
    ]  # fmt: skip
    for sort, name in (
        ("fields", "different fields"),
        ("sentences", "one text, different sentences"),
        ("same sentence", "one text, the same sentence"),
    ):
        of_sort = [pair for pair in pairs if pair.sort == sort]
        asked = max(sum(pair.sort == sort for pair in one.asked) for one in found)
        merged = min(sum(pair.sort == sort for pair in one.merged) for one in found)
        goal = None if sort == "same sentence" else at_most(0)
        lines += [
            measure(f"{name}: put aside for a question", asked, "", n=len(of_sort), runs=1,
                    goal=goal),
            measure("… merged, both shown, no question", merged, "", n=len(of_sort), runs=1),
        ]  # fmt: skip
    return lines
