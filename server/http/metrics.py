"""Counts for the operator's dashboards: requests, operations, records; nothing about anybody."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SHARED_COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Read by the library as it is imported: a folder where the processes of one server each keep a
file of counts, so that whichever answers can give the sum."""


class Metrics:
    """The counts of one process, or of all those that share a folder."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "coffre_requests",
            "Requests answered",
            ("route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "coffre_request_seconds",
            "Time to answer",
            ("route",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self._registry,
        )
        self._operations = Counter(
            "coffre_operations", "Operations received", ("outcome",), registry=self._registry
        )
        self._given = Counter("coffre_records_given", "Records given", registry=self._registry)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def synced(self, *, applied: int, aside: dict[str, int], given: int) -> None:
        """Count what one sync brought and took."""
        self._operations.labels("applied").inc(applied)
        for outcome, count in aside.items():
            self._operations.labels(outcome).inc(count)
        self._given.inc(given)

    def given(self, count: int) -> None:
        """Count records given outside a sync."""
        self._given.inc(count)

    def text(self) -> bytes:
        """Return the counts in the Prometheus format."""
        folder = os.environ.get(SHARED_COUNTS)
        if folder is None:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together, folder)  # type: ignore[no-untyped-call]  # the library's
        return generate_latest(together)
