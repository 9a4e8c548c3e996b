"""The one thread that pays: woken by a commit, else by its tick."""

from collections.abc import Callable
from functools import partial
from threading import Event, Thread

from slack_sdk import WebClient
from sqlalchemy import Engine

from bot import drawing
from bot.clock import Clock
from bot.delivery import wire
from bot.delivery.notes import Leads
from bot.delivery.paying import Draw, Till, draws_nothing, step, take_over
from bot.delivery.wire import TIMEOUT_S, patient_once
from bot.metrics import Meters
from bot.settings import Settings

AT_MOST = 50  # rows a turn
STOPS_WITHIN_S = TIMEOUT_S + 5


def turn(
    engine: Engine,
    client: WebClient,
    clock: Clock,
    workspace_id: str,
    *,
    leads: Leads | None = None,
    at_most: int = AT_MOST,
    at: Callable[[str], None] = lambda point: None,
    draw: Draw = draws_nothing,
) -> int:
    """One pass over what is due, at most `at_most` rows, each one state further; says how many."""
    till = Till(engine, patient_once(client), clock, workspace_id, leads or Leads(), at, draw=draw)
    done = 0
    while done < at_most and step(till):
        done += 1
    return done


class Worker:
    """Delivery of one workspace, in a thread of its own once started."""

    def __init__(
        self,
        engine: Engine,
        client: WebClient,
        clock: Clock,
        settings: Settings,
        workspace_id: str,
        *,
        at: Callable[[str], None] = lambda point: None,
        meters: Meters | None = None,
    ) -> None:
        self.workspace_id, self._meters = workspace_id, meters or Meters()
        meters = self._meters
        leads = Leads(settings.channels.leads, tuple(settings.team.leads))
        draw = partial(drawing.draw, settings)
        self._till = Till(
            engine, patient_once(client, meters.called), clock, workspace_id, leads, at, draw=draw, tried=meters.tried
        )
        self._woken = Event()
        self._stopping = False
        self._thread: Thread | None = None

    def turn(self, at_most: int = AT_MOST) -> int:
        """One pass over what is due; says how many rows were attended to."""
        done = 0
        while done < at_most and not self._stopping and step(self._till):
            done += 1
            # A turn may take minutes where Slack is slow; as long as it gets on, nothing stands still.
            self._meters.began("delivery")
        return done

    def try_token(self) -> None:
        """Ask Slack whether it takes the token; what it answers is counted, and so seen at `/readyz`."""
        wire.ask(self._till.client, "auth.test", {})

    def wake(self) -> None:
        """Something may be due; returns at once."""
        self._woken.set()

    def start(self, work: Callable[[], int | None] | None = None) -> None:
        """Begin to pay. `work` is what the thread does when woken: `turn`, perhaps with a guard around it."""
        take_over(self._till)
        self._thread = Thread(target=self._run, args=(work or self.turn,), name="delivery", daemon=True)
        self._thread.start()
        self.wake()

    def stop(self, within_s: float = STOPS_WITHIN_S) -> bool:
        """Finish the row at hand and end; False when that took longer than `within_s` seconds."""
        self._stopping = True
        self.wake()
        if self._thread is None:
            return True
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def _run(self, work: Callable[[], int | None]) -> None:
        while not self._stopping:
            self._woken.wait()
            self._woken.clear()
            while not self._stopping and work():
                pass
