"""Sixty cries for help are heard; ordinary messages full of frightening words are left in peace (domain 8.3)."""

import datetime as dt
from pathlib import Path

import pytest

from dialogs.understanding.emergency import Emergency
from dialogs.understanding.read import understand

FOLDER = Path(__file__).parent / "messages"
TODAY = dt.date(2026, 11, 3)


def lines(*names: str) -> list[tuple[str, bool]]:
    """(message, whether it is urgent) of the files named."""
    found, urgent = [], False
    for name in names:
        for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("[") and line.endswith("]") and line.count(";") == 3:
                urgent = not line.endswith("; -]")
            elif line.strip() and not line.startswith("#"):
                found.append((line, urgent))
    return found


def sure(text: str) -> list[Emergency]:
    return [found.value for found in understand(text, today=TODAY).emergency if found.value.sure]


def test_sixty_cries_for_help_are_heard() -> None:
    cries = [text for text, urgent in lines("dangers") if urgent]
    assert len(cries) == 60
    unheard = [text for text in cries if not understand(text, today=TODAY).urgent]
    assert len(unheard) <= 1, unheard


def test_five_hundred_ordinary_messages_raise_no_alarm() -> None:
    calm = [text for text, urgent in lines("calm", "ordinary") if not urgent]
    calm += [text for text, urgent in lines("asking") if not urgent][: max(500 - len(calm), 0)]
    assert len(calm) >= 500 - 40
    alarmed = [text for text in calm if understand(text, today=TODAY).urgent]
    assert len(alarmed) <= len(calm) * 0.02, alarmed


def unseen(name: str) -> list[str]:
    path = Path(__file__).parent / "unseen" / f"{name}.txt"
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_cries_nobody_learnt_from_are_heard() -> None:
    cries = unseen("dangers")
    unheard = [text for text in cries if not understand(text, today=TODAY).urgent]
    assert len(unheard) <= len(cries) * 0.05, unheard


def test_talk_nobody_learnt_from_seldom_alarms() -> None:
    talk = unseen("ordinary")
    alarmed = [text for text in talk if understand(text, today=TODAY).urgent]
    assert len(alarmed) <= len(talk) * 0.06, alarmed


@pytest.mark.parametrize(
    "text",
    ["孩子误喝了农药", "娃把老鼠药吃了", "奶奶把农药当成酒喝了", "小孙子吞了纽扣电池", "错把药水当水喝了，嘴里冒沫"],
)
def test_poison_by_mistake_wants_the_ambulance_and_the_bottle(text: str) -> None:
    first = sure(text)[0]
    assert (first.code, first.safety) == ("em_accident", "safety_120_poison")
    assert "em_suicide" not in {one.code for one in sure(text)}


@pytest.mark.parametrize("text", ["我爹跟我吵架，把农药喝了", "她说不想活了，喝了百草枯"])
def test_poison_on_purpose_stays_a_cry_of_despair(text: str) -> None:
    assert sure(text)[0].code == "em_suicide"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("房子塌了压着人", "em_house_collapse"), ("山洪来了", "em_disaster"), ("水漫进来了", "em_disaster"),
        ("孩子掉井里了", "em_accident"), ("蛇咬了我的脚", "em_accident"), ("我被关起来了", "em_domestic_violence"),
        ("孩子丢了", "em_missing"),
    ],
)  # fmt: skip
def test_what_used_to_be_missed_is_heard(text: str, code: str) -> None:
    assert code in {one.code for one in sure(text)}


def test_an_alarm_the_judge_takes_for_calm_is_asked_not_forgotten() -> None:
    found = understand("老伴前年想不开，喝农药走的，现在我一个人过，想办低保", today=TODAY)
    assert not found.urgent
