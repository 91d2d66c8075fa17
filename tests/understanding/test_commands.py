"""What steers the conversation (reliability B060-B067, B073)."""

import pytest

from dialogs.understanding.commands import read_command, read_commands, read_correction


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("返回", "back"), ("上一步", "back"), ("刚才那个不对", "back"),
        ("跳过", "skip"), ("不想说", "skip"), ("保密", "skip"),
        ("不知道", "unknown"), ("不清楚", "unknown"), ("忘了", "unknown"),
        ("取消", "cancel"), ("不办了", "cancel"), ("算了", "cancel"), ("TD", "cancel"), ("/cancel@bot extra", "cancel"),
        ("不弄了不弄了", "cancel"), ("删掉我的信息", "erase"),
        ("重来", "restart"), ("重新来一遍吧", "restart"),
        ("人工", "human"), ("找人", "human"), ("电话", "human"), ("你是机器人吗", "human"), ("转人工谢谢", "human"),
        ("查进度", "progress"), ("我想查进度", "progress"), ("办到哪了", "progress"),
        ("菜单", "menu"), ("/start", "menu"), ("1#", "menu"), ("help", "help"), ("?", "help"), ("怎么用", "help"),
        ("提交", "submit"), ("/提交", "submit"), ("好的提交吧", "submit"),
        ("没了", "done"), ("就这些", "done"), ("就我一个", "done"), ("没别的了", "done"),
        ("改一下", "correct"), ("填错了", "correct"),
    ],
)  # fmt: skip
def test_short_words_steer(text: str, code: str) -> None:
    command = read_command(text)
    assert command is not None
    assert command.code == code
    assert 0 <= command.start < command.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "我家的事说了也算了，钱都没了，房子也塌了",
        "俺爹没了",
        "儿子在城里打工，算了不说他",
        "我家电话打不通",
        "张三",
        "人工耳蜗",
        "",
        "取消低保这事我不同意，俺家真没收入",
    ],
)
def test_a_story_is_not_a_command(text: str) -> None:
    assert read_command(text) is None


def test_two_commands_in_one_message() -> None:
    assert [command.code for command in read_commands("没别的了，交吧")] == ["done", "submit"]
    assert read_commands("没别的了，我爹叫张三") == ()


@pytest.mark.parametrize(
    ("text", "field", "number", "new"),
    [
        ("改3", None, 3, None),
        ("第二个不对", None, 2, None),
        ("改电话", "phone", None, None),
        ("电话写错了，是13000000002", "phone", None, "13000000002"),
        ("名字写错了，应该叫王桂兰", "name", None, "王桂兰"),
        ("地址改成石桥村3组", "address", None, "石桥村3组"),
        ("岁数不对", "age", None, None),
        ("收入填错了", "income", None, None),
        ("年龄不是83，是82", "age", None, "82"),
        ("填错了", None, None, None),
    ],
)
def test_corrections(text: str, field: str | None, number: int | None, new: str | None) -> None:
    correction = read_correction(text)
    assert correction is not None
    assert (correction.field, correction.number, correction.new) == (field, number, new)


@pytest.mark.parametrize("text", ["我家电话打不通", "王桂兰", "电话13000008012", "三口人"])
def test_answers_are_not_corrections(text: str) -> None:
    assert read_correction(text) is None
