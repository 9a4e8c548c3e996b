"""`python -m slack_sandbox`: run a local Slack workspace until interrupted."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from slack_sandbox.errors import SlackError
from slack_sandbox.keeping import restore
from slack_sandbox.model import Json
from slack_sandbox.server import bind, make_server
from slack_sandbox.slack import Slack


def read_workspace(path: Path | None) -> Json | None:
    """The workspace file, or None for the built-in one; ends the program when it is no JSON object."""
    if path is None:
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        sys.exit(f"--workspace {path}: {wrong}")
    if not isinstance(value, dict):
        sys.exit(f"--workspace {path}: must hold a JSON object")
    return value


async def serve(host: str, port: int, workspace: Json | None, keep: Path | None) -> None:
    """Serve until told to stop, going on with what `keep` holds; says when it is ready."""
    sock = bind(host, port)
    url = f"http://{host}:{sock.getsockname()[1]}"
    slack = Slack(workspace, url)
    if keep and keep.exists():
        restore(slack, keep.read_text(encoding="utf-8"))
    server = make_server(slack, keep)
    serving = asyncio.ensure_future(server.serve(sockets=[sock]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    print(f"sandbox ready at {url}", flush=True)
    await serving


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="slack_sandbox", description="A local Slack workspace.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4500)
    parser.add_argument("--workspace", type=Path, help="a JSON file with team, users, channels and app")
    parser.add_argument("--keep", type=Path, help="a file that keeps what was said, for the next start")
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.host, options.port, read_workspace(options.workspace), options.keep))
    except SlackError as refusal:
        sys.exit(f"the workspace is not usable: {refusal.code} {refusal.extra.get('detail', '')}")
    except OSError as taken:
        sys.exit(f"cannot listen on {options.host}:{options.port}: {taken}")
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
