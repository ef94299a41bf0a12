"""Disturbs a synchronisation at one byte or another: in the end all is as if nothing had happened.

Three exchanges: a day's small changes both ways, a newcomer's first page, changes that meet others.
Time stands still and chance repeats itself, so that the end can be compared row by row with the end
of an exchange that nothing disturbed: records, history, conflicts, numbers, on both sides.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from desktop.services.persons import NewPerson
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.follow_ups import Theme
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole
from tests.campaigns.exact_office import ExactOffice
from tests.campaigns.faulty import ForgetfulOutbox, believing_unread_pages, taking_everything_anew
from tests.campaigns.images import LaptopImage, OfficeImage, newcomer, start_numbers_high
from tests.campaigns.proxy import AT_A_BYTE, Fault, Harm, Way
from tests.campaigns.road import CuttingRoad
from tests.campaigns.scene import BelowTls, Disturbance, Scene, Variant
from tests.campaigns.shares import Part, share_out
from tests.campaigns.tally import Effort, Tally
from tests.support.fleet import Laptop, enrolled
from tests.support.laptop import TUESDAY
from tests.support.office import Office, Premises

CASES = {Effort.SHORT: 75, Effort.NORMAL: 1_500}
"""Disturbances drawn by chance; at length, each byte has its turn."""
_CONTROL_CASES = 40
_GRAIN = 128
_STRIPS_AT_ONCE = 12
"""Of so many bytes each, a share of some minutes: longer than a town takes to be built."""
_HAPPENED = "happened"
_STALLS = 0.05
"""A stall costs a tenth of a second: few of those drawn are."""


def run(
    effort: Effort, seed: int, folder: Path, premises: Premises, *, cases: int | None = None
) -> Tally:
    """Disturb each exchange; then see that parts with a known fault are seen."""
    chance = random.Random(seed)
    tally = Tally("cut", seed)
    stage = Stage(premises, folder)
    part = Part()
    for scene in stage.scenes:
        tally.add(f"{scene.name}, undisturbed", scene.rehearse())
        tally.notes.append(f"{scene.name}: {_told(scene)}")
        _disturb(stage, scene, _disturbances(scene, chance, effort, cases), part)
    tally.take(part)
    happened = part.counts.get(_HAPPENED, 0)
    if effort is Effort.LONG and not cases:
        strips = list(_strips(stage.scenes))
        whole = share_out(partial(_cut_strips, strips, seed), len(strips), _STRIPS_AT_ONCE, folder)
        tally.take(whole)
        happened += whole.counts.get(_HAPPENED, 0)
    tally.notes.append(f"{happened} disturbances happened")
    if happened < 0.9 * tally.cases:
        tally.failures.append("most disturbances never happened")
    for fault, variant in _VARIANTS.items():
        tally.controls[fault] = _is_seen(variant, stage.scenes, chance)
    stage.close()
    return tally


def _told(scene: Scene) -> str:
    assert scene.lengths is not None
    there, back = scene.lengths[Way.REQUEST], scene.lengths[Way.REPLY]
    return f"{there} bytes there, {back} back, in {scene.office.proxy.requests} request(s)"


def _disturb(stage: "Stage", scene: Scene, disturbances: Iterable[Disturbance], part: Part) -> None:
    """Let a scene happen with each disturbance, and note what it leaves."""
    for each in disturbances:
        part.found.append((f"{scene.name}, {each}", scene.differences(each)))
        if isinstance(each, BelowTls) or stage.exact.proxy.happened:
            part.count(_HAPPENED)


def _disturbances(
    scene: Scene, chance: random.Random, effort: Effort, cases: int | None
) -> Iterator[Disturbance]:
    others = [Fault(harm) for harm in Harm if harm not in AT_A_BYTE]
    yield from others
    for _ in range((cases or CASES.get(effort, 0)) // 3 - len(others)):
        yield _drawn(scene, chance)


# -- each byte in its turn ------------------------------------------------------------------------


class Strip(NamedTuple):
    """Some bytes in a row, of one scene and one way; to the end where ``until`` is none."""

    scene: int
    way: Way
    below_tls: bool
    begins: int
    until: int | None


def _strips(scenes: list[Scene]) -> Iterator[Strip]:
    for number, scene in enumerate(scenes):
        for below_tls, lengths in ((False, scene.lengths), (True, scene.encrypted)):
            assert lengths is not None
            for way in Way:
                # Identifiers drawn by chance make an exchange some bytes longer or shorter.
                starts = range(0, max(1, lengths[way] - _GRAIN), _GRAIN)
                for begins in starts:
                    until = None if begins == starts[-1] else begins + _GRAIN
                    yield Strip(number, way, below_tls, begins, until)


def _cut_strips(strips: Sequence[Strip], seed: int, share: range, folder: Path) -> Part:
    """Cut at each byte of some strips, in a town of its own."""
    premises = Premises.start(folder)
    part = Part()
    try:
        stage = Stage(premises, folder / "stage")
        for scene in stage.scenes:
            part.found.append((f"{scene.name}, undisturbed", scene.rehearse()))
        for number in share:
            chance = random.Random(seed + number)
            strip = strips[number]
            scene = stage.scenes[strip.scene]
            _disturb(stage, scene, _each_byte(scene, strip, chance), part)
        stage.close()
    finally:
        premises.close()
    return part


def _each_byte(scene: Scene, strip: Strip, chance: random.Random) -> Iterator[Disturbance]:
    lengths = scene.encrypted if strip.below_tls else scene.lengths
    assert lengths is not None
    until = lengths[strip.way] if strip.until is None else min(strip.until, lengths[strip.way])
    for position in range(strip.begins, until):
        if strip.below_tls:
            yield BelowTls(strip.way, position)
        else:
            yield Fault(_harm(chance), strip.way, position)


def _drawn(scene: Scene, chance: random.Random) -> Disturbance:
    assert scene.lengths is not None
    assert scene.encrypted is not None
    way = chance.choice(tuple(Way))
    if chance.random() < 0.2:
        return BelowTls(way, _position(scene.encrypted[way], chance))
    return Fault(_harm(chance), way, _position(scene.lengths[way], chance))


def _position(length: int, chance: random.Random) -> int:
    """Return a byte, told from the beginning or from the end.

    Identifiers drawn by chance compress more or less well: an exchange is some bytes longer or
    shorter each time, and the same seed has to give the same cases.
    """
    drawn = chance.randrange(max(1, length // _GRAIN * _GRAIN))
    return drawn if chance.random() < 0.5 else length - 1 - drawn


def _harm(chance: random.Random) -> Harm:
    if chance.random() < _STALLS:
        return Harm.STALL
    return chance.choice((Harm.CUT, Harm.RESET))


# -- known faults ---------------------------------------------------------------------------------


@contextmanager
def _forgetting(laptop: Laptop) -> Iterator[None]:
    ForgetfulOutbox.put_in(laptop.session.workplace.store)
    yield


_VARIANTS: dict[str, Variant] = {
    "an office that takes what it has already taken": lambda laptop: taking_everything_anew(),
    "a laptop that forgets the batch it has sent": _forgetting,
    "a laptop whose cursor moves before the page": believing_unread_pages,
}


def _is_seen(variant: Variant, scenes: list[Scene], chance: random.Random) -> bool:
    for _ in range(_CONTROL_CASES):
        scene = chance.choice(scenes)
        assert scene.lengths is not None
        fault = Fault(Harm.CUT, Way.REPLY, _position(scene.lengths[Way.REPLY], chance))
        if scene.differences(fault, variant):
            return True
    return False


# -- the three exchanges --------------------------------------------------------------------------


class Stage:
    """An exact office, and the three exchanges that are about to happen, each in a département."""

    def __init__(self, premises: Premises, folder: Path) -> None:
        self._premises = premises
        self._folder = folder
        self.exact = ExactOffice(premises, TUESDAY, seed=1)
        self._road = CuttingRoad(self.exact.proxy.port)
        premises.set_road(self._road, is_open=True)
        made = (("small changes", _changed), ("first page", _joined), ("crossings", _crossed))
        self.scenes = [
            self._scene(name, Team.meet(premises, folder / name), do) for name, do in made
        ]

    def _scene(self, name: str, team: "Team", about_to: Callable[["Team"], Laptop]) -> Scene:
        laptop = about_to(team)
        image = LaptopImage.take(laptop, self._folder / "images" / name)
        return Scene(name, self.exact, self._road, image, OfficeImage.take(team.office))

    def close(self) -> None:
        """Close everything."""
        self._premises.set_road(self._road, is_open=False)
        self.exact.close()
        for scene in self.scenes:
            scene.laptop_image.source.close()
            scene.office_image.office.close()


@dataclass
class Team:
    """Claire and Mehdi, who both know a dossier."""

    office: Office
    folder: Path
    claire: Laptop
    mehdi: Laptop
    dossier: PersonId

    @classmethod
    def meet(cls, premises: Premises, folder: Path) -> "Team":
        """Return a new département where they have worked together."""
        office = Office(premises, premises.new_department(), premises.open_road())
        start_numbers_high(office)
        claire = enrolled(office, folder / "claire", "Claire Martin", Job.PSYCHOLOGIST)
        mehdi = enrolled(office, folder / "mehdi", "Mehdi Belkacem", Job.REFERENT)
        claire.sync()
        new = NewPerson(birth_name="Bernard", first_name="Sylvie", request="Troubles du sommeil.")
        dossier = claire.desk.persons.create(new).value
        colleague = ProfessionalId(mehdi.session.workplace.me)
        claire.desk.persons.welcome(dossier, colleague, CircleRole.CONTRIBUTOR)
        meet(claire, dossier, "Premier entretien.", "Note.")
        claire.sync()
        mehdi.sync()
        for laptop in (claire, mehdi):
            laptop.clock.advance(seconds=30)
        return cls(office, folder, claire, mehdi, dossier)

    def leave_to(self, laptop: Laptop) -> Laptop:
        """Close the others' laptops."""
        for other in (self.claire, self.mehdi):
            if other is not laptop:
                other.close()
        return laptop


def _changed(team: Team) -> Laptop:
    """Both changed something else, Mehdi is home already: Claire is about to come home."""
    meet(team.mehdi, team.dossier, "Vu par Mehdi.", "")
    correct(team.mehdi, team.dossier, phone1="0549000001")
    team.mehdi.sync()
    meet(team.claire, team.dossier, "Vue par Claire, au café.", "Note du jour.")
    correct(team.claire, team.dossier, address_line="2 rue du Lavoir")
    return team.leave_to(team.claire)


def _joined(team: Team) -> Laptop:
    """Sofia was welcomed before her laptop was enrolled: it is about to be given its first page."""
    nurse = "Sofia Neveu"
    colleague = ProfessionalId(team.office.hire(nurse, Job.NURSE))
    team.claire.desk.persons.welcome(team.dossier, colleague, CircleRole.CONTRIBUTOR)
    for number in range(6):
        meet(team.claire, team.dossier, f"Entretien {number}.", "")
    team.claire.sync()
    clock = team.claire.clock
    return team.leave_to(newcomer(team.office, team.folder / "sofia", nurse, Job.NURSE, clock))


def _crossed(team: Team) -> Laptop:
    """Both rewrote the same fields, Mehdi is home already: Claire's changes will meet his."""
    correct(team.mehdi, team.dossier, phone1="0549000001", request="Il veut travailler à Niort.")
    team.mehdi.sync()
    team.claire.clock.advance(seconds=30)
    correct(team.claire, team.dossier, phone1="0549000002", request="Elle cherche une formation.")
    return team.leave_to(team.claire)


def correct(laptop: Laptop, dossier: PersonId, **changes: str) -> None:
    """Correct the sheet of somebody."""
    sheet = laptop.desk.persons.sheet(dossier).person
    laptop.desk.persons.edit(replace(sheet, **changes))  # type: ignore[arg-type]  # texts only


def meet(laptop: Laptop, person: PersonId, summary: str, clinical: str) -> None:
    """Record a meeting."""
    form = laptop.desk.follow_ups.begin(person)
    laptop.desk.follow_ups.finish(
        replace(form, summary=summary, clinical=clinical, themes=frozenset({Theme.HOUSING}))
    )
