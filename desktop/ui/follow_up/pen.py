"""What a field calls when somebody writes in it; lifted while the view itself fills the fields."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop.services.follow_up_form import FollowUpForm
from desktop.ui.follow_up.viewmodel import FollowUpViewModel


class Pen:
    """Carries what is typed to the view-model; what the view shows is not typed."""

    def __init__(self, viewmodel: FollowUpViewModel) -> None:
        self._viewmodel = viewmodel
        self._is_lifted = False

    @property
    def is_down(self) -> bool:
        """Whether what fields say now comes from somebody's hand, on an open follow-up."""
        return not self._is_lifted and self._viewmodel.state.form is not None

    @property
    def form(self) -> FollowUpForm:
        return self._viewmodel.form

    def edit(self, change: Callable[[FollowUpForm], FollowUpForm]) -> None:
        if self.is_down:
            self._viewmodel.edit(change(self._viewmodel.form))

    def misread(self, name: str, *, is_misread: bool) -> None:
        if self.is_down:
            self._viewmodel.misread(name, is_misread=is_misread)

    @contextmanager
    def lifted(self) -> Iterator[None]:
        self._is_lifted = True
        try:
            yield
        finally:
            self._is_lifted = False
