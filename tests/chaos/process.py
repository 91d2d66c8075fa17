"""Forked processes: they start warm, in milliseconds, and can be killed at any moment."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import msgspec

from tests.chaos.child import Ack, Ask, Life, live
from tests.chaos.script import Event

PATIENCE = 30.0  # seconds without a word before the service counts as stuck


class Stuck(AssertionError):
    """The service lives and says nothing."""


def _in_child(work: Callable[[], None], errors: Path) -> NoReturn:
    status = 3
    try:
        out = os.open(errors, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(out, 1)
        os.dup2(out, 2)
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def done_in_child(work: Callable[[], bytes], folder: Path) -> bytes:
    """Do something that needs threads or a database in a process of its own; what it gave back.

    Raises:
        RuntimeError: it failed; with what it printed.
    """
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _in_child(lambda: theirs.sendall(work()), folder / "errors")
    theirs.close()
    parts = []
    with ours:
        while part := ours.recv(1 << 16):
            parts.append(part)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise RuntimeError((folder / "errors").read_text(encoding="utf-8", errors="replace")[-3000:])
    return b"".join(parts)


class Running:
    """The service, alive in a child process."""

    def __init__(self, life: Life) -> None:
        ours, theirs = socket.socketpair()
        self._errors = Path(life.folder) / "errors"
        self.pid = os.fork()
        if self.pid == 0:
            ours.close()
            _in_child(lambda: live(life, theirs), self._errors)
        theirs.close()
        self._line = ours
        self._rest = b""
        self._acks: list[Ack] = []
        self._decode = msgspec.json.Decoder(Ack).decode

    def send(self, n: int, event: Event | None = None) -> None:
        """An event, or the wish that it delivers everything and ends. Into a dead line it is lost, as on a network."""
        try:
            self._line.sendall(msgspec.json.encode(Ask(n, event, event is None)) + b"\n")
        except (BrokenPipeError, ConnectionResetError):
            return

    def read(self) -> Ack | None:
        """The next acknowledgement; None when the service is gone. Half a line was never acknowledged.

        Raises:
            Stuck: nothing came for long.
        """
        while not self._acks:
            if not select.select([self._line], [], [], PATIENCE)[0]:
                self.kill()
                raise Stuck(f"no word for {PATIENCE:.0f} s; it printed: {self.errors()}")
            try:
                part = self._line.recv(1 << 16)
            except ConnectionResetError:
                part = b""
            if not part:
                return None
            *whole, self._rest = (self._rest + part).split(b"\n")
            self._acks = [self._decode(line) for line in whole]
        return self._acks.pop(0)

    def kill(self, after: float = 0.0) -> None:
        """As the machine would: at once, with no word."""
        time.sleep(after)
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> int:
        """Wait for it; its status as `Popen` says it (-9 when killed)."""
        self._line.close()
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def errors(self) -> str:
        return self._errors.read_text(encoding="utf-8", errors="replace")[-3000:] if self._errors.exists() else ""
