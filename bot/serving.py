"""Runs the service until it is told to stop."""

from __future__ import annotations

import gc
import socket
from threading import Timer

import typer
import uvicorn

from backend.conversations.window import window_of
from backend.errors import ConfigurationError
from backend.log import get_log, set_up
from backend.runtime import Runtime
from backend.settings import load_settings
from backend.staff.owner import first_contact_owner
from backend.staff.service import issue_link
from backend.writer import Tx
from bot.app import ROLES, App
from dialogs.places.index import IndexUnusable, the_index
from locales.words import words

#: Seconds after the start when the index of divisions is unpacked: not while the first messages are answered.
_UNPACK_AFTER = 5.0


def serve(*, host: str | None, port: int | None, role: str, demo: bool) -> None:
    """Start and serve. Blocks.

    Raises:
        ConfigurationError: an unknown role, or a port somebody else has.
    """
    if role not in ROLES:
        raise ConfigurationError([f"--role {role}: say {', '.join(ROLES)}"])
    settings = load_settings(host=host, port=port).settings
    set_up(production=settings.profile == "production")
    listening = _listen(settings.host, settings.port)
    taken = listening.getsockname()[1]
    if settings.port != taken or port is not None:
        settings = load_settings(host=host, port=taken, base_url=f"http://{settings.host}:{taken}").settings
    with Runtime(settings) as runtime:
        app = App(runtime, role, on_ready=lambda: _announce(runtime, demo))
        settle()
        unpacking = Timer(_UNPACK_AFTER, _unpack)
        unpacking.daemon = True
        unpacking.start()
        config = uvicorn.Config(
            app,
            log_level="warning",
            log_config=None,  # its own handlers would print past our redaction
            access_log=False,
            lifespan="on",
            server_header=False,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=64 * 1024,
        )
        uvicorn.Server(config).run(sockets=[listening])


def _unpack() -> None:
    """The first address from elsewhere need not wait for the index; without the index intake goes on."""
    try:
        the_index()
    except IndexUnusable as problem:
        get_log(__name__).warning(str(problem), action="places.index_unusable")


def settle() -> None:
    """Start is over: what it made stays as long as the process, so the collector need not go through it again.

    Without this a full collection stands still for 100 ms every few thousand messages. A message leaves few circles
    behind, so the young ones are looked at more seldom too.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ConfigurationError([f"cannot listen on {host}:{port}: {error.strerror}; try --port 0"]) from None
    return listening


def _announce(runtime: Runtime, demo: bool) -> None:
    say, base = words(runtime.settings.language), runtime.settings.base_url
    if demo and runtime.settings.profile == "demo":
        typer.echo(say.say("cli.chat_at", {"url": f"{base}/"}))
        typer.echo(say.say("cli.desk_at", {"url": f"{base}/desk/enter/{_first_link(runtime)}"}))
        typer.echo(say.say("cli.progress_at", {"url": f"{base}/p"}))
        typer.echo(say.template("cli.terminal"))
        typer.echo(say.template("cli.more_links"))
    else:
        typer.echo(say.say("cli.serving", {"url": base}))


def _first_link(runtime: Runtime) -> str:
    """A sign-in link for the window's clerk."""
    env = runtime.env

    def act(tx: Tx) -> str:
        clerk = first_contact_owner(tx, env, window_of(env).town)
        return issue_link(tx, env, "sign_in", clerk, clerk)

    return runtime.writer.run_sync(act)
