"""Words for kin (domain 10.4, reliability B050, B079)."""

import pytest

from dialogs.understanding.kinship import inverse, read_relation


@pytest.mark.parametrize(
    ("word", "code", "sex"),
    [
        ("老伴", "spouse", None),
        ("掌柜的", "spouse", "male"),
        ("屋里的", "spouse", "female"),
        ("孩他娘", "spouse", "female"),
        ("俺家老头子", "spouse", "male"),
        ("闺女", "daughter", "female"),
        ("大小子", "son", "male"),
        ("姑爷", "son_in_law", "male"),
        ("外孙女", "granddaughter", "female"),
        ("俺爹", "father", "male"),
        ("老娘", "mother", "female"),
        ("婆婆", "mother_in_law", "female"),
        ("老丈人", "father_in_law", "male"),
        ("姥爷", "grandfather", "male"),
        ("外婆", "grandmother", "female"),
        ("侄子", "nephew", "male"),
        ("五保邻居", "neighbor", None),
        ("孩子", "child", None),
        ("抱的", "adopted_child", None),
        ("房客", "boarder", None),
    ],
)
def test_a_word_names_a_relation(word: str, code: str, sex: str | None) -> None:
    kin = read_relation(word)
    assert kin is not None
    assert (kin.code, kin.sex) == (code, sex)


@pytest.mark.parametrize("word", ["前夫", "奶奶的表妹", "哈哈", ""])
def test_an_unknown_word_is_left_to_the_person(word: str) -> None:
    assert read_relation(word) is None


def test_the_young_wife_of_the_house_depends_on_who_speaks() -> None:
    wife, in_law = read_relation("媳妇"), read_relation("媳妇", elder=True)
    assert wife is not None and in_law is not None
    assert (wife.code, in_law.code) == ("spouse", "daughter_in_law")
    assert wife.unsure and in_law.unsure


@pytest.mark.parametrize(
    ("code", "sex", "back"),
    [
        ("son", "female", "mother"),
        ("son", "male", "father"),
        ("grandson", "female", "grandmother"),
        ("father", "male", "son"),
        ("mother_in_law", "female", "daughter_in_law"),
        ("spouse", None, "spouse"),
        ("uncle", "female", "niece"),
        ("grandson_maternal", "male", "grandfather_maternal"),
        ("something", "male", "something"),
    ],
)
def test_the_way_back(code: str, sex: str | None, back: str) -> None:
    assert inverse(code, sex) == back  # type: ignore[arg-type]
