"""A newcomer in front of her first window."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.ui.first_run.viewmodel import FirstRunViewModel
from tests.support.inline_background import InlineBackground
from tests.support.newcomer import (
    Newcomer,
    come_to_paper,
    vault_access,
)


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    newcomer = Newcomer(vault_access(tmp_path / "claire"))
    yield newcomer
    newcomer.close()


@pytest.fixture
def wizard(qapp: object, newcomer: Newcomer, background: InlineBackground) -> FirstRunViewModel:
    return FirstRunViewModel(background, newcomer)


@pytest.fixture
def at_paper(wizard: FirstRunViewModel) -> FirstRunViewModel:
    """Past the passphrase: the words are on the screen."""
    come_to_paper(wizard)
    return wizard
