"""Sixty canaries in six spellings reach no line of the log: not as a value, not nested, not in a traceback."""

import datetime as dt
import json
import logging
import time
from collections.abc import Callable, Iterator

import pytest
import structlog

from backend.ids import new_id
from backend.log import get_log, set_up
from backend.privacy.mask import redact
from tests.privacy.canaries import bare, seeded, spellings

CANARIES = seeded()
ID, MOBILE = "379901194305120026", "13000000012"


@pytest.fixture(params=[True, False], ids=["production", "demo"])
def written(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What the log wrote so far; it was set up twice, and still each line is written once."""
    before = list(logging.getLogger().handlers)
    set_up(production=not request.param)
    set_up(production=request.param)
    yield lambda: capsys.readouterr().err
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = before


def leaked(text: str) -> list[str]:
    """Canaries that can still be read, line by line (times and ids are ours)."""
    digits = [bare(line) for line in text.splitlines()]
    return [canary for canary in CANARIES if any(canary in line for line in digits)]


def test_there_are_sixty_and_the_detector_sees_each_spelling() -> None:
    assert len(set(CANARIES)) == 60
    assert all(number in bare(spelling) for number in CANARIES for spelling in spellings(number))


def test_free_text_keeps_none_of_them() -> None:
    for number in CANARIES:
        for spelling in spellings(number):
            assert number not in bare(redact(f"她说：{spelling}。")), spelling


def test_no_line_keeps_one(written: Callable[[], str]) -> None:
    log = get_log("test")
    for number in CANARIES:
        for spelling in spellings(number):
            log.info(
                "Somebody wrote",
                action="test",
                slip=spelling,
                deep={"of": [spelling, {spelling: 1}]},
                raw=spelling.encode(),
            )
            log.info(f"Somebody wrote {spelling}", action="test", error=ValueError(spelling))
    text = written()
    assert leaked(text) == []
    assert text.count("\n") == 2 * 6 * 60  # one line each: no value starts a line of its own


def test_no_traceback_keeps_one(written: Callable[[], str]) -> None:
    log = get_log("test")
    for number in CANARIES:
        for spelling in spellings(number):
            try:
                try:
                    raise KeyError({"text": spelling})
                except KeyError as error:
                    error.add_note(f"while reading {spelling}")
                    raise ValueError(f"cannot read {spelling!r}") from error
            except ValueError:
                log.exception("It failed", action="test.failed")
    text = written()
    assert leaked(text) == []
    assert "raise ValueError" in text


def test_no_local_of_a_frame_is_shown(written: Callable[[], str]) -> None:
    def fail(secret: str) -> None:
        raise ValueError("no words of hers here")

    try:
        fail("低保户" * 3)
    except ValueError:
        get_log("test").exception("It failed", action="test.failed")
    assert "低保户低保户" not in written()


def test_lines_of_libraries_go_through_the_same_door(written: Callable[[], str]) -> None:
    try:
        raise ValueError(f"cannot read {ID}")
    except ValueError:
        logging.getLogger("some.library").exception("failed for %s", MOBILE)
    logging.getLogger("some.library").warning("%d said", int(MOBILE))
    ours = [one for one in logging.getLogger().handlers if type(one).__module__ == "backend.log"]
    assert len(ours) == 1
    ours[0].handle(
        logging.LogRecord("some.library", logging.WARNING, "", 1, "wrong %d", (ID,), None)
    )  # loses the line, not us
    text = written()
    assert ID not in text
    assert MOBILE not in text
    assert text.count("some.library") == 3
    assert "Traceback" in text


def test_a_number_that_is_no_text_is_seen_too(written: Callable[[], str]) -> None:
    get_log("test").info(
        "Counted",
        action="test",
        phone=int(MOBILE),
        card=int(ID),
        cases=12,
        ratio=0.5,
        on=True,
        none=None,
        day=dt.date(2026, 11, 21),
    )
    text = written()
    assert MOBILE not in text
    assert ID not in text
    assert "2026-11-21" in text


def test_nobody_writes_a_line_of_his_own_or_steers_a_terminal(written: Callable[[], str]) -> None:
    get_log("test").info("Somebody wrote", action="test", slip='x\n{"event":"forged"}\r\x1b[2J\u202e\u2028')
    text = written()
    assert text.count("\n") == 1
    assert not set(text) & set("\r\x1b\u202e\u2028")


def test_plain_values_stay_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    before = list(logging.getLogger().handlers)
    set_up(production=True)
    one = new_id("cas")
    get_log("test").info("Counted", action="test", case=one, cases=12, ratio=0.5, on=True, none=None, parts=["a"])
    line = json.loads(capsys.readouterr().err)
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = before
    assert {key: line[key] for key in ("case", "cases", "ratio", "on", "none", "parts")} == {
        "case": one, "cases": 12, "ratio": 0.5, "on": True, "none": None, "parts": ["a"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        f"{ID} 65", f"3 {ID}", f"1 {MOBILE}", f"{MOBILE} 3", f"{MOBILE}3口人", f"id{ID}", f"tel_{MOBILE}", f"0086{MOBILE}",
        f"+86 {MOBILE}", repr(f"号\n{ID}"), json.dumps({"t": f"号{MOBILE}"}), json.dumps(MOBILE.translate({ord("1"): "１"})),
        "379901.19430512.0026", "379901/19430512/0026", "379901\u200b19430512\u200b0026", "379,901,194,305,120,026",
        "(130)0000-0012", "130%200000%200012", "１３０—００００—００１２", "一三零零零零零零零一二", "幺三零零零零零零零幺二",
        "3 7 9 9 0 1 1 9 4 3 0 5 1 2 0 0 2 6", "37990119850615006 X", "6222 0200 0000 0001 234",
    ],
)  # fmt: skip
def test_other_ways_to_write_one(text: str) -> None:
    left = bare(redact(text).translate(str.maketrans("一二三零幺", "12301")))
    assert len(left) < 11, redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "26-00123 65", "37990102-2026-00123", "2026-11-21 09:00:00 2026-11-22", "20261121090000", "0900-0000000", "12345",
        "cas_019a4130000000129999999999999999", "a1" * 16, "二〇二六年十一月二十一日", "3口人，每月1200元，欠8000元",
    ],
)  # fmt: skip
def test_what_is_nobody_s_number_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "text", ["9" * 20_000, "1 " * 10_000, "12," * 7_000, "a1" * 10_000, "1 x" * 7_000, "一" * 20_000]
)
def test_long_text_takes_no_long_time(text: str) -> None:
    start = time.perf_counter()
    redact(text)
    assert time.perf_counter() - start < 2
