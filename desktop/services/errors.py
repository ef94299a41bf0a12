"""Why something a person asked for cannot be done.

::

    ServiceError
    ├── NotFound         it is no longer on this laptop (a colleague removed it, a dossier left)
    ├── NotAllowed       it is somebody else's to do
    └── InvalidInput     one field cannot be accepted; ``field`` and ``reason`` say which and why
"""


class ServiceError(Exception):
    """A service cannot do what was asked."""


class NotFound(ServiceError):
    """The record is not on this laptop."""


class NotAllowed(ServiceError):
    """The act belongs to somebody else (the author, the référent)."""


class InvalidInput(ServiceError):
    """A field cannot be accepted as typed; nothing was written."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        """``missing``, ``too_long``, ``future_date``, ``not_a_phone``…"""
