"""A person's mistake is a value with a code; its words belong to the language."""

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """What could not be taken as said.

    `code` names the sentence the edge looks up (`problem.<code>`), `params` fills it:
    `Problem("id_length", {"n": 17})`.
    """

    code: str
    params: dict[str, str | int] = {}
