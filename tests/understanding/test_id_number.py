"""The vectors of domain 10.1 and reliability B031-B038, B042."""

from datetime import date

import pytest

from dialogs.understanding.clean import level
from dialogs.understanding.digits import find_id_numbers
from dialogs.understanding.id_number import IdNumber, document_kind, missing_reason, read_id_number
from dialogs.understanding.problems import Problem

TODAY = date(2026, 11, 3)
GRANNY = "379901194305120026"


@pytest.mark.parametrize(
    "text",
    [
        GRANNY,
        "３７９９０１１９４３０５１２００２６",
        "379901 19430512 0026",
        "379901-19430512-0026",
        "身份证：379901194305120026。",
        "身份证号码是 379901194305120026\n",
        "三七九九洞幺一九四三洞五幺二洞洞二六",
        "379901.19430512.0026",
        "她身份证379901194305120026",
        "俺娘的是379901194305120026，你记下",
    ],
)
def test_one_number_in_many_hands(text: str) -> None:
    read = read_id_number(text, TODAY)
    assert isinstance(read, IdNumber)
    assert (read.value18, read.sex, read.birth) == (GRANNY, "female", date(1943, 5, 12))
    assert not read.needs_confirm
    assert read.age(TODAY) == 83


@pytest.mark.parametrize("last", ["x", "X", "Ｘ", "叉", "艾克斯"])
def test_the_last_place_may_be_a_cross(last: str) -> None:
    read = read_id_number(f"37990119850615006{last}", TODAY)
    assert isinstance(read, IdNumber)
    assert (read.value18, read.sex, read.needs_confirm) == ("37990119850615006X", "female", False)


@pytest.mark.parametrize("last", ["*", "×", "Х"])
def test_a_look_alike_of_the_cross_is_asked(last: str) -> None:
    read = read_id_number(f"37990119850615006{last}", TODAY)
    assert isinstance(read, IdNumber)
    assert read.value18 == "37990119850615006X"
    assert read.needs_confirm


def test_fifteen_places_become_eighteen_and_the_old_ones_are_kept() -> None:
    read = read_id_number("379901430512002", TODAY)
    assert isinstance(read, IdNumber)
    assert (read.value18, read.raw, read.warnings) == (GRANNY, "379901430512002", ("id_legacy15",))


def test_letters_for_digits_give_a_value_to_confirm() -> None:
    read = read_id_number("37990119430512OO26", TODAY)
    assert isinstance(read, IdNumber)
    assert (read.value18, read.needs_confirm) == (GRANNY, True)


@pytest.mark.parametrize(
    ("text", "value", "warnings"),
    [
        ("11010519491231002X", "11010519491231002X", ()),
        ("379901196402290018", "379901196402290018", ()),
        ("379999194305120021", "379999194305120021", ("id_region_unknown",)),
        ("379901188005120023", "379901188005120023", ("id_birth_range",)),
    ],
)
def test_numbers_that_pass(text: str, value: str, warnings: tuple[str, ...]) -> None:
    read = read_id_number(text, TODAY)
    assert isinstance(read, IdNumber)
    assert (read.value18, read.warnings) == (value, warnings)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("379901194305120027", "id_checksum"),
        ("379901194305210026", "id_checksum"),
        ("379901194302300021", "id_birth_date"),
        ("379901199902290012", "id_birth_date"),
        ("37990120280512002X", "id_birth_future"),
        ("009901194305120022", "id_region_province"),
        ("37990119430512002", "id_length"),
        ("3799011943051200266", "id_length"),
        ("1" * 5000, "id_length"),
        ("没有", "id_missing"),
        ("", "id_missing"),
        ("①79901194305120026", "id_charset"),
        ("37990119430512002²", "id_charset"),
        ("37990119430512a026", "id_charset"),
        ("379901202313010021", "id_birth_date"),
        ("379901000000000021", "id_birth_date"),
    ],
)
def test_the_first_thing_wrong_is_named(text: str, code: str) -> None:
    read = read_id_number(text, TODAY)
    assert isinstance(read, Problem)
    assert read.code == code


def test_a_problem_says_how_many_places_there_were() -> None:
    assert read_id_number("37990119430512002", TODAY) == Problem("id_length", {"n": 17})
    assert read_id_number("379901194302300021", TODAY) == Problem("id_birth_date", {"mm": 2, "dd": 30})


def test_other_documents_are_told_apart() -> None:
    assert document_kind("E12345678") == "passport"
    assert document_kind("810000199408230021") == "hmt_residence"
    assert document_kind("911124198108030024") == "foreign_pr"
    assert document_kind(GRANNY) == "resident_id"
    assert document_kind("不知道") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("早丢了", "lost"),
        ("娃刚出生还没上户口", "newborn"),
        ("他是黑户", "no_hukou"),
        ("不想给", "refused"),
        ("在家呢", None),
    ],
)
def test_why_there_is_no_number(text: str, reason: str | None) -> None:
    assert missing_reason(text) == reason


@pytest.mark.parametrize(
    "said",
    [
        "三七九九零一 一九四三零五一二 零零二六",
        "三七九九零幺，幺九四三，零五幺二，零零二六",
        "379901,19430512,0026",
        "37 99 01 19 43 05 12 00 26",
        "sfz379901194305120026",
        "379901.19430512.0026",
    ],
)
def test_a_number_in_pieces_inside_a_message_is_one_number(said: str) -> None:
    assert [run.value for run in find_id_numbers(level(f"我的身份证{said}，我想办低保"))] == ["379901194305120026"]


@pytest.mark.parametrize(
    "said", ["37990119850615006X", "37990119850615006 x", "37990119850615006叉", "37990119850615006×"]
)
def test_a_last_x_may_be_spoken_or_drawn(said: str) -> None:
    assert [run.value for run in find_id_numbers(level(said))] == ["37990119850615006X"]


@pytest.mark.parametrize(
    "said", ["数着是2位", "2位", "儿子三十五，老婆三十，女儿十二", "一个月两三千，一年两三万", "爸78妈77我50老婆48"]
)
def test_ordinary_numbers_are_no_identity_number(said: str) -> None:
    assert find_id_numbers(level(said)) == []
    problem = read_id_number(said, date(2026, 11, 3))
    assert isinstance(problem, Problem)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("她身份证379901194305120027", "id_checksum"),
        ("她的是37990119430512002", "id_length"),
        ("379901194305120026l", "id_charset"),
    ],
)
def test_what_is_wrong_with_a_number_in_a_sentence_is_said_of_the_number(text: str, code: str) -> None:
    found = read_id_number(text, TODAY)
    assert isinstance(found, Problem)
    assert found.code == code
    assert found.params.get("n") not in (15, 18)
