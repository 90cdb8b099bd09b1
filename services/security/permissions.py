"""Say who may do what: one table of roles by acts, with what must be readable for each act. Pure.

Every route of the pages, the desk's API and the front door declares its act (`Declared`), and what decides about an
incident asks here again. What the table cannot say is said beside it: the bar of an accusation comes first and for
every role (services/incidents/access.py), and some acts take two people (services/incidents/decisions/proposals.py).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from schemas.vocabulary import Role


class Act(StrEnum):
    """What somebody wants to do; what is done to one incident stands in `ON_INCIDENTS`."""

    OPEN = "open"  # see what is for everybody: health, the form to sign in, styles
    FILE = "file"
    RELAY = "relay"  # file what others have sent over one channel
    FOLLOW = "follow"  # ask how far a report has come: by its receipt, or as whoever filed it
    OWN = "own"  # look after one's own account
    READ = "read"
    ANSWER = "answer"  # for the own institution: take it, say what was done, say that it is not ours
    SAY_PLACE = "say_place"  # say that the place is wrong; who may not assess proposes the right one
    ESCALATE = "escalate"
    ANSWER_FOR = "answer_for"  # for another institution, which said so by telephone
    VERIFY = "verify"
    ASSESS = "assess"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"  # and split, and say that two are two
    REFER = "refer"  # tell one more institution
    CONFIRM = "confirm"  # be the second of two: agree with what another institution proposes, or refuse it
    UNMASK = "unmask"  # read what is hidden in one report, with a reason
    OPEN_SOURCE = "open_source"  # see who told a report, with a reason
    HANDOVER = "handover"  # what the next shift must know
    READ_SILENCES = "read_silences"
    SILENCE = "silence"
    READ_ROTA = "read_rota"
    CHANGE_ROTA = "change_rota"
    PEOPLE = "people"  # add, change and lock people, end their sessions, take their addresses away; keys
    FIRST_DAY = "first_day"  # see what is missing: posts without anybody, channels, the proof of the rules
    DRILL = "drill"  # begin, watch and end an exercise
    STATISTICS = "statistics"  # see how many and how fast, no incident by itself
    PAPERS = "papers"  # read what the office writes: notes, asks, meetings, reports upward
    WRITE_PAPERS = "write_papers"
    READ_WARNINGS = "read_warnings"
    JUDGE_WARNINGS = "judge_warnings"  # say what came of one, note signs, enter dates
    FIGURES = "figures"
    LETTERS = "letters"  # see what the services could not process, without words; tell it again, take it off the list
    READ_LETTER = "read_letter"  # read the words of one of these


class Need(IntEnum):
    """How much of an incident must be there to read for whoever acts on it."""

    NOTHING = 0  # the act is not about one incident
    HEADLINE = 1  # level, issue, kecamatan: what the message itself says
    SUMMARY = 2  # what a request for follow-up says
    TEXTS = 3


@dataclass(frozen=True)
class Rule:
    """Who may: people of these roles, programs with a key of these; `strangers`: whoever shows neither."""

    people: frozenset[Role]
    programs: frozenset[Role] = frozenset()
    need: Need = Need.NOTHING
    strangers: bool = False


_EVERYBODY = frozenset(Role)
_PEOPLE = _EVERYBODY - {Role.GATEWAY}
_OFFICES = frozenset({Role.MEMBER, Role.COORDINATOR, Role.LEADER, Role.VERIFIER})
_READERS = _OFFICES | {Role.AUDITOR}
_JUDGES = frozenset({Role.COORDINATOR, Role.VERIFIER})
_DESK = frozenset({Role.COORDINATOR})

# Programs read and answer for their own institution; they never judge. Who looks after the machines (`admin`) has no
# case data. An auditor reads and changes nothing.
TABLE: Mapping[Act, Rule] = {
    Act.OPEN: Rule(_EVERYBODY, _EVERYBODY, strangers=True),
    Act.FILE: Rule(_PEOPLE, _OFFICES | {Role.REPORTER, Role.ADMIN}, strangers=True),
    Act.RELAY: Rule(frozenset(), frozenset({Role.GATEWAY})),
    Act.FOLLOW: Rule(_PEOPLE, _READERS | {Role.REPORTER, Role.ADMIN}, strangers=True),
    Act.OWN: Rule(_PEOPLE),
    Act.READ: Rule(_READERS, _READERS, Need.HEADLINE),
    Act.ANSWER: Rule(_OFFICES, _OFFICES, Need.HEADLINE),
    Act.SAY_PLACE: Rule(_OFFICES, need=Need.SUMMARY),
    Act.ESCALATE: Rule(_OFFICES, _OFFICES, Need.HEADLINE),
    Act.ANSWER_FOR: Rule(_DESK, need=Need.TEXTS),
    Act.VERIFY: Rule(_JUDGES | {Role.MEMBER}, need=Need.SUMMARY),
    Act.ASSESS: Rule(_JUDGES, need=Need.TEXTS),
    Act.CLOSE: Rule(_JUDGES | {Role.MEMBER}, need=Need.SUMMARY),
    Act.REOPEN: Rule(_JUDGES, need=Need.TEXTS),
    Act.MERGE: Rule(_JUDGES, need=Need.TEXTS),
    Act.REFER: Rule(_DESK, need=Need.TEXTS),
    Act.CONFIRM: Rule(_OFFICES, need=Need.TEXTS),
    Act.UNMASK: Rule(_JUDGES, need=Need.TEXTS),
    Act.OPEN_SOURCE: Rule(_JUDGES, need=Need.TEXTS),
    Act.HANDOVER: Rule(_READERS - {Role.MEMBER}),
    Act.READ_SILENCES: Rule(_READERS - {Role.MEMBER}, _READERS - {Role.MEMBER}),
    Act.SILENCE: Rule(_DESK),
    Act.READ_ROTA: Rule(_READERS | {Role.ADMIN}, _READERS | {Role.ADMIN}),
    Act.CHANGE_ROTA: Rule(_OFFICES | {Role.ADMIN}, _OFFICES | {Role.ADMIN}),
    Act.PEOPLE: Rule(frozenset({Role.ADMIN})),
    Act.FIRST_DAY: Rule(_DESK | {Role.ADMIN}),
    Act.DRILL: Rule(_DESK | {Role.ADMIN}),
    Act.STATISTICS: Rule(_READERS - {Role.MEMBER} | {Role.ADMIN}),
    Act.PAPERS: Rule(_READERS),
    Act.WRITE_PAPERS: Rule(_OFFICES),
    Act.READ_WARNINGS: Rule(_READERS, _READERS),
    Act.JUDGE_WARNINGS: Rule(_OFFICES),
    Act.FIGURES: Rule(frozenset(), frozenset({Role.AUDITOR, Role.ADMIN})),
    Act.LETTERS: Rule(_DESK | {Role.ADMIN}),
    Act.READ_LETTER: Rule(_DESK),
}
ON_INCIDENTS = tuple(act for act, rule in TABLE.items() if rule.need > Need.NOTHING)


def may(role: Role | None, act: Act, *, program: bool = False) -> bool:
    """Say whether a person, or a program's key, of this role may do this at all; None: somebody who shows neither.

    >>> may(Role.COORDINATOR, Act.CLOSE), may(Role.COORDINATOR, Act.CLOSE, program=True), may(Role.ADMIN, Act.READ)
    (True, False, False)
    """
    rule = TABLE[act]
    if role is None:
        return rule.strangers
    return role in (rule.programs if program else rule.people)


def suffices(act: Act, readable: Need) -> bool:
    """Say whether so much of an incident is enough to act on it: nobody acts on what he may not read."""
    return readable >= TABLE[act].need


@dataclass(frozen=True)
class Declared:
    """The act of a route, as a dependency of it: for routes that ask nobody who he is, or ask in their own way."""

    act: Act

    def __call__(self) -> None:
        """Ask nothing more."""


def acts_of(dependencies: Collection[object]) -> tuple[Act, ...]:
    """Give the acts that a route's dependencies declare."""
    found = (getattr(getattr(one, "dependency", None), "act", None) for one in dependencies)
    return tuple(act for act in found if isinstance(act, Act))
