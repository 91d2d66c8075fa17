"""Many acts, one commit: what fails is undone alone, and a commit that could not be is done again."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlmodel import select

from backend.cases.numbers import next_in
from backend.cases.tables import RegisterCounter
from backend.clock import SetClock
from backend.db import Database
from backend.ids import new_id
from backend.inbox.tables import Contact
from backend.runtime import Runtime
from backend.writer import Tx, Writer
from tests.conftest import databases
from tests.intake.conftest import dialog, kept, keys, message, say_at_once, say_one_by_one
from tests.postgres import PostgresServer


def _contact(address: str, clock: SetClock) -> Contact:
    return Contact(id=new_id("con"), channel="web", account="web", address_hash=address, created_at=clock.now())


def _adds(address: str, clock: SetClock) -> Callable[[Tx], str]:
    def act(tx: Tx) -> str:
        tx.session.add(_contact(address, clock))
        return address

    return act


def _together(writer: Writer, acts: list[Callable[[Tx], Any]]) -> list[Any]:
    async def go() -> list[Any]:
        return await asyncio.gather(*(writer.run(act) for act in acts), return_exceptions=True)

    return asyncio.run(go())


def _there(database: Database) -> list[str]:
    with database.read() as db:
        return sorted(db.exec(select(Contact.address_hash)))


def test_rows_the_database_refuses_undo_their_own_act_alone(
    writer: Writer, database: Database, clock: SetClock
) -> None:
    """The flush of the third fails inside the shared transaction."""
    results = _together(writer, [_adds(address, clock) for address in ("a", "b", "a", "c", "d")])
    assert results[:2] + results[3:] == ["a", "b", "c", "d"]
    assert isinstance(results[2], IntegrityError)
    assert _there(database) == ["a", "b", "c", "d"]
    assert writer.run_sync(_adds("e", clock)) == "e", "the writer goes on"


def test_a_refused_statement_beside_the_session_undoes_both(
    writer: Writer, database: Database, clock: SetClock
) -> None:
    def both(tx: Tx) -> None:
        tx.session.add(_contact("mine", clock))
        tx.flush()
        tx.connection.exec_driver_sql("INSERT INTO no_such_table VALUES (1)")

    results = _together(writer, [_adds("a", clock), both, _adds("b", clock)])
    assert results[0] == "a" and results[2] == "b" and isinstance(results[1], Exception)
    assert _there(database) == ["a", "b"]


def test_an_act_that_hides_a_refused_flush_is_refused_whole(
    writer: Writer, database: Database, clock: SetClock
) -> None:
    writer.run_sync(_adds("a", clock))

    def hides(tx: Tx) -> str:
        tx.session.add(_contact("z", clock))
        tx.flush()
        tx.session.add(_contact("a", clock))
        try:
            tx.flush()
        except IntegrityError:
            return "as if nothing had happened"
        return "written"

    with pytest.raises(InvalidRequestError):
        writer.run_sync(hides)
    assert _there(database) == ["a"], "half of an act is nothing"


def test_words_that_sound_like_a_lost_transaction_are_only_words(writer: Writer, clock: SetClock) -> None:
    def sounds_bad(_tx: Tx) -> None:
        raise ValueError("she wrote: database is locked, deadlock detected")

    results = _together(writer, [_adds("a", clock), sounds_bad, _adds("b", clock)])
    assert results[0] == "a" and isinstance(results[1], ValueError) and results[2] == "b"


on_postgresql = pytest.mark.parametrize("kind", [kind for kind in databases() if kind == "postgresql"], indirect=True)


@on_postgresql
@pytest.mark.parametrize("dies", ["after", "before"])
def test_a_commit_whose_answer_is_lost_is_done_once(database: Database, dies: str, writer: Writer) -> None:
    """The connection dies just before the server commits, or just after, before it could say so."""
    dialect: Any = database.writing.dialect
    commit, deaths = dialect.do_commit, []

    def dying(connection: Any) -> None:
        if not deaths and threading.current_thread().name == "writer":
            deaths.append(dies)
            if dies == "after":
                commit(connection)
            connection.driver_connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        commit(connection)

    assert writer.run_sync(lambda tx: next_in(tx, "S")) == 1
    dialect.do_commit = dying
    assert writer.run_sync(lambda tx: next_in(tx, "S")) == 2
    assert deaths == [dies]
    assert writer.run_sync(lambda tx: next_in(tx, "S")) == 3, "the writer goes on, and nothing was counted twice"


@on_postgresql
def test_several_processes_that_want_each_others_rows_do_not_wait_long(database: Database) -> None:
    """Batches take the same rows in every order: no act is lost, none is done twice, none waits for seconds."""
    writers = [Writer(database).start() for _ in range(3)]
    orders = [random.Random(number).sample(range(12), 12) for number in range(30)]

    async def all_of_them() -> None:
        acts = [
            writers[number % 3].run(lambda tx, name=f"S{one}": next_in(tx, name))  # type: ignore[misc]
            for number, order in enumerate(orders)
            for one in order
        ]
        async with asyncio.timeout(20):
            await asyncio.gather(*acts)

    try:
        asyncio.run(all_of_them())
    finally:
        for one in writers:
            one.stop()
    with database.read() as db:
        assert set(db.exec(select(RegisterCounter.last))) == {30}


@on_postgresql
def test_a_lost_server_connection_costs_nothing(service: Runtime, request: pytest.FixtureRequest) -> None:
    """Every connection of the service is ended by the server, twice in the middle of a dialog."""
    server: PostgresServer = request.getfixturevalue("postgres")
    messages = dialog(service, "wang", 1)
    answers = []
    for number, one in enumerate(messages):
        if number in (4, 9):
            server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = 'yimen_test' AND pid <> pg_backend_pid()"
            )
        answers += say_one_by_one(service, [one])
    assert answers[-1].case_no
    burst = [(service, message(service, f"person-{number}", "m0", "你好")) for number in range(8)]
    server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = 'yimen_test' AND pid <> pg_backend_pid()"
    )
    assert {keys(one)[0] for one in say_at_once(*burst)} == {"msg.welcome"}
    service.database.reading.dispose()  # a page that reads just then shows an error; a message never does
    assert {row.status for row in kept(service, "wang")} == {"handled"}
