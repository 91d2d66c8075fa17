"""The sieve never keeps a pattern from a message it would match, and lets few others through."""

import pytest

from dialogs.understanding.lexicon import compiled, expand, load
from dialogs.understanding.sieve import Sieve, alternatives, needed
from tests.understanding.test_dangers import lines

PATTERNS = [
    one
    for entry in [*load("emergency")["rule"], *load("emergency")["ask"]]
    for pattern in entry["patterns"]
    for one in alternatives(expand(pattern))
]


def test_no_pattern_that_matches_is_left_out() -> None:
    sieve, search = Sieve(PATTERNS), [compiled(one) for one in PATTERNS]
    for text, _ in lines("dangers", "emergencies", "calm")[::3]:
        left = set(sieve.left(text))
        hit = {place for place, pattern in enumerate(search) if pattern.search(text)}
        assert hit <= left, [PATTERNS[place] for place in hit - left]


def test_an_ordinary_message_is_looked_at_by_few_patterns() -> None:
    sieve = Sieve(PATTERNS)
    assert all(map(needed, PATTERNS)), [one for one in PATTERNS if not needed(one)]
    assert len(list(sieve.left("我想给我娘办低保，家里困难"))) < len(PATTERNS) / 20


@pytest.mark.parametrize(
    ("pattern", "sets"),
    [
        ("火灾(?!保险)", ["火", "灾"]),
        ("(?:火|烟)冒{0,3}了?大", ["火烟", "大"]),
        ("[手脚][^，。]{1,2}断", ["手脚", "断"]),
        ("(?<!脑)水?", []),
        ("火|水", ["火水"]),
        ("(?:火|[^水])", []),
        (r"\u6c34+\d", ["水"]),
        ("@same@级", ["级"]),
    ],
)
def test_what_a_pattern_cannot_do_without(pattern: str, sets: list[str]) -> None:
    assert needed(pattern) == [frozenset(one) for one in sets]


def test_patterns_are_taken_apart_at_their_outermost_bars() -> None:
    assert alternatives("甲|(?:乙|丙)|[|丁]\\|戊") == ["甲", "(?:乙|丙)", "[|丁]\\|戊"]
