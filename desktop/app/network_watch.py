"""Hears that the network has returned, where the operating system tells.

Elsewhere the synchronisation tries again by itself every few minutes; this only makes it sooner.
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation


class NetworkWatch(QObject):
    """``returned`` when the laptop can reach something again."""

    returned = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_reachable = True
        if not QNetworkInformation.loadDefaultBackend():
            return
        information = QNetworkInformation.instance()
        self._was_reachable = _is_reachable(information.reachability())
        information.reachabilityChanged.connect(self.hear)

    def hear(self, reachability: QNetworkInformation.Reachability) -> None:
        """Note what the system says."""
        reachable = _is_reachable(reachability)
        returned = reachable and not self._was_reachable
        self._was_reachable = reachable
        if returned:
            self.returned.emit()


def _is_reachable(reachability: QNetworkInformation.Reachability) -> bool:
    # « Unknown » is not « no »: a system that cannot tell must not look like an absent network.
    return reachability is not QNetworkInformation.Reachability.Disconnected
