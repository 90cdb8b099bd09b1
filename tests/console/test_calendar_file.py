"""One's own shifts as a calendar file, by RFC 5545: read back by its own rules, and who is given what."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.oncall.calendar_file import Entry, calendar_of
from tests.console.caller import Caller
from tests.console.night import DISTRICT, NOW
from tests.console.test_rota_pages import DAY, HOUR, put

MOST = 75  # octets of a line, its end not counted (RFC 5545, 3.1)
UNESCAPED = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}


def properties(file: str) -> list[tuple[str, str]]:
    """Read the lines of a calendar: unfolded, parted at the first colon; asserts what 3.1 asks of each."""
    assert file.endswith("\r\n")
    lines = file[:-2].split("\r\n")
    assert all(len(line.encode()) <= MOST for line in lines)
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", "".join(lines))  # no bare line end, no control
    unfolded = re.sub(r"\r\n[ \t]", "", file[:-2]).split("\r\n")
    found = [line.partition(":") for line in unfolded]
    assert all(colon and re.fullmatch(r"[A-Z-]+", name) for name, colon, _ in found)
    return [(name, value) for name, _, value in found]


def events(file: str) -> list[dict[str, str]]:
    """Give what each event says; asserts that the file is one calendar with what 3.4 to 3.7 ask of it."""
    found = properties(file)
    assert (found[0], found[-1]) == (("BEGIN", "VCALENDAR"), ("END", "VCALENDAR"))
    head = found[1 : found.index(("BEGIN", "VEVENT"))]
    assert {name for name, _ in head} == {"VERSION", "PRODID", "CALSCALE"}
    assert ("VERSION", "2.0") in head
    read: list[dict[str, str]] = []
    inside = False
    for name, value in found[1 + len(head) : -1]:
        if name in ("BEGIN", "END"):
            assert (value, inside) == ("VEVENT", name == "END")
            inside = name == "BEGIN"
            if inside:
                read.append({})
        else:
            assert inside
            assert name not in read[-1]  # each of them once
            read[-1][name] = value
    assert not inside
    return read


def said(event: dict[str, str]) -> str:
    """Give a summary as its reader sees it; asserts that nothing with a meaning of its own stands bare in it."""
    value = event["SUMMARY"]
    assert not re.search(r"[;,]", re.sub(r"\\.", "", value))
    return re.sub(r"\\.", lambda found: UNESCAPED[found[0]], value)


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)


@given(WORDS)
def test_any_words_are_read_back_as_they_were_written(words):
    (event,) = events(calendar_of([Entry("a1", NOW, NOW + HOUR, words)], NOW))
    assert said(event) == re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", "", words.replace("\r\n", "\n"))


@pytest.mark.parametrize("sign", ["a", "é", "ق", "漢", "🥁"], ids=["1", "2", "2, right to left", "3", "4 octets"])
def test_a_long_line_is_folded_between_signs(sign):
    for length in range(60, 90):
        (event,) = events(calendar_of([Entry("a1", NOW, NOW + HOUR, sign * length)], NOW))
        assert said(event) == sign * length


def test_times_are_instants_and_an_entry_has_one_name():
    start = datetime(2026, 11, 25, 19, tzinfo=UTC) - timedelta(hours=7)
    (event,) = events(calendar_of([Entry("a1", start, start + 12 * HOUR, "Piket")], NOW))
    assert event == {
        "UID": "a1",
        "DTSTAMP": "20261124T140000Z",
        "DTSTART": "20261125T120000Z",
        "DTEND": "20261126T000000Z",
        "SUMMARY": "Piket",
        "CLASS": "PRIVATE",
    }


# -- the page --------------------------------------------------------------------------------------------------------


def test_ones_own_shifts_that_are_to_come_are_given_and_nobody_elses(desk, person):
    joko = person("joko")
    assert "/saya/piket.ics" not in joko.get("/saya").body
    assert joko.get("/saya/piket.ics").status == 404  # a calendar without an entry is none
    put(desk, "joko", NOW - 9 * HOUR, NOW - HOUR)
    put(desk, "joko", NOW + DAY, NOW + DAY + 8 * HOUR)
    put(desk, "joko", NOW + 2 * DAY, NOW + 3 * DAY, "absence")
    put(desk, "joko", NOW + 4 * DAY, NOW + 4 * DAY + 8 * HOUR, "override")
    put(desk, "satrio", NOW + DAY, NOW + DAY + 8 * HOUR)
    assert 'href="/saya/piket.ics"' in joko.get("/saya").body
    answer = joko.get("/saya/piket.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="piket.ics"'
    assert answer.headers["cache-control"] == "no-store"
    office = DISTRICT.called("POLRES")
    assert [(said(one), one["DTSTART"]) for one in events(answer.raw.decode())] == [
        (f"Piket: {office}", "20261125T140000Z"),
        (f"Pengganti: {office}", "20261128T140000Z"),
    ]
    again = joko.get("/saya/piket.ics?bahasa=en").raw.decode()
    assert [said(one) for one in events(again)] == [f"Shift: {office}", f"Stand-in: {office}"]
    uids = [[one["UID"] for one in events(file)] for file in (answer.raw.decode(), again)]
    assert uids[0] == uids[1]  # who saves it twice has each shift once
    assert len(set(uids[0])) == 2


def test_an_absence_alone_is_no_calendar(desk, person):
    put(desk, "joko", NOW + 2 * DAY, NOW + 3 * DAY, "absence")
    joko = person("joko")
    assert "/saya/piket.ics" not in joko.get("/saya").body
    assert joko.get("/saya/piket.ics").status == 404


def test_a_stranger_is_led_to_the_door(desk):
    answer = Caller(desk.url).get("/saya/piket.ics")
    assert (answer.status, answer.headers["location"].partition("?")[0]) == (303, "/masuk")
