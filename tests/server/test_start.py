"""The server starts, or says in one French sentence why it does not."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from server.__main__ import main
from server.config.errors import SettingsRefused
from server.config.settings import read_settings
from tests.support.office import Premises


def test_without_any_setting_it_serves_this_machine_only(tmp_path: Path) -> None:
    settings = read_settings([], {"COFFRE_DATA_DIR": str(tmp_path)})
    assert (settings.host, settings.port) == ("127.0.0.1", 8443)
    assert settings.database_url is None
    assert settings.data_dir == tmp_path


def test_an_option_comes_before_the_environment() -> None:
    settings = read_settings(["--port", "9000"], {"COFFRE_PORT": "9001", "COFFRE_HOST": "::1"})
    assert (settings.port, settings.host) == (9000, "::1")


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"COFFRE_PORT": "https"}, "port"),
        ({"COFFRE_PORT": "70000"}, "port"),
        ({"COFFRE_HOST": "0.0.0.0"}, "TLS"),  # noqa: S104 - that is what is refused
        ({"COFFRE_WORKERS": "0"}, "COFFRE_WORKERS"),
        ({"COFFRE_WORKERS": "deux"}, "COFFRE_WORKERS"),
        ({"COFFRE_WORKERS": "1" * 5_000}, "COFFRE_WORKERS"),
        ({"COFFRE_TLS_CERT": "absent.pem"}, "n’existe pas"),
        ({"COFFRE_TLS_CERT": __file__}, "vont ensemble"),
    ],
)
def test_a_setting_that_cannot_be_is_told_in_one_sentence(
    environ: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingsRefused, match=sentence):
        read_settings([], environ)


def test_however_many_processes_postgresql_keeps_connections_for_its_administrators() -> None:
    for workers in range(1, 41):
        settings = read_settings(["--workers", str(workers)], {})
        assert settings.workers == workers
        assert 2 <= settings.connections <= 16
        assert workers * settings.connections <= 80


def test_behind_a_proxy_it_may_serve_without_tls() -> None:
    environ = {"COFFRE_HOST": "192.0.2.1", "COFFRE_BEHIND_PROXY": "1"}
    assert read_settings([], environ).behind_proxy


def test_a_refused_setting_ends_the_program_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--port", "x"]) == 2
    assert capsys.readouterr().err == "COFFRE_PORT n’est pas un numéro de port.\n"


def test_a_database_that_does_not_answer_ends_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--database-url", "postgresql://127.0.0.1:1/x"]) == 2
    assert "PostgreSQL ne répond pas" in capsys.readouterr().err


def test_asked_to_stop_it_ends_gently_and_so_does_its_postgresql() -> None:
    # Below the temporary folder itself: see tests/support/office.py.
    folder = Path(tempfile.mkdtemp(prefix="coffre-start-"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    environ = {**os.environ, "COFFRE_DATA_DIR": str(folder), "COFFRE_PORT": str(address[1])}
    with subprocess.Popen(
        [sys.executable, "-m", "server"], env=environ, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert '"started"' in server.stdout.readline()
        while not _listens(address):
            time.sleep(0.02)
        server.send_signal(signal.SIGTERM)
        assert '"stopped"' in server.stdout.read()
    assert server.returncode == 0
    assert not (folder / "postgresql" / "postmaster.pid").exists()
    shutil.rmtree(folder)


def _listens(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_an_address_already_taken_is_told_in_one_sentence(
    premises: Premises, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--database-url", premises.url, "--port", str(port)]) == 2
    assert "ne peut pas être ouverte" in capsys.readouterr().err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_certificate_that_cannot_be_read_is_told_in_one_sentence(
    premises: Premises, capsys: pytest.CaptureFixture[str], workers: str
) -> None:
    given = ["--tls-cert", __file__, "--tls-key", __file__, "--port", "0", "--workers", workers]
    assert main(["--database-url", premises.url, *given]) == 2
    assert "le certificat ne peut pas être lu" in capsys.readouterr().err


def test_an_address_already_taken_is_told_whatever_the_number_of_processes(
    premises: Premises, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--database-url", premises.url, "--port", port, "--workers", "2"]) == 2
    assert "ne peut pas être ouverte" in capsys.readouterr().err
