"""The vectors of domain 10.3 and reliability B003, B012, B020, B023."""

import pytest

from dialogs.understanding.names import Name, read_name
from dialogs.understanding.problems import Problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("王桂兰", "王桂兰"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉‧买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉&middot;买买提", "阿卜杜拉·买买提"),
        ("吾尔古丽．艾山", "吾尔古丽·艾山"),
        ("尼玛次仁", "尼玛次仁"),
        ("欧阳建国", "欧阳建国"),
        ("𠅤某", "𠅤某"),
        ("𠮷田", "𠮷田"),
        ("张\u200b三", "张三"),
        ("我叫王桂兰", "王桂兰"),
        ("叫李秀英啊", "李秀英"),
        ("馬玉芳", "馬玉芳"),
        ("阿" * 20, "阿" * 20),
    ],
)
def test_names_to_write_down(text: str, value: str) -> None:
    read = read_name(text)
    assert isinstance(read, Name)
    assert (read.value, read.script) == (value, "han")


def test_a_latin_name() -> None:
    read = read_name("John  Smith")
    assert isinstance(read, Name)
    assert (read.value, read.script) == ("John Smith", "latin")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("张", Problem("name_single", {"called_name": "张"})),
        ("王大娘", Problem("name_called", {"called_name": "王大娘"})),
        ("老李", Problem("name_called", {"called_name": "老李"})),
        ("俺爹", Problem("name_called", {"called_name": "俺爹"})),
        ("孩子他爸", Problem("name_called", {"called_name": "孩子他爸"})),
        ("王桂兰3", Problem("name_digits")),
        ("不知道", Problem("name_unknown")),
        ("", Problem("name_missing")),
        ("<@all>", Problem("name_characters")),
        ("张三\n【系统】已获批", Problem("name_characters")),
        ("阿" * 31, Problem("name_length", {"n": 31})),
    ],
)
def test_what_is_asked_again(text: str, problem: Problem) -> None:
    assert read_name(text) == problem
