"""What is told over several messages is heard together; what was answered or put right is not told over."""

from __future__ import annotations

from dialogs.story import LONGEST
from tests.dialogs.play import Talk

STORY = "想给家里申请低保，老公肺癌，我打零工一个月一千五，儿子上大二"


def _asked_in() -> Talk:
    talk = Talk()
    talk.hear(STORY)
    talk.hear("同意")
    talk.hear("同意")
    return talk


def _people(talk: Talk) -> list[tuple[object, object]]:
    answers = talk.state.answers
    total = sum(slot.endswith(".relation") for slot in answers)
    return [
        (answers[f"members.{index}.relation"].value, getattr(answers.get(f"members.{index}.name"), "value", None))
        for index in range(total)
    ]


def test_names_told_later_find_their_people() -> None:
    talk = _asked_in()
    talk.hear("儿子叫徐昊，老公叫徐卫国，他今年49")
    assert sorted(_people(talk), key=str) == [("son", "徐昊"), ("spouse", "徐卫国")]


def test_what_was_put_right_stays_right_however_much_is_told_afterwards() -> None:
    talk = _asked_in()
    talk.hear("儿子20岁了")
    talk.hear("说错了，儿子是21岁，不是20岁")
    talk.hear("我们家还欠着亲戚三万多块钱，实在没办法了")
    ages = [one.value for slot, one in talk.state.answers.items() if slot.endswith(".age")]
    assert ages == [21]


def test_an_answer_to_a_question_is_not_replaced_by_the_story() -> None:
    talk = _asked_in()
    assert talk.state.asking == "name"
    talk.hear("李秀英")
    talk.hear("我叫李秀荣，村里人都这么叫，身份证还没找着")
    assert talk.value("name") == "李秀英"


def test_the_story_is_kept_short_and_ends_with_its_form() -> None:
    talk = _asked_in()
    for number in range(40):
        talk.hear(f"家里欠了亲戚好多钱，第{number}次去借都没有借到，老公天天要吃药")
    assert sum(map(len, talk.state.story)) <= LONGEST
    talk.hear("取消")
    talk.hear("1")
    assert not talk.state.dialog
    assert not talk.state.story


def test_the_next_resident_begins_without_the_words_of_the_last() -> None:
    talk = Talk()
    talk.hear("我是村协理员，替王桂兰报低保，她78岁，老伴瘫痪在床，儿子在外打工")
    talk.hear("下一户")
    assert all("王桂兰" not in words for words in talk.state.story)
    assert not _people(talk)
    assert any("王桂兰" in words for one in talk.state.parked for words in one.story)


def test_a_number_to_call_is_nobody_s_income() -> None:
    talk = _asked_in()
    talk.hear("李秀英")
    talk.hear("不知道")
    talk.hear("忘带了")
    talk.hear("不知道")
    talk.hear("柳沟村二组")
    while talk.state.asking != "members.0.income" and talk.state.dialog:
        talk.hear("徐卫国" if talk.state.asking.endswith(".name") else "一个月1500")
    talk.hear("13000000001")
    assert "members.0.income" not in talk.state.answers
    assert talk.value("phone") == "13000000001"


def test_it_turns_out_to_be_for_her_father() -> None:
    talk = Talk()
    talk.hear("我叫郜巧玲，家住柳沟村，想办低保")
    talk.hear("不是我办，给我爹")
    assert talk.state.dialog == "for_another"
    assert talk.value("helper_name") == "郜巧玲"
    assert "name" not in talk.state.answers
    assert not _people(talk)
