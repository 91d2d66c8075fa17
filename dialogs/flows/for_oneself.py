"""Asking for help for oneself: every field of the register form (豫民文〔2018〕250号 附件5), nothing asked twice."""

from __future__ import annotations

from dialogs.flows.register_form import household, identity, trouble
from dialogs.kinds import Choice, PersonName, Review, YesNo
from dialogs.question import Answers, Dialog, Fork, Go, Question


def agreed(question: str) -> Fork:
    """On when she agrees, out when she does not."""

    def consent_given(answers: Answers) -> str:
        return "yes" if answers[question].value else "no"

    following = {"consent": "consent_sensitive", "consent_sensitive": "difficulty"}
    return Fork(consent_given, {"yes": following[question], "no": "declined"})


def for_whom(answers: Answers) -> str:
    """Whether she speaks for her own household; asked only when her words leave it open (domain 3.8, s1_who)."""
    return str(answers["for_whom"].value)


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
        *trouble("name"),
        Question("name", PersonName(), Go("id_number"), stage=3),
        *identity("income"),
        *household("consent_check"),
        Question("consent_check", YesNo("agree_check"), Go("review"), stage=5, unknown=True, why=True),
        Question("review", Review(), Go("ready"), stage=6, line=False),
    ),
    outcomes=("ready", "declined", "for_another"),
)
