"""The real service as its own process on a free port, with a fresh database, for tests in a real browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Service:
    """`yimen serve --demo` in a folder of its own.

    Attributes:
        base: its address.
        desk_link: the one-time sign-in link it printed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = os.environ | {
            "YIMEN_DATABASE_URL": f"sqlite:///{folder / 'yimen.db'}",
            "YIMEN_MEDIA_DIR": str(folder / "media"),
            "YIMEN_DATA_KEY_FILE": str(folder / "keys"),
        }
        self.yimen("key", "create", str(folder / "keys"))
        self._log = (folder / "serve.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", "--demo", "--port", "0"],
            cwd=ROOT,
            env=self.env | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        assert self._process.stdout is not None
        printed = ""
        begun = time.monotonic()
        while printed.count("http://") < 3:
            line = self._process.stdout.readline().decode("utf-8")
            if not line or time.monotonic() - begun > 60:
                raise RuntimeError(f"the service did not start: {(folder / 'serve.log').read_text('utf-8')[-2000:]}")
            printed += line
        self.started_in = time.monotonic() - begun
        urls = re.findall(r"http://\S+", printed)
        self.base = urls[0].rstrip("/")
        self.desk_link = urls[1]

    def yimen(self, *arguments: str) -> str:
        """Run a command of the shell on the same database; its output."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT, env=self.env, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"yimen {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def link_for(self, login: str) -> str:
        """A sign-in link of a colleague, at this service's address."""
        token = self.yimen("staff", "link", login).strip().rsplit("/", 1)[1]
        return f"{self.base}/desk/enter/{token}"

    def errors(self) -> str:
        """What the service complained about."""
        return (self.folder / "serve.log").read_text("utf-8")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        finally:
            self._process.kill()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._log.close()
