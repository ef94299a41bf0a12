"""Processor time and memory of the server and of PostgreSQL, as Linux counts them."""

import os
from dataclasses import dataclass
from pathlib import Path

from tests.support.office import Premises


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor time of the server's processes and of PostgreSQL's, in seconds, so far."""

    server: float
    postgresql: float
    server_mb: float

    @classmethod
    def of(cls, server: int, postmaster: int) -> "Spent":
        """Look at what the system says of these two and of their children."""
        tick = os.sysconf("SC_CLK_TCK")
        page = os.sysconf("SC_PAGE_SIZE")
        spent = dict.fromkeys((server, postmaster), 0.0)
        resident = 0.0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parent = int(fields[1])
            of = int(folder.name) if int(folder.name) in spent else parent
            if of not in spent:
                continue
            # Its own, and that of its children that have ended.
            spent[of] += sum(int(field) for field in fields[11:15]) / tick
            if parent == server:
                resident = max(resident, int(fields[21]) * page / 1e6)
        return cls(spent[server], spent[postmaster], resident)


def postmaster_of(premises: Premises) -> int:
    """Return the first process of the premises' PostgreSQL."""
    written = (premises.folder / "postgresql" / "postmaster.pid").read_text("ascii")
    return int(written.split()[0])
