"""One message in, its meaning out (domain 14.2; reliability B026-B030, B053, B054, B088)."""

import json
import random
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dialogs.understanding.exchange import EMERGENCIES, HARDSHIPS, NEEDS, to_guideline
from dialogs.understanding.hardships import find_hardships
from dialogs.understanding.lexicon import FOLDER, load
from dialogs.understanding.members import household_size
from dialogs.understanding.read import understand

TODAY = date(2026, 11, 3)
SHARED = Path(__file__).parents[3] / "shared" / "understanding"
ASSISTANT = (
    "给王桂兰办，石桥村3组17号，83了，身份证379901194305120026，她没手机，打我的13000008012。家里3口：她，她儿张建国55，"
    "肢体二级残证，37990119 71031 80016，打不了工；孙子张小宇16高一，379901201004020016。老太太养老金168，"
    "建国残补一个月180，闺女一年给两千。屋里漏雨，墙上有道缝。想办低保，看病也贵，孩子上学。"
)


def test_one_message_of_an_assistant_gives_the_whole_household() -> None:
    meaning = understand(ASSISTANT, today=TODAY)
    assert meaning.intent.value == "apply_for_other"
    assert meaning.for_other
    assert meaning.name is not None and meaning.name.value == "王桂兰"
    assert meaning.age is not None and meaning.age.value == 83
    assert meaning.id_number is not None and meaning.id_number.value == "379901194305120026"
    assert meaning.phone is not None and meaning.phone.value == "13000008012"
    assert meaning.household_size is not None and meaning.household_size.value == 3
    assert meaning.address is not None
    assert (meaning.address.value.village, meaning.address.value.group, meaning.address.value.house_no) == (
        "石桥村",
        3,
        "17",
    )
    son, grandson = (found.value for found in meaning.members)
    assert (son.relation, son.name, son.age, son.id_number) == ("son", "张建国", 55, "379901197103180016")
    assert son.condition == "肢体二级残证"
    assert son.income is not None
    assert (son.income.monthly, son.income.countable) == (Decimal(180), False)
    assert (grandson.relation, grandson.name, grandson.age) == ("grandson", "张小宇", 16)
    assert grandson.id_number == "379901201004020016"
    assert {found.value.code for found in meaning.hardships} == {"severe_disability"}
    assert {found.value.code for found in meaning.needs} == {
        "need_living",
        "need_medical_fee",
        "need_tuition",
        "need_house_repair",
    }
    assert not meaning.urgent
    assert [(found.value.code, found.value.sure) for found in meaning.emergency] == [("em_house_collapse", False)]


def test_every_place_is_where_it_was_said() -> None:
    meaning = understand(ASSISTANT, today=TODAY)
    assert meaning.name is not None and meaning.phone is not None
    assert meaning.text[meaning.name.start : meaning.name.end] == "王桂兰"
    assert meaning.text[meaning.phone.start : meaning.phone.end] == "13000008012"


def test_three_answers_in_one_message() -> None:
    meaning = understand("张建国 379901194305120026 13800138000", today=TODAY)
    assert meaning.name is not None and meaning.name.value == "张建国"
    assert meaning.id_number is not None and meaning.id_number.value == "379901194305120026"
    assert meaning.phone is not None and meaning.phone.value == "13800138000"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("家里3口", 3),
        ("一家四口人", 4),
        ("就我一个", 1),
        ("全家五口", 5),
        ("一个人过", 1),
        ("200口人", 200),
        ("王桂兰", None),
    ],
)
def test_how_many_live_together(text: str, people: int | None) -> None:
    found = household_size(text)
    assert (found[0] if found else None) == people


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("你好", "greeting"), ("在吗", "greeting"), ("谢谢", "greeting"), ("转人工", "human"), ("是的", "confirm"),
        ("不是", "deny"), ("不办了", "cancel"), ("我想办低保", "apply"), ("替俺爹办低保", "apply_for_other"),
        ("低保批下来没有", "query_progress"), ("低保要什么条件", "ask_policy"), ("撤销申请 26-00218", "withdraw"),
        ("打5分", "rate"), ("我不想活了", "report_emergency"), ("电话写错了，应该是13800002975", "correct"),
        ("[图片]这是我残疾证", "supplement"), ("我换号了，以后打13800002975", "report_change"),
        ("我要举报，村干部走后门", "complaint"), ("你是男的女的", "other"),
    ],
)  # fmt: skip
def test_what_a_message_is_for(text: str, intent: str) -> None:
    assert understand(text, today=TODAY).intent.value == intent


@pytest.mark.parametrize("text", ["我不想活了", "他打我", "孩子三天没吃饭", "家里着火了", "老人昨天去世了"])
def test_danger_is_urgent_whatever_the_step(text: str) -> None:
    meaning = understand(text, today=TODAY)
    assert meaning.urgent
    assert meaning.emergency[0].value.sure


def test_no_text_whatever_raises() -> None:
    chance = random.Random(20261103)
    common = [chr(code) for code in range(0x20, 0x7F)] + list(
        "俺儿子低保死了一二三四五百千万年月块，。没不是想办村镇县"
    )
    odd = ["\ud83d", "\udc00", "\u202e", "\u200d", "\x00", "１", "①", "²", "é", "👨", "\U00020045", "\ufeff"]
    for turn in range(2000):
        size = 10_000 if turn % 200 == 0 else chance.choice((1, 3, 10, 60))
        if turn % 2:
            text = "".join(chance.choice(common + odd) for _ in range(size))
        else:
            text = "".join(chr(chance.randrange(0x110000)) for _ in range(size))
        meaning = understand(text, today=TODAY)
        json.dumps(to_guideline("x", meaning.text, meaning), ensure_ascii=False).encode()


def test_answers_are_quick_and_stories_bounded() -> None:
    understand(ASSISTANT, today=TODAY)
    started = time.perf_counter()
    for _ in range(200):
        understand("是的", today=TODAY)
    assert (time.perf_counter() - started) / 200 < 0.003
    started = time.perf_counter()
    understand(ASSISTANT * 10, today=TODAY)
    assert time.perf_counter() - started < 0.2


def test_importing_takes_no_heavy_library() -> None:
    script = "import sys, dialogs.understanding.read; print([m for m in ('pypinyin', 'cn2an', 'stdnum', 'rapidfuzz') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_every_code_has_its_counterpart() -> None:
    assert {entry["code"] for entry in load("emergency")["rule"]} - {"em_scam"} == set(EMERGENCIES)
    assert {entry["code"] for entry in load("hardships")["rule"]} | {"other"} == set(HARDSHIPS)
    silent = {"need_consult", "need_psych", "need_visit", "need_identity", "need_family_planning"}
    assert {entry["code"] for entry in load("needs")["rule"]} - silent == set(NEEDS) - {
        "need_unknown",
        "need_victim_relief",
    } | ({"need_victim_relief"})


def test_word_lists_are_data_and_the_program_is_english() -> None:
    for path in FOLDER.parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [character for character in text if "\u4e00" <= character <= "\u9fff"], path.name


def test_a_plea_without_facts_has_no_hardship() -> None:
    assert find_hardships("我要办低保") == ()


@pytest.mark.skipif(not (SHARED / "dev.jsonl").exists(), reason="the shared development set is not here")
def test_the_development_set_keeps_its_figures() -> None:
    """Floors on the lines nobody looked at while building nor learnt from (odd ids); raise them with the figures."""
    sys.path.insert(0, str(SHARED))
    try:
        import score
    finally:
        sys.path.pop(0)
    gold = [json.loads(line) for line in (SHARED / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    odd = [line for line in gold if int(line["id"].rsplit("-", 1)[1]) % 2]
    said = {line["id"]: to_guideline(line["id"], line["text"], understand(line["text"], today=TODAY)) for line in odd}
    result = score.score_messages(odd, said)
    assert result["intent"]["accuracy"] >= FLOORS["intent"]
    assert result["urgent"]["recall"] >= FLOORS["urgent"]
    assert result["urgent"]["false_positive_rate"] <= FLOORS["false_alarm"]
    for field in sorted(FLOORS.keys() - {"intent", "urgent", "false_alarm"}):
        assert result[field]["f1"] >= FLOORS[field], field


FLOORS = {
    "intent": 0.86, "urgent": 0.88, "false_alarm": 0.01, "hardship": 0.885, "needs": 0.88,
    "applicant.name": 0.84, "applicant.age": 0.77, "applicant.address": 0.81,
    "applicant.id_number": 0.95, "applicant.phone": 0.99, "member.found": 0.76,
}  # fmt: skip
