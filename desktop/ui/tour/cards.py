"""The cards beside the map: stops, what to bring, who is to be met."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.services.tours import Meeting, Tour, TourStop
from desktop.ui.kit import (
    Card,
    Flow,
    LinkButton,
    Pill,
    Secondary,
    Shape,
    Strong,
    Text,
    clear_layout,
    column,
    separator,
)
from desktop.ui.theme import Role, current_tokens
from desktop.ui.tour.words import (
    about_meeting,
    errands,
    is_veiled,
    kilometres,
    last_note,
    overdue,
    stop_about,
    stop_hour,
    stop_said,
    stop_warning,
    who,
)

_HOUR_PX, _ROAD_PX = 62, 56


class StopsCard(Card):
    """The stops in order: the map in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Étapes"))
        self._lines = column(gap=10)
        self._shown: tuple[TourStop, ...] = ()
        self.add(self._lines)

    @property
    def stops(self) -> tuple[TourStop, ...]:
        return self._shown

    def show_tour(self, tour: Tour) -> None:
        if tour.stops != self._shown:
            self._shown = tour.stops
            clear_layout(self._lines)
            for stop in tour.stops:
                self._lines.addWidget(StopLine(stop))


class StopLine(QWidget):
    """One stop: its hour, where, what for, and the road that leads there."""

    def __init__(self, stop: TourStop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(stop_said(stop))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(0)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(Strong(stop_hour(stop)), 0, 0, top)
        words: list[QWidget] = [Strong(stop.name), Secondary(stop_about(stop))]
        if stop_warning(stop):
            words.append(Flow(Pill(stop_warning(stop), Role.PENDING, Shape.TRIANGLE)))
        self._grid.addLayout(column(*words, gap=1), 0, 1)
        road = Secondary(kilometres(stop.kilometres) if stop.kilometres else "")
        road.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(road, 0, 2, top)
        self._grid.setColumnStretch(1, 1)
        self._align()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._align()

    def _align(self) -> None:
        """Hours and kilometres stand in a column from one line to the next."""
        tokens = current_tokens()
        self._grid.setColumnMinimumWidth(0, tokens.text_px(_HOUR_PX))
        self._grid.setColumnMinimumWidth(2, tokens.text_px(_ROAD_PX))


class BringCard(Card):
    """« À emporter »: the papers, then what each lieu asks for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("À emporter"))
        self.papers = Text()
        self.others = Secondary()
        self.nothing = Secondary(self.tr("Rien de particulier pour cette tournée."))
        for part in (self.papers, self.others, self.nothing):
            self.add(part)

    def show_tour(self, tour: Tour) -> None:
        papers, others = errands(tour.bring)
        self.papers.setText(papers)
        self.papers.setVisible(bool(papers))
        self.others.setText("\n".join(others))
        self.others.setVisible(bool(others))
        self.nothing.setVisible(not papers and not others)


class MeetingsCard(Card):
    """Who is to be met, what was last shared, and what is late."""

    person_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Avant chaque rencontre"))
        self._lines = column(gap=10)
        self._shown: tuple[Meeting, ...] = ()
        self.add(self._lines)

    def show_tour(self, tour: Tour) -> None:
        self.setVisible(bool(tour.meetings))
        if tour.meetings == self._shown:
            return
        self._shown = tour.meetings
        clear_layout(self._lines)
        for at, meeting in enumerate(tour.meetings):
            if at:
                self._lines.addWidget(separator())
            self._lines.addWidget(self._line(meeting, tour))

    def _line(self, meeting: Meeting, tour: Tour) -> QWidget:
        line = QWidget()
        name: QWidget = Strong(who(meeting))
        if not is_veiled(meeting):
            link = LinkButton(who(meeting))
            link.clicked.connect(lambda: self.person_asked.emit(meeting.line.person))
            name = link
        parts: list[QWidget] = [name, Secondary(about_meeting(meeting), small=True)]
        if last_note(meeting, tour):
            parts.append(Text(last_note(meeting, tour)))
        for since, step in overdue(meeting, tour):
            parts.append(Flow(Pill(since, Role.PENDING, Shape.TRIANGLE)))
            parts.append(Text(step))
        layout = column(*parts, gap=2)
        layout.setAlignment(name, Qt.AlignmentFlag.AlignLeft)
        line.setLayout(layout)
        return line
