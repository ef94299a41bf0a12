"""What a piece of work changed, so that open screens know what to read again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Touched:
    """One record that was written or removed."""

    kind: str
    id: str
    dossier: str | None = None
    """The person whose dossier it belongs to, when it belongs to one."""
