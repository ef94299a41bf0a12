"""A keyring on the disk, encrypted as one is, that can hang, vanish, or be put back as it was."""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path

from nacl.secret import SecretBox

from desktop.config.system_keyring import KeyringSilent


@dataclass
class FileKeyring:
    """The port of the system's keyring, on one file."""

    path: Path
    key: bytes = b"k" * SecretBox.KEY_SIZE
    is_gone: bool = False
    refuses_writes: bool = False
    hangs: threading.Event | None = None
    """Each call waits for it."""
    asked: list[str] = field(default_factory=list)

    def look(self) -> None:
        self._ask("look")

    def read(self, vault: str) -> str | None:
        self._ask("read")
        return self._all().get(vault)

    def write(self, vault: str, text: str) -> None:
        self._ask("write")
        if self.refuses_writes:
            raise KeyringSilent
        self._put(self._all() | {vault: text})

    def delete(self, vault: str) -> None:
        self._ask("delete")
        self._put({name: text for name, text in self._all().items() if name != vault})

    @property
    def texts(self) -> list[str]:
        """What is kept."""
        return list(self._all().values())

    def picture(self) -> bytes | None:
        """The file as it is now."""
        return self.path.read_bytes() if self.path.exists() else None

    def put_back(self, picture: bytes | None) -> None:
        """The file as it was."""
        if picture is None:
            self.path.unlink(missing_ok=True)
        else:
            self.path.write_bytes(picture)

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.hangs is not None:
            self.hangs.wait()
        if self.is_gone:
            raise KeyringSilent

    def _all(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        kept: dict[str, str] = json.loads(SecretBox(self.key).decrypt(self.path.read_bytes()))
        return kept

    def _put(self, kept: dict[str, str]) -> None:
        draft = self.path.with_suffix(".new")
        draft.write_bytes(bytes(SecretBox(self.key).encrypt(json.dumps(kept).encode())))
        draft.replace(self.path)
