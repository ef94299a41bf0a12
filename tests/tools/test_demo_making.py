"""A département comes into being through the services and the sync; no process outlives it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from desktop.app.session import read_packaged
from desktop.config.clock import PARIS
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.programmes import Attendance, ProgrammeKind
from tools.demo.cast import CAST
from tools.demo.days import DemoClock, at
from tools.demo.invention import invent
from tools.demo.laptops import unlock
from tools.demo.making import CHECKED, Made, Making
from tools.demo.office import OfficeProcess, free_port
from tools.demo.road import Road
from tools.demo.stage import Stage
from tools.demo.story import Dossier, Outcome, Seat, Story
from tools.demo.team import HEROINE, REFERENT

TODAY = date(2026, 11, 24)
_TWO = (HEROINE, REFERENT)


@dataclass
class Small:
    """A small département that was made."""

    stage: Stage
    story: Story
    made: Made
    port: int


@pytest.fixture(scope="module")
def small() -> Iterator[Small]:
    """The cast and somebody in an ASPIR, their psychologist and their référente."""
    whole = invent(79, TODAY, read_packaged())
    worker = next(d for d in whole.dossiers if _is_in_aspir_and_met_today(d))
    played = tuple(_only(dossier) for dossier in (*whole.dossiers[: len(CAST)], worker))
    story = replace(
        whole,
        team=tuple(c for c in whole.team if c.name in _TWO),
        dossiers=played,
        openings=tuple(x for x in whole.openings if x.professional in _TWO),
        leaves=tuple(x for x in whole.leaves if x.professional in _TWO),
        workshops=tuple(
            replace(x, seats=(Seat(worker.number, Attendance.REGISTERED, first_step_with=True),))
            for x in whole.workshops
            if x.professional == REFERENT and x.starts_at.date() > TODAY
        ),
        drives=tuple(x for x in whole.drives if x.professional in _TWO),
    )
    # Not below pytest's own folder, which is closed to the user who runs PostgreSQL for root.
    folder = Path(tempfile.mkdtemp(prefix="coffre-demo-test-"))
    try:
        stage, port = Stage(folder), free_port()
        made = Making(stage, story, read_packaged(), lambda line: None).make(port)
        yield Small(stage, story, made, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _only(dossier: Dossier) -> Dossier:
    kept = tuple(p for p in dossier.parts if p.professional in _TWO)
    return replace(dossier, parts=kept)


def _is_in_aspir_and_met_today(dossier: Dossier) -> bool:
    part = dossier.part_of(REFERENT)
    return (
        part is not None
        and part.engagement is not None
        and dossier.part_of(HEROINE) is not None
        and part.meetings[-1].starts_at.date() == TODAY
    )


def is_running(process: int) -> bool:
    """Whether a process lives; one that ended and that nobody has buried does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_both_laptops_hold_the_dossiers_and_nothing_waits(small: Small) -> None:
    for name in (HEROINE, REFERENT):
        with closing(unlock(small.stage.laptops, name, DemoClock(TODAY))) as laptop:
            report = laptop.session.services.sync_reports.read()
            assert (report.dossiers, report.pending, report.refused) == (len(CAST) + 1, 0, ())
            assert report.to_review == ()
            assert report.last_success is not None
            assert report.last_success.date() == date(2026, 11, 23)


def test_the_last_evening_finds_every_laptop_in_agreement_with_the_office(small: Small) -> None:
    for name in (HEROINE, REFERENT):
        with closing(unlock(small.stage.laptops, name, DemoClock(TODAY))) as laptop:
            state = laptop.session.workplace.store.state
            seen = state.verified_at()
            assert seen is not None
            assert seen.astimezone(PARIS).replace(second=0) == at(date(2026, 11, 23), 17, 42)
            assert state.get(CHECKED) is not None, "the name under which a laptop keeps it"
            assert not laptop.agrees(), "that was the evening before"


def test_what_the_story_says_is_what_the_services_read(small: Small) -> None:
    with closing(unlock(small.stage.laptops, HEROINE, DemoClock(TODAY))) as laptop:
        services = laptop.session.services
        round_ = services.appointments.of_day(TODAY)
        assert [line.name for line in round_] == [f"{r.first_name} {r.birth_name}" for r in CAST]
        assert all(line.status is AppointmentStatus.PLANNED for line in round_)
        assert [line.absences for line in round_] == [role.absences for role in CAST]
        for line, dossier in zip(round_, small.story.dossiers, strict=False):
            told = services.follow_ups.timeline(line.person)
            written = [
                meeting
                for part in dossier.parts
                for meeting in part.meetings
                if meeting.outcome is Outcome.WRITTEN
            ]
            assert {x.summary for x in told} == {m.words.summary for m in written if m.words}
            assert {x.starts_at for x in told} == {m.starts_at for m in written}
            sheet = services.persons.sheet(line.person)
            assert sheet.person.request == dossier.request
            assert sheet.referent is not None
            assert sheet.referent.name == REFERENT


def test_the_heroines_weeks_rhythms_and_kilometres_are_what_the_story_says(small: Small) -> None:
    story = small.story
    with closing(unlock(small.stage.laptops, HEROINE, DemoClock(TODAY))) as laptop:
        services = laptop.session.services
        mine = [o for o in story.openings if o.professional == HEROINE]
        openings = services.permanences.openings()
        assert sorted(line.place_name for line in openings) == sorted(o.place for o in mine)
        assert not any(line.is_over for line in openings)
        assert len(services.permanences.absences()) == 2, "the summer is over"
        driven = sum(
            d.kilometres
            for d in story.drives
            if d.professional == HEROINE and d.noted_at.month == TODAY.month
        )
        assert services.trips.of_month(TODAY).kilometres == driven > 0
        for line, dossier in zip(services.appointments.of_day(TODAY), story.dossiers, strict=False):
            part = dossier.part_of(HEROINE)
            assert part is not None
            found = services.engagements.programmes.of_person(line.person)
            assert [one.record.programme for one in found if one.mine] == (
                [ProgrammeKind.PSY] if part.engagement else []
            )
            assert all(one.planned == part.meetings[-1].starts_at for one in found if one.mine)


def test_the_referente_has_an_aspir_to_renew_and_a_workshop_to_come(small: Small) -> None:
    worker = small.story.dossiers[-1].person
    with closing(unlock(small.stage.laptops, REFERENT, DemoClock(TODAY))) as laptop:
        services = laptop.session.services
        [ending] = services.engagements.programmes.watch().ending
        assert ending.name == f"{worker.first_name} {worker.birth_name}"
        sessions = services.workshops.sessions()
        assert {line.title for line in sessions} == {w.title for w in small.story.workshops}
        assert all(line.places_left == line.capacity - 1 for line in sessions)
        given = services.workshops.of_person(ending.person)
        assert {line.attendance for line in given} == {Attendance.REGISTERED}
        planned = services.appointments.upcoming(ending.person)
        assert any(item.programme == ending.programme for item in planned)


def test_clinical_notes_are_their_authors_alone(small: Small) -> None:
    notes = [
        (part.professional, meeting.words.clinical)
        for dossier in small.story.dossiers
        for part in dossier.parts
        for meeting in part.meetings
        if meeting.words and meeting.words.clinical
    ]
    assert notes
    with closing(unlock(small.stage.laptops, REFERENT, DemoClock(TODAY))) as laptop:
        store = laptop.store_text()
    assert all(author == HEROINE for author, _ in notes)
    assert [text for _, text in notes if text in store] == []


def test_the_office_serves_again_and_no_process_outlives_it(small: Small) -> None:
    stage = small.stage
    with OfficeProcess(stage.office, stage.certificates, stage.server_log) as office:
        with (
            closing(Road(small.port, office.port)) as road,
            closing(unlock(stage.laptops, HEROINE, DemoClock(TODAY))) as laptop,
        ):
            road.open()
            receipt = laptop.sync()
            assert (receipt.sent, receipt.received) == (0, 0)
        summary = next(
            m.words.summary
            for part in small.story.dossiers[0].parts
            for m in part.meetings
            if m.words
        )
        kept = office.dump()
        assert small.story.dossiers[0].person.birth_name in kept
        assert summary not in kept
        assert summary not in stage.server_log.read_text("utf-8")
        postmaster = stage.office / "postgresql" / "postmaster.pid"
        processes = [office.pid, int(postmaster.read_text().split()[0])]
    assert [process for process in processes if is_running(process)] == []
    assert not postmaster.exists()
