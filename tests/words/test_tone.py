"""Whatever residents read is short, plain and kind (domain 13.1, reliability G20)."""

from __future__ import annotations

import re

import pytest

from backend.messages import PERSON, STAFF
from dialogs.catalogue.load import load_catalogue
from locales.words import words

KNOWN = words()
LONGEST_SENTENCE, LONGEST_ASK = 40, 120  # Chinese characters
#: Office words that mean nothing to a villager, and words that hurt (domain 13.1, 3).
BANNED = (
    "受理", "补正", "转办", "实施主体", "公示", "核对", "补齐", "要件", "办结", "反馈", "失独", "精神病人", "瘫子", "憨子",
    "死者", "单位自行处理", "无法办理", "系统错误", "请稍后再试", "不符合条件", "该人员", "当事人", "提交人", "无效输入",
    "签收", "经核", "贵", "不合格", "违规", "逾期", "督办",
)  # fmt: skip
FOR_STAFF = set(STAFF)
STAFF_HEADS = ("desk.", "refused.", "cli.", "clock.", "level.", "green.", "human.", "status.", "transfer_status.")
READ = sorted(key for key in KNOWN if key not in FOR_STAFF and not key.startswith(STAFF_HEADS))
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"\{\w+\}")
SENTENCE_END = re.compile(r"[。！？!?\n；]")


def _length(text: str) -> int:
    return len(CHINESE.findall(PLACEHOLDER.sub("", text)))


def test_what_residents_read_is_looked_at() -> None:
    assert set(PERSON) <= set(READ)
    assert {key.partition(".")[0] for key in READ} >= {"ask", "tell", "msg", "problem", "safety", "notice", "progress"}


@pytest.mark.parametrize("key", READ)
def test_no_sentence_is_longer_than_one_breath(key: str) -> None:
    for sentence in SENTENCE_END.split(KNOWN.template(key)):
        assert _length(sentence) <= LONGEST_SENTENCE, sentence


@pytest.mark.parametrize("key", READ)
def test_no_office_words_and_none_that_hurt(key: str) -> None:
    text = KNOWN.template(key)
    assert [word for word in BANNED if word in text] == []


@pytest.mark.parametrize("key", READ)
def test_nothing_of_the_machine_shows(key: str) -> None:
    text = KNOWN.template(key)
    assert text == text.strip("\n"), "no blank lines around"
    assert not re.search(r"[{}]", PLACEHOLDER.sub("", text)), "a brace that is no placeholder"
    assert not re.search(r"(?i)null|none|error|exception|http|json|\bid\b", text)
    assert "您" in text or "你" not in text, "one says 您"


@pytest.mark.parametrize("key", [key for key in READ if key.startswith(("ask.", "confirm."))])
def test_a_question_is_short_and_asks_little(key: str) -> None:
    text = KNOWN.template(key)
    if key.endswith(".review"):
        return  # her own words read back
    assert _length(text) <= LONGEST_ASK
    assert text.count("？") <= 2, "at most two small questions"
    assert re.search("？|您同意|选|拍照|回“", text), "one can see what is asked"


@pytest.mark.parametrize("key", [key for key in READ if key.startswith(("problem.", "needed."))])
def test_a_mistake_comes_with_an_example_or_a_way_on(key: str) -> None:
    text = KNOWN.template(key)
    assert _length(text) <= 60, "one plain sentence, and how to go on"
    assert re.search(
        r"比如|回“|回前面|回其中|打\{phone\}|说个|说“|拍|没有就|再发一遍|您再|只说|请带上|改|要紧", text
    ), text
    assert not re.search(r"错误|无效|非法|失败|必须|禁止|不允许", text)


@pytest.mark.parametrize("key", [key for key in READ if key.startswith("option.")])
def test_a_button_is_a_few_characters(key: str) -> None:
    assert _length(KNOWN.template(key)) <= 12


@pytest.mark.parametrize("key", [key for key in READ if key.startswith("safety.")])
def test_danger_is_answered_in_few_words_with_a_number_or_a_person(key: str) -> None:
    text = KNOWN.template(key)
    assert _length(text) <= 60
    assert re.search(r"1[12]\d|12356|96110|镇上|村里|叫人|找人", text)
    assert "{" not in text, "nothing has to be looked up before it can be said"


def test_nothing_is_promised_before_a_department_has_decided() -> None:
    for key in READ:
        if key in ("msg.partial_result", "msg.result_granted", "progress.part.granted"):
            continue
        assert not re.search(r"(?:一定|肯定|保证)(?:能|会|给|批)|批准您|您符合", KNOWN.template(key)), key


def test_plain_names_of_the_catalogue_are_plain() -> None:
    catalogue = load_catalogue()
    names = [one.plain_name for one in catalogue.items.values()]
    names += [one.plain for one in catalogue.departments.values()]
    names += [one.plain for one in catalogue.needs.values()]
    names += [one.plain for one in catalogue.materials.values()]
    wrong = [(name, word) for name in names for word in BANNED if word in name]
    assert wrong == []
