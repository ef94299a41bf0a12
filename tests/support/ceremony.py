"""The ceremony of the Département's key as its holders live it: they copy, and type back."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from desktop.config.policy import Policy, read_policy
from desktop.crypto.escrow import policy_line
from desktop.crypto.identity import PublicIdentity
from desktop.crypto.randomness import Random, SystemRandom
from desktop.escrow.__main__ import main
from desktop.escrow.making import make
from desktop.escrow.table import Table

_WORD = re.compile(r"\d+\. ([a-z]+)")
DAY = date(2026, 11, 24)


@dataclass
class Terminal:
    """A terminal: what was shown since it was last cleared, and who answers."""

    answer: Callable[[str], str]
    screen: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    """All of it, also what was cleared."""
    asked: list[str] = field(default_factory=list)

    def table(self) -> Table:
        return Table(self._ask, self._show)

    def words(self) -> str:
        """Return the words in sight, as a holder copies them."""
        return " ".join(_WORD.findall("\n".join(self.screen)))

    def _ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answer(question)

    def _show(self, line: str) -> None:
        self.shown.append(line)
        if line.startswith("\x1b"):
            self.screen.clear()
        else:
            self.screen.append(line)


@dataclass(frozen=True)
class Departments:
    """A Département with its key: what IT laid down, and what each holder has on paper."""

    papers: tuple[str, ...]
    public: PublicIdentity
    terminal: Terminal

    @property
    def policy(self) -> Policy:
        """Return what laptops are told."""
        return Policy(escrow=self.public.signing + self.public.encryption)


def with_a_key(random: Random | None = None) -> Departments:
    """Hold the first ceremony."""
    papers: list[str] = []

    def answer(question: str) -> str:
        if "recopiés" in question:
            papers.append(terminal.words())
            return "oui"
        return papers[-1] if "Retapez" in question else "oui"

    terminal = Terminal(answer)
    public = make(terminal.table(), random or SystemRandom())
    return Departments(tuple(papers), public, terminal)


def laid_down(folder: Path, public: PublicIdentity) -> Policy:
    """Return the policy as a laptop reads it from what the ceremony wrote."""
    file = folder / "policy.toml"
    file.write_text(policy_line(public) + "\n", "utf-8")
    return read_policy(file)


def open_with(
    papers: tuple[str, ...], request: Path, to: Path, words: tuple[str, ...]
) -> tuple[int, Terminal]:
    """Hold a second ceremony: her words on the telephone, then the shares that are there."""
    left = list(papers)

    def answer(question: str) -> str:
        if "huit mots" in question:
            return " ".join(words)
        return left.pop(0) if "part," in question else "oui"

    terminal = Terminal(answer)
    code = main(
        ["ouvrir", str(request), "--vers", str(to)], terminal.table(), SystemRandom(), lambda: DAY
    )
    return code, terminal
