"""What happened to the vault, above every page until it is read: put back, repaired, damaged."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.services.vault_keeping import VaultNews
from desktop.ui.kit.notices import Notice
from desktop.ui.theme import Role
from desktop.ui.vault_words import damaged_words, news_words


class VaultNotice(Notice):
    """Hidden while there is nothing to say, which is nearly always."""

    read = Signal()
    """Somebody has read the news."""
    repair_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._is_damaged = False
        self.remedy_asked.connect(self._answer)
        self.hide()

    def show_news(self, news: VaultNews) -> None:
        """Says the news, or nothing; damage goes first."""
        said = news_words(news)
        if said and not self._is_damaged:
            self.say(said, self.tr("J’ai lu"), Role.PENDING)
            self.show()

    def show_damage(self) -> None:
        """Says that the file is damaged, until it is repaired."""
        self._is_damaged = True
        self.say(damaged_words(), self.tr("Verrouiller et réparer"), Role.DANGER)
        self.show()

    def _answer(self) -> None:
        if self._is_damaged:
            self.repair_asked.emit()
        else:
            self.hide()
            self.read.emit()
