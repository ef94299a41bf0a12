"""What Qt says by itself, in French as all the rest: the menu of a field, a printer’s dialog."""

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

_NAME = "words of Qt"


def speak_french(app: QApplication) -> None:
    """Have Qt use the translation that comes with it; where it has none, its words stay."""
    if app.findChild(QTranslator, _NAME) is not None:
        return
    words = QTranslator(app)
    words.setObjectName(_NAME)
    if words.load("qtbase_fr", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(words)
