"""What is printed on a paper is read from its lines, however it was held; what is not sure is left out."""

from __future__ import annotations

import datetime as dt
import math

import msgspec
import pytest

from dialogs.papers.layout import Corner, TextLine
from dialogs.papers.reading import Paper, material_of, read_paper
from dialogs.understanding.id_number import check_digit
from tests.photos.captured import captured, with_text

TODAY = dt.date(2026, 11, 20)
CARD = captured()["id_card"]
PAPERS = ("id_card", "id_card_back", "register_cover", "register_page", "disability")


def read(lines: tuple[TextLine, ...]) -> Paper:
    return read_paper(lines, TODAY)


def turned(lines: tuple[TextLine, ...], degrees: float) -> tuple[TextLine, ...]:
    angle = math.radians(degrees)

    def corner(at: Corner) -> Corner:
        return at[0] * math.cos(angle) - at[1] * math.sin(angle), at[0] * math.sin(angle) + at[1] * math.cos(angle)

    return tuple(TextLine(one.text, one.score, tuple(map(corner, one.corners))) for one in lines)  # type: ignore[arg-type]


def printed_as(text: str, new: str, score: float | None = None) -> tuple[TextLine, ...]:
    """The card with one of its lines read as something else."""
    assert any(text in line.text for line in CARD.lines), text
    return tuple(
        line
        if text not in line.text
        else msgspec.structs.replace(
            line, text=line.text.replace(text, new), score=line.score if score is None else score
        )
        for line in CARD.lines
    )


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("how", ["", "_hard"])
def test_every_paper_is_known_with_its_name_and_number(paper: str, how: str) -> None:
    photo = captured()[paper + how]
    found = read(photo.lines)
    assert found.code == paper
    assert found.clear
    assert found.fields.get("name", photo.name) == photo.name
    assert found.fields.get("number", photo.number) == photo.number
    if paper not in ("id_card_back", "register_cover"):
        assert found.fields["number"] == photo.number
    if paper != "id_card_back":
        assert found.fields["name"] == photo.name


@pytest.mark.parametrize("degrees", [0, 8, -17, 45, 90, 135, 180, 200, 270, 300])
@pytest.mark.parametrize("paper", ["id_card", "register_page", "register_cover", "disability"])
def test_it_does_not_matter_how_the_telephone_was_held(paper: str, degrees: float) -> None:
    photo = captured()[paper]
    assert read(turned(photo.lines, degrees)).fields == read(photo.lines).fields


def test_papers_count_as_the_materials_of_the_catalogue() -> None:
    assert [material_of(one) for one in PAPERS] == [
        "mat_id_card", "mat_id_card", "mat_household_register", "mat_household_register", "mat_disability_cert",
    ]  # fmt: skip
    assert material_of("") == ""


def test_a_disability_certificate_tells_kind_and_level() -> None:
    found = read(captured()["disability"].lines)
    assert (found.fields["disability"], found.fields["level"]) == ("2", "1")


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_digit_anywhere_is_noticed(place: int) -> None:
    digit = "7" if CARD.number[place] != "7" else "1"
    wrong = CARD.number[:place] + digit + CARD.number[place + 1 :]
    found = read(with_text(CARD, number=wrong).lines)
    assert "number" not in found.fields
    assert not found.clear
    assert found.confidence["number"] < 0.5


def with_right_check(body: str) -> str:
    return body + check_digit(body)


def test_a_number_whose_check_digit_is_right_by_chance_is_caught_by_the_birth_date_or_the_sex() -> None:
    birth = with_right_check(CARD.number[:6] + "19620224" + CARD.number[14:17])
    sex = with_right_check(CARD.number[:16] + str((int(CARD.number[16]) + 1) % 10))
    for number in (birth, sex):
        assert "number" not in read(with_text(CARD, number=number).lines).fields, number


def test_a_birth_date_or_sex_that_was_not_read_well_says_nothing_against_the_number() -> None:
    born = next(line.text for line in CARD.lines if "年" in line.text)
    assert read(printed_as(born, "1962年2月24日", score=0.4)).fields["number"] == CARD.number


def test_what_the_engine_is_not_sure_of_is_left_out() -> None:
    name = read(printed_as(CARD.name, CARD.name, score=0.7))
    assert "name" not in name.fields
    assert name.confidence["name"] == 0.7
    assert "number" not in read(printed_as(CARD.number, CARD.number, score=0.7)).fields


def test_a_name_with_a_digit_or_a_label_in_it_is_none() -> None:
    for wrong in ("曹1玉", "曹", "C玉"):
        assert "name" not in read(printed_as(CARD.name, wrong)).fields, wrong


def test_an_address_with_a_hole_in_it_is_left_out() -> None:
    line = next(one for one in CARD.lines if "青石镇" in one.text)
    assert "address" in read(CARD.lines).fields
    assert "address" not in read(printed_as(line.text, line.text.replace("县青", ""))).fields


def test_other_text_is_no_paper() -> None:
    bill = [
        TextLine(text, 0.99, ((0, n * 40), (300, n * 40), (300, n * 40 + 30), (0, n * 40 + 30)))
        for n, text in enumerate(("云山县人民医院", "住院结算单", "姓名王某", "合计 3200.50", "2026年3月1日"))
    ]
    assert read(tuple(bill)) == Paper(lines=5)
    assert read(()) == Paper()


def test_lines_that_make_no_sense_break_nothing() -> None:
    flat = TextLine("公民身份号码", 1.0, ((5, 5), (5, 5), (5, 5), (5, 5)))
    assert read((flat,)).fields == {}
    assert read((flat, TextLine("姓名", 1.0, ((5, 5), (5, 5), (5, 5), (5, 5))))).fields == {}
    assert read((TextLine("住址" * 300, 1.0, ((0, 0), (1, 0), (1, 9000), (0, 9000))), flat)).fields == {}
