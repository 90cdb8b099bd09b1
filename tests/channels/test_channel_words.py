"""Counting, fitting, numbers and receipts: the pure parts channels share."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from provider_fakes import Answer, FakeHttp, example_of, message

from schemas.vocabulary import DeliveryState
from services.notify.channel_kit.gsm7 import BASIC, EXTENDED, is_gsm7, normalise, segments
from services.notify.channel_kit.receipt_parsing import is_news, moment
from services.notify.channel_kit.text_limits import fit
from services.notify.channels.ntfy import Ntfy
from services.web.phone_numbers import e164

S = DeliveryState


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the escape and its character may not be torn apart: one septet is lost
        ("a" * 151 + "€" + "a" * 153, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
    ],
)
def test_segments_are_counted_as_the_network_bills_them(text: str, count: int):
    assert segments(text) == count


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“Ada apa?” – katanya…", '"Ada apa?" - katanya...'),
        ("Pak’e di Ds. Montong", "Pak'e di Ds. Montong"),
        ("é à ñ Ä €", "é à ñ Ä €"),
        ("ś ć ō", "s c o"),
        ("rusuh 😡!", "rusuh ?!"),
        ("a\u00a0b\u200bc\u202fd", "a bc d"),
        ("ﬁ ½ ≥", "fi 1/2 >="),
    ],
)
def test_what_an_sms_cannot_say_is_said_plainly(text: str, plain: str):
    assert normalise(text) == plain


def test_the_alphabet_is_that_of_the_standard_but_for_the_one_code_its_tables_disagree_on():
    ascii_signs = {chr(code) for code in range(0x20, 0x7F)} - set("[\\]^`{|}~")
    latin = set("£¥èéùìòØøÅåÆæßÉ¤¡ÄÖÑÜ§¿äöñüà")
    greek = set("ΔΦΓΛΩΠΨΣΘΞ")
    assert ascii_signs | latin | greek | {"\n", "\r"} == BASIC
    assert set("\f^{}\\[~]|€") == EXTENDED
    assert len(BASIC) == 126  # of 128: one is the escape to the other table, one is 0x09
    assert normalise("Çç") == "Cc"


@given(st.text(max_size=400))
def test_a_normalised_text_never_needs_ucs2(text: str):
    assert is_gsm7(normalise(text))
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(min_size=1, max_size=600), st.integers(min_value=1, max_value=4))
def test_whatever_is_said_fits_and_keeps_its_link(text: str, most: int):
    link = "https://siaga.tuban.example/j/4821"
    said = fit((normalise(text),), link, lambda words: segments(words) <= most)
    assert segments(said) <= most
    assert link in said


def test_the_long_form_is_used_where_it_fits_and_words_are_not_torn():
    assert fit(("panjang sekali", "pendek"), None, lambda text: len(text) <= 14) == "panjang sekali"
    assert fit(("panjang sekali", "pendek"), None, lambda text: len(text) <= 13) == "pendek"
    assert fit(("bentrok di Semanding",), None, lambda text: len(text) <= 15) == "bentrok di..."


def test_a_link_in_the_middle_survives_the_cut():
    said = fit(("https://s.id/1 " + "kata " * 50,), "https://s.id/1", lambda text: len(text) <= 40)
    assert said.endswith("\nhttps://s.id/1")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("081234567890", "+6281234567890"),
        ("+62 812-3456-7890", "+6281234567890"),
        ("62812.3456.7890", "+6281234567890"),
        ("0062 812 3456 7890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("(0356) 321000", "+62356321000"),
        ("+65 6123 4567", "+6561234567"),
        ("110", None),
        ("3346", None),
        ("GOPAY", None),
        ("+62 0812 3456 7890", "+6281234567890"),
        ("+62 (0)812-3456-7890", "+6281234567890"),
        ("\u202a+62 812-3456-7890\u202c", "+6281234567890"),  # as a phone's contact list copies it
        ("'081234567890", "+6281234567890"),  # as a spreadsheet keeps the zero
        ("6281234567890", "+6281234567890"),
        ("081234", None),
        ("+62812345", None),
        ("+62", None),
        ("+0812345678", None),
        ("08123456789012345", None),
        ("0812345678x", None),
    ],
)
def test_a_number_has_one_spelling(written: str, number: str | None):
    assert e164(written) == number


@pytest.mark.parametrize(
    ("known", "told", "news"),
    [
        (S.SENDING, S.SENT, True),
        (S.SENT, S.DELIVERED, True),
        (S.SENT, S.READ, True),
        (S.DELIVERED, S.SENT, False),
        (S.READ, S.DELIVERED, False),
        (S.DELIVERED, S.DELIVERED, False),
        (S.SENT, S.DEAD, True),
        (S.DELIVERED, S.DEAD, False),
        (S.READ, S.DEAD, False),
        (S.DEAD, S.SENT, False),
        (S.DEAD, S.DELIVERED, True),
        (S.SENT, S.FAILED, True),
        (S.DELIVERED, S.FAILED, False),
        (S.DEAD, S.FAILED, False),
        (S.DEAD, S.DEAD, False),
        (S.WITHDRAWN, S.SENT, False),
        (S.WITHDRAWN, S.FAILED, False),
        (S.WITHDRAWN, S.DEAD, False),
        (S.WITHDRAWN, S.DELIVERED, True),
        (S.WITHDRAWN, S.READ, True),
    ],
)
def test_receipts_out_of_order_take_nothing_back(known: S, told: S, news: object):
    assert is_news(known, told) is news


@given(st.permutations([S.SENT, S.DELIVERED, S.READ, S.SENT, S.DELIVERED]))
def test_receipts_in_any_order_end_at_the_same_state(order: list[S]):
    state = S.SENDING
    for told in order:
        state = told if is_news(state, told) else state
    assert state is S.READ


@pytest.mark.parametrize(
    ("told", "at"),
    [
        (1764000000, datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        ("1764000000", datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        (1764000000123, datetime(2025, 11, 24, 16, 0, 0, 123000, tzinfo=UTC)),
        ("2025-11-24T23:00:00+07:00", datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        ("2025-11-24T16:00:00Z", datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        ("2025-11-24T16:00:00", None),
        ("kemarin", None),
        (10**30, None),
        (True, None),
        (None, None),
    ],
)
def test_a_time_without_an_offset_is_not_guessed_at(told: object, at: datetime | None):
    assert moment(told) == at


async def test_a_push_carries_the_short_words_and_opens_the_page(http: FakeHttp, opened):
    http.says(Answer(200, Ntfy.example.answer))
    channel, address = example_of(Ntfy, http.url, token="tk_made_up")
    await opened(channel)
    verdict = await channel.send(message(address=address, urgent=True))
    assert verdict.provider_id == "hwQ2YpKdmg"
    assert http.calls[0].headers["authorization"] == "Bearer tk_made_up"
    assert http.calls[0].json == {
        "topic": "tuban-piket-Xk29fQ",
        "title": message().subject,
        "message": message().short,
        "priority": 5,
        "sequence_id": message().delivery_id,
        "click": message().url,
        "actions": [{"action": "view", "label": "Terima", "url": message().url}],
    }


async def test_a_push_with_many_bytes_stays_a_message(http: FakeHttp, opened):
    channel, address = example_of(Ntfy, http.url)
    await opened(channel)
    await channel.send(message(address=address, short="é" * 5000))
    assert len(json.loads(http.calls[0].raw)["message"].encode()) <= 4096
