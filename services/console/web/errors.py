"""Answer what went wrong with a kind page."""

from enum import StrEnum

from services.security.refusal import Refused

STATUS = {"not_found": 404, "not_yours": 403, "state": 409, "reason_required": 422}


class Kind(StrEnum):
    """What went wrong, as the words of error pages name it."""

    NOT_FOUND = "not_found"
    NOT_YOURS = "not_yours"
    STATE = "state"
    REASON_REQUIRED = "reason_required"
    STALE = "stale"
    BAD = "bad"
    AWAY = "away"
    INVITATION = "invitation"
    BROKEN = "broken"


class Sorry(Exception):  # noqa: N818 - said to a person
    """A page cannot be shown or an act not done; `detail` is a sentence that replaces the usual one."""

    def __init__(self, kind: Kind, status: int, detail: str = "") -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.status = status
        self.detail = detail


class SignInFirst(Exception):  # noqa: N818 - leads on, nothing failed
    """The page is for people who have signed in; `then` is where they wanted to go, `unsent`: a form was not taken."""

    def __init__(self, then: str, *, unsent: bool = False) -> None:
        super().__init__(then)
        self.then = then
        self.unsent = unsent


class SecondStepFirst(SignInFirst):
    """The page is for people who have shown two steps, and he who asks has one only; `then` as for `SignInFirst`."""


def sorry_for(refused: Refused, language: str) -> Sorry:
    """Turn a refused act into its page, in the reader's language."""
    return Sorry(Kind(refused.reason), STATUS[refused.reason], refused.say(language))
