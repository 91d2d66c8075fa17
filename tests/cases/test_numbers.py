"""Register numbers run on without a gap, whatever fails and whoever files at the same time."""

from __future__ import annotations

import threading

import pytest

from backend.cases.numbers import next_register_no
from backend.env import Env
from backend.writer import Tx, Writer
from tests.builders import Office, file_case


def test_numbers_say_the_place_and_the_year(office: Office) -> None:
    first, second = (office.act(next_register_no, "02") for _ in range(2))
    assert first == ("37990102-2026-00001", "26-00001")
    assert second.full == "37990102-2026-00002"
    assert office.act(next_register_no).full == "37990102-2026-00003"  # the window's own town


def test_a_case_that_failed_leaves_no_gap(office: Office) -> None:
    def fails(tx: Tx, env: Env) -> None:
        file_case(tx, env, office.clerk.id)
        raise RuntimeError("the power went")

    assert office.submitted().short_no == "26-00001"
    with pytest.raises(RuntimeError):
        office.act(fails)
    assert office.submitted().short_no == "26-00002"


def test_two_services_number_one_after_the_other(office: Office) -> None:
    found: list[str] = []

    def file(writer: Writer) -> None:
        for _ in range(10):
            found.append(writer.run_sync(lambda tx: file_case(tx, office.env, office.clerk.id)).register_no)

    with Writer(office.database) as other:
        threads = [threading.Thread(target=file, args=(writer,)) for writer in (office.writer, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(found) == [f"37990102-2026-{number:05d}" for number in range(1, 21)]
