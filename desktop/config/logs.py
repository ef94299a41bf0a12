"""What the program writes down about itself: events, types, places in the code. Never a value.

An exception's text may quote what somebody wrote; so only its type and where it came from are kept,
in ``coffre.log`` beside the preferences, half a megabyte at most.
"""

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

FILE_NAME = "coffre.log"
_MAX_BYTES = 250_000
_LOGGER = "coffre"
_NOISY = ("urllib3", "requests")


class _Line(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", {})
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        return json.dumps({"at": at, "level": record.levelname, "event": record.msg, **facts})


def open_log(folder: Path) -> logging.Logger:
    """Return the program's log; a folder that cannot be written gives one that keeps nothing."""
    log = logging.getLogger(_LOGGER)
    log.setLevel(logging.INFO)
    log.propagate = False
    close_log(log)
    try:
        handler: logging.Handler = RotatingFileHandler(
            folder / FILE_NAME, maxBytes=_MAX_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_Line())
    log.addHandler(handler)
    for name in _NOISY:  # they quote addresses and headers
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return log


def close_log(log: logging.Logger) -> None:
    """Let go of the file."""
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()


def note_failure(log: logging.Logger, failure: BaseException) -> None:
    """Write down an exception nobody foresaw: its type, and where in our code it came from."""
    log.error("unforeseen", extra={"facts": {"type": type(failure).__name__, "at": place(failure)}})


def place(failure: BaseException) -> str:
    """Return the innermost place of ours in a traceback: ``function:line``."""
    found = ""
    trace = failure.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if str(module).split(".")[0] in ("desktop", "protocol"):
            found = f"{module}.{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def catch_unforeseen(log: logging.Logger, tell: Callable[[BaseException], None]) -> None:
    """Have every exception that reaches the top written down by type and told in one sentence.

    Replaces ``sys.excepthook``, which would print its text.
    """

    def caught(
        _kind: type[BaseException], failure: BaseException, _trace: TracebackType | None
    ) -> None:
        note_failure(log, failure)
        tell(failure)

    sys.excepthook = caught
