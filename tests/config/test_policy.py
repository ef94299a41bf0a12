"""What the Département’s IT decides for all laptops."""

from base64 import b64encode
from pathlib import Path

import pytest

from desktop.config.policy import FILE_VARIABLE, Policy, key_meant, policy_path, read_policy


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the installer lays it."""
    return tmp_path / "policy.toml"


def test_a_laptop_without_a_policy_decides_for_itself(file: Path) -> None:
    assert read_policy(file) == Policy()


def test_the_office_its_authority_and_a_proxy_are_laid_down(file: Path) -> None:
    file.write_text(
        'server = "coffre.deux-sevres.fr"\nauthority = "autorite.pem"\nproxy = "proxy:3128"\n',
        "utf-8",
    )
    assert read_policy(file) == Policy(
        server="coffre.deux-sevres.fr",
        authority=file.parent / "autorite.pem",
        proxy="proxy:3128",
    )


def test_an_authority_elsewhere_is_named_whole(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "ailleurs" / "autorite.pem"
    file.write_text(f"authority = '{elsewhere}'\n", "utf-8")
    assert read_policy(file).authority == elsewhere


def test_the_key_of_the_departement_is_laid_down_whole(file: Path) -> None:
    file.write_text(f'escrow = "{b64encode(bytes(range(64))).decode()}"\n', "utf-8")
    assert read_policy(file) == Policy(escrow=bytes(range(64)))


@pytest.mark.parametrize(("said", "believed"), [("system", True), ("authority", False)])
def test_the_store_of_the_computer_is_believed_only_when_the_policy_says_so(
    file: Path, said: str, believed: bool
) -> None:
    file.write_text(f'trust_store = "{said}"\n', "utf-8")
    assert read_policy(file) == Policy(system_store=believed)
    assert not Policy().system_store


def test_a_code_is_never_allowed_by_silence(file: Path) -> None:
    assert not read_policy(file).quick_unlock
    for said, allowed in (
        ('proxy = "proxy:3128"\n', False),
        ("quick_unlock = false\n", False),
        ('quick_unlock = "oui"\n', False),
        ("quick_unlock = 1\n", False),
        ("quick_unlock = tr", False),
        ("quick_unlock = true\n", True),
    ):
        file.write_text(said, "utf-8")
        assert read_policy(file).quick_unlock is allowed


def test_a_setting_of_a_newer_coffre_is_left_alone(file: Path) -> None:
    file.write_text('server = "coffre.fr"\nautolock = 3\n[later]\nx = 1\n', "utf-8")
    assert read_policy(file) == Policy(server="coffre.fr", unknown=("autolock", "later"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("quik_unlock", "quick_unlock"),
        ("Quick-Unlock", "quick_unlock"),
        ("serveur", "server"),
        ("escrow_", "escrow"),
        ("couleur", None),
    ],
)
def test_a_misspelt_key_is_told_with_what_was_meant_and_the_others_hold(
    file: Path, written: str, meant: str | None
) -> None:
    file.write_text(f'proxy = "proxy:3128"\n{written} = true\n', "utf-8")
    policy = read_policy(file)
    assert policy == Policy(proxy="proxy:3128", unknown=(written,))
    assert not policy.quick_unlock
    assert key_meant(written) == meant


@pytest.mark.parametrize(
    "content",
    [
        b"server = ",
        b"\xff\xfe",
        b"server = 3\n",
        b'proxy = ["a"]\n',
        b"authority = true\n",
        b'trust_store = "all"\n',
        b'escrow = "AAAA"\n',
        b'escrow = "!!!!"\n',
        b'escrow = "\xc3\xa9"\n',
        b"server = " + b"[" * 5_000,
    ],
)
def test_a_policy_that_cannot_be_used_says_so_and_does_not_stop_anybody(
    file: Path, content: bytes
) -> None:
    file.write_bytes(content)
    assert read_policy(file) == Policy(problem="unreadable")


def test_a_policy_typed_in_a_windows_editor_is_read(file: Path) -> None:
    file.write_bytes('server = "coffre.fr"\r\n'.encode("utf-8-sig"))
    assert read_policy(file) == Policy(server="coffre.fr")


def test_a_folder_in_its_place_is_no_policy(tmp_path: Path) -> None:
    assert read_policy(tmp_path) == Policy(problem="unreadable")


def test_a_variable_names_another_place(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    assert policy_path().name == "policy.toml"
    assert policy_path().is_absolute()
    monkeypatch.setenv(FILE_VARIABLE, str(file))
    file.write_text('server = "coffre.fr"\n', "utf-8")
    assert read_policy().server == "coffre.fr"


@pytest.mark.parametrize(("system", "root"), [("darwin", "/Library"), ("linux", "/etc")])
def test_each_system_has_its_place_that_users_cannot_write(
    monkeypatch: pytest.MonkeyPatch, system: str, root: str
) -> None:
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    monkeypatch.setattr("sys.platform", system)
    assert policy_path().as_posix().startswith(root)


def laid_on_windows(monkeypatch: pytest.MonkeyPatch, machine: Path) -> Path:
    """Have this be Windows, whose machine keeps its data there; return where IT lays the policy."""
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr("desktop.config.policy.program_data", lambda: machine)
    laid = machine / "Coffre" / "policy.toml"
    laid.parent.mkdir()
    return laid


def test_on_windows_the_policy_is_in_the_machines_own_data_whatever_a_session_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hers = tmp_path / "hers"
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    for name in ("PROGRAMDATA", "ALLUSERSPROFILE", "WIN_PD_OVERRIDE_COMMON_APPDATA"):
        monkeypatch.setenv(name, str(hers))
    laid = laid_on_windows(monkeypatch, tmp_path)
    assert policy_path() == laid


@pytest.mark.parametrize("system", ["darwin", "linux"])
def test_elsewhere_no_variable_moves_it(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    monkeypatch.setattr("sys.platform", system)
    before = policy_path()
    for name in ("XDG_CONFIG_DIRS", "XDG_DATA_DIRS", "HOME", "PROGRAMDATA"):
        monkeypatch.setenv(name, "/hers")
    assert policy_path() == before


def test_a_variable_does_not_set_aside_what_it_laid(
    file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    laid = laid_on_windows(monkeypatch, tmp_path)
    laid.write_text('server = "coffre.fr"\n', "utf-8")
    file.write_text("quick_unlock = true\n", "utf-8")
    monkeypatch.setenv(FILE_VARIABLE, str(file))
    assert read_policy() == Policy(server="coffre.fr")
