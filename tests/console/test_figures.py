"""What rows say together, without a store."""

from datetime import UTC, datetime

import pytest

from schemas.records.incidents import Incident
from schemas.vocabulary import Classification, Role
from services.console.incidents.actions import changes_of
from services.console.incidents.figures import asks_for_an_answer, facts_of, gathered, in_danger
from services.console.incidents.highlights import segments
from services.console.incidents.views import Happening
from services.incidents.access import Reach, reach
from services.security.auth import Identity
from services.security.redaction import with_dots
from tests.console.night import DISTRICT

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def line(seq, kind, **data):
    return Happening(seq=seq, at=NOW, kind=kind, actor="notify", data=data)


def test_many_messages_are_one_line_of_the_timeline():
    told = gathered(
        [
            line(1, "incident.opened"),
            line(2, "delivery.delivered", institution="POLRES"),
            line(3, "delivery.delivered", institution="KODIM"),
            line(4, "delivery.delivered"),
            line(5, "delivery.failed", institution="LH"),
        ]
    )
    assert [one.kind for one in told] == ["incident.opened", "delivery.delivered", "delivery.failed"]
    assert told[1].data["institutions"] == ["KODIM", "POLRES"]
    assert told[2].data["institutions"] == ["LH"]


def test_a_floor_in_one_report_leaves_the_range_open():
    facts = {"crowd": [{"report": "a", "min": 80, "max": 80}, {"report": "b", "min": 100, "max": None}]}
    (crowd,) = facts_of(facts, sources=True)
    assert (crowd.min, crowd.max, crowd.agreed) == (80, None, False)
    assert [figure.report for figure in crowd.figures] == ["a", "b"]
    assert facts_of(facts, sources=False)[0].figures == ()


@pytest.mark.parametrize(
    ("level", "stage", "conflict", "state", "expected"),
    [
        (4, "occurred", True, "open", True),
        (3, "ongoing", True, "open", True),
        (3, "occurred", True, "open", False),
        (2, "ongoing", True, "open", False),
        (4, "potential", True, "open", False),
        (4, "resolved", True, "open", False),
        (4, "ongoing", True, "settled", False),
        (4, "ongoing", False, "open", False),
    ],
)
def test_the_emergency_number_comes_first_when_life_is_in_danger_now(level, stage, conflict, state, expected):
    incident = Incident(id="x", level=level, stage=stage, conflict=conflict, state=state)
    assert in_danger(incident) is expected


@pytest.mark.parametrize(("conflict", "form", "expected"), [(True, "BENTROK", True), (False, "UNRAS", False)])
def test_nobody_is_waited_for_where_nothing_happened(conflict, form, expected):
    assert asks_for_an_answer(Incident(id="x", conflict=conflict, form=form)) is expected


@pytest.mark.parametrize(("form", "expected"), [("NIHIL", False), ("BENTROK", True)])
def test_an_officer_who_says_that_nothing_happened_is_waited_for_by_nobody(form, expected):
    incident = Incident(id="x", conflict=not expected, form="UNRAS")
    for name, value in changes_of({"form": form}, DISTRICT).items():
        setattr(incident, name, value)
    assert (incident.form, asks_for_an_answer(incident)) == (form, expected)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("hub 0812-3456-7890 ya", "0812-3456-7890"),
        ("+62 812 3456 7890", "+62 812 3456 7890"),
        ("NIK 3523112510900001.", "3523112510900001"),
    ],
)
def test_numbers_of_persons_are_hidden_and_nothing_moves(text, hidden):
    masked = with_dots(text)
    assert hidden not in masked
    assert len(masked) == len(text)


@pytest.mark.parametrize("text", ["294 orang (261 L, 33 P)", "pkl 08.30 tgl 24/11/2026", "massa 1000", "35.23.11.2010"])
def test_other_numbers_stay(text):
    assert with_dots(text) == text


def test_overlapping_words_keep_both_components_and_bad_spans_are_left_out():
    cut = segments(
        "abcdef", [{"component": "x", "spans": [[0, 4]]}, {"component": "y", "spans": [[2, 6], [5, 99], [3, 3]]}]
    )
    assert [(one.text, one.components) for one in cut] == [("ab", ("x",)), ("cd", ("x", "y")), ("ef", ("y",))]
    assert segments("", []) == ()


@pytest.mark.parametrize(
    ("clearance", "named", "expected"), [(4, (), Reach.FULL), (3, (), Reach.MASKED), (1, ("RAD",), Reach.FULL)]
)
def test_clearance_or_a_name_opens_what_is_secret(clearance, named, expected):
    reader = Identity("x", "X", Role.MEMBER, "POLRES", clearance=clearance, named_for=named)
    assert DISTRICT.issues["RAD"].classification == Classification.SANGAT_RAHASIA
    assert reach(reader, "RAD", DISTRICT, redacted=False) == expected
