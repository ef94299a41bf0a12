"""A card of the dossier in which something is done: the small forms that its button opens."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.kit import Card
from desktop.ui.kit.buttons import KitButton


class ActingCard(Card):
    """One form is open at a time, and the button below the lines gives way to it.

    What is typed for one person stays with her dossier when another is shown.
    """

    def __init__(
        self, viewmodel: DossierViewModel, saves: str, parent: QWidget | None = None
    ) -> None:
        """``saves`` is what the view-model says it has written when a form has done its work."""
        super().__init__(parent=parent)
        self._viewmodel = viewmodel
        self._saves = saves
        self._shown: tuple[object, ...] = ()
        self._reopens: dict[InlineForm, Callable[[str], object]] = {}
        self._opener: KitButton | None = None
        viewmodel.saved.connect(self._saved)

    @property
    def forms(self) -> tuple[InlineForm, ...]:
        return tuple(self._reopens)

    # -- for the cards --------------------------------------------------------------------------

    def _opens(self, opener: KitButton, act: Callable[[], None]) -> None:
        """Have this button open a form, and be there while none is open."""
        self._opener = opener
        opener.clicked.connect(act)

    def _answer(
        self, form: InlineForm, submit: Callable[[], None], reopen: Callable[[str], object]
    ) -> None:
        """Do what a form asks; ``reopen`` opens it as its button does, about what it was about."""
        self._reopens[form] = reopen
        form.submitted.connect(submit)
        form.closed.connect(self._closed)
        form.put_aside.connect(self._put_aside)

    def _open(self, form: InlineForm) -> None:
        self._viewmodel.forget_problems()
        for other in self.forms:
            if other is not form:
                other.close_form()
        if self._opener is not None:
            self._opener.hide()
        form.open_form()

    def _is_news(self, *shown: object) -> bool:
        """Tell whether the lines are to be made again: others than these stand there."""
        is_news, self._shown = shown != self._shown, shown
        return is_news

    def _show_forms(self, state: DossierState, person: str) -> None:
        """Bring back what was typed in this person's dossier, and say what is wrong with it."""
        for form, reopen in self._reopens.items():
            form.belong_to(person, reopen)
        for form in self.forms:
            if form.is_open:
                form.show_problems(dict(state.field_problems))

    # -- what happens to a form -----------------------------------------------------------------

    def _closed(self) -> None:
        if self._opener is not None and not any(form.is_open for form in self.forms):
            self._opener.show()
            self._opener.setFocus()

    def _put_aside(self) -> None:
        if self._opener is not None:
            self._opener.show()

    def _saved(self, what: str) -> None:
        if what == self._saves:
            for form in self.forms:
                form.close_form()
