"""The stepping clock moves only when it is told to."""

import datetime as dt

from backend.clock import Clock
from tests.twins import SteppingClock


def test_it_stands_until_it_is_stepped() -> None:
    clock: Clock = (
        stepping := SteppingClock(dt.datetime(2026, 11, 21, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))))
    )
    assert clock.now() == clock.now() == dt.datetime(2026, 11, 21, 0, 0, tzinfo=dt.UTC)
    assert stepping.step(days=1, minutes=5) == clock.now() == dt.datetime(2026, 11, 22, 0, 5, tzinfo=dt.UTC)
    assert clock.now().tzinfo is dt.UTC
