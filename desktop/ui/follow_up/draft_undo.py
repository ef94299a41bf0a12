"""Bringing back a draft that was thrown away, when something was typed in the meantime."""

from dataclasses import replace

from desktop.services.follow_up_form import FollowUpForm

_TEXTS = ("summary", "clinical", "for_person", "person_words")
_LINES = ("next_step", "orientation")


def joined(held: FollowUpForm, typed: FollowUpForm, original: FollowUpForm | None) -> FollowUpForm:
    """The draft brought back, with each text typed since added after its own."""
    added: dict[str, str] = {}
    for name in (*_TEXTS, *_LINES):
        since, before = getattr(typed, name), getattr(held, name)
        if since.strip() and since != before and since != getattr(original, name, ""):
            gap = "\n\n" if name in _TEXTS else " ; "
            added[name] = f"{before}{gap}{since}" if before.strip() else since
    return replace(held, **added)  # type: ignore[arg-type]  # only fields that are texts
