"""What the bot counts about itself, for Prometheus. Names and labels are explained in docs/OPERATIONS.md.

No label holds a person, a customer, a ticket or a text: only words that this program knows beforehand.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from time import monotonic, perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import Engine, event

from db.room import DOES_NOT_ANSWER
from domain.refusal import Refusal, Unavailable
from domain.retry import TOKEN_PROBLEMS

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
# From a command's usual millisecond to the three seconds after which Slack gives up.
REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)
Gauges = Callable[[], Sequence[tuple[str, str, dict[str, float]]]]


class Meters:
    """One process's counts. `seconds` is what ages are told by: any clock that only goes forward."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._registry = registry = CollectorRegistry()
        asked = ["kind", "name", "result"]
        self._requests = Histogram(
            "rethrow_request_seconds",
            "Commands, clicks and windows from Slack, by how they were answered, and the time it took.",
            asked,
            registry=registry,
            buckets=REQUEST_BUCKETS,
        )
        self._intake = Counter(
            "rethrow_ingest_events", "Helpdesk events, by their HTTP status.", ["source", "status"], registry=registry
        )
        self._posts = Counter(
            "rethrow_posts",
            "Tries to deliver, by what became of them.",
            ["method", "outcome"],
            registry=registry,
        )
        self._slack = Counter(
            "rethrow_slack_calls", "Calls of Slack's methods, by its answer.", ["method", "status"], registry=registry
        )
        self._database = Summary("rethrow_database_seconds", "Time spent in statements.", registry=registry)
        self._ticks = Summary("rethrow_tick_seconds", "Turns of what happens by itself.", ["tick"], registry=registry)
        self._failed = Counter("rethrow_tick_failures", "Turns that failed.", ["tick"], registry=registry)
        self._ago = Gauge("rethrow_tick_age_seconds", "Since the last good turn.", ["tick"], registry=registry)
        takes = Gauge("rethrow_slack_takes_token", "Whether Slack last took the token.", registry=registry)
        takes.set_function(lambda: 0.0 if self.token_refused else 1.0)
        self.token_refused: str | None = None  # Slack's word for it, until a call is answered again
        self._turned: dict[str, float] = {}
        self._lock = Lock()

    @contextmanager
    def answering(self, kind: str, name: str) -> Iterator[None]:
        """Count a request and its time: answered, refused, unavailable (database or Slack), or else failed."""
        began, result = perf_counter(), "failed"
        try:
            yield
            result = "answered"
        except (Unavailable, *DOES_NOT_ANSWER):
            result = "unavailable"
            raise
        except Refusal:
            result = "refused"
            raise
        finally:
            self._requests.labels(kind, name, result).observe(perf_counter() - began)

    def took_in(self, source: str, status: int) -> None:
        """Count an event of a helpdesk; `source` is one that is configured."""
        self._intake.labels(source, str(status)).inc()

    def tried(self, method: str, outcome: str) -> None:
        """Count a try to deliver."""
        self._posts.labels(method, outcome).inc()

    def called(self, method: str, status: str) -> None:
        """Count a call of Slack: `ok`, its error code, `http_500`, or `no_answer`; it may tell of the token, too."""
        self._slack.labels(method, status).inc()
        if status == "ok":
            self.token_refused = None
        elif status in TOKEN_PROBLEMS:
            self.token_refused = status

    @contextmanager
    def turning(self, tick: str) -> Iterator[None]:
        """Count a turn of a tick, and remember when it last went well."""
        began, well = perf_counter(), False
        try:
            yield
            well = True
        finally:
            if not well:
                self._failed.labels(tick).inc()
        self._ticks.labels(tick).observe(perf_counter() - began)
        self.began(tick)

    def began(self, tick: str) -> None:
        """The tick turns, or gets on with its turn: now."""
        with self._lock:
            self._turned[tick] = self._seconds()

    def ages(self) -> dict[str, float]:
        """Seconds since each tick last went well."""
        now = self._seconds()
        with self._lock:
            return {tick: now - at for tick, at in self._turned.items()}

    def time_statements(self, engine: Engine) -> None:
        """Add up the time that the engine's statements take."""

        def before(connection: Any, *_: Any) -> None:
            connection.info["rethrow_began"] = perf_counter()

        def after(connection: Any, *_: Any) -> None:
            self._database.observe(perf_counter() - connection.info.get("rethrow_began", perf_counter()))

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)

    def ask(self, gauges: Gauges) -> None:
        """Take these figures whenever somebody looks: each a name, a help text, and values by state."""
        self._registry.register(_Asked(gauges))

    def exposition(self) -> bytes:
        """Everything, in Prometheus' text format."""
        for tick, age in self.ages().items():
            self._ago.labels(tick).set(age)
        return generate_latest(self._registry)


class _Asked(Collector):
    """Figures that are read from the database when they are asked for."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: registering asks no question."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Each figure as a gauge."""
        for name, told, values in self._gauges():
            family = GaugeMetricFamily(name, told, labels=["state"] if any(values) else [])
            for state, value in values.items():
                family.add_metric([state] if state else [], value)
            yield family
