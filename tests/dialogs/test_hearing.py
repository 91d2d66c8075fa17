"""A bare number is heard on a short way, and heard the same."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.hearing import Heard, Listener, hear, hear_number, is_bare_number
from dialogs.local import gazetteer_of, towns_of
from dialogs.understanding.id_number import check_digit
from tests.dialogs.play import COUNTY, TODAY

LISTENER = Listener(TODAY, gazetteer_of(COUNTY), towns_of(COUNTY))
_digits = st.text("0123456789", min_size=17, max_size=17)
_places = st.sampled_from(("379901", "110101", "622202", "621700", "810000", "910000", "990101"))
_births = st.one_of(
    st.dates().map(lambda day: f"{day.year:04d}{day.month:02d}{day.day:02d}"),
    st.text("0123456789", min_size=8, max_size=8),
)


@st.composite
def _numbers(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return "1" + draw(st.sampled_from("3456789")) + draw(_digits)[:9]
    first = draw(
        st.one_of(_digits, st.builds(lambda place, birth, rest: place + birth + rest[:3], _places, _births, _digits))
    )
    return first + draw(st.one_of(st.just(check_digit(first)), st.sampled_from("0123456789Xx")))


def facts(heard: Heard) -> Heard:
    """What a number is for, the open question decides; a guess from eleven digits says nothing."""
    return msgspec.structs.replace(heard, intent="other", plain=False, needs=())


@settings(deadline=None)  # the first message reads the word lists
@given(_numbers())
def test_the_short_way_hears_what_the_long_one_hears(text: str) -> None:
    if is_bare_number(text):
        assert facts(hear_number(text, LISTENER)) == facts(hear(text, LISTENER))


@pytest.mark.parametrize("text", ["379901194304010036", "37990119430401003X", "37990119430401003x", "13000000001"])
def test_what_most_people_send_takes_it(text: str) -> None:
    assert is_bare_number(text)
    assert facts(LISTENER.hear(text)) == facts(hear(text, LISTENER))


@pytest.mark.parametrize(
    "text",
    ["我13000000001", "13000000001。", "130 0000 0001", "71", "26-00012", "12345", "１３０００００００１", "一三零"],
)
def test_whatever_else_stands_with_it_takes_the_long_one(text: str) -> None:
    assert not is_bare_number(text)
