"""What is said of somebody's health becomes marks that papers depend on; what is denied does not."""

from __future__ import annotations

import pytest

from dialogs.understanding.health import MARKS, health_marks


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        ("", ""),
        ("健康", ""),
        ("身体好着呢", ""),
        ("老寒腿", "ill"),
        ("肺癌", "ill grave treated"),
        ("脑梗后遗症", "ill grave"),
        ("糖尿病", "ill"),
        ("糖尿病，天天吃药", "ill treated"),
        ("肢体一级", "ill disabled severe"),
        ("智力三级", "ill disabled"),
        ("聋哑", "ill disabled"),
        ("孤独症，有诊断没证", "ill disabled no_card"),
        ("偏瘫，没办残疾证", "ill disabled no_card"),
        ("瘫在床上，离不开人", "ill disabled care"),
        ("大二在读", "student"),
        ("刚考上大学，学费交不起", "student admitted schooling"),
        ("老两口生活紧，都没有大病", "ill"),
        ("没残疾", "ill"),
    ],
)
def test_marks(said: str, marks: str) -> None:
    found = health_marks(said)
    assert found - {"ill"} == set(marks.split()) - {"ill"}, found
    assert found <= set(MARKS)
    if marks:
        assert ("ill" in found) == ("ill" in marks.split())
