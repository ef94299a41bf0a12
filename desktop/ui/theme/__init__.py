"""How Coffre looks: one frozen set of tokens, worn live by the whole application.

`Tokens` says which colours and sizes; `Theme` puts them on (palette, style sheet, font) and follows
the system. Widgets that paint themselves ask `current_tokens()` while painting, as they would ask
Qt for the application's palette, and so need no theme in their constructors.
"""

from desktop.ui.theme.icons import icon, icon_pixmap
from desktop.ui.theme.theme import Mode, Theme, current_tokens
from desktop.ui.theme.tokens import DARK, LIGHT, Role, Tokens

__all__ = [
    "DARK",
    "LIGHT",
    "Mode",
    "Role",
    "Theme",
    "Tokens",
    "current_tokens",
    "icon",
    "icon_pixmap",
]
