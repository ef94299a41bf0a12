"""Draws the pages about keys, so that people can look at them.

    python -m tests.ui.own_keys.pictures OUT_DIR

Names are invented.
"""

import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.changes import ChangeBoard
from desktop.ui.own_keys import (
    ColleaguesView,
    ColleaguesViewModel,
    LaptopsView,
    LaptopsViewModel,
    SharesView,
    SharesViewModel,
)
from desktop.ui.theme import Mode, Theme
from tests.support.inline_background import InlineBackground
from tests.ui.own_keys.told import WORDS, ToldIdentities, ToldLaptops, ToldShares

_LOOKS = (
    *(("light", Mode.LIGHT, 100), ("dark", Mode.DARK, 100)),
    *(("light-200", Mode.LIGHT, 200), ("dark-200", Mode.DARK, 200)),
)
_SIZE = (1366 - 220, 768)


def main() -> None:
    """Draw every page in every look."""
    app = QApplication(sys.argv[:1])
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name, mode, scale in _LOOKS:
        theme = Theme(app, mode=mode, scale=scale)
        theme.install()
        for page, view in _pages():
            view.resize(*_SIZE)
            view.show()
            for _ in range(20):
                app.processEvents()
            view.grab().save(str(out / f"{page}-{name}.png"))
            view.close()


def _pages() -> list[tuple[str, QWidget]]:
    background, board = InlineBackground(), ChangeBoard()
    told = ToldLaptops()
    laptops = LaptopsView(LaptopsViewModel(background, told))
    laptops._viewmodel.refresh()
    laptops._viewmodel.start_withdrawing("d2")
    adding = LaptopsView(LaptopsViewModel(background, ToldLaptops(words=WORDS[:4])))
    adding._viewmodel.refresh()
    adding._viewmodel.begin()
    adding._viewmodel.poll()
    colleagues = ColleaguesView(ColleaguesViewModel(background, ToldIdentities(), board))
    colleagues._viewmodel.choose("m")
    shares = SharesView(SharesViewModel(background, ToldShares()))
    shares._viewmodel.refresh()
    shares._viewmodel.start()
    paper = SharesView(SharesViewModel(background, ToldShares()))
    paper._viewmodel.refresh()
    paper._viewmodel.cut("n", "i")
    return [
        ("laptops", laptops),
        ("laptops-adding", adding),
        ("colleagues", colleagues),
        ("shares", shares),
        ("shares-paper", paper),
    ]


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
