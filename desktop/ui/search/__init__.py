"""Search everywhere (Ctrl+K): persons, lieux, pages and acts, by the keyboard alone."""

from desktop.ui.search.view import SearchPalette
from desktop.ui.search.viewmodel import Command, SearchViewModel

__all__ = ["Command", "SearchPalette", "SearchViewModel"]
