"""Invents the day of the others: whom the nurse, the advisors and the référents expect."""

from collections.abc import Mapping
from dataclasses import replace

from protocol.kinds.people import Job
from tools.demo.cast import CAST
from tools.demo.diary import Diary
from tools.demo.engagements import with_part
from tools.demo.story import Accompaniment, Dossier, Meeting, Outcome, Story

_EACH_HALF_DAY = 2


def expecting(story: Story, diaries: Mapping[str, Diary]) -> Story:
    """Return the story with a few more meetings on its day, where each is that day."""
    dossiers = list(story.dossiers)
    for colleague in story.team:
        if colleague.job is Job.PSYCHOLOGIST:
            continue
        for place in colleague.week[0]:
            left = _EACH_HALF_DAY
            for at, dossier in enumerate(dossiers):
                part = dossier.part_of(colleague.name)
                if left and at >= len(CAST) and part and _may_come(dossier, part, place):
                    met = _today(story, part, diaries[colleague.name], place)
                    if met is not None:
                        dossiers[at] = with_part(dossier, met)
                        left -= 1
    return replace(story, dossiers=tuple(dossiers))


def _may_come(dossier: Dossier, part: Accompaniment, place: str) -> bool:
    """She is met there, still comes, and nothing else is planned."""
    return (
        dossier.inactive_since is None
        and part.engagement is None
        and bool(part.meetings)
        and part.meetings[-1].place == place
        and part.meetings[-1].outcome is Outcome.WRITTEN
    )


def _today(story: Story, part: Accompaniment, diary: Diary, place: str) -> Accompaniment | None:
    moment = diary.take_first(story.today, place)
    if moment is None:
        return None
    meeting = Meeting(moment, part.meetings[-1].minutes, place, Outcome.AHEAD)
    return replace(part, meetings=(*part.meetings, meeting))
