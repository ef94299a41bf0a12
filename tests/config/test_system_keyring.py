"""One keyring for each system, and no other, whatever a library or a variable would choose."""

import os
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, Windows, chainer, fail, kwallet, libsecret, macOS, null

from desktop.config.system_keyring import (
    ALLOWED,
    KeyringFound,
    KeyringSilent,
    SystemKeyring,
    find_keyring,
    is_allowed,
)
from desktop.sync.environment import scrub_environment
from tests.support.secret_service import has_secret_service, secret_service


class Plaintext(KeyringBackend):
    """What a package from elsewhere registers: a file in clear."""

    priority = 50

    def __init__(self) -> None:
        """A file in clear needs nothing."""

    def get_password(self, service: str, username: str) -> str | None:
        return "a secret"

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class Disguised(Plaintext):
    """The same, under the name of a good one."""


Disguised.__module__, Disguised.__qualname__ = "keyring.backends.SecretService", "Keyring"


class Derived(SecretService.Keyring):
    """A good one, with something more."""


def test_the_three_keyrings_of_the_list_are_the_librarys_own() -> None:
    kinds = (SecretService.Keyring, macOS.Keyring, Windows.WinVaultKeyring)
    assert all(is_allowed(kind()) for kind in kinds)
    assert len(ALLOWED) == len(kinds)


def test_any_other_is_refused() -> None:
    library = (null.Keyring, fail.Keyring, chainer.ChainerBackend)
    for backend in (Plaintext, Disguised, Derived, *library):
        with pytest.raises(KeyringSilent):
            SystemKeyring(backend())


def test_those_that_are_not_on_the_list_never_are() -> None:
    for kind in (kwallet.DBusKeyring, libsecret.Keyring):
        assert (kind.__module__, kind.__qualname__) not in ALLOWED.values()


def test_what_the_library_would_choose_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", Plaintext())
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    with pytest.raises(KeyringSilent):
        KeyringFound().look()


@pytest.mark.parametrize("platform", ["darwin", "win32", "freebsd14"])
def test_another_systems_keyring_is_not_here(platform: str) -> None:
    if platform != sys.platform:
        with pytest.raises(KeyringSilent):
            find_keyring(platform)


def test_nothing_in_the_environment_chooses_a_keyring() -> None:
    environment = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/elsewhere",
        "KEYCHAIN_PATH": "elsewhere",
        "HOME": "hers",
    }
    scrub_environment(environment)
    assert list(environment) == ["HOME"]


_CONVERSATION = """
from desktop.config.system_keyring import KeyringFound
ring = KeyringFound()
ring.look()
assert ring.read("a" * 32) is None
ring.write("a" * 32, "first")
ring.write("a" * 32, "second")
assert KeyringFound().read("a" * 32) == "second"
assert ring.read("b" * 32) is None
ring.delete("a" * 32)
ring.delete("a" * 32)
assert ring.read("a" * 32) is None
print("kept")
"""


@pytest.mark.skipif(not has_secret_service(), reason="no Secret Service to start here")
def test_a_real_secret_service_keeps_and_lets_go(tmp_path: Path) -> None:
    project = Path(__file__).parents[2]
    with secret_service(tmp_path) as found:
        done = subprocess.run(
            [sys.executable, "-c", _CONVERSATION],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=project,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(project), **found},
        )
    assert done.stdout.strip() == "kept", done.stderr[-2000:]
