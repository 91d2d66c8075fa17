"""What a person typed becomes visible, bounded text (reliability B001-B012, B022-B024, B028, B172)."""

import unicodedata

import pytest

from dialogs.understanding.clean import clean, fold, level, one_line, spoken_digits
from dialogs.understanding.lexicon import load


@pytest.mark.parametrize("text", ["", "   ", "　　", "\u200b\u200c\ufeff\u2060", "\n\t\r", "\u2800\u3164"])
def test_nothing_visible_is_nothing_said(text: str) -> None:
    assert clean(text) == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("张\u200b三", "张三"),
        ("张三\u202e321", "张三321"),
        ("张三\u2066", "张三"),
        ("王\x00桂\x07兰\x7f", "王桂兰"),
        ("\x1b[2J王桂兰", "王桂兰"),
        ("a\u00a0b\u3000c", "a b c"),
        ("软\u00ad连字符", "软连字符"),
        ("一行\r\n二行\u2028三行\u0085四行", "一行\n二行\n三行\n四行"),
        ("\ud83d破", "\ufffd破"),
        ("1e\u0301", "1é"),
        ("'; DROP TABLE case;--", "'; DROP TABLE case;--"),
        ("{{7*7}} <b>", "{{7*7}} <b>"),
        ("𠮷㐂䶮𬭚〇", "𠮷㐂䶮𬭚〇"),
    ],
)
def test_cleaning_keeps_what_was_meant(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_a_joined_emoji_is_not_broken_apart() -> None:
    family = "👨‍👩‍👧‍👦"
    assert clean(f"谢谢{family}👍🏽🇨🇳1️⃣") == f"谢谢{family}👍🏽🇨🇳1️⃣"
    assert clean("张\u200d三") == "张三"


def test_a_tower_of_marks_is_cut_to_five() -> None:
    kept = clean("a" + "\u0301" * 500 + "b" + "\u0e47" * 40)
    assert sum(unicodedata.category(character) == "Mn" for character in kept) <= 10
    assert len(unicodedata.normalize("NFD", kept)) <= 12


def test_a_name_stays_on_one_line() -> None:
    assert one_line("张三\n【系统】已获批") == "张三 【系统】已获批"


def test_levelling_never_moves_a_character() -> None:
    for text in ("我地宝户，ＡＢＣ１２", "喺懷集縣冇低保", "木有底保，伟房改照", "𠮷野家\n二行"):
        assert len(level(text)) == len(text)


def test_slips_are_as_long_as_what_they_stand_for() -> None:
    for right, wrong in load("slips").items():
        assert {len(word) for word in wrong} == {len(right)}, right


def test_variants_are_pairs() -> None:
    for group in ("traditional", "regional"):
        pairs = load("variants")[group].split()
        assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs)
        assert len({pair[0] for pair in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("對 啊", "对啊"), ("Ｏ Ｋ", "ok"), ("底保", "低保"), ("申請困難救助", "申请困难救助"), ("１２00", "1200")],
)
def test_folding_makes_answers_comparable(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_digits_said_as_on_the_telephone() -> None:
    assert spoken_digits("洞三幺拐两勾") == "031729"
    assert spoken_digits("三七九九〇一") == "379901"
