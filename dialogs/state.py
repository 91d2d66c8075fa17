"""Where a conversation stands: everything that must survive a restart, and nothing else."""

from __future__ import annotations

from typing import Any

import msgspec

Value = Any  # what a kind makes of an answer; plain JSON: text, number, bool, list or map of these


class Answer(msgspec.Struct, frozen=True):
    """One answer.

    Attributes:
        value: as its kind gives it (see `dialogs.kinds`); None when she does not know or skipped it.
        raw: her own words.
        how: `asked` (answered to the question), `told` (said before it was asked), `inferred` (read out of her story),
            `corrected` (put right in so many words), `presumed` (written down without asking), `photo` (read on a
            photograph, and she said that it is right).
        doubtful: taken although it could not be checked; the window looks at it (domain 10, third time).
    """

    value: Value = None
    raw: str = ""
    how: str = "asked"
    doubtful: bool = False


class After(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was just asked about a case that is already handed in.

    Attributes:
        topic: what about, and how far: withdraw.sure, object.why, progress.prove, … (`dialogs.aftercare`).
        case_no: register number, once it is known which case.
        options: what the numbers 1, 2, … stand for.
        text: what she said first, when it is needed later.
        part: the refused part an objection is about.
        values, members: what she said is different now, until it is known of which case.
        tries: how often it was asked in another way, or that she was asked before.
        unread: answers to it that told nothing.
    """

    topic: str
    case_no: str = ""
    options: tuple[str, ...] = ()
    text: str = ""
    part: str = ""
    values: dict[str, Value] = {}
    members: tuple[dict[str, Value], ...] = ()
    tries: int = 0
    unread: int = 0


class Photo(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paper that was read on a photograph of hers and waits for her yes; nothing of it is in the form yet.

    Attributes:
        file: the attachment.
        paper, fields: as `dialogs.papers.reading.Paper` has them.
        ignored: how often she answered something else when she was asked whether it is right.
    """

    file: str
    paper: str
    fields: dict[str, str] = {}
    ignored: int = 0


class Matter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A danger that is a case already: the form that goes on after it tells of the same matter (domain 8.1).

    Attributes:
        draft: the number of the draft the case was opened from.
        answers: what is known from it, by slot.
    """

    draft: int
    answers: dict[str, Answer] = {}


class State(msgspec.Struct, omit_defaults=True):
    """The state of one conversation.

    Attributes:
        dialog: the dialog that is open, or "".
        draft: number of the draft; buttons of another number have expired.
        answers: by slot ("phone", "members.0.income").
        asking: the slot of the open question.
        held: the open question was chosen (going back, correcting) and is not simply the next one.
        trail: slots in the order they were asked, for going back.
        tries: failed answers to the open question.
        confirming: a thing to be confirmed first: "cancel", "restart", or "as_before" (`dialogs.anew`).
        raised: emergency codes already raised in this draft.
        files: attachments of this draft.
        touched: ISO date of the last message, to greet her after days.
        last_case: register number of the last case of this conversation.
        alarms: how often a danger was told in this draft.
        paused: a danger was told; what she says now belongs to it, until she wants to go on with the form.
        rescue: the facts told while somebody is in danger: where, who, call, and the words.
        asking_fact: which of them was asked for.
        worry: what sounded like a danger and was asked about; worried: every code that was, each time.
        menu: a list to pick from was the last thing said, so that a number picks from it.
        offered: what the numbers 1, 2, … of that list stand for; empty for the station's, which has its own.
        parked: forms that were begun and wait, each under the name of the one it is for.
        latest: the highest number a draft was given; numbers are never used again.
        helper: who speaks, when she acts for others: slots `helper` and `helper_name`, asked once.
        asked_about: items she was last told of, so that "what must I bring" needs no name.
        of_sheet: the form is a row of a table and nobody has begun to ask for it.
        which: papers she was asked for, of which she is to say what the photos in `unsorted` are.
        let_go: she has just dropped her own form, so that a yes or "go on" means that she thinks better of it.
        lost: how often in a row nothing she said was understood while no form was open.
        after: what was just asked about a case that is handed in.
        rating: register number of the case whose mark was just asked for; only then a bare number is a mark.
        photos: papers that were read on photographs and wait for her yes; the first is the one she is asked about.
        unproved: ISO date of the day on which somebody at this phone could not show whose case she asks about.
        matter: the danger whose case the form completes; without a form, the one that was just handed in.
        story: what the open form was told, message by message (`dialogs.story`).
    """

    dialog: str = ""
    draft: int = 0
    answers: dict[str, Answer] = {}
    asking: str = ""
    held: bool = False
    trail: list[str] = []
    tries: int = 0
    confirming: str = ""
    raised: list[str] = []
    files: list[str] = []
    touched: str = ""
    last_case: str = ""
    alarms: int = 0
    paused: bool = False
    menu: bool = False
    offered: list[str] = []
    rescue: dict[str, Answer] = {}
    asking_fact: str = ""
    worry: str = ""
    worried: list[str] = []
    parked: list[State] = []
    latest: int = 0
    helper: dict[str, Answer] = {}
    asked_about: list[str] = []
    which: list[str] = []
    unsorted: list[str] = []
    of_sheet: bool = False
    lost: int = 0
    after: After | None = None
    rating: str = ""
    unproved: str = ""
    let_go: bool = False
    photos: list[Photo] = []
    story: list[str] = []
    matter: Matter | None = None

    @property
    def next_draft(self) -> int:
        """The number the next draft gets."""
        return max(self.draft, self.latest) + 1

    def copy(self) -> State:
        """A copy whose containers can be changed freely; answers themselves are frozen."""
        return State(
            dialog=self.dialog,
            draft=self.draft,
            answers=dict(self.answers),
            asking=self.asking,
            held=self.held,
            trail=list(self.trail),
            tries=self.tries,
            confirming=self.confirming,
            raised=list(self.raised),
            files=list(self.files),
            touched=self.touched,
            last_case=self.last_case,
            alarms=self.alarms,
            paused=self.paused,
            menu=self.menu,
            offered=list(self.offered),
            rescue=dict(self.rescue),
            asking_fact=self.asking_fact,
            worry=self.worry,
            worried=list(self.worried),
            parked=list(self.parked),
            latest=self.latest,
            helper=dict(self.helper),
            asked_about=list(self.asked_about),
            which=list(self.which),
            unsorted=list(self.unsorted),
            of_sheet=self.of_sheet,
            lost=self.lost,
            after=self.after,
            rating=self.rating,
            unproved=self.unproved,
            let_go=self.let_go,
            photos=list(self.photos),
            story=list(self.story),
            matter=self.matter,
        )


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(State).decode


def write(state: State) -> bytes:
    """The state as bytes, for the store."""
    return _encode(state)


def read(data: bytes) -> State:
    """The state from its bytes; fields added later get their defaults.

    Raises:
        msgspec.ValidationError: the bytes are not a state.
    """
    return _decode(data)
