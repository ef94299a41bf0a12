"""The right column: what the team has already been told, latest first."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.timeline import TimelineLine
from desktop.ui.follow_up import words
from desktop.ui.kit import Card, ScrollPage, Secondary, Text, row, separator


class SaidCard(Card):
    """Read while writing, so that nobody is asked twice for the same fact."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Déjà dit à l’équipe"), parent=parent)
        self._shown: tuple[tuple[TimelineLine, ...], bool] | None = None
        self._scroll = ScrollPage()
        # It holds nothing that takes the keyboard, so it takes it to be scrolled.
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scroll.setAccessibleName(self.tr("Déjà dit à l’équipe"))
        self.add(self._scroll, 1)

    def show_lines(
        self, lines: tuple[TimelineLine, ...], now: datetime, *, is_new: bool = True
    ) -> None:
        """``is_new``: what is being written is said for the first time."""
        if (lines, is_new) == self._shown:
            return
        self._shown = lines, is_new
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(4)
        for line in lines:
            day, who = words.said_head(line, now)
            head = Text(day, kind="strong", wrap=False)
            line_head = row(head, Secondary(who), gap=8)
            line_head.setAlignment(head, Qt.AlignmentFlag.AlignTop)
            line_head.setStretch(1, 1)
            layout.addLayout(line_head)
            layout.addWidget(Text(words.said_words(line)))
            layout.addSpacing(6)
            layout.addWidget(separator())
            layout.addSpacing(6)
        if not lines:
            layout.addWidget(
                Secondary(
                    self.tr(
                        "Rien encore. La synthèse que vous écrivez ici sera la première chose "
                        "que l’équipe lira."
                    )
                    if is_new
                    else self.tr("Aucun autre suivi\u00a0: seul celui que vous corrigez.")
                )
            )
        layout.addStretch(1)
        self._scroll.setWidget(content)
