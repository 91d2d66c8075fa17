"""Ids say what they are and keep their order; days are days in China."""

import datetime as dt

from backend.clock import SystemClock, local_day
from backend.ids import is_id, new_id


def test_ids_have_a_kind_and_sort_by_age() -> None:
    made = [new_id("cas") for _ in range(200)]
    assert made == sorted(made)
    assert len(set(made)) == 200
    assert all(is_id("cas", one) for one in made)
    assert not is_id("trf", made[0])
    assert not is_id("cas", "cas_" + "g" * 32)


def test_the_day_turns_at_midnight_in_china() -> None:
    assert local_day(dt.datetime(2026, 11, 20, 15, 59, 59, tzinfo=dt.UTC)) == dt.date(2026, 11, 20)
    assert local_day(dt.datetime(2026, 11, 20, 16, 0, tzinfo=dt.UTC)) == dt.date(2026, 11, 21)
    assert SystemClock().now().tzinfo is dt.UTC
