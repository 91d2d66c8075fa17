"""What the rules found and what the judge weighed, brought together: purpose, hardships, needs.

The rules name the words; the judge, having read many messages, says which of them count, and proposes what no list
holds. Of danger both speak: what the rules are sure of the judge may turn into a question, what no list holds it may
ring for itself, and whatever either of them doubts is asked about.
"""

import re

from msgspec.structs import replace

from dialogs.understanding.emergency import Emergency, Level, level_of
from dialogs.understanding.exchange import EMERGENCIES, EMERGENCY_CODES, HARDSHIPS, NEEDS
from dialogs.understanding.hardships import Hardship
from dialogs.understanding.judge import Weighed, leaning, weigh
from dialogs.understanding.lexicon import compiled, load
from dialogs.understanding.marks import masked
from dialogs.understanding.meaning import INTENTS, Found, Intent
from dialogs.understanding.needs import Need
from dialogs.understanding.scene import Scene, news, past, recent, routine, settled

_NAMED, _UNNAMED = -0.5, -0.25
"""Scores from which a code counts, where the rules name its words and where only the judge proposes it. Both lie below
0: each code is rare among the messages learnt from, and what is doubtful is read back to the person anyway."""
_OWN = {code: ours for ours, code in HARDSHIPS.items()}
_CLASSES = tuple(code for code in _OWN if code != "other")


def purpose(weighed: Weighed, whom: tuple[str, ...]) -> tuple[Intent, float]:
    """The likeliest purpose where no danger is heard, and how sure it is: the further before the next, the surer.

    `whom` are the signs of `intents.whom`. A story that begins with a parent and never speaks of the speaker's own
    house is that parent's, unless the judge is sure of the contrary.
    """
    ranked = sorted(
        ((weighed.full[f"intent:{code}"], code) for code in INTENTS if code != "report_emergency"), reverse=True
    )
    (best, code), (second, _) = ranked[:2]
    if code == "apply" and not set(whom) & {"self_subject", "near_first"} and set(whom) & {"kin_first", "lead"}:
        behind = best - weighed.full["intent:apply_for_other"]
        if behind < _KIN_FIRST:
            return "apply_for_other", 0.6
    return (code, _sure(best - second)) if best > _NOTHING or code in _ASKING else ("other", 0.3)


_KIN_FIRST = 1.0
_NOTHING = -1.0
"""A score from which nobody is taken at her word to complain, to withdraw and the like."""


def _sure(ahead: float) -> float:
    return round(min(0.5 + ahead / 2, 0.95), 2)


def dangers(weighed: Weighed, found: tuple[Emergency, ...], view: Scene) -> tuple[Emergency, ...]:
    """The emergencies, the gravest first, those to be asked about behind them.

    Rules and judge are two voices. What the rules are sure of is an alarm unless the judge finds the message calm: then
    it is asked; a short cry has few words to weigh and counts unless it is plainly calm, an outcry always. Where the
    rules only wonder, or hear nothing, the judge makes it an alarm when it is sure by the words alone, and a caring
    question when it is in doubt.
    """
    words, full = weighed.words["danger"], weighed.full["danger"]
    short = len(view.said) <= _CRY
    quiet = any(tells(view.said) for tells in (settled, routine, past, news))
    bar = _CALM_SHORT if short else _CALM_NOW if recent(view.said) and not quiet else _CALM
    calm = full <= bar or (not short and words <= _CALM_BY_WORDS)
    outcry = len(set(view.said)) <= _OUTCRY
    despair = short or words > _CALM_DESPAIR  # who may want to die is rather rung for once too often
    sure = [one for one in found if one.sure and (outcry or not calm or (despair and one.code == "em_suicide"))]
    doubts = [one if not one.sure else replace(one, sure=False) for one in found if one not in sure]
    if sure:
        return (*_likeliest_first(sure, weighed), *doubts)
    if doubts:
        return (replace(doubts[0], sure=_rings(doubts[0].code, words, full)), *doubts[1:])
    if words <= _WORRYING or short:
        return ()
    likeliest = max(EMERGENCY_CODES, key=lambda code: weighed.words[f"danger:{code}"])
    code, level, safety = of_exchange(likeliest, view.said)
    start, end = leaning(view, "danger")
    rings = _rings(code, words, full) and (words > _SURELY or not news(view.said)) and code != _ASKED_FIRST
    return (Emergency(code, level, safety, start, end, sure=rings, rule="judge"),)


def _likeliest_first(sure: list[Emergency], weighed: Weighed) -> list[Emergency]:
    """What the judge finds likelier than the gravest comes before it: one word may belong to two dangers."""

    def likely(one: Emergency) -> float:
        code = EMERGENCIES.get(one.code)
        return weighed.words[f"danger:{code}"] if code else _UNKNOWN

    best = max(sure, key=likely)
    ahead = _LIKELIER if best.level == sure[0].level else _FAR_LIKELIER
    if likely(best) - likely(sure[0]) < ahead or sure[0].code == "em_suicide":
        return sure
    return [best, *(one for one in sure if one is not best)]


_LIKELIER, _FAR_LIKELIER, _UNKNOWN = 0.1, 0.3, -1.0


def _rings(code: str, words: float, full: float) -> bool:
    """Whether the judge is sure enough to ring where the rules are not; of a wish to die by the words alone."""
    return words > _ALARMING[0] and (full > _ALARMING[1] or code == "em_suicide")


def of_exchange(code: str, said: str) -> tuple[str, Level, str]:
    """Code, level and safety text of domain 8.2 for an exchange code: the first with its words."""
    entries = load("read")["danger_of"][code]
    ours = next(one["code"] for one in entries if "words" not in one or compiled(one["words"]).search(said))
    return (ours, *level_of(ours))


_CALM, _CALM_NOW, _CALM_SHORT, _CALM_BY_WORDS, _CALM_DESPAIR = -0.1, -0.4, -0.5, -0.65, -0.85
"""At or below its bar an alarm of the rules is asked about: by all signs (of now; in few words), by words alone."""
_ALARMING, _SURELY, _WORRYING = (0.0, -0.15), 0.3, -0.1
"""By the words alone and with the signs of the rules: where the judge rings; by the words alone: where it asks."""
_ASKED_FIRST = "em_domestic_violence"
"""What the judge alone never rings for: its talk is so quiet that hail on a field ("all beaten down") would end a form.
"""
_CRY, _OUTCRY = 8, 4
"""Characters of a message with few words to weigh, and different ones of a cry that is never weighed."""


def hardships(
    weighed: Weighed, found: tuple[Hardship, ...], view: Scene, intent: Intent, danger: str | None = None
) -> tuple[Found[Hardship], ...]:
    """The hardships that count, each with its words; what only the judge sees is `inferred` and has to be nodded."""
    named = {one.code: one for one in found}
    told = []
    for code in _CLASSES:
        score = weighed.full[f"hardship:{code}"]
        rule = named.get(_OWN[code])
        if score <= (_UNNAMED if rule is None else _NAMED):
            continue
        if rule is None:
            start, end = leaning(view, f"hardship:{code}")
            rule = Hardship(_OWN[code], start, end, "inferred")
        sure = _sure(score + 0.4)
        told.append(Found(rule, rule.start, rule.end, sure if rule.claim == "claimed" else min(sure, 0.7)))
    if not told and intent in _ASKING and danger not in _NO_HARDSHIP and weighed.full["hardship:other"] > _UNNAMED:
        start, end = leaning(view, "hardship:other")
        told.append(Found(Hardship("other", start, end, "inferred"), start, end, 0.5))
    return tuple(told)


_ASKING: frozenset[Intent] = frozenset({"apply", "apply_for_other", "report_emergency", "query_progress"})


_NO_HARDSHIP: frozenset[str] = frozenset(
    {"em_suicide", "em_domestic_violence", "em_child_abuse", "em_mental_crisis", "em_guardian_lost", "em_missing",
     "em_abandoned_infant", "em_unattended_elder"}
)  # fmt: skip
"""Dangers that say nothing of how a household lives."""


def needs(weighed: Weighed, found: tuple[Need, ...], view: Scene) -> tuple[Found[Need], ...]:
    """The needs that count, in the order the rules and the judge know them."""
    told: list[Found[Need]] = []
    for code in dict.fromkeys(NEEDS.values()):
        named = [one for one in found if NEEDS.get(one.code) == code]
        score = weighed.full[f"need:{code}"]
        bar = _NAMED if named else _UNNAMED
        if named and score <= bar and len(view.said) > _LIST:
            # in a long list each wish is one small clause among many: heard alone it may well count
            score = max(_alone(one, f"need:{code}", view) for one in named)
        if score <= bar or (not named and len(view.said) <= _FACT):
            continue
        if not named:
            start, end = leaning(view, f"need:{code}")
            named = [Need(_plain_need(code, view.said), start, end)]
        told += [Found(one, one.start, one.end, _sure(score + 0.4)) for one in named]
    if any(NEEDS[one.value.code] != _LIVING for one in told):
        # who asks for one thing asks for that: money to live on has to be named beside it, or be beyond doubt
        worded = {one.code for one in found}
        certain = weighed.full[f"need:{_LIVING}"] > _BESIDE
        told = [one for one in told if NEEDS[one.value.code] != _LIVING or one.value.code in worded or certain]
    return (*told, *(Found(one, one.start, one.end, 0.8) for one in found if one.code not in NEEDS))


_LIVING, _BESIDE = "living", 0.3
_LIST = 60
"""Characters from which a message may be a list of wishes."""


_FACT = 10
"""Characters of a message that tells one fact ("168, the pension"): the judge reads no wish into it by itself."""


def _alone(one: Need, head: str, view: Scene) -> float:
    """How a head weighs the clause a need was named in, heard by itself."""
    start, end = view.clause_at(one.start)
    clause = view.said[start : max(end, one.end)]
    return weigh(masked(clause, ()), (f"={head}",)).full[head]


def _plain_need(code: str, said: str) -> str:
    """The need of domain 7 an exchange code stands for where no words name it."""
    for entry in load("read")["need_of"][code]:
        if "words" not in entry or re.search(compiled(entry["words"]), said):
            return str(entry["code"])
    raise KeyError(code)
