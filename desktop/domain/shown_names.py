"""How the name of somebody who is accompanied is shown: whole, or as initials.

In a waiting room a screen has more readers than its owner. One place decides, for all lists, pages
and sentences; what is kept and what is searched stay whole.
"""

_HIDDEN = "•••"


class ShownNames:
    """Whole names until ``choose`` says otherwise; asked from both lanes, written from one."""

    def __init__(self) -> None:
        self._is_discreet = False

    @property
    def is_discreet(self) -> bool:
        """Whether names are shown as initials now."""
        return self._is_discreet

    def choose(self, *, discreet: bool) -> None:
        """Show initials, or whole names, from now on."""
        self._is_discreet = discreet

    def of(self, given: str, family: str) -> str:
        """Return « Yves Morisset », or « Y. M. »."""
        whole = f"{given} {family}".strip()
        return initials(given, family) if self._is_discreet else whole

    def sorted_by_family(self, given: str, family: str) -> str:
        """Return « Morisset Yves » for an alphabetical list, or « Y. M. »."""
        whole = f"{family} {given}".strip()
        return initials(given, family) if self._is_discreet else whole

    def part(self, name: str) -> str:
        """Return one of somebody's names alone: « Morisset », or « M. »."""
        return initial(name) if self._is_discreet else name

    def address(self, email: str) -> str:
        """Return an e-mail address, which is often made of a name."""
        return _HIDDEN if self._is_discreet and email else email


def initials(given: str, family: str) -> str:
    """Return « Y. M. », « J.-L. A. »: all that a printed page may show."""
    return " ".join(part for part in (initial(given), initial(family)) if part)


def initial(name: str) -> str:
    """« Jean-Luc » gives « J.-L. », « Marie Anne » gives « M. A. »."""
    words = [
        "-".join(f"{part[0].upper()}." for part in word.split("-") if part) for word in name.split()
    ]
    return " ".join(word for word in words if word)
