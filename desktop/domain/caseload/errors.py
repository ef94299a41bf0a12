"""What can stop the reading of a caseload.

::

    CaseloadError
    ├── FileRefused        the file itself: the person can choose or save another one
    ├── FieldTaken         two columns were given the same meaning: one of them must go
    └── ImportCancelled    somebody pressed « Annuler »: nothing was done

They carry codes, never a word of the file: it is full of people.
"""

from enum import StrEnum


class FileReason(StrEnum):
    """Why a file was refused; the screen makes one sentence and one thing to do of each."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MUCH_TEXT = "too_much_text"
    """Little on the disk, enormous once unfolded: a broken file or a trap."""
    ENCRYPTED = "encrypted"
    OLD_EXCEL = "old_excel"
    """.xls: to be saved again as .xlsx or .ods."""
    UNKNOWN_FORMAT = "unknown_format"
    UNKNOWN_ENCODING = "unknown_encoding"
    UNCLOSED_QUOTE = "unclosed_quote"
    """A quotation mark opened and never closed has swallowed rows."""
    NO_SUCH_SHEET = "no_such_sheet"
    DAMAGED = "damaged"


class CaseloadError(Exception):
    """The import of a caseload cannot go on."""


class FileRefused(CaseloadError):
    """The file cannot be read, or must not be."""

    def __init__(self, reason: FileReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class FieldTaken(CaseloadError):
    """A column was given a meaning that another column, of index ``column``, already has."""

    def __init__(self, column: int) -> None:
        super().__init__(f"already the meaning of column {column}")
        self.column = column


class ImportCancelled(CaseloadError):
    """The import was called off; nothing was written."""
