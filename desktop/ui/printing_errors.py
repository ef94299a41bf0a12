"""Why a sheet did not go to paper.

- ``PrintingFailed``
  - ``NoPrinter``: this computer knows none
  - ``PaperRefused``: the one that was chosen takes nothing
"""


class PrintingFailed(Exception):
    """The person can do something: look at the printer, or keep a file."""


class NoPrinter(PrintingFailed):
    """This computer knows no printer."""


class PaperRefused(PrintingFailed):
    """The printer, or the file it prints in, takes nothing."""
