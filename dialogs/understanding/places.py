"""An address from a county down to the door, as people say it, against the places a deployment knows (10.7)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from dialogs.understanding.clean import level
from dialogs.understanding.lexicon import HAN, alternation, compiled, load
from dialogs.understanding.numerals import whole
from dialogs.understanding.problems import Problem
from dialogs.understanding.wording import above, is_word, moves, words_of

NEAR = 75
"""rapidfuzz ratio from which a village's written name counts, to be confirmed."""


class Place(msgspec.Struct, frozen=True):
    """A division: a village, a town (no `village`) or a county (neither). `aliases` are hamlets and old names."""

    county: str
    town: str = ""
    village: str = ""
    code: str = ""
    aliases: tuple[str, ...] = ()


class Address(msgspec.Struct, frozen=True):
    """Where somebody lives. Fields not said are None, never guessed; numbers are Arabic.

    `place` is the division recognised (with its code); `candidates` all that fit as well, best first.
    `needs_confirm`: a name was mended or several places fit.
    """

    raw: str
    county: str | None = None
    town: str | None = None
    village: str | None = None
    group: int | None = None
    house_no: str | None = None
    landmark: str | None = None
    place: Place | None = None
    candidates: tuple[Place, ...] = ()
    needs_confirm: bool = False


@cache
def _suffix() -> dict[str, re.Pattern[str]]:
    data = load("places")
    return {
        name: re.compile(f"(?<=[{HAN}])(?:{alternation(data[name])})$") for name in ("county", "town", "village")
    } | {"city": re.compile(f"(?<=[{HAN}]{{2}})(?:{alternation(data['city'])})$")}


def stem(name: str, kind: str) -> str:
    """A division's name without its kind: what people say."""
    plain = level(name)
    if kind == "village":
        # "X village villagers' committee" is said "X village" or "X"
        for _ in range(2):
            shorter = _suffix()["village"].sub("", plain)
            if len(shorter) < 2:
                break
            plain = shorter
        return plain
    shorter = _suffix()[kind].sub("", plain)
    return shorter if len(shorter) >= 2 else plain


class Gazetteer:
    """The places one deployment serves. Building is cheap; sounds are worked out when first needed."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places: tuple[Place, ...] = tuple(places)
        self._villages: dict[str, list[Place]] = defaultdict(list)
        self._towns: dict[str, list[Place]] = defaultdict(list)
        self._counties: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            if place.village:
                for name in (place.village, *place.aliases):
                    self._villages[stem(name, "village")].append(place)
            elif place.town:
                self._towns[stem(place.town, "town")].append(place)
            if place.town and stem(place.town, "town") not in self._towns:
                self._towns[stem(place.town, "town")].append(Place(place.county, place.town))
            self._counties.setdefault(stem(place.county, "county"), []).append(place)
        self._village_words = _trie(self._villages)
        self._town_words = _trie(self._towns)
        self._county_words = _trie(self._counties)
        self._sounds: dict[str, list[Place]] | None = None

    def find(self, said: str) -> tuple[list[Place], bool]:
        """Villages a text can mean, best first, and whether a name had to be mended.

        `said` is levelled text. Town and county narrow the villages where they are said.
        """
        text = "".join(said.split())
        counties = {match[0] for match in self._county_words.finditer(text)}
        towns = {match[0] for match in self._town_words.finditer(text)}
        exact = self._narrowed(_overlapping(self._village_words, text, self._villages), counties, towns)
        if exact:
            return exact, False
        above = [match.end() for match in self._town_words.finditer(text)]
        text = _above().sub("", text[max(above) :]) if above else text
        token = _village_token(text)
        if len(token) < 2:
            return [], False
        heard = self._narrowed(self._by_sound(text, token), counties, towns)
        if heard:
            return heard, True
        return self._narrowed(self._by_writing(token), counties, towns), True

    def town(self, said: str) -> Place | None:
        """The one town a text names, if it names one."""
        found = {match[0] for match in self._town_words.finditer("".join(said.split()))}
        places = [place for name in found for place in self._towns[name]]
        return places[0] if len(places) == 1 else None

    def _narrowed(self, found: Sequence[Place], counties: set[str], towns: set[str]) -> list[Place]:
        unique = list(dict.fromkeys(found))
        in_county = [place for place in unique if stem(place.county, "county") in counties]
        unique = in_county or unique
        in_town = [place for place in unique if stem(place.town, "town") in towns]
        return in_town or unique

    def _by_sound(self, text: str, token: str) -> list[Place]:
        if self._sounds is None:
            self._sounds = defaultdict(list)
            for name, places in self._villages.items():
                self._sounds[sound(name)] += places
        names = [token] if token else []
        names += [token[-size:] for size in (4, 3, 2) if len(token) > size]
        for name in names:
            if len(name) >= 2 and (found := self._sounds.get(sound(name))):
                return found
        return []

    def _by_writing(self, token: str) -> list[Place]:
        from rapidfuzz import fuzz, process

        if len(token) < 2:
            return []
        best = process.extract(token, list(self._villages), scorer=fuzz.ratio, limit=3, score_cutoff=NEAR)
        return [place for name, score, _ in best if score >= best[0][1] - 5 for place in self._villages[name]]


def _trie(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(alternation(word for word in words if len(word) >= 2) or r"(?!)")


def _overlapping(pattern: re.Pattern[str], text: str, places: dict[str, list[Place]]) -> list[Place]:
    found: list[tuple[int, str]] = [(match.start(), match[0]) for match in pattern.finditer(text)]
    # the last name said is the most exact one; a longer one beats a shorter one
    found.sort(key=lambda item: (-len(item[1]), -item[0]))
    return [place for _, name in found for place in places[name]]


@cache
def _village_end() -> re.Pattern[str]:
    data = load("places")
    ends = alternation([*data["village"], *data["hamlet"]])
    stops = alternation([*data["town"], *data["county"], *data["city"]])
    return re.compile(f"(?:.*(?:{stops}))?(?P<name>[{HAN}]{{1,8}}?)(?:{ends})")


def _village_token(text: str) -> str:
    match = _village_end().search(text)
    if match:
        return match["name"]
    core = re.match(f"[{HAN}]*", text)
    return core[0][-4:] if core else ""


@cache
def sound(name: str) -> str:
    """How a name sounds to an ear that does not tell n from l or -ng from -n."""
    from pypinyin import lazy_pinyin

    sounds = load("places")["sounds"]
    keys = []
    for syllable in lazy_pinyin(name):
        said = syllable
        for initial, same in sounds["initials"].items():
            if said.startswith(initial):
                said = same + said[len(initial) :]
                break
        for final, same in sounds["finals"].items():
            if said.endswith(final):
                said = said[: -len(final)] + same
                break
        keys.append(said)
    return " ".join(keys)


@cache
def _parts() -> dict[str, re.Pattern[str]]:
    data = load("places")
    n = f"[\\d]{{1,4}}|{load('grammar')['numeral']}"
    name = f"[{HAN}]"
    return {
        "county": re.compile(f"(?P<name>{name}{{2,8}}?(?:{alternation(data['county'])}))"),
        "town": re.compile(f"(?P<name>{name}{{1,6}}?(?:{alternation(data['town'])}))"),
        "village": re.compile(f"(?P<name>{name}{{1,8}}?(?:{alternation(data['village'])}))"),
        "hamlet": re.compile(
            f"(?P<name>{name}{{1,6}}?(?:{alternation(data['hamlet'])}))(?![{HAN}]*(?:{alternation(data['village'])}))"
        ),
        "group": re.compile(f"(?P<n>{n})(?:{alternation(data['group'])})"),
        "house": re.compile(f"(?P<n>{n})(?:{alternation(data['number'])})"),
        "here": re.compile(alternation(level(word) for word in data["here"])),
        "lead": re.compile(f"^(?:{alternation(level(word) for word in data['lead'])})+"),
    }


def read_address(text: str, gazetteer: Gazetteer | None = None, *, default: Place | None = None) -> Address | Problem:
    """The address in an answer. `default` is the bound county, town and village of an assistant or a channel.

    Problems: `address_missing` (nothing like a place), `address_no_village` {town} (ends at the town),
    `address_unknown_village` {village} (named, but not among the known places).
    """
    raw = text.strip()[:500]
    said = level(raw)
    parts = _parts()
    body = parts["lead"].sub("", said)
    offset = len(said) - len(body)
    named: dict[str, str | None] = {}
    place_end = offset
    for kind in ("county", "town", "village", "hamlet"):
        if kind == "hamlet" and named.get("village"):
            break
        match = parts[kind].match(said, place_end)
        if match and not (kind in ("village", "hamlet") and parts["here"].match(match[0])):
            named[kind] = raw[match.start("name") : match.end("name")]
            place_end = match.end()
    village = named.get("village") or named.get("hamlet")
    here = parts["here"].search(said)
    if here and default and default.village and not village:
        village, place_end = default.village, max(place_end, here.end())
    group = parts["group"].search(said, place_end)
    house = parts["house"].search(said, group.end() if group else place_end)
    rest_from = max(place_end, group.end() if group else 0, house.end() if house else 0)
    rest = raw[rest_from:].strip(" ，,。.、;；")
    address = Address(
        raw=raw,
        county=named.get("county"),
        town=named.get("town"),
        village=village,
        group=whole(group["n"]) if group else None,
        house_no=str(whole(house["n"])) if house else None,
        landmark=rest or None,
    )
    if gazetteer is not None:
        return _placed(address, said, gazetteer, default, here=bool(here))
    if village is None and default and default.village and (group or house or rest != raw):
        return msgspec.structs.replace(
            address, county=default.county, town=default.town, village=default.village, place=default
        )
    if village is None:
        if named.get("town") or named.get("county"):
            return Problem("address_no_village", {"town": named.get("town") or named.get("county") or ""})
        known = re.search(f"[{HAN}]", said) and (address.group or address.house_no or _detail().search(said))
        return address if known else Problem("address_missing")
    return address


def _placed(
    address: Address, said: str, gazetteer: Gazetteer, default: Place | None, *, here: bool
) -> Address | Problem:
    found, mended = gazetteer.find(said)
    if default and here and not found:
        found, mended = [default], False
    town = gazetteer.town(said)
    if not found:
        if address.village:
            return Problem("address_unknown_village", {"village": address.village})
        if town is not None or address.town:
            return Problem("address_no_village", {"town": town.town if town else address.town or ""})
        if default and default.village and (address.group or address.house_no):
            found = [default]
        elif address.landmark and re.search(f"[{HAN}]", said) and _detail().search(level(address.landmark)):
            return address
        else:
            return Problem("address_missing")
    best = found[0]
    landmark = address.landmark
    if landmark and level(landmark).startswith(stem(best.village, "village")) and not address.group:
        landmark = landmark[len(stem(best.village, "village")) :].strip(" ，,") or None
    return msgspec.structs.replace(
        address,
        county=best.county,
        town=best.town,
        village=best.village,
        landmark=landmark,
        place=best,
        candidates=tuple(found),
        needs_confirm=mended or len(found) > 1,
    )


@cache
def _detail() -> re.Pattern[str]:
    return re.compile(alternation(load("places")["detail"]) + r"|\d")


@cache
def _above() -> re.Pattern[str]:
    return re.compile(f"^(?:{alternation([*load('places')['town'], *load('places')['county']])})")


@cache
def _fragment() -> re.Pattern[str]:
    data = load("places")
    never = re.escape(data["never"])
    inner = f"(?:(?![{never}])[{HAN}])"
    n = f"(?:[\\d]{{1,4}}|{load('grammar')['numeral']})"
    upper_words = [word for name in ("province", "city", "county", "town") for word in data[name]]
    ends = {name: alternation(data[name]) for name in ("village", "hamlet", "group", "number", "detail")}
    upper = f"{inner}{{1,9}}?(?:{alternation(upper_words)})(?![{data['ends_on']}])"
    lower = f"{inner}{{1,8}}?(?:(?:{ends['hamlet']}){{1,2}}(?:{ends['village']})?|{ends['village']})"
    room = f"(?:{n}(?:{ends['number']}|{ends['detail']}))*(?:[\\d]{{3,4}}(?![\\d]))?"
    tail = (
        f"(?:{n}(?:{ends['group']})|{n}(?:{ends['number']}){room}|{inner}{{2}}{data['group'][0]}(?![{HAN}])"
        f"|{inner}{{0,3}}?(?:{ends['detail']}))"
    )
    street = f"{inner}{{1,5}}?(?:{alternation(data['street'])}){n}(?:{ends['number']}){room}"
    born = f"(?:{alternation(data['provinces'])}){inner}{{2,3}}(?={alternation(data['from'])})"
    return re.compile(f"(?:(?:{upper})+(?:{lower})*|(?:{lower})+)(?:(?:{street})|(?:{tail}))*|{street}|{born}")


@cache
def _elsewhere() -> re.Pattern[str]:
    return compiled(load("places")["elsewhere"])


def is_elsewhere(text: str) -> bool:
    """Whether a place is told as far away: "another province", or by the name of a province, city or county."""
    return _elsewhere().search(level(text)) is not None


def address_spans(said: str) -> list[tuple[int, int]]:
    """Places in levelled text where an unbroken run of place names stands; the caller picks (guidelines 5)."""
    data = load("places")
    lead = _lead_inside()
    spans = []
    for match in _fragment().finditer(said):
        start, end = match.span()
        while (found := lead.match(said, start, end)) and end - found.end() >= 2:
            start = found.end()
        start = _beginning(said, start, end)
        if end - start < 2 or _nowhere(said, start, end):
            continue
        if said[start:end] in data["not_a_place"] or (end - start < 3 and not _small(said, start, end)):
            continue
        short = end - start <= 4
        if short and any(said[start:end].endswith(word) for word in data["not_a_place"] if len(word) > 1):
            continue
        if said[end - 1 : end + 1] in data["not_behind"]:
            continue
        if any(word in said[start : end + 2] for word in data["not_home"]):
            continue
        spans.append((start, end))
    return spans


def _beginning(said: str, start: int, end: int) -> int:
    """Where a place begins behind words that say what is done, when or by whom; `end` where nothing is left."""
    cut = words_of(said)
    kin = kin_words()
    while start < end and cut[start] == 0:
        start += 1  # inside a word
    while (
        start < end and cut[start] - start > 1 and (moves(said[start : cut[start]]) or said[start : cut[start]] in kin)
    ):
        start = cut[start]
    return start


@cache
def kin_words() -> frozenset[str]:
    """All words for kin, and those for two of them."""
    data = load("members")
    return frozenset([*(word for _, words in data["kin"] for word in words), *data["pairs"]])


def _nowhere(said: str, start: int, end: int) -> bool:
    """Whether what ends like a place is none: a province nobody knows, a province and something one does there."""
    data, place = load("places"), said[start:end]
    if place.endswith(data["province"][0]) and not above(place):
        return True
    short = next((name for name in data["provinces"] if place.startswith(name)), None)
    return short is not None and (moves(place[len(short) :]) or is_word(place[len(short) :])) and not above(place)


def _small(said: str, start: int, end: int) -> bool:
    """Whether two characters are a hamlet: somebody lives there or is of it."""
    data = load("places")
    lead, behind = re.compile(f"(?:{alternation(data['lives'])})$"), re.compile(f"$|[^{HAN}]|{data['of']}")
    return lead.search(said, 0, start) is not None and behind.match(said, end) is not None


@cache
def _lead_inside() -> re.Pattern[str]:
    return re.compile(f"(?:{alternation(level(word) for word in load('places')['lead'])})")
