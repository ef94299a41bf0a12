"""A command line that answers in French what argparse would have said in English.

Here for the commands of both sides, which share this package and nothing else.
"""

import argparse
import re
import sys
from typing import NoReturn

_NOT_UNDERSTOOD = "la commande n’a pas été comprise"
_SENTENCES = tuple(
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in (
        (r"the following arguments are required: (.*)", r"il manque : \1"),
        (r"unrecognized arguments: (.*)", r"n’existe pas : \1"),
        (
            r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)",
            r"\1 : \2 n’existe pas ; au choix : \3",
        ),
        (r"argument (.*?): expected one argument", r"\1 : il manque ce qui suit"),
        (r"argument (.*?): invalid int value: (.*)", r"\1 : \2 n’est pas un nombre"),
        (r"ambiguous option: (.*?) could match (.*)", r"\1 peut être \2"),
    )
)


class CommandLine(argparse.ArgumentParser):
    """A parser, and those of its commands, that speak to whoever types in the Département."""

    def __init__(
        self,
        prog: str | None = None,
        *,
        description: str | None = None,
    ) -> None:
        super().__init__(prog=prog, description=description, add_help=False)
        self._positionals.title = "à donner"
        self._optionals.title = "options"
        self.add_argument("-h", "--help", action="help", help="montrer cette aide")

    def error(self, message: str) -> NoReturn:
        """Say in one French sentence what was not understood, and end."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog} : {french(message)}.\n")


def french(message: str) -> str:
    """Return what argparse says, in French; something less precise where it is not foreseen."""
    for pattern, sentence in _SENTENCES:
        if found := pattern.fullmatch(message):
            return found.expand(sentence)
    return _NOT_UNDERSTOOD
