"""Files for their owner only, written whole or not at all."""

import os
from pathlib import Path

_OWNER_ONLY = 0o600


def write_private(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``; a cut leaves what was there before. Raises ``OSError``.

    A folder that is not there (a key that was pulled out) is not made: nobody would find the file.
    On Windows the folder's own list of access rights decides: files in a profile are its owner's.
    """
    draft = path.with_name(f".{path.name}.new")
    # What an earlier cut left may have other rights: it is not written into.
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
