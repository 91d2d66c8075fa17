"""No form is open: what a message leads to, how a form begins and how it ends."""

from __future__ import annotations

import msgspec

from dialogs import aftercare, asides, asking, drafts, menu, station, story, unanswered
from dialogs.danger import QUIET, is_over
from dialogs.effects import AddToCase, CallHuman, Forget, HasRead, Note, Option, Say, ShowProgress, Submit
from dialogs.guide import MOST
from dialogs.hearing import Heard, is_bare_number, is_thanks
from dialogs.kinds import helper_of
from dialogs.said import Said
from dialogs.state import Answer, Matter, State
from dialogs.supplement import has_read
from dialogs.turn import Turn
from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import words
from dialogs.volunteered import keep_for_another, keep_the_story, keep_what_was_told, settle

#: Intents that are a cry for help or a wish to apply.
_BEGINS = frozenset({"apply", "apply_for_other", "report_emergency"})
#: From how many characters on the first words are kept as her trouble, whatever was made of them.
SHORTEST_STORY = 6
#: Words over which a message in Latin letters is a story.
OTHER_WORDS = 8
#: Of a form of address.
LONGEST_CALL = 6
#: Of a message that says what a photo is.
LONGEST_NAME = 20
_ABOUT_A_CASE = frozenset({"supplement", "correct", "report_change"})


def answer(turn: Turn) -> None:
    """Answer a message when no form is open."""
    after, lost = turn.state.after, turn.state.lost
    if after is None:
        if not _served(turn):
            _not_understood(turn, lost)
    elif unanswered.led_back(turn, after) or aftercare.goes_on(turn) or unanswered.put_aside(turn, after):
        turn.state.menu = False
    elif _served(turn):
        unanswered.asked_again(turn, after)
    else:
        unanswered.told_nothing(turn, after)


def _served(turn: Turn) -> bool:
    """Serve what she writes while nothing is asked of her; False when it tells nothing that could be."""
    said = turn.said
    heard = said.heard or Heard()
    number = (said.text or "").strip()
    if station.answer(turn):
        _ask_or_finish(turn)
        return True
    if said.choice is not None:
        _pressed(turn)
        return True
    if said.files and turn.state.last_case:
        turn.do(AddToCase(said.text, tuple(file.id for file in said.files), proof=_proof(said)))
        return True
    intent, command = heard.intent, heard.command
    if turn.state.which and _says_which(turn, number, heard):
        return True
    if turn.state.last_case and has_read(number):
        turn.do(HasRead("words"))
        return True
    waiting = drafts.waiting_for(turn.state, number)
    if waiting is not None:
        drafts.resume(turn, waiting)
        turn.say("tell.now_about", who=asking.whose(turn.state))
        turn.ask()
        return True
    if turn.state.parked and heard.go_on:
        if len(turn.state.parked) == 1:
            drafts.resume(turn, turn.state.parked[0].draft)
            turn.say("tell.going_on")
            turn.ask()
        else:
            drafts.listing(turn)
        return True
    if turn.state.matter is not None and _tells_more(heard, said):
        _go_on_with_the_matter(turn)
        return True
    lost, turn.state.lost = turn.state.lost, 0
    let_go, turn.state.let_go = turn.state.let_go, False
    entry = menu.choice(turn)
    if entry is not None:
        _picked(turn, entry)
        return True
    if not _reports(heard) and aftercare.begins(turn):
        return True
    if asides.answered(turn):
        turn.state.lost = lost
        turn.do(Say("tell.aside.further", {}, menu.options(turn, ("apply", "human"), numbered=False), "ask"))
        return True
    if turn.state.last_case and (is_bare_number(number) or is_thanks(number) or is_over(said)):
        _to_the_case(turn, number)
        return True
    if let_go and (heard.yes or heard.go_on or heard.wants_help):
        turn.said = Said()  # what she said then is gone, as she was told; she tells it anew
        begin(turn, anew=True)
        return True
    if command == "human" or intent == "human" or turn.names_the_clerk():
        turn.call_human()
    elif _reports(heard):
        begin(turn)
    elif command == "progress" or intent == "query_progress" or heard.case_no:
        turn.do(ShowProgress(heard.case_no, heard.query_code))
    elif heard.asks_how_far or (turn.state.last_case and command == "submit"):
        turn.do(ShowProgress())
    elif turn.state.last_case and (intent in _ABOUT_A_CASE or command == "correct" or heard.adds):
        turn.do(AddToCase(said.text))
    elif (intent == "ask_policy" and _is_language(number)) or _wants_the_list(turn) or _names_an_item(turn):
        _policy(turn)
    elif (
        heard.next_person
        or intent in _BEGINS
        or _in_other_letters(number)
        or heard.wants_help
        or heard.says_for_whom
        or heard.hardships
        or heard.needs
        or heard.danger
        or said.files
        or (turn.state.asked_about and heard.yes)
        or len(_FACTS & heard.told.keys()) + bool(heard.members) + bool(turn.state.story) > 1
    ):
        begin(turn)
    elif turn.state.matter is not None and intent != "greeting" and not said.files and _is_language(number):
        _go_on_with_the_matter(turn)  # after a danger she tells on; whoever spoke for a form is not shown a menu
    else:
        return False
    return True


#: Two of these in one message are no chat: she has begun to say who she is.
_FACTS = frozenset({"name", "called", "id_number", "phone", "address", "income", "household_size"})


#: Intents of a message that is no more of what is told of a danger.
_ELSE = frozenset({"query_progress", "ask_policy", "complaint", "withdraw", "human", "rate", "cancel"})


def _tells_more(heard: Heard, said: Said) -> bool:
    """Whether a message tells more of the people of a danger whose case was just opened."""
    if heard.intent in _ELSE or heard.command is not None or heard.next_person or is_over(said):
        return False
    return bool(_FACTS & heard.told.keys() or heard.members)


def _go_on_with_the_matter(turn: Turn) -> None:
    """Take up the form that waits for this danger, or begin it: what she tells completes the case that is open."""
    state = turn.state
    assert state.matter is not None
    number = state.matter.draft
    waiting = next((one.draft for one in state.parked if one.matter is not None and one.matter.draft == number), None)
    if waiting is None:
        begin(turn)
        return
    drafts.resume(turn, waiting)
    if settled_by_the_story(turn):
        finish(turn, "for_another")
        return
    kept = keep_what_was_told(turn.state, turn.dialog, turn.said, but="")
    if kept:
        turn.say("tell.kept", what=asking.labels(kept))
    _ask_or_finish(turn)


def _in_other_letters(text: str) -> bool:
    """Whether somebody tells a story in a language we read only the buttons of: better a form than a menu."""
    return text.isascii() and len(text.split()) > OTHER_WORDS


def _is_language(text: str) -> bool:
    """Whether a message is more than one run of keys."""
    return any(map(str.isalpha, text)) and not (text.isascii() and " " not in text)


def _names_an_item(turn: Turn) -> bool:
    """Whether all she says is what some help is called."""
    guide = turn.ctx.guide
    return guide is not None and guide.is_name(turn.said.text or "")


def _to_the_case(turn: Turn, text: str) -> None:
    """A number sent after everything is handed in belongs there; thanks get thanks."""
    if is_thanks(text):
        turn.say("tell.aside.thanks")
        return
    if is_over(turn.said):
        turn.say("tell.danger_over")
    turn.do(AddToCase(text))


def _not_understood(turn: Turn, lost: int) -> None:
    """Each time in other words, and sooner or later with a person: nobody hears the same sentence for ever."""
    greeted = turn.said.heard is not None and turn.said.heard.intent == "greeting"
    turn.state.lost = lost + 1
    if lost == 0 or greeted or turn.ctx.helper is not None:
        welcome(turn, greet=lost == 0)
        return
    menu.say(
        turn, "tell.lost" if lost == 1 else "tell.lost_again", menu.MENU, phone=turn.ctx.phone, clerk=turn.ctx.clerk
    )


def settled_by_the_story(turn: Turn) -> bool:
    """Whether she says for whom it is without naming the choice: in this message, or in all she has told so far."""
    state, heard = turn.state, turn.said.heard
    if state.dialog != "for_oneself" or story.is_settled(state) or heard is None:
        return False
    if heard.intent != "apply_for_other" and len(state.story) > 1 and story.tells(turn.said):
        heard = turn.ctx.hear("\n".join([*state.story, turn.said.text or ""]))
    if heard.intent != "apply_for_other":
        return False
    if heard.kin is not None:
        state.answers.setdefault("helper", Answer(helper_of(heard.kin), turn.said.text or "", "inferred"))
        state.answers["kin"] = Answer(heard.kin, turn.said.text or "", "inferred")
    state.answers["for_whom"] = Answer("other", turn.said.text or "", "inferred")
    return True


def for_another_after_all(turn: Turn) -> bool:
    """Whether it turns out that the form is for another ("not me, it is for my father").

    Before anything of her own is written down any word for it will do. Later it must be said that it is not for her,
    and what she told of herself is the helper's: her name, and the number to call.
    """
    state, heard = turn.state, turn.said.heard
    if state.dialog != "for_oneself" or heard is None or not heard.says_for_whom:
        return False
    if not _not_for_her(turn) and (state.asking not in _EARLY or heard.intent != "apply_for_other"):
        return False
    own = state.answers
    state.answers = {slot: known for slot, known in own.items() if slot in _TROUBLE}
    state.tries, state.held = 0, False
    if _not_for_her(turn):
        state.answers |= {slot: own[slot] for slot in ("phone", "address") if slot in own}
        if "name" in own:
            state.answers["helper_name"] = own["name"]
    if heard.kin is not None:
        state.answers["helper"] = Answer(helper_of(heard.kin), turn.said.text or "", "told")
        state.answers["kin"] = Answer(heard.kin, turn.said.text or "", "told")
    finish(turn, "for_another")
    return True


def _not_for_her(turn: Turn) -> bool:
    return words("review", "not_for_me").search(fold(turn.said.text or "")) is not None


_TROUBLE = frozenset({"difficulty", "needs", "hardships"})
#: Questions before which nothing of her own is in the form.
_EARLY = frozenset({"for_whom", "consent", "consent_sensitive"})


def _reports(heard: Heard) -> bool:
    """Whether an assistant tells of somebody by name and number: she reports her, whatever she would like to know."""
    return heard.by_helper and {"name", "id_number"} <= heard.told.keys()


def _proof(said: Said) -> str:
    """What the files show of somebody's yes: a recording is her voice, a photo her signature where it is called so."""
    if any(file.media_type.startswith(("audio/", "video/")) for file in said.files):
        return "voice"
    named = said.heard.proof if said.heard is not None else None
    return named if named in ("voice", "signature") else ""


def _says_which(turn: Turn, text: str, heard: Heard) -> bool:
    """Whether she says what the photos are that she has just sent; asked once, then the window looks at them."""
    which, files = turn.state.which, tuple(turn.state.unsorted)
    turn.state.which, turn.state.unsorted = [], []
    if text.isdecimal() and 1 <= int(text[:3]) <= len(which):
        turn.do(AddToCase(None, files, which[int(text[:3]) - 1]))
    elif _names_something(heard, text):
        turn.do(AddToCase(text, files, "none"))
    else:
        return False
    return True


def _names_something(heard: Heard, text: str) -> bool:
    of_else = heard.command is not None or heard.asks_how_far or heard.objects or heard.intent == "withdraw"
    return not of_else and 0 < len(text) <= LONGEST_NAME


def _ask_or_finish(turn: Turn) -> None:
    """Put the first question of a form that was just opened; one whose answers were all told is done."""
    if not turn.state.dialog:
        return
    if turn.presume() is not None:
        turn.ask()
        return
    outcome = turn.dialog.path(turn.state.answers)[1]
    assert outcome is not None
    finish(turn, outcome)


def guided(turn: Turn) -> tuple[Say, ...]:
    """The guide's answer to what she asks; empty when it has none, or when her words rather answer a question."""
    heard, guide = turn.said.heard, turn.ctx.guide
    if guide is None or heard is None or heard.told or heard.members:
        return ()
    text, today = turn.said.text or "", turn.ctx.today
    named = guide.items(text)
    if guide.asks_what_to_bring(text) and (named or turn.state.asked_about):
        return guide.whole_list(named or turn.state.asked_about, today)
    return guide.answer(text, today)


def _wants_the_list(turn: Turn) -> bool:
    """Whether she asks what to bring for what she was just told about."""
    guide = turn.ctx.guide
    return guide is not None and bool(turn.state.asked_about) and guide.asks_what_to_bring(turn.said.text or "")


def _policy(turn: Turn) -> None:
    """A question about policy: answered from the catalogue, or passed on to a person who can."""
    found, guide = guided(turn), turn.ctx.guide
    if not found or guide is None:
        menu.unknown(turn)
        return
    turn.effects += found
    named = guide.items(turn.said.text or "")
    _further(turn, () if found[0].key == "tell.guide.list" else named)
    turn.state.asked_about = list(named) or turn.state.asked_about


def _about_item(turn: Turn, code: str) -> None:
    """An item picked from a list."""
    found = turn.ctx.guide.about(code, turn.ctx.today) if turn.ctx.guide is not None else ()
    if not found:
        menu.unknown(turn)
        return
    turn.effects += found
    _further(turn, (code,))
    turn.state.asked_about = [code]


def _further(turn: Turn, named: tuple[str, ...] = ()) -> None:
    """What she can do after an answer; for items she can have the whole list of what is wanted."""
    options = menu.options(turn, ("apply", "human"), numbered=False)
    if named:
        whole = Option(asking.button(turn.state, turn.ctx, "@list", "+".join(named)), "option.whole_list")
        options = (whole, *options)
    turn.do(Say("tell.guide.further", {"phone": turn.ctx.phone}, options, "ask"))


def _pressed(turn: Turn) -> None:
    choice = turn.said.choice or ""
    turn.state.menu, turn.state.offered = False, []
    parts = asking.read_button(choice)
    if parts is not None and parts[0] == turn.ctx.tag and parts[2] == "@draft" and parts[3].isdecimal():
        number = int(parts[3])
        if any(one.draft == number for one in turn.state.parked):
            drafts.resume(turn, number)
            turn.say("tell.now_about", who=asking.whose(turn.state))
            turn.ask()
            return
    if parts is not None and parts[0] == turn.ctx.tag and parts[2] == "@list" and turn.ctx.guide is not None:
        found = turn.ctx.guide.whole_list(parts[3].split("+")[:MOST], turn.ctx.today)
        if found:
            turn.effects += found
            _further(turn)
            return
    option = parts[3] if parts is not None and parts[0] == turn.ctx.tag and parts[2] == "@menu" else choice
    _picked(turn, option)


def _picked(turn: Turn, option: str) -> None:
    if option.startswith("which:") and option[6:] in turn.state.which:
        files, turn.state.which, turn.state.unsorted = tuple(turn.state.unsorted), [], []
        turn.do(AddToCase(None, files, option[6:]))
        return
    match option:
        case "has_read" if turn.state.last_case:
            turn.do(HasRead("button"))
        case "start":
            welcome(turn)
        case "apply":
            begin(turn)
        case "progress":
            if not aftercare.progress(turn, Heard()):
                turn.do(ShowProgress())
        case "human":
            turn.call_human()
        case menu.COMPLAINT:
            aftercare.complains(turn)
        case item if item.startswith("item."):
            _about_item(turn, item.removeprefix("item."))
        case shown if menu.show(turn, shown):
            pass
        case _:
            turn.say("tell.button_expired")
            welcome(turn, greet=False)


def welcome(turn: Turn, *, greet: bool = True) -> None:
    """Who we are, and what one can do (domain 13.2, welcome)."""
    if turn.ctx.helper is not None:
        station.menu(turn, greet=greet)
        return
    menu.say(turn, "msg.welcome" if greet else "tell.menu", menu.MENU, town=turn.ctx.town, phone=turn.ctx.phone)


def begin(turn: Turn, *, anew: bool = False) -> None:
    """Open a draft; what she said to begin with is her story and whatever else it tells."""
    state, heard = turn.state, turn.said.heard or Heard()
    another = heard.for_named or heard.by_helper or heard.next_person
    another = another or (turn.ctx.helper is not None and not heard.for_self)
    state.draft = state.next_draft
    state.latest = state.draft
    if state.matter is not None and (heard.next_person or heard.for_named):
        state.matter = None
    known = {} if state.matter is None else dict(state.matter.answers)
    state.answers, state.trail, state.raised = known, [], list(state.raised) if turn.alarmed else []
    state.tries, state.held, state.asking = 0, False, ""
    state.files = [file.id for file in turn.said.files]
    state.dialog = "for_another" if another else "for_oneself"
    if (turn.said.text or "").strip().isdecimal():
        turn.said = msgspec.structs.replace(turn.said, heard=None)  # a number of the menu tells nothing of anybody
    if another:
        _know_helper(turn)
        keep_what_was_told(state, turn.dialog, turn.said, but="")
    elif (
        heard.intent == "apply_for_other"
        or heard.says_for_whom
        or _of_a_parent(heard)
        or _in_other_letters(turn.said.text or "")
    ):
        keep_the_story(state, turn.said)
        keep_for_another(state, turn.said)
    else:
        state.answers["for_whom"] = Answer("self", "", "inferred")
        keep_what_was_told(state, turn.dialog, turn.said, but="")
    if new := len(state.files):
        turn.took(new)
    only_who = heard.intent not in _BEGINS and len(_FACTS & heard.told.keys()) > 1
    if turn.said.text and len(turn.said.text) >= SHORTEST_STORY and not (heard.wants_help or another or only_who):
        state.answers.setdefault("difficulty", Answer(turn.said.text[:500], turn.said.text, "told"))
    if anew:
        turn.say("tell.from_the_start")
    else:
        turn.say("msg.hello", town=turn.ctx.town)
    turn.ask()


#: Who may well keep a house of their own, so that it is asked whose form it is.
_ELDERS = frozenset({"father", "mother", "grandfather", "grandmother", "grandfather_maternal", "grandmother_maternal"})


def _of_a_parent(heard: Heard) -> bool:
    """Whether a message tells of one old parent and nothing of the one who writes."""
    alone = len(heard.members) == 1 and not heard.told and not heard.for_self
    return alone and heard.members[0].get("relation") in _ELDERS


def _know_helper(turn: Turn) -> None:
    """Who speaks for her: known to the office, said before, or asked now."""
    state = turn.state
    if turn.ctx.helper is not None:
        state.helper = {"helper": Answer("village_assistant"), "helper_name": Answer(turn.ctx.helper.name)}
    elif turn.said.heard is not None and turn.said.heard.by_helper:
        state.helper.setdefault("helper", Answer("village_assistant", "", "told"))
        if turn.said.heard.helper_name is not None:
            state.helper.setdefault("helper_name", Answer(turn.said.heard.helper_name, "", "told"))
    state.answers.update(state.helper)


def closed(state: State, last_case: str = "") -> State:
    """No form is open any more; the number of the draft stays, so that its buttons are known to be old."""
    danger = state.dialog == "emergency" and not QUIET & set(state.raised)
    return State(
        draft=state.draft,
        touched=state.touched,
        story=state.story if danger else [],
        matter=Matter(state.draft, _known_from(state)) if danger else None,
        last_case=last_case or state.last_case,
        parked=state.parked,
        latest=max(state.latest, state.draft),
        helper=state.helper,
        rating=state.rating,
        unproved=state.unproved,
    )


def _known_from(danger: State) -> dict[str, Answer]:
    """What a form that goes on after a danger knows already; who was there, in her words, is no way to be called."""
    found = dict(danger.answers)
    if "name" in found or len(str(found["called"].value if "called" in found else "")) > LONGEST_CALL:
        found.pop("called", None)
    return found


def close(turn: Turn) -> None:
    """Let go of the open form."""
    turn.state = closed(turn.state)


def finish(turn: Turn, outcome: str) -> None:
    """The way has come to its end: hand in, go over to the other form, or let go."""
    if outcome == "ready":
        hand_in(turn)
    elif outcome == "for_another":
        turn.state.dialog, turn.state.trail = "for_another", []
        _know_helper(turn)
        settle(turn.state)
        turn.say("tell.for_another")
        turn.hear_the_story(anew=True)
        turn.ask()
    elif outcome == "noted":
        turn.do(Note(turn.state.dialog, {slot: answer.value for slot, answer in turn.state.answers.items()}))
        close(turn)
    elif outcome == "unwilling":
        turn.do(Forget(outcome))
        turn.do(CallHuman(outcome))
        turn.say("tell.unwilling", phone=turn.ctx.phone)
        close(turn)
    else:
        turn.do(Forget(outcome))
        turn.say("tell.declined", phone=turn.ctx.phone, town=turn.ctx.town)
        close(turn)
        turn.state.let_go = True


def hand_in(turn: Turn) -> None:
    """Open the case; whoever else waits is named, so that nobody is forgotten."""
    state = turn.state
    drafts.remember_helper(state)
    turn.do(Submit())
    if state.parked:
        drafts.listing(turn)
