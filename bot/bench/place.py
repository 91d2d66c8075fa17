"""What every benchmark needs: a place for its database, a server of its own, a bar, and a last line of JSON."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from backend.ids import new_id
from backend.settings import Settings, load_settings

Tick = Callable[[], object]


def report(figures: dict[str, Any]) -> None:
    """A line for each figure for people, and one line of JSON last for programs."""
    for name, value in figures.items():
        print(f"{name:24} {_line(value)}", file=sys.stderr)
    print(msgspec.json.encode(figures).decode("utf-8"))


def _line(value: Any) -> str:
    return "  ".join(f"{name} {one}" for name, one in value.items()) if isinstance(value, dict) else str(value)


@contextmanager
def shown(what: str, total: int) -> Iterator[Tick]:
    """A bar on a terminal, one line elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        print(f"measuring {what} …", file=sys.stderr, flush=True)
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # Drawn four times a second by our own thread, so that drawing is no part of what is measured.
    with Progress(*columns, console=console, refresh_per_second=4) as bar:
        task = bar.add_task(what, total=total)
        done = 0

        def tick() -> None:
            nonlocal done
            done += 1
            if done % 256 == 0 or done == total:
                bar.update(task, completed=done)

        yield tick


def settings_in(folder: Path) -> Settings:
    """Settings for a fresh SQLite database in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{new_id('run')}.db"
    return load_settings({}, database_url=f"sqlite:///{place}", media_dir=folder / "media").settings


def serve(settings: Settings) -> tuple[subprocess.Popen[bytes], int]:
    """A server in a process of its own, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", "serve", "--port", str(port)],
        env={
            "YIMEN_DATABASE_URL": settings.database_url,
            "YIMEN_MEDIA_DIR": str(settings.media_dir),
            **{f"YIMEN_LIMIT_MESSAGES_{by}": "0" for by in ("SESSION", "SOURCE", "SERVICE")},
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        stdout=subprocess.DEVNULL,
    )
    return server, port
