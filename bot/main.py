"""The one composition root: settings → engine → Slack client → listeners → ticks → server."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from types import TracebackType

import structlog
import uvicorn
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette

from bot import errors, listeners, web
from bot.answers import Replies
from bot.clock import Clock, WallClock
from bot.desk import House
from bot.settings import Settings
from db import schema, session, workspaces
