"""Each kind of answer reads what people write, shows it back, and knows what it cannot read."""

from __future__ import annotations

import pytest

from bot.channels.web.hook import said_in_words
from dialogs.hearing import Listener
from dialogs.kinds import Choice, Day, IdNumber, Kind, Money, PersonName, Phone, Several, YesNo
from dialogs.local import gazetteer_of, towns_of
from dialogs.state import Answer
from dialogs.terms import Line, Term, Terms
from dialogs.understanding.problems import Problem
from tests.dialogs.play import COUNTY, TODAY, Talk

LISTENER = Listener(TODAY, gazetteer_of(COUNTY), towns_of(COUNTY))
CONTEXT = Talk()._context()


def read(kind: Kind, text: str) -> object:
    value = kind.read(said_in_words(text, LISTENER), CONTEXT)
    return value.value if isinstance(value, Answer) else value


NEEDS = Several(("need_living", "need_medical_fee", "need_tuition", "need_unknown"), term="need")
HARD = Several(("subsistence_allowance", "destitute", "other"), term="hardship")
LOST = Choice(("lost", "never_made", "at_hand_later", "no_hukou"), prefix="id_missing")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (YesNo(), "是", True), (YesNo(), "木有", False), (YesNo("agree"), "中", True), (YesNo(), "1", True),
        (YesNo(), "2", False), (YesNo("agree"), "不同意", False),
        (LOST, "1", "lost"), (LOST, "丢了", "lost"), (LOST, "第二个", "never_made"), (LOST, "不在手边", "at_hand_later"),
        (LOST, "①", "lost"),
        (NEEDS, "1、3", ["need_living", "need_tuition"]), (NEEDS, "1和2", ["need_living", "need_medical_fee"]),
        (NEEDS, "看病住院钱", ["need_medical_fee"]), (NEEDS, "屋子漏雨要修", ["need_house_repair"]),
        (HARD, "都不是", ["other"]),
        (PersonName(), "王桂兰", "王桂兰"), (PersonName(), "我叫阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        (PersonName(), "老伴郑有田，66岁", "郑有田"), (PersonName(), "𠅤建国", "𠅤建国"),
        (IdNumber(), "３７９９０１１９４３０５１２００２６", "379901194305120026"), (IdNumber(), "没有身份证", None),
        (Phone(), "+86 130-0000-0003", "13000000003"), (Phone(), "没有电话", None),
        (Money(), "一个月三千来块", {"monthly": "3000.00", "raw": "一个月三千来块"}),
        (Money(), "没有", {"monthly": "0", "raw": "没有"}),
        (Day(), "2026年5月12日", "2026-05-12"), (Day(), "昨天", "2026-11-23"),
    ],
)  # fmt: skip
def test_it_reads(kind: Kind, text: str, value: object) -> None:
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (YesNo(), "天气不错", "yes_or_no_plain"), (YesNo("agree"), "没有", "yes_or_no"), (LOST, "9", "choice_range"), (LOST, "1、2", "choice_many"),
        (NEEDS, "哦", "choice_missing"), (PersonName(), "张三3", "name_digits"), (PersonName(), "同意", "name_missing"),
        (IdNumber(), "379901194305120027", "id_checksum"), (Phone(), "110", "phone_short_code"),
        (Money(), "欠了三万", "money_debt"), (Day(), "2月30日", "date_impossible"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong(kind: Kind, text: str, code: str) -> None:
    problem = read(kind, text)
    assert isinstance(problem, Problem)
    assert problem.code == code


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (IdNumber(), "379901194305120026", "379901********0026"), (LOST, "lost", Line("option.id_missing.lost")),
        (NEEDS, ["need_living"], Terms("need", ("need_living",))), (Money(), {"monthly": "0"}, Line("card.money.none")),
        (Money(), {"monthly": "166.67"}, Line("card.money", {"amount": "167"})), (YesNo(), None, Line("card.unknown")),
        (Day(), "2026-05-12", Term("day", "2026-05-12")), (Phone(), None, Line("card.unknown")),
    ],
)  # fmt: skip
def test_it_is_read_back(kind: Kind, value: object, shown: object) -> None:
    assert kind.show(Answer(value)) == shown
