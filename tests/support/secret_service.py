"""A Secret Service of its own: its bus, its keyring, its folder, until the test ends."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START = "printf claire | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
# The session ends when its standard input does.
_SESSION = f'{_START} && echo "$DBUS_SESSION_BUS_ADDRESS" && exec cat'


def has_secret_service() -> bool:
    """Whether this machine has one to start."""
    return all(shutil.which(name) for name in ("gnome-keyring-daemon", "dbus-run-session"))


@contextmanager
def secret_service(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the variables by which a program finds it."""
    runtime = folder / "session"
    runtime.mkdir(mode=0o700)
    places = {name: str(runtime) for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME")}
    with subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", _SESSION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], **places},
    ) as session:
        assert session.stdin is not None
        assert session.stdout is not None
        try:
            address = session.stdout.readline().strip()
            assert address
            yield {**places, "DBUS_SESSION_BUS_ADDRESS": address}
        finally:
            session.stdin.close()
