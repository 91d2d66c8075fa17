"""The judge: its weights belong to the messages in the repository, and it can say why (decision 0012)."""

import datetime as dt
import sys
from pathlib import Path

import pytest

from dialogs.understanding.exchange import EMERGENCY_CODES, HARDSHIPS, NEEDS
from dialogs.understanding.judge import FILE, reasons, weigh
from dialogs.understanding.look import weighed
from dialogs.understanding.marks import marks
from dialogs.understanding.meaning import INTENTS
from dialogs.understanding.read import understand

ROOT = Path(__file__).parents[2]
TODAY = dt.date(2026, 11, 3)


@pytest.fixture(name="trainer")
def _trainer(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import train_understanding

    yield train_understanding
    sys.modules.pop("train_understanding", None)


def test_the_weights_are_those_of_the_messages(trainer: object) -> None:
    told = f"## Messages: {trainer.learnt_from()}"  # type: ignore[attr-defined]
    assert told in FILE.read_text(encoding="utf-8"), "messages changed: run scripts/train_understanding.py"


def test_every_label_of_the_messages_is_a_code_of_the_guidelines(trainer: object) -> None:
    codes = set(HARDSHIPS.values()), set(NEEDS.values())
    for message in trainer.messages():  # type: ignore[attr-defined]
        unknown = trainer.UNLABELLED  # type: ignore[attr-defined]
        assert message.intent in {*INTENTS, unknown}, message
        assert set(message.hardship) <= codes[0] or message.hardship == (unknown,), message
        assert "other" not in message.hardship or len(message.hardship) == 1, message
        assert set(message.needs) <= codes[1] or message.needs == (unknown,), message
        assert message.emergency is None or message.emergency in EMERGENCY_CODES, message


def test_the_same_message_weighs_the_same_every_time() -> None:
    bare, signs = weighed("我老伴瘫在床上，想申请护理补贴")
    assert weigh(bare, signs) == weigh(bare, signs)
    assert weigh(bare, signs).full["hardship:severe_disability"] > 0 > weigh(bare, signs).full["hardship:orphan"]


def test_it_says_which_letters_spoke_for_a_purpose() -> None:
    bare, signs = weighed("我要投诉村干部，不公平")
    assert any(
        "投诉" in mark or "公平" in mark or mark == "=cue:complaint"
        for mark in reasons([*marks(bare), *signs], "intent:complaint")
    )


def test_names_and_numbers_of_one_person_are_not_learnt() -> None:
    mine, _ = weighed("我叫王桂兰，身份证379901194305120026，电话13000008012，想办低保")
    hers, _ = weighed("我叫李秀英，身份证379901195606060023，电话13000004321，想办低保")
    assert mine == hers


def test_what_only_the_judge_sees_keeps_the_words_it_came_from() -> None:
    text = "家里就靠我捡破烂，日子熬不出头，求政府伸把手"
    meaning = understand(text, today=TODAY)
    for found in (*meaning.hardships, *meaning.needs):
        assert 0 <= found.start < found.end <= len(text)
        assert 0 < found.confidence <= 0.95


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("谢谢", "greeting"), ("在吗", "greeting"), ("几点上班", "ask_policy"), ("你们几点下班呀", "ask_policy"),
        ("村里把名额给了亲戚，我要举报", "complaint"), ("我搬到县城住了，地址变了", "report_change"),
        ("申请撤回吧，我不办了，单号26-00218", "withdraw"), ("上个月交的低保，批下来没有", "query_progress"),
        ("服务很好，打五分", "rate"), ("材料拍好了发给你[图片]", "supplement"),
        ("替我舅舅申请低保，他六十二了没成家", "apply_for_other"), ("老公瘫了，我伺候着没法打工，想办低保", "apply"),
    ],
)  # fmt: skip
def test_plain_cases_of_every_purpose(text: str, intent: str) -> None:
    assert understand(text, today=TODAY).intent.value == intent
