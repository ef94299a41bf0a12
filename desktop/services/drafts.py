"""What is being typed, kept on this laptop only: one record for every form that has a draft."""

from datetime import datetime

from desktop.services.done import Done
from desktop.services.workplace import Workplace
from protocol.ids import PersonId, RecordId
from protocol.kinds.follow_ups import Draft, DraftOf


def keep_draft(
    workplace: Workplace,
    known: Draft | None,
    subject: DraftOf,
    *,
    person: PersonId,
    target: RecordId,
    content: str,
) -> Done[datetime]:
    """Keep it in the place of what was ``known`` of the same form; return when it was kept."""
    now = workplace.clock.now()
    draft = Draft(
        id=known.id if known else RecordId(workplace.new_id()),
        created_at=known.created_at if known else now,
        created_by=workplace.me,
        subject=subject,
        person=person,
        target=target,
        updated_at=now,
        content=content,
    )
    return Done(now, workplace.keep_typed(draft))
