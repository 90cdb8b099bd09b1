"""Say what is still missing before an office can rely on the service: the steps of the first day. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 8  # names of what is missing


@dataclass(frozen=True)
class Known:
    """What the steps are judged by."""

    people: int
    without_password: int
    posts: int
    empty_posts: Sequence[str]  # names of posts that lead and have nobody who can be reached
    channels_ready: Sequence[str]  # by which somebody outside of the desk can be reached
    channels_lacking: Sequence[str]  # not set up, and somebody has an address there
    usable: int
    unproved: int
    failing: int
    holes: Sequence[str]  # posts that will have nobody within the next fortnight
    rules_proved: bool | None  # None: no notifier has said so yet


@dataclass(frozen=True)
class Step:
    """One step: `facts` fill its sentence, `missing` names what is not there, `href` is where it is done."""

    name: str
    done: bool
    href: str
    facts: dict[str, int]
    missing: tuple[str, ...] = ()
    more: int = 0


def steps(known: Known) -> tuple[Step, ...]:
    """Give the steps in the order in which an admin takes them."""
    return (
        Step(
            "people",
            known.people > 1,
            "/pengaturan/orang",
            {"people": known.people, "waiting": known.without_password},
        ),
        _named("posts", known.empty_posts, "/pengaturan/orang", posts=known.posts, reached=_reached(known)),
        _channels(known),
        Step(
            "addresses",
            known.usable > 0 and known.unproved + known.failing == 0,
            "/pengaturan/orang",
            {"usable": known.usable, "unproved": known.unproved, "failing": known.failing},
        ),
        _named("rota", known.holes, "/piket", holes=len(known.holes)),
        Step("rules", known.rules_proved is True and not known.empty_posts, "/pengaturan/periksa", {}),
    )


def _channels(known: Known) -> Step:
    """Look for channels; an address on one that is not set up reaches nobody, whatever else is ready."""
    facts = {"ready": len(known.channels_ready), "lacking": len(known.channels_lacking)}
    done = bool(known.channels_ready) and not known.channels_lacking
    return Step("channels", done, "/pengaturan/saluran", facts, tuple(known.channels_lacking))


def _reached(known: Known) -> int:
    return known.posts - len(known.empty_posts)


def _named(name: str, missing: Sequence[str], href: str, **facts: int) -> Step:
    return Step(name, not missing, href, facts, tuple(missing[:SHOWN]), max(0, len(missing) - SHOWN))
