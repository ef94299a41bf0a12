"""A short code is chosen, and opens: neither it nor what it opens is found outside the vault.

With a keyring that has a password, then with one that has none and lies in clear: what the keyring
keeps can then be read, and is none of what opens.
"""

import re
from dataclasses import replace
from pathlib import Path

from desktop.config.policy import FILE_VARIABLE
from desktop.crypto.quick_slot import Entry
from tests.campaigns.morning import Morning, act_so, copied, end_so, left_outside, unlocked
from tests.campaigns.tally import Tally
from tests.support.fleet import PASSPHRASE, access
from tests.support.leaks import leaks_in_files, tracer
from tests.support.real_program import Process, RealProgram
from tests.support.secret_service import has_secret_service, secret_service

_CODE, _WRONG = "4829170563", "7391058264"
_IN_CLEAR = re.compile(r"^secret=(.+)$", re.MULTILINE)


def mornings_with_a_code(tally: Tally, fresh: Morning, folder: Path) -> None:
    """Live one with each keyring, and read what the second one keeps."""
    if not has_secret_service():
        tally.notes.append("no short code was chosen: no Secret Service here")
        return
    for name, password in {"with a password": "claire", "in clear": ""}.items():
        morning = _knowing(copied(fresh, folder / f"keyring {name}"))
        keyring = morning.folder / "keyring"
        keyring.mkdir()
        with secret_service(keyring, password) as service:
            found = _live(morning, service["DBUS_SESSION_BUS_ADDRESS"])
        tally.add(f"a short code, keyring {name}", found + _in_keyring(keyring, morning))
        if not password:
            seen = [Entry.read(text) for text in _kept_in_clear(keyring)]
            tally.controls["what a keyring in clear keeps"] = any(seen)


def _knowing(morning: Morning) -> Morning:
    """Return it with all that opens it among what is looked for."""
    open_vault = access(morning.folder / "home" / "vault").open(PASSPHRASE)
    digits = open_vault.vault.database_key().hexadecimal()
    keys = {
        "the key of the vault": open_vault.vault._vault_key.reveal(),
        "the key of the database": bytes.fromhex(digits[:64]),
    }
    open_vault.close()
    return replace(morning, canaries={**morning.canaries, "the code": _CODE}, keys=keys)


def _live(morning: Morning, bus: str) -> list[str]:
    policy = morning.folder / "policy.toml"
    policy.write_text("quick_unlock = true\n", "utf-8")
    environment = {
        **morning.environment,
        FILE_VARIABLE: str(policy),
        "DBUS_SESSION_BUS_ADDRESS": bus,
    }
    program = RealProgram(
        morning.folder / "home",
        tracer(morning.folder / "trace"),
        environment,
        cwd=morning.outside[1],
    )
    titles: set[str] = set()
    try:
        here = unlocked(program.next_process())
        here.ask("settings")
        here.until(lambda seen: here.ask("code_stands") == "off")
        here.ask("choose_code", passphrase=PASSPHRASE, code=_CODE)
        here.until(lambda seen: here.ask("code_stands") == "on")
        for wrong in ((), (_WRONG,)):
            here = _lock_and_open(program, here, wrong)
            for act in ("type", "copy", "search"):
                here = act_so(program, here, morning, act)
                titles |= set(here.ask("look")["titles"])
        end_so(here, "crash")
    finally:
        program.close()
    return left_outside(morning, program.port, titles)


def _lock_and_open(program: RealProgram, here: Process, wrong: tuple[str, ...]) -> Process:
    here.tell("lock")
    following = program.next_process()
    following.until(lambda seen: seen["is_visible"] and "Code court" in seen["words"])
    for code in wrong:
        following.ask("code", code=code)
        following.until(lambda seen: "le bon code" in seen["words"])
    following.ask("code", code=_CODE)
    following.until(lambda seen: seen["window"] == "MainWindow")
    return following


def _in_keyring(keyring: Path, morning: Morning) -> list[str]:
    found = leaks_in_files([keyring], morning.secrets)
    files = [path for path in keyring.rglob("*.keyring") if path.stat().st_size]
    return found if files else [*found, "the keyring kept nothing: nothing was tried"]


def _kept_in_clear(keyring: Path) -> list[str]:
    return [
        text
        for path in keyring.rglob("*.keyring")
        for text in _IN_CLEAR.findall(path.read_text("utf-8", "replace"))
    ]
