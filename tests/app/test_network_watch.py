"""The network that comes back is heard once."""

from PySide6.QtNetwork import QNetworkInformation
from pytestqt.qtbot import QtBot

from desktop.app.network_watch import NetworkWatch

Reach = QNetworkInformation.Reachability


def test_a_network_that_returns_is_said_once(qtbot: QtBot) -> None:
    watch = NetworkWatch()
    heard: list[bool] = []
    watch.returned.connect(lambda: heard.append(True))
    for said in (Reach.Online, Reach.Disconnected, Reach.Local, Reach.Online):
        watch.hear(said)
    assert heard == [True]
