"""The road, the stage, the steps and the search for leaks do what the demonstration rests on."""

import socket
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tools.demo.laptops import home_of, slug
from tools.demo.leaks import holders
from tools.demo.office import free_port
from tools.demo.road import Road, RoadTaken
from tools.demo.stage import Stage, code_version, wanted_stamp
from tools.demo.steps import Step, expect, number, play, seconds


class Echo(socketserver.BaseRequestHandler):
    """Answers what it hears."""

    def handle(self) -> None:
        connection: socket.socket = self.request
        while heard := connection.recv(1024):
            connection.sendall(heard)


@pytest.fixture
def office_port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        yield server.server_address[1]
        server.shutdown()
        serving.join()


@pytest.fixture
def road(office_port: int) -> Iterator[Road]:
    with closing(Road(free_port(), office_port)) as road:
        yield road


def say(port: int, words: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(words)
        return connection.recv(1024)


def is_dropped(connection: socket.socket) -> bool:
    """Whether the other end closes, politely or not, rather than answering or waiting."""
    try:
        return connection.recv(10) == b""
    except ConnectionResetError:
        return True


def test_the_road_passes_what_it_is_given(road: Road) -> None:
    road.open()
    assert road.is_open
    assert say(road.port, b"bonjour") == b"bonjour"


def test_a_cut_road_drops_who_is_on_it_and_refuses_who_comes(road: Road) -> None:
    road.open()
    with socket.create_connection(("127.0.0.1", road.port), timeout=5) as connection:
        connection.sendall(b"un")
        assert connection.recv(10) == b"un"
        road.cut()
        assert is_dropped(connection)
    with pytest.raises(ConnectionRefusedError):
        say(road.port, b"deux")
    assert not road.is_open


def test_a_road_opens_again_at_the_same_address(road: Road) -> None:
    road.open()
    road.cut()
    road.open()
    road.open()  # twice is once
    assert say(road.port, b"revenu") == b"revenu"


def test_a_road_says_when_its_address_is_taken(road: Road, office_port: int) -> None:
    road.open()
    with closing(Road(road.port, office_port)) as other, pytest.raises(RoadTaken):
        other.open()


def test_a_road_is_closed_twice_without_harm(office_port: int) -> None:
    road = Road(free_port(), office_port)
    road.open()
    road.close()
    road.close()


def test_a_road_to_an_office_that_is_gone_breaks_off() -> None:
    with closing(Road(free_port(), free_port())) as road:
        road.open()
        with socket.create_connection(("127.0.0.1", road.port), timeout=5) as connection:
            assert is_dropped(connection)


def test_a_taken_port_is_not_given_again(office_port: int) -> None:
    assert free_port(office_port) != office_port
    free = free_port()
    assert free_port(office_port, free) == free


def test_what_was_made_is_put_back_as_it_was(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    vault = home_of(stage.laptops, "Claire Martin").vault
    for folder in (stage.office / "postgresql", vault):
        folder.mkdir(parents=True)
    (vault / "coffre.db").write_bytes(b"made")
    (vault / "coffre.db").chmod(0o600)
    stage.keep(wanted_stamp(1, date(2026, 11, 24)))

    (vault / "coffre.db").write_bytes(b"played with")
    (vault / "more").touch()
    (tmp_path / "01-verrou.png").touch()
    stage.restore()
    assert (vault / "coffre.db").read_bytes() == b"made"
    assert (vault / "coffre.db").stat().st_mode & 0o777 == 0o600
    assert not (vault / "more").exists()
    assert stage.screenshots() == []


def test_a_demonstration_is_made_again_when_what_it_was_made_from_changed(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    assert stage.stamp() is None
    wanted = wanted_stamp(1, date(2026, 11, 24))
    for folder in (stage.office, stage.laptops):
        folder.mkdir()
    stage.keep(replace(wanted, port=27_900))
    made = stage.stamp()
    assert made is not None
    assert not made.made_from(wanted_stamp(2, date(2026, 11, 24)))
    assert not made.made_from(wanted_stamp(1, date(2026, 11, 25)))
    assert not made.made_from(replace(wanted, code="another"))
    assert not made.made_from(replace(wanted, root="elsewhere"))
    assert made.made_from(wanted)


def test_a_damaged_stamp_is_no_stamp(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text('{"seed": 1}', "utf-8")
    assert Stage(tmp_path).stamp() is None


def test_the_version_follows_what_makes_and_not_what_plays(tmp_path: Path) -> None:
    made, played = tmp_path / "tools/demo/story.py", tmp_path / "tools/demo/morning.py"
    made.parent.mkdir(parents=True)
    made.touch()
    before = code_version(tmp_path)
    played.write_text("played", "utf-8")
    assert code_version(tmp_path) == before
    made.write_text("made", "utf-8")
    assert code_version(tmp_path) != before


def test_postgresql_is_kept_out_of_a_path_with_a_space(tmp_path: Path) -> None:
    assert Stage(tmp_path / "demo").office == tmp_path / "demo" / "office"
    office = Stage(tmp_path / "Mes documents").office
    assert " " not in str(office)
    assert office == Stage(tmp_path / "Mes documents").office
    assert office != Stage(tmp_path / "Autres documents").office


def test_words_in_clear_are_found_whatever_their_encoding(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for encoding in ("utf-8", "utf-16-le", "cp1252"):
        (tmp_path / "deep" / encoding).write_bytes(b"\x00\x01" + "été à Melle".encode(encoding))
    (tmp_path / "other").write_bytes(b"nothing here")
    found = holders("été à Melle", [tmp_path])
    assert [path.name for path in found] == ["cp1252", "utf-16-le", "utf-8"]
    assert holders("absent", [tmp_path]) == []


def test_the_morning_holds_when_each_step_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert play([Step("Une", lambda: "vue"), Step("Deux", lambda: "vues")])
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("✓  1/2 Une")
    assert printed[1].startswith("✓  2/2 Deux")


def missed() -> str:
    expect(False, "la note")
    return "never"


def broken() -> str:
    raise LookupError("unforeseen")


def heard() -> str:
    # What PySide does with an exception in a slot.
    sys.excepthook(LookupError, LookupError("in a slot"), None)
    return "seen"


@pytest.mark.parametrize("step", [missed, broken, heard])
def test_a_step_that_does_not_hold_stops_the_morning(
    step: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(step)
    before = sys.excepthook
    assert not play([Step("Une", step), Step("Deux", lambda: "vues")])
    printed = capsys.readouterr().out
    assert printed.startswith("✗  1/2 Une")
    assert "2/2" not in printed
    assert sys.excepthook is before


def test_figures_are_written_as_french_people_do() -> None:
    assert seconds(0.44) == "0,4\u00a0s"
    assert number(13_968) == "13\u00a0968"


def test_folders_bear_plain_names() -> None:
    assert slug("Hélène Gauthier") == "helene-gauthier"
    assert slug("Thi Lan") == "thi-lan"
