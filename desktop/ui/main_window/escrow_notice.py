"""The Département's key, above every page until it is read: it came, or it opened a dossier."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.services.escrow import EscrowNews
from desktop.ui.escrow_words import news_words
from desktop.ui.kit.notices import Notice
from desktop.ui.theme import Role


class EscrowNotice(Notice):
    """Hidden while there is nothing to say, which is nearly always."""

    read = Signal(object)
    """Somebody has read this ``EscrowNews``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._news: EscrowNews | None = None
        self.remedy_asked.connect(self._answer)
        self.hide()

    def show_news(self, news: EscrowNews) -> None:
        """Says the news, or nothing."""
        self._news = news
        if news:
            role = Role.PENDING if news.openings else Role.NEUTRAL
            self.say(news_words(news), self.tr("J’ai lu"), role)
        self.setVisible(bool(news))

    def _answer(self) -> None:
        self.hide()
        if self._news is not None:
            self.read.emit(self._news)
