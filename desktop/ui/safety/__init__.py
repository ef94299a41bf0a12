"""« Diagnostic de sécurité »: what this computer does for what it holds, in words."""

from desktop.ui.safety.sheet import SafetySheet
from desktop.ui.safety.words import outing_words

__all__ = ["SafetySheet", "outing_words"]
