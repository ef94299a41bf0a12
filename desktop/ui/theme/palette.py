"""Turns tokens into the palette that Fusion paints with, so plain Qt widgets match ours."""

from PySide6.QtGui import QColor, QPalette

from desktop.ui.theme.tokens import Tokens


def palette_for(tokens: Tokens) -> QPalette:
    roles = QPalette.ColorRole
    colours = {
        roles.Window: tokens.background,
        roles.WindowText: tokens.ink,
        roles.Base: tokens.surface,
        roles.AlternateBase: tokens.sunken,
        roles.ToolTipBase: tokens.surface,
        roles.ToolTipText: tokens.ink,
        roles.PlaceholderText: tokens.secondary,
        roles.Text: tokens.ink,
        roles.Button: tokens.surface,
        roles.ButtonText: tokens.ink,
        roles.BrightText: tokens.on_primary,
        roles.Light: tokens.surface,
        roles.Midlight: tokens.sunken,
        roles.Mid: tokens.line,
        roles.Dark: tokens.edge,
        roles.Shadow: tokens.edge,
        roles.Highlight: tokens.primary,
        roles.HighlightedText: tokens.on_primary,
        roles.Accent: tokens.primary,
        roles.Link: tokens.primary,
        roles.LinkVisited: tokens.primary,
    }
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.secondary))
    return palette
