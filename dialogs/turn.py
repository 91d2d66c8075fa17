"""The workbench of one step: the state that may change, what was said, and the effects so far."""

from __future__ import annotations

from typing import Final

import msgspec

from dialogs import asking, photos, story
from dialogs.context import Context
from dialogs.effects import CallHuman, Effect, Say
from dialogs.flows import DIALOGS
from dialogs.question import Dialog, Slot
from dialogs.said import Said
from dialogs.state import Answer, State
from dialogs.terms import Param
from dialogs.volunteered import earns_nothing_yet

#: After one of these the open question is put in full, as if for the first time.
_ANEW: Final = frozenset(
    {
        "tell.going_on",
        "tell.welcome_back",
        "tell.now_about",
        "tell.back",
        "tell.at_the_start",
        "msg.hello",
        "tell.from_the_start",
        "tell.as_before",
        "tell.asked_anew",
    }
)

#: What is said when something was put right.
_MENDED: Final = frozenset({"tell.corrected", "tell.person_dropped"})


#: After one of these the card is read back whole: something on it is new.
_NEW_ON_CARD: Final = frozenset({"tell.corrected", "tell.person_dropped", "tell.kept", "tell.kept_as_it_was"})


class Turn:
    """The work of one step: a copy of the state that may change, and the effects so far."""

    def __init__(self, state: State, said: Said, ctx: Context) -> None:
        self.state = state.copy()
        self.said = said
        self.ctx = ctx
        self.effects: list[Effect] = []
        self._asked, self._was_in = state.asking, state.dialog
        self._told = False  # this very message was heard as part of the story
        self.alarmed = False  # this very message told of a danger

    @property
    def dialog(self) -> Dialog:
        return DIALOGS[self.state.dialog]

    def say(self, key: str, **params: Param) -> None:
        self.effects.append(Say(key, params))

    def do(self, effect: Effect) -> None:
        self.effects.append(effect)

    def took(self, count: int) -> None:
        """So many files are kept; where photographs are read she hears so, else who looks at them."""
        looked_at = (
            self.ctx.reads_photos
            and self.state.dialog in photos.FORMS
            and any(file.media_type.startswith("image/") for file in self.said.files)
        )
        self.say("tell.photo_looking" if looked_at else "tell.file_kept", count=count)

    def names_the_clerk(self) -> bool:
        """Whether a short message asks for the window's clerk as everybody calls her."""
        text, clerk = self.said.text or "", self.ctx.clerk
        return bool(clerk) and clerk in text and len(text) <= len(clerk) + 6

    def call_human(self) -> None:
        """She asked for a person: the window is told, and she hears whom she may ring meanwhile."""
        self.do(CallHuman("asked"))
        self.say("tell.human", phone=self.ctx.phone, clerk=self.ctx.clerk)

    def ask(self) -> None:
        """Put the open question: the one that is held, else the first on the way without an answer."""
        self.hear_the_story()
        following = self.presume()
        state = self.state
        slot = self.dialog.slot(state.asking) if state.held else None
        if slot is None:
            state.held = False
            slot = following
        if slot is None:
            raise LookupError(f"{state.dialog}: nothing left to ask at {state.asking!r}")
        whole = _ANEW | _NEW_ON_CARD if slot.question.name == "review" else _ANEW
        again = state.asking == slot.name and not any(isinstance(one, Say) and one.key in whole for one in self.effects)
        if state.asking != slot.name:
            state.tries = 0
        state.asking = slot.name
        if not state.trail or state.trail[-1] != slot.name:
            state.trail.append(slot.name)
        about_photo = photos.question(state, self.dialog, self.ctx)
        if about_photo is not None:  # the open question comes after it, as soon as she has said yes or no
            self.effects.append(about_photo)
            return
        question = asking.put(self.dialog, state, slot, self.ctx)
        self.effects.append(msgspec.structs.replace(question, again=again))

    def hear_the_story(self, *, anew: bool = False) -> None:
        """Hear the message in the light of what the form was told before, once; what came of it is told.

        Args:
            anew: whom the form is for has just become clear, which puts everything told before in another light.
        """
        state, said = self.state, self.said
        if state.dialog not in story.FORMS:
            return
        new = not self._told and said.text is not None and story.belongs(said) and not self._mended()
        if new:
            self._told = True
            answered = story.answered(state, self._asked, said)
            if not (answered and story.is_aside(self._asked)):
                story.keep(state, said.text or "")
            new = not answered  # a short answer stands as it was given and puts nothing in another light
        if not (new or anew) or not state.story or not story.is_settled(state):
            return
        if (len(state.story) > 1 or anew) and (filled := story.tell(state, self.dialog, self.ctx.hear)):
            self.say("tell.kept", what=asking.labels(filled))

    def _mended(self) -> bool:
        """Whether this message put something right: that is done, and telling the old value again undoes nothing."""
        return any(isinstance(one, Say) and one.key in _MENDED for one in self.effects)

    def keep_for_later(self) -> None:
        """What is told before a form is open, or while a danger stands open, is not lost to the form that comes."""
        state, said = self.state, self.said
        waits = state.paused or not (state.dialog or state.last_case or self._was_in)
        if waits and not self._told and said.text is not None and story.tells(said):
            story.keep(state, said.text)

    def presume(self) -> Slot | None:
        """Write down what need not be asked; the next question that must be, or None at the end of the way."""
        while (slot := self.dialog.open_slot(self.state.answers)) is not None:
            if slot.question.presumed is not None:
                self.state.answers[slot.name] = Answer(slot.question.presumed, how="presumed")
            elif slot.question.name == "income" and self._earns_nothing_yet(slot):
                self.state.answers[slot.name] = Answer({"monthly": "0", "raw": ""}, how="presumed")
            else:
                break
        return slot

    def _earns_nothing_yet(self, slot: Slot) -> bool:
        """Whether somebody of the household is too young to be asked what comes in."""
        if slot.repeat is None or slot.index is None:
            return False
        prefix = f"{slot.repeat.name}.{slot.index}."
        told = {inner: self.state.answers.get(prefix + inner) for inner in ("age", "condition")}
        return earns_nothing_yet({inner: kept.value for inner, kept in told.items() if kept is not None})

    def open_slot(self) -> Slot | None:
        return self.dialog.slot(self.state.asking)
