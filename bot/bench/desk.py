"""`yimen bench desk`: how long each page of the desk takes over HTTP with many cases in the database.

The pages are asked for one after another over one connection, as a colleague does; each must answer 200.
"""

from __future__ import annotations

import http.client
import math
import re
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import func
from sqlmodel import col, select

from backend.cases.tables import Case
from backend.conversations.tables import Conversation
from backend.runtime import Runtime
from backend.settings import Settings, load_settings
from backend.staff import service
from backend.staff.tables import Staff
from backend.transfers.tables import Transfer
from bot.bench.desk_cases import DeskCases
from bot.bench.place import report, serve, settings_in, shown

ROUNDS: Final = 10
LISTS: Final = ("urgent", "people", "late", "new", "send", "results", "departments", "supplement", "meeting")
DEPARTMENT_LISTS: Final = ("d_late", "d_sign", "d_hand", "d_wait", "d_done")
_NEXT = re.compile(rb'href="([^"]*after=[^"]*)"')


class Visitor(msgspec.Struct, frozen=True):
    """A colleague's open browser: who she is, in roles, and her cookie."""

    role: str
    cookie: str


def run(*, cases: int, folder: Path | None, database_url: str = "", rounds: int = ROUNDS) -> None:
    """Fill, measure and print; the last line on standard output is JSON.

    Args:
        cases: how many are written before the pages are timed.
        folder: where an SQLite database goes; a temporary folder otherwise.
        database_url: an empty database to use instead, e.g. of PostgreSQL.
    """
    with tempfile.TemporaryDirectory() as temporary:
        home = folder or Path(temporary)
        settings = settings_in(home)
        if database_url:
            settings = load_settings({}, database_url=database_url, media_dir=settings.media_dir).settings
        begun = time.perf_counter()
        with Runtime(settings) as runtime:
            with shown("writing cases", cases) as tick:
                DeskCases(runtime, cases).write(tick)
            filled = time.perf_counter() - begun
            window, department = _visitors(runtime)
            pages = _pages(runtime, cases)
        figures: dict[str, Any] = {"cases": cases, "fill_s": round(filled, 1)}
        figures |= _measure(settings, window, department, pages, rounds)
    report(figures)


def _visitors(runtime: Runtime) -> tuple[Visitor, Visitor]:
    """A colleague at the window whose town has most cases, and one of the department with most transfers."""
    env = runtime.env
    with runtime.database.read() as db:
        town = db.exec(select(Case.town).group_by(Case.town).order_by(func.count().desc())).first()
        depts = db.exec(select(Transfer.dept).group_by(Transfer.dept).order_by(func.count().desc())).all()
        staff = db.exec(select(Staff).order_by(Staff.login)).all()
    clerk = next(one for one in staff if "window_clerk" in one.roles and one.town == town)
    liaison = next(one for dept in depts for one in staff if one.dept == dept and "dept_handler" in one.roles)

    def signed(staff_id: str) -> str:
        token = runtime.writer.run_sync(lambda tx: service.issue_link(tx, env, "sign_in", staff_id, staff_id))
        return runtime.writer.run_sync(lambda tx: service.sign_in(tx, env, token)).token

    return Visitor("window", signed(clerk.id)), Visitor("department", signed(liaison.id))


def _pages(runtime: Runtime, cases: int) -> dict[str, str]:
    """Things to open by name, and a count of what is there.

    Raises:
        AssertionError: not everything was written.
    """
    with runtime.database.read() as db:
        kept = db.exec(select(func.count()).select_from(Case)).one()
        if kept != cases:
            raise AssertionError(f"{kept} cases are kept, {cases} were expected")
        town = db.exec(select(Case.town).group_by(Case.town).order_by(func.count().desc())).first()
        case = db.exec(select(Case).where(Case.town == town, Case.status == "in_progress").order_by(Case.id)).first()
        case = case or db.exec(select(Case).where(Case.town == town)).first()
        assert case is not None
        talk = db.exec(
            select(Conversation)
            .join(Case, col(Case.contact_id) == col(Conversation.contact_id))
            .where(col(Conversation.wants_human), Case.town == town)
        ).first()
    pages = {"case": f"/desk/cases/{case.id}"}
    return pages | ({"talk": f"/desk/talks/{talk.id}"} if talk is not None else {})


def _measure(
    settings: Settings, window: Visitor, department: Visitor, pages: dict[str, str], rounds: int
) -> dict[str, Any]:
    server, port = serve(settings)
    figures: dict[str, Any] = {}
    try:
        connection = _connected(port)
        asked = [(window, "desk", "/desk"), (department, "desk", "/desk")]
        asked += [(window, name, path) for name, path in pages.items()]
        asked += [(window, "board", "/desk/alerts"), (window, "late", "/desk/late")]
        asked += [(window, f"list {code}", f"/desk?list={code}") for code in LISTS]
        asked += [(department, f"list {code}", f"/desk?list={code}") for code in DEPARTMENT_LISTS]
        with shown("asking for pages", len(asked) * rounds) as tick:
            for visitor, name, path in asked:
                body = _get(connection, path, visitor)
                figures[f"{visitor.role}: {name}"] = _timed(connection, path, visitor, rounds, tick)
                following = _NEXT.search(body)
                if following is not None and "list=" in path:
                    further = following[1].decode("ascii").replace("&amp;", "&")
                    figures[f"{visitor.role}: {name}, page 2"] = _timed(connection, further, visitor, rounds)
        connection.close()
    finally:
        server.terminate()
        server.wait(20)
    slowest = max(figures.values(), key=lambda one: float(one["p95_ms"]))
    return {"slowest_p95_ms": slowest["p95_ms"]} | figures


def _timed(
    connection: http.client.HTTPConnection, path: str, visitor: Visitor, rounds: int, tick: Any = int
) -> dict[str, float]:
    """Milliseconds of some requests in a row, after one that is not counted."""
    took = []
    size = 0
    for _ in range(rounds):
        begun = time.perf_counter()
        size = len(_get(connection, path, visitor))
        took.append((time.perf_counter() - begun) * 1e3)
        tick()
    took.sort()
    return {
        "p50_ms": round(took[len(took) // 2], 1),
        "p95_ms": round(took[max(0, math.ceil(len(took) * 0.95) - 1)], 1),
        "kb": round(size / 1024, 1),
    }


def _get(connection: http.client.HTTPConnection, path: str, visitor: Visitor) -> bytes:
    connection.request("GET", path, headers={"cookie": f"desk={visitor.cookie}"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise AssertionError(f"{path} answered {answer.status}")
    return body


def _connected(port: int) -> http.client.HTTPConnection:
    """A connection to the server, as soon as it answers."""
    begun = time.perf_counter()
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            connection.close()
            if time.perf_counter() - begun > 60:
                raise
            time.sleep(0.05)
        else:
            return connection
