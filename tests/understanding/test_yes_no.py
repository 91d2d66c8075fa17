"""Yes and no in the words of the street (reliability B007, B075)."""

import pytest

from dialogs.understanding.yes_no import read_yes_no

YES = ["是", "是的", "是啊", "對", "对", "对的", "对头", "对对对", "嗯", "嗯嗯", "嗯呐", "嗯嗯嗯", "恩", "昂", "好", "好的", "好吧", "好嘞", "好滴", "好咧", "中", "中中", "中嘞", "管", "管嘞", "得劲", "行", "行行行", "行吧", "成", "可以", "可以的", "阔以", "要得", "得行", "得嘞", "没问题", "莫得问题", "没得问题", "没毛病", "同意", "我同意", "同意查", "都同意", "愿意", "答应", "要", "要的", "想", "有", "有的", "能", "能行", "确定", "确认", "当然", "必须的", "没错", "正确", "ok", "OK", "yes", "y", "shi", "dui", "hao", "系", "系啊", "是，谢谢", "好的，谢谢闺女", "中，麻烦了", "嗯，对", "对着呢", "是嘞", "行呗", "就是", "知道了", "晓得了", "收到", "那好吧", "好的可以谢谢", "着哩", "是滴", "妥了", "√", "是", "是我", "是本人", "确認", "沒問題", "願意", "對對", "ｏｋ", "嗯。", "行！", "好~", "中…", "可以！", "是是是", "好好好", "管管管", "办吧", "交吧", "听您的", "你看着办"]
NO = ["不", "不是", "不是的", "不对", "不行", "不中", "不中不中", "不管", "不得行", "不成", "不可以", "不好", "不要", "不用", "不用了", "不想", "不愿意", "不同意", "我不同意", "没", "没有", "没有啊", "没得", "没得嘛", "木有", "木有木有", "木", "莫得", "冇", "冇冇冇", "冒得", "无", "否", "别", "甭", "拒绝", "错", "错了", "不正确", "唔系", "唔要", "no", "NO", "n", "bu", "不會", "沒有", "不對", "不系", "弗是", "还没", "还没有", "没呢", "没有没有", "才不是", "并没有", "不不不", "不，谢谢", "没，谢谢", "没的", "没嘞", "不了", "不了不了", "不准", "哪有", "都没有", "从来没有", "不确定", "免了", "反对", "×"]
NEITHER = ["张三", "我儿子五十五了", "低保", "石桥村三组", "13800138000", "", "　", "不晓得咋说，俺家是老两口", "管村里的事"]


def test_at_least_nine_in_ten_are_understood_and_none_is_turned_round() -> None:
    wanted = {**dict.fromkeys(YES, "yes"), **dict.fromkeys(NO, "no")}
    got = {text: read_yes_no(text).value for text in wanted}
    turned = [text for text, value in got.items() if value not in (None, wanted[text])]
    assert turned == []
    assert sum(value == wanted[text] for text, value in got.items()) >= 0.9 * len(wanted)


@pytest.mark.parametrize("text", NEITHER)
def test_other_answers_are_neither(text: str) -> None:
    assert read_yes_no(text).value is None


@pytest.mark.parametrize(("text", "value"), [("👍", "yes"), ("🙏", "yes"), ("👌👌", "yes"), ("👍🏽", "yes"), ("👎", "no"), ("🙅‍♀️", "no")])
def test_a_sign_is_asked_back(text: str, value: str) -> None:
    read = read_yes_no(text)
    assert read.value == value
    assert read.confidence < 0.7


def test_no_that_goes_on_is_a_no_with_doubt() -> None:
    read = read_yes_no("不是我，是我娘")
    assert read.value == "no"
    assert read.confidence < 0.7
