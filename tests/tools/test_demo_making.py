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
from protocol.kinds.agenda import AppointmentStatus
from tools.demo.cast import CAST
from tools.demo.days import DemoClock
from tools.demo.invention import invent
from tools.demo.laptops import unlock
from tools.demo.making import Made, Making
from tools.demo.office import OfficeProcess, free_port
from tools.demo.road import Road
from tools.demo.stage import Stage
from tools.demo.story import Dossier, Outcome, Story
from tools.demo.team import HEROINE, REFERENT

TODAY = date(2026, 11, 24)


@dataclass
class Small:
    """A small département that was made."""

    stage: Stage
    story: Story
    made: Made
    port: int


@pytest.fixture(scope="module")
def small() -> Iterator[Small]:
    """The cast alone, its psychologist and its référente."""
    whole = invent(79, TODAY, read_packaged())
    played = tuple(_only(dossier) for dossier in whole.dossiers[: len(CAST)])
    team = tuple(c for c in whole.team if c.name in (HEROINE, REFERENT))
    story = Story(TODAY, team, played)
    # Not below pytest's own folder, which is closed to the user who runs PostgreSQL for root.
    folder = Path(tempfile.mkdtemp(prefix="coffre-demo-test-"))
    try:
        stage, port = Stage(folder), free_port()
        made = Making(stage, story, read_packaged(), lambda line: None).make(port)
        yield Small(stage, story, made, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _only(dossier: Dossier) -> Dossier:
    kept = tuple(p for p in dossier.parts if p.professional in (HEROINE, REFERENT))
    return replace(dossier, parts=kept)


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
            assert (report.dossiers, report.pending, report.refused) == (len(CAST), 0, ())
            assert report.to_review == ()
            assert report.last_success is not None
            assert report.last_success.date() == date(2026, 11, 23)


def test_what_the_story_says_is_what_the_services_read(small: Small) -> None:
    with closing(unlock(small.stage.laptops, HEROINE, DemoClock(TODAY))) as laptop:
        services = laptop.session.services
        round_ = services.appointments.of_day(TODAY)
        assert [line.name for line in round_] == [f"{r.first_name} {r.birth_name}" for r in CAST]
        assert all(line.status is AppointmentStatus.PLANNED for line in round_)
        assert [line.absences for line in round_] == [role.absences for role in CAST]
        for line, dossier in zip(round_, small.story.dossiers, strict=True):
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
        assert summary in office.dump()
        assert summary not in stage.server_log.read_text("utf-8")
        postmaster = stage.office / "postgresql" / "postmaster.pid"
        processes = [office.pid, int(postmaster.read_text().split()[0])]
    assert [process for process in processes if is_running(process)] == []
    assert not postmaster.exists()
