import pytest

from backend.deadlines.calendar import WorkingCalendar, load_calendar


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    return load_calendar()
