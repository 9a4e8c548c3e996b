"""The running workspace: its state and the services around it."""

import asyncio
from collections.abc import Coroutine
from copy import deepcopy
from typing import Any

import httpx

from slack_sandbox.faults import Fault, Faults
from slack_sandbox.journal import Journal
from slack_sandbox.live import Hub
from slack_sandbox.model import Json
from slack_sandbox.pacing import Buckets
from slack_sandbox.sockets import Sockets
from slack_sandbox.tickets import Tickets
from slack_sandbox.workspace import Workspace, default_workspace


class Slack:
    """Everything a request handler may need; one per server, used from its event loop alone."""

    def __init__(self, seed: Json | None = None, base_url: str = "http://127.0.0.1:4500") -> None:
        self.base_url = base_url
        self.seed = seed or default_workspace()
        self.hub = Hub()
        self.journal = Journal(self.hub)
        self.http = httpx.AsyncClient(
            follow_redirects=True,
            max_redirects=2,
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )
        self.tasks: set[asyncio.Task[Any]] = set()
        self.sockets = Sockets()
        self._fresh(self.seed)

    def _fresh(self, seed: Json) -> None:
        self.ws = Workspace(deepcopy(seed))  # what happens in a workspace must not change what it started from
        self.faults = Faults()
        self.buckets = Buckets()
        self.tickets = Tickets()

    def reset(self, seed: Json | None = None) -> None:
        """Start over, with another workspace or the same; what was under way towards the bot is dropped."""
        Workspace(seed or self.seed)
        self.seed = seed or self.seed
        for task in list(self.tasks):
            task.cancel()
        self._fresh(self.seed)
        self.journal.clear()
        self.hub.tell({"type": "reset"})

    def fault(self, method: str, channel: str) -> Fault | None:
        """The failure that is due on this call, if any; counted down, and the pages told."""
        fault = self.faults.take(method, channel)
        if fault:
            self.hub.tell({"type": "faults"})
        return fault

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something on the side, kept alive until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def close(self) -> None:
        """End the side work and the connections to the bot."""
        for task in list(self.tasks):
            task.cancel()
        await self.http.aclose()
