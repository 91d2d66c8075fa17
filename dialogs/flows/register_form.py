"""The questions of the register form (豫民文〔2018〕250号 附件5) that are the same for whomever help is asked."""

from __future__ import annotations

from dialogs.kinds import (
    IdNumber,
    Kinship,
    Members,
    Money,
    PersonName,
    Phone,
    Place,
    Several,
    Story,
    WhyNoNumber,
    YesNo,
)
from dialogs.question import Answers, Fork, Go, Question, Repeat
from dialogs.which_place import WhichPlace, may_be

HARDSHIPS = (
    "subsistence_allowance",
    "destitute",
    "marginal_household",
    "severe_disability",
    "special_disability",
    "orphan",
    "unemployed_hardship",
    "retired_hardship",
    "destitute_worker",
    "family_planning_support",
    "other",
)

#: The needs shown as buttons, commonest first; any other of the thirty is understood from words (domain 7.1).
NEEDS = (
    "need_living",
    "need_medical_fee",
    "need_tuition",
    "need_house_repair",
    "need_elder_care",
    "need_job",
    "need_emergency_cash",
    "need_unknown",
)

ID_MISSING = ("lost", "never_made", "at_hand_later", "no_hukou")


def has_id_number(answers: Answers) -> str:
    """Whether a number was given; without one the reason is asked, and it keeps nobody out (domain 10.1)."""
    return "given" if answers["id_number"].value else "missing"


def lives_where_registered(answers: Answers) -> str:
    """Whether hukou and home are the same place (domain 9.5, hukou_place)."""
    return "same" if answers["hukou_same"].value is not False else "elsewhere"


def which_village(answers: Answers) -> str:
    """Whether the address is one place, or several of the country's villages fit it as well."""
    return "several" if may_be(answers) else "clear"


def trouble(then: str) -> tuple[Question, ...]:
    """What is wrong, what is wanted and which of the eleven kinds of household it is."""
    return (
        Question("difficulty", Story(6, 500), Go("needs"), stage=2),
        Question("needs", Several(NEEDS, term="need"), Go("hardships"), stage=2, unknown=True),
        Question("hardships", Several(HARDSHIPS, term="hardship"), Go(then), stage=2, unknown=True),
    )


def identity(then: str) -> tuple[Question, ...]:
    """Number, telephone, home and hukou; the hukou is taken to be at home and confirmed on the card (domain 3.8)."""
    return (
        Question(
            "id_number",
            IdNumber(),
            Fork(has_id_number, {"given": "phone", "missing": "id_missing"}),
            stage=3,
            unknown=True,
            why=True,
        ),
        Question("id_missing", WhyNoNumber(ID_MISSING, prefix="id_missing"), Go("phone"), stage=3, skip=True),
        Question("phone", Phone(), Go("address"), stage=3, unknown=True),
        Question("address", Place(), Fork(which_village, {"clear": "hukou_same", "several": "which_place"}), stage=3),
        Question("which_place", WhichPlace(), Go("hukou_same"), stage=3, line=False),
        Question(
            "hukou_same",
            YesNo(),
            Fork(lives_where_registered, {"same": then, "elsewhere": "hukou"}),
            stage=3,
            unknown=True,
            presumed=True,
        ),
        Question("hukou", Place(anywhere=True), Go(then), stage=3, unknown=True),
    )


def household(then: str) -> tuple[Question | Repeat, ...]:
    """What comes in, and who lives there."""
    return (
        Question("income", Money(), Go("members"), stage=4, unknown=True, why=True),
        Repeat(
            "members",
            gate=Question("members", Members(), Go(then), stage=4, why=True),
            each=(
                Question("relation", Kinship(), Go("members"), stage=4),
                Question("name", PersonName(), Go("members"), stage=4, unknown=True),
                Question("income", Money(), Go("members"), stage=4, unknown=True, why=True),
            ),
            limit=30,
        ),
    )
