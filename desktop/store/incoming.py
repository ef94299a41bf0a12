"""A vault brought from a file, from the moment it is unfolded to the moment it is the laptop's.

Its database lies beside where it will be until the header is written: that is when it becomes this
laptop's. Cut after that, the next opening puts it in its place; cut before, it is nobody's.
"""

from pathlib import Path

from desktop.crypto.files import FolderFiles
from desktop.store.table_map import forget_map

INCOMING = "coffre.incoming"


def finish_import(database: Path) -> None:
    """Put an imported database in its place, where a cut kept it from it; raise ``CryptoError``.

    Only for a vault that has a header: it was written after the database was whole.
    """
    files = FolderFiles(database.parent)
    if not database.exists() and INCOMING in files.names():
        forget_map(files)
        files.rename(INCOMING, database.name)
        files.sync_folder()


def forget_incoming(folder: Path) -> None:
    """Remove what was unfolded and not taken."""
    files = FolderFiles(folder)
    left = [name for name in files.names() if name.startswith(INCOMING)]
    for name in left:
        files.remove(name)
    if left:
        files.sync_folder()
