"""Asking for help for oneself: every field of the register form (豫民文〔2018〕250号 附件5), nothing asked twice."""

from __future__ import annotations

from dialogs.kinds import (
    Choice,
    Files,
    IdNumber,
    Kinship,
    Members,
    Money,
    PersonName,
    Phone,
    Place,
    Review,
    Several,
    Story,
    WhyNoNumber,
    YesNo,
)
from dialogs.question import Answers, Dialog, Fork, Go, Question, Repeat

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


def agreed(question: str) -> Fork:
    """On when she agrees, out when she does not."""

    def consent_given(answers: Answers) -> str:
        return "yes" if answers[question].value else "no"

    following = {"consent": "consent_sensitive", "consent_sensitive": "difficulty"}
    return Fork(consent_given, {"yes": following[question], "no": "declined"})


def for_whom(answers: Answers) -> str:
    """Whether she speaks for her own household; asked only when her words leave it open (domain 3.8, s1_who)."""
    return str(answers["for_whom"].value)


def has_id_number(answers: Answers) -> str:
    """Whether a number was given; without one the reason is asked, and it keeps nobody out (domain 10.1)."""
    return "given" if answers["id_number"].value else "missing"


def lives_where_registered(answers: Answers) -> str:
    """Whether hukou and home are the same place (domain 9.5, hukou_place)."""
    return "same" if answers["hukou_same"].value is not False else "elsewhere"


FOR_ONESELF = Dialog(
    name="for_oneself",
    start="for_whom",
    steps=(
        Question(
            "for_whom",
            Choice(("self", "other"), prefix="for_whom"),
            Fork(for_whom, {"self": "consent", "other": "for_another"}),
            stage=1,
            line=False,
        ),
        Question("consent", YesNo("agree"), agreed("consent"), stage=1, line=False),
        Question("consent_sensitive", YesNo("agree"), agreed("consent_sensitive"), stage=1, line=False),
        Question("difficulty", Story(6, 500), Go("needs"), stage=2, fills="story"),
        Question("needs", Several(NEEDS, term="need"), Go("hardships"), stage=2, unknown=True, fills="needs"),
        Question(
            "hardships",
            Several(HARDSHIPS, term="hardship"),
            Go("name"),
            stage=2,
            unknown=True,
            fills="hardships",
        ),
        Question("name", PersonName(), Go("id_number"), stage=3, fills="name"),
        Question(
            "id_number",
            IdNumber(),
            Fork(has_id_number, {"given": "phone", "missing": "id_missing"}),
            stage=3,
            unknown=True,
            why=True,
            fills="id_number",
        ),
        Question("id_missing", WhyNoNumber(ID_MISSING, prefix="id_missing"), Go("phone"), stage=3, skip=True),
        Question("phone", Phone(), Go("address"), stage=3, unknown=True, fills="phone"),
        Question("address", Place(), Go("hukou_same"), stage=3, fills="address"),
        Question(
            "hukou_same",
            YesNo(),
            Fork(lives_where_registered, {"same": "income", "elsewhere": "hukou"}),
            stage=3,
            unknown=True,
            line=False,
        ),
        Question("hukou", Place(anywhere=True), Go("income"), stage=3, unknown=True),
        Question("income", Money(), Go("members"), stage=4, unknown=True, why=True, fills="income"),
        Repeat(
            "members",
            gate=Question("members", Members(), Go("consent_check"), stage=4, why=True),
            each=(
                Question("relation", Kinship(), Go("members"), stage=4),
                Question("name", PersonName(), Go("members"), stage=4, unknown=True),
                Question("income", Money(), Go("members"), stage=4, unknown=True, why=True),
            ),
            limit=30,
        ),
        Question("consent_check", YesNo("agree_check"), Go("photos"), stage=5, unknown=True, why=True),
        Question("photos", Files(), Go("review"), stage=5, skip=True),
        Question("review", Review(), Go("ready"), stage=6, line=False),
    ),
    outcomes=("ready", "declined", "for_another"),
)
