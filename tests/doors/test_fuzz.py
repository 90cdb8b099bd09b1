"""Any text at all goes through triage, through what hides identities and into a message. `make fuzz` tries 20,000."""

import os
from datetime import timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.district import District
from schemas.messages import TEXT_LIMIT, ReportIn
from schemas.vocabulary import AlertReason, Duty, Level
from services.notify.messages.alert_message import AlertFacts, compose
from services.notify.replies.parser import parse
from services.security.redaction import hidden, with_dots, with_placeholders
from services.triage.assess import Assessor
from tests.doors.test_any_text import GRAVE, STRANGE
from tests.house import NIGHT

TRIED = settings(
    max_examples=int(os.environ.get("KENTONGAN_FUZZ", "150")), deadline=None, suppress_health_check=list(HealthCheck)
)
WORDS = [
    *GRAVE.split(),
    "besok",
    "nanti malam",
    "tidak jadi",
    "hoaks",
    "a.n.",
    "NIK",
    "0812",
    "3523110101900001",
    "jam",
]
WORDS += [
    "2",
    "dua",
    "1.000",
    "ratusan",
    "tewas",
    "luka",
    "parang",
    "massa",
    "masjid",
    "polisi",
    "diduga",
    "bakar",
    "?!",
]
PIECES = st.sampled_from([*WORDS, *(text[:40] for text in STRANGE.values())]) | st.text(max_size=30)
JOINED = st.builds(lambda glue, parts: glue.join(parts), st.sampled_from(["", " ", "\n", ". ", ", "]), st.lists(PIECES))
TEXTS = st.text(max_size=400) | JOINED | st.builds(lambda text: text * 40, st.text(min_size=1, max_size=60))


def accepted(text: str) -> str | None:
    """Give the text as the front door takes it; None where it refuses it."""
    try:
        return ReportIn(text=text[:TEXT_LIMIT]).text
    except ValueError:
        return None


@pytest.fixture(scope="module")
def assessor(tuban: District) -> Assessor:
    return Assessor(tuban)


@TRIED
@given(TEXTS, st.integers(-3_000_000, 3_000_000))
def test_any_accepted_text_is_judged_hidden_and_told(assessor: Assessor, text: str, minutes: int) -> None:
    given_text = accepted(text)
    if given_text is None:
        return
    judged = assessor.assess(ReportIn(text=given_text), filed_at=NIGHT + timedelta(minutes=minutes))
    assert Level.RENDAH <= judged.level <= Level.KRITIS
    for spans in (reason.spans for reason in judged.reasons):
        assert all(0 <= start < end <= len(given_text) for start, end in spans)
    safe = with_placeholders(given_text)
    with_dots(given_text)
    assert not [one for one in hidden(safe) if one.kind.value == "nik"]
    told = compose(
        AlertFacts(
            level=Level(judged.level),
            issue="Bentrok massa",
            kecamatan="Soko",
            reason=AlertReason.OPENED,
            duty=Duty.LEAD,
            url="https://kentongan.example/p/x",
            told_at=NIGHT,
            text=safe,
            reply_code="4821",
        ),
        channel_length=160,
        may_carry_text=True,
    )
    assert (len(told.short) <= 160, "\n" in told.subject) == (True, False)


@TRIED
@given(TEXTS, st.sets(st.sampled_from(["4821", "0007", "9999"])))
def test_any_answer_is_understood_or_in_doubt(text: str, codes: set[str]) -> None:
    assert parse(text, codes) is not None
    assert parse(f"T 4821 {text}", codes) is not None


def test_workbooks_are_read_by_the_parser_that_expands_nothing() -> None:
    """A file that names an entity inside an entity a billion times is refused by defusedxml, if openpyxl uses it."""
    from defusedxml.common import EntitiesForbidden
    from openpyxl.xml.functions import fromstring

    assert openpyxl.DEFUSEDXML
    laughs = b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    with pytest.raises(EntitiesForbidden):
        fromstring(laughs)
