"""Starts Coffre: ``coffre`` or ``python -m desktop``."""

from desktop.sync.environment import scrub_environment

scrub_environment()  # before anything loads TLS or reads its variables

import argparse  # noqa: E402
import sys  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from pathlib import Path  # noqa: E402

from protocol.command_line import CommandLine  # noqa: E402

_NO_DISPLAY = "Coffre s’ouvre dans une fenêtre\u00a0: lancez-le depuis une session qui a un écran."


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window and return when it is closed."""
    options = _options(arguments)
    from desktop.config.display import has_display
    from desktop.config.process import harden_process

    harden_process()
    if not has_display():
        print(_NO_DISPLAY, file=sys.stderr)
        return 1

    from PySide6.QtWidgets import QApplication

    from desktop.app.application import Application
    from desktop.app.relief import ProcessRelief, end_at_once, first_order, waiting_command, watch
    from desktop.config.clock import SystemClock
    from desktop.config.folders import folders
    from desktop.config.logs import catch_unforeseen, open_log
    from desktop.config.policy import read_policy
    from desktop.crypto.randomness import SystemRandom

    told = first_order() if options.relieve else b""
    if told is None:
        return 0
    places = folders(options.home)
    log = open_log(places.settings)
    qt = QApplication(sys.argv[:1])
    application = Application(
        qt,
        places,
        read_policy(),
        SystemClock(),
        SystemRandom(),
        relief=ProcessRelief(waiting_command(options.home), end_at_once),
    )
    application.ended.connect(qt.quit)
    catch_unforeseen(log, application.tell_unforeseen)
    if options.relieve:
        application.wait(watch(told))
    else:
        application.start()
    code = qt.exec()
    application.close()
    return code


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = CommandLine(prog="coffre", description="Le bureau qui voyage : chiffré sur ce poste.")
    parser.add_argument(
        "--home",
        type=Path,
        metavar="DOSSIER",
        help="dossier où tout garder, pour un essai ou plusieurs postes",
    )
    # Coffre starts itself so, to be there when it locks (desktop.app.relief).
    parser.add_argument("--relieve", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
