"""What can go wrong with the laptop's memory, and who can do something about it.

::

    StoreError
    ├── DiskFull             the person: free some space; what was typed is still there
    │   └── NoRoomForCopy    the same, before anything was written: ``needed`` says how much
    ├── ReadOnlyStore        the person or the IT: the folder cannot be written
    ├── StoreInUse           the person: Coffre is already open on this vault
    ├── NewerStore           the person: this vault was written by a newer Coffre
    ├── DatabaseMissing      the IT: the header is there, the database is not
    ├── DamagedStore         us: the database cannot be read with the right key
    ├── InterruptedCreation  time: the first start did not finish; it starts again
    ├── StoreBusy            time: another part held the store too long
    ├── BrokenSnapshot       us: a copy of the store is not what was copied, or no longer is
    └── CopyStopped          nobody: a copy was asked to stop, as at a lock; it is made later

Drivers' exceptions end here: nothing above has heard of SQLCipher. Messages never hold values.
"""


class StoreError(Exception):
    """The laptop's memory cannot do what was asked."""


class DiskFull(StoreError):
    """No space left; the transaction was rolled back and nothing acknowledged was lost.

    ``is_relieved``: the reserve was given up since, and the same can be tried again at once.
    """

    is_relieved = False


class NoRoomForCopy(DiskFull):
    """There is not enough room to copy the store; nothing was written."""

    def __init__(self, needed: int) -> None:
        """``needed``: free bytes that it takes."""
        super().__init__()
        self.needed = needed


class ReadOnlyStore(StoreError):
    """The folder or the file cannot be written."""


class StoreInUse(StoreError):
    """Another Coffre holds this vault."""


class NewerStore(StoreError):
    """The database was written by a newer version; it was not touched."""


class DatabaseMissing(StoreError):
    """The header is there and the database is not: never an empty vault in its place."""


class DamagedStore(StoreError):
    """The key is right (the header says so) and the database cannot be read."""


class InterruptedCreation(StoreError):
    """The database was being created when the machine stopped; it holds nothing."""


class StoreBusy(StoreError):
    """The database stayed locked; nothing was written."""


class BrokenSnapshot(StoreError):
    """A copy of the store does not hold what it was made of; it is not counted as one."""


class CopyStopped(StoreError):
    """A copy was asked to stop before its end; nothing of it is kept."""
