"""A Secret Service of its own: its bus, its keyring, its folder, until the test ends."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START = 'printf %s "$PASSWORD" | gnome-keyring-daemon --unlock --components=secrets >/dev/null'
# The session ends when its standard input does.
_SESSION = f'{_START} && echo "$DBUS_SESSION_BUS_ADDRESS" && exec cat'


def has_secret_service() -> bool:
    """Whether this machine has one to start."""
    return all(shutil.which(name) for name in ("gnome-keyring-daemon", "dbus-run-session"))


# Of a session that opens by itself: what it keeps is written in clear.
_IN_CLEAR = (
    "[keyring]\ndisplay-name=login\nctime=0\nmtime=0\nlock-on-idle=false\nlock-after=false\n"
)


@contextmanager
def secret_service(folder: Path, opened_by: str = "claire") -> Iterator[dict[str, str]]:
    """Yield the variables by which a program finds it; without a password it writes in clear."""
    runtime = folder / "session"
    runtime.mkdir(mode=0o700)
    if not opened_by:
        keyrings = runtime / "keyrings"
        keyrings.mkdir(mode=0o700)
        (keyrings / "login.keyring").write_text(_IN_CLEAR, "ascii")
        (keyrings / "default").write_text("login", "ascii")
    places = {name: str(runtime) for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME")}
    with subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", _SESSION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], "PASSWORD": opened_by, **places},
    ) as session:
        assert session.stdin is not None
        assert session.stdout is not None
        try:
            address = session.stdout.readline().strip()
            assert address
            yield {**places, "DBUS_SESSION_BUS_ADDRESS": address}
        finally:
            session.stdin.close()
