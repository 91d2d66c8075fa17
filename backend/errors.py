"""What can go wrong, and what the reader of the message is told.

    YimenError
    ├── ConfigurationError      the service cannot start like this; lists everything to mend
    ├── RefusedAct              the rules do not allow this act now, or not by this person
    ├── NotFound                there is no such thing for this person (the same words whether it exists or not)
    ├── Conflict                somebody else changed it in the meantime
    ├── KeyMissing              a value was sealed with a key that is not here
    └── SealBroken              a sealed value was changed, or belongs to another row
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Sequence


class YimenError(Exception):
    """Something the service has words for."""

    code = "error"


class ConfigurationError(YimenError):
    """The settings do not allow a start; every line says what to mend."""

    code = "configuration"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("These settings must be mended before Yimen can start:\n- " + "\n- ".join(self.problems))


class RefusedAct(YimenError):
    """The rules do not allow this act; `code` and `params` say why, words are `refused.<code>`."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params: dict[str, str | int] = params
        super().__init__(f"{code} {params}" if params else code)


class NotFound(YimenError):
    """There is no such thing, or it is not yours to see."""

    code = "not_found"

    def __init__(self, what: str = "row") -> None:
        super().__init__(f"no such {what}")


class Conflict(YimenError):
    """Somebody else has just changed this; look again and repeat if it still holds."""

    code = "conflict"


class KeyMissing(YimenError):
    """A value was sealed with a key that the key file does not hold."""

    code = "key_missing"

    def __init__(self, key_id: int) -> None:
        self.key_id = key_id
        super().__init__(
            f"a value was sealed with key {key_id}, which the key file does not hold; put the old key file back"
        )


class SealBroken(YimenError):
    """A sealed value was changed or moved to another row."""

    code = "seal_broken"
