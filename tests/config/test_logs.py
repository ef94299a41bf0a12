"""The program's own log tells types and places, never what somebody wrote."""

import json
import sys
from pathlib import Path

import pytest

from desktop.config.logs import FILE_NAME, catch_unforeseen, close_log, open_log
from desktop.domain.next_meeting import next_meeting


def test_an_unforeseen_exception_is_written_by_type_and_place_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    log = open_log(tmp_path)
    told: list[BaseException] = []
    catch_unforeseen(log, told.append)
    try:
        next_meeting([], "Yves Morisset a dit CANARI")  # type: ignore[arg-type]  # on purpose
    except TypeError as failure:
        sys.excepthook(type(failure), failure, failure.__traceback__)
    close_log(log)
    line = json.loads((tmp_path / FILE_NAME).read_text("utf-8"))
    assert line["type"] == "TypeError"
    assert line["at"].startswith("desktop.domain.next_meeting.")
    assert "CANARI" not in (tmp_path / FILE_NAME).read_text("utf-8")
    assert capsys.readouterr() == ("", "")
    assert len(told) == 1


def test_a_folder_that_cannot_be_written_does_not_stop_the_program(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    log = open_log(tmp_path / "file")
    close_log(log)


def test_the_log_never_grows_beyond_half_a_megabyte(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    for _ in range(6_000):
        log.info("sync", extra={"facts": {"sent": 3, "received": 5, "padding": "x" * 60}})
    close_log(log)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 520_000
