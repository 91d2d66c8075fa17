"""Asking for help for somebody else: her own yes first, then the same form (民法典 第165条, 个保法 第29条)."""

from __future__ import annotations

from dialogs.flows.register_form import household, identity, trouble
from dialogs.kinds import Agreed, HelperKin, HelperName, PersonName, Proof, Review
from dialogs.question import Answers, Dialog, Fork, Go, Question

#: What the helper is to her: the village assistant, kin, or somebody who knows her.
HELPERS = ("village_assistant", "child", "spouse", "sibling", "relative", "neighbour", "friend", "other")


def her_yes(answers: Answers) -> str:
    """Whether the one who needs help wants this; nobody is filed for against her will (domain 3.10, no_consent)."""
    said = str(answers["agreed"].value)
    return {"no": "unwilling", "cannot_say": "cannot_say"}.get(said, "willing")


FOR_ANOTHER = Dialog(
    name="for_another",
    start="helper",
    steps=(
        Question("helper", HelperKin(HELPERS, prefix="helper"), Go("helper_name"), stage=1),
        Question("helper_name", HelperName(), Go("name"), stage=1, line=False),
        Question("name", PersonName(), Go("agreed"), stage=1),
        Question(
            "agreed",
            Agreed(),
            Fork(her_yes, {"willing": "proof", "cannot_say": "difficulty", "unwilling": "unwilling"}),
            stage=1,
        ),
        Question("proof", Proof(), Go("difficulty"), stage=1),
        *trouble("id_number"),
        *identity("income"),
        *household("review"),
        Question("review", Review(), Go("ready"), stage=5, line=False),
    ),
    outcomes=("ready", "unwilling"),
)
