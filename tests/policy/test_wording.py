"""A message says what, where and what is asked; open channels carry no more than they may."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.district import District
from schemas.vocabulary import AlertReason, Duty, Level
from services.notify.messages.alert_message import AlertFacts, button_label, compose, plain
from services.notify.messages.alert_phrases import LEVELS, REASONS, WORDS

NIGHT = datetime(2026, 11, 24, 18, 12, tzinfo=UTC)  # 01.12 WIB
URL = "https://kentongan.tuban.example/terima/3Jq0vXkZp1"
TEXT = "Dua kubu saling serang dekat balai desa, Rizal Adi (16) luka, hubungi 0812 3456 7890"
CLASH = AlertFacts(
    level=Level.KRITIS,
    issue="Perguruan silat",
    kecamatan="Soko",
    reason=AlertReason.OPENED,
    duty=Duty.LEAD,
    url=URL,
    told_at=NIGHT,
    form="Bentrok antarkelompok",
    desa="Mentoro",
    lead="Polres Tuban",
    ack_due=NIGHT + timedelta(minutes=5),
    sitrep_due=NIGHT + timedelta(minutes=30),
    owes=True,
    life_in_danger=True,
    reports=3,
    text=TEXT,
    reply_code="4821",
)


def written(facts: AlertFacts, *, text: bool = False, language: str = "id", length: int | None = 160) -> str:
    words = compose(facts, channel_length=length, may_carry_text=text, language=language)
    return f"{words.subject}\n{words.body}\n{words.short}"


def test_the_message_of_a_clash_at_one_in_the_morning() -> None:
    words = compose(CLASH, channel_length=160, may_carry_text=False)
    assert words.body == (
        "KRITIS - Perguruan silat - Kec. Soko - BARU\n"
        "Nyawa terancam: hubungi 110 / 112 dulu bila belum.\n"
        "\n"
        "Anda penanggung jawab.\n"
        "Tekan Terima sebelum pkl 01.17 WIB (5 menit).\n"
        "Lapjut pertama sebelum pkl 01.42 WIB.\n"
        "\n"
        f"Buka aplikasi: {URL}\n"
        "Balas: T 4821 terima, E 4821 eskalasi, L 4821 isi lapjut.\n"
        "\n"
        "Batas waktu adalah aturan Bakesbangpol, bukan ketentuan undang-undang."
    )


def test_the_first_line_says_level_issue_kecamatan_and_why_the_message_comes() -> None:
    for level, reason in product(Level, AlertReason):
        words = compose(replace(CLASH, level=level, reason=reason), channel_length=None, may_carry_text=True)
        assert f"{level.name} - Perguruan silat - Kec. Soko - {REASONS['id'][reason]}" == words.subject
        assert words.subject == words.body.splitlines()[0]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_reason_and_duty_can_be_said_in_every_language(language: str) -> None:
    for reason, duty, text in product(AlertReason, Duty, (True, False)):
        for change in ({}, {"ack_due": None, "sitrep_due": None, "lead": "", "kecamatan": None}, {"exercise": True}):
            said = written(replace(CLASH, reason=reason, duty=duty, **change), text=text, language=language)  # type: ignore[arg-type]
            assert "{" not in said
            assert REASONS[language][reason] in said


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["id"].keys() == WORDS["en"].keys()
    assert all(set(AlertReason) == set(table) for table in REASONS.values())
    assert all(set(Level) == set(table) for table in LEVELS.values())


def test_an_unknown_language_is_indonesian() -> None:
    assert written(CLASH) == written(CLASH, language="jv")


# -- rule 4 and 5 -----------------------------------------------------------------------------------------------------


def test_where_life_is_in_danger_the_emergency_numbers_come_first() -> None:
    assert "110 / 112" in compose(CLASH, channel_length=None, may_carry_text=False).body.splitlines()[1]
    assert "110/112" in compose(CLASH, channel_length=160, may_carry_text=False).short
    assert "110" not in written(replace(CLASH, life_in_danger=False))


def test_a_peaceful_protest_is_never_called_a_disturbance(tuban: District) -> None:
    protest = replace(
        CLASH,
        level=Level.SEDANG,
        issue=tuban.issues["UNR"].label_id,
        form=tuban.forms["UNRAS"].label_id,
        peaceful=True,
        life_in_danger=False,
        text=None,
    )
    for reason, duty, text in product(AlertReason, Duty, (True, False)):
        said = written(replace(protest, reason=reason, duty=duty), text=text).lower()
        assert not [word for word in ("gangguan", "rusuh", "ricuh", "anarkis", "konflik", "ancaman") if word in said]
        assert "hak warga" in said


def test_nothing_is_called_conflict_before_a_coordinator_says_so() -> None:
    for potential, reason in product((True, False), AlertReason):
        assert "konflik" not in written(replace(CLASH, potential=potential, reason=reason), text=True).lower()


# -- rule 9: what a channel may carry ----------------------------------------------------------------------------------


def test_an_open_channel_carries_level_issue_kecamatan_and_the_way_in() -> None:
    said = written(CLASH)
    assert not [word for word in ("Mentoro", "Bentrok", "3 laporan", "kubu", "balai") if word in said]
    assert URL in said


def test_a_channel_that_may_carry_the_text_does_with_identities_masked() -> None:
    said = written(CLASH, text=True)
    assert "Dua kubu saling serang" in said
    assert "Mentoro" in said
    assert "Rizal" not in said
    assert "3456" not in said


def test_a_redacted_recipient_never_gets_the_text() -> None:
    said = written(replace(CLASH, redacted=True), text=True)
    assert "kubu" not in said
    assert "sumber dan nama tidak disertakan" in said


def test_an_issue_for_named_persons_is_not_even_named_on_an_open_channel() -> None:
    secret = replace(CLASH, issue="Ideologi, radikalisme, terorisme", restricted=True)
    said = written(secret)
    assert "radikal" not in said.lower()
    assert "Soko" not in said
    assert "Perkara terbatas" in said
    assert "radikalisme" in written(secret, text=True)


# -- what is asked -------------------------------------------------------------------------------------------------------


def test_a_supporter_and_a_copy_know_who_leads() -> None:
    support = written(replace(CLASH, duty=Duty.SUPPORT))
    assert "Anda pendukung; penanggung jawab Polres Tuban." in support
    assert "Tekan Terima." in support
    assert "Tembusan untuk diketahui; penanggung jawab Polres Tuban." in written(replace(CLASH, duty=Duty.INFORM))


def test_who_is_told_by_the_ladder_learns_who_is_silent_and_for_how_long() -> None:
    told = replace(CLASH, reason=AlertReason.ESCALATED, duty=Duty.SUPPORT, silent_since=NIGHT - timedelta(minutes=12))
    silent = replace(told, silent=("Polres Tuban",))
    assert "Polres Tuban belum menjawab sejak pkl 01.00 WIB (12 menit)" in written(silent)
    both = replace(silent, silent=("Polres Tuban", "Polsek Soko", "Kodim 0811"))
    assert "Polres Tuban, Polsek Soko dan Kodim 0811 belum menjawab" in written(both)
    assert "atas permintaan petugas; penanggung jawab sudah menjawab" in written(told)


def test_who_answered_and_sent_no_report_is_named_apart_from_who_did_not_answer() -> None:
    told = replace(CLASH, reason=AlertReason.ESCALATED, duty=Duty.SUPPORT, lapsed=("Polres Tuban",))
    since = replace(told, lapsed_since=NIGHT - timedelta(minutes=12))
    assert "Polres Tuban sudah menerima pkl 01.00 WIB, tetapi lapjut belum ada (12 menit)." in written(since)
    for language, not_answered in (("id", "belum menjawab"), ("en", "not answered")):
        for one in (told, since):
            said = written(one, language=language)
            assert not_answered not in said
            assert WORDS[language]["wished"] not in said
            both = written(replace(one, silent=("Kodim 0811",)), language=language)
            assert f"Kodim 0811 {'belum menjawab' if language == 'id' else 'has not answered'}" in both
            assert both.count(WORDS[language]["reach"]) == 1
    assert "Lapjut Polres Tuban belum ada." in compose(since, channel_length=160, may_carry_text=False).short


@pytest.mark.parametrize(
    ("language", "answer"), [("id", ("Tekan Terima", "menjawab")), ("en", ("Press Acknowledge", "answer"))]
)
@pytest.mark.parametrize("left", [-61, -1, 0, 1, 61])
def test_a_reminder_of_the_next_report_asks_for_that_and_no_answer(
    language: str, answer: tuple[str, str], left: int
) -> None:
    due = NIGHT + timedelta(minutes=left)
    late = replace(
        CLASH,
        reason=AlertReason.REMINDER,
        owes=False,
        reported=True,
        sitrep_due=due,
        ack_due=NIGHT - timedelta(hours=2),
    )
    words = compose(late, channel_length=300, may_carry_text=False, language=language)
    asked = WORDS[language]["sitrep_next" if left > 0 else "sitrep_late"].split("{")[0]
    assert asked in words.body
    assert asked in words.line
    assert not [word for word in answer for said in (words.body, words.short, words.line) if word in said]
    assert {"id": "Balas L 4821", "en": "Reply L 4821"}[language] in words.short
    assert WORDS[language]["house_rule"] not in words.body


def test_who_is_needed_besides_the_lead_is_asked_by_when_to_answer_and_owes_no_sitrep() -> None:
    said = written(replace(CLASH, duty=Duty.SUPPORT, needed=True))
    assert "Jawaban instansi Anda diperlukan, terpisah dari jawaban penanggung jawab." in said
    assert "Tekan Terima sebelum" in said
    assert "Lapjut pertama" not in said


def test_a_rise_says_from_what_to_what_and_asks_again() -> None:
    said = written(replace(CLASH, reason=AlertReason.RAISED, level_before=Level.TINGGI))
    assert "Naik dari TINGGI ke KRITIS." in said
    assert "Terima lagi sebelum pkl 01.17 WIB" in said


def test_whoever_owes_an_answer_is_asked_for_it_whatever_the_message_is_about() -> None:
    for reason, owes in product(AlertReason, (True, False)):
        said = written(replace(CLASH, reason=reason, owes=owes))
        wanted = owes and reason not in ("closed", "escalated", "unreachable", "lapsed", "taken_back")
        assert [("sebelum pkl 01.17" in said), ("Terima sblm 01.17" in said)] == [wanted, wanted], (reason, owes)


@pytest.mark.parametrize(
    ("language", "said", "short"),
    [
        ("id", "Penanggung jawab sekarang Polsek Soko: Anda tidak perlu menjawab lagi", "Tidak perlu dijawab lagi."),
        ("en", "The lead is Polsek Soko now: you need not answer any more", "No answer needed any more."),
    ],
)
@pytest.mark.parametrize("reason", [AlertReason.CHANGED, AlertReason.RAISED])
def test_who_led_until_now_reads_that_another_does(language: str, said: str, short: str, reason: AlertReason) -> None:
    facts = replace(CLASH, reason=reason, duty=Duty.INFORM, owes=False, lead="Polsek Soko", released=True, ack_due=None)
    told = compose(facts, channel_length=160, may_carry_text=False, language=language)
    assert said in told.body
    assert said in told.line
    assert short in told.short
    kept = compose(replace(facts, released=False), channel_length=160, may_carry_text=False, language=language)
    assert said not in kept.body
    assert short not in kept.short


def test_a_deadline_that_has_passed_is_not_asked_for_again() -> None:
    late = replace(CLASH, reason=AlertReason.OVERDUE, ack_due=NIGHT - timedelta(minutes=1))
    assert "Batas menjawab pkl 01.11 WIB sudah lewat" in written(late)


def test_a_broken_promise_asks_for_the_report_or_a_colleague() -> None:
    said = written(replace(CLASH, reason=AlertReason.LAPSED))
    assert "lapjut belum ada" in said
    short = said.splitlines()[-1]
    assert "Balas L 4821" in short
    assert "Balas T" not in short


@pytest.mark.parametrize(("language", "press"), [("id", "Tekan "), ("en", "Press ")])
def test_whoever_is_to_press_a_button_reads_the_word_that_stands_on_it(language: str, press: str) -> None:
    told = [phrase for phrase in WORDS[language].values() if phrase.startswith(press)]
    assert told
    assert [phrase for phrase in told if not phrase.startswith(f"{press}{button_label(language)}")] == []


def test_a_closed_event_asks_for_nothing() -> None:
    said = written(replace(CLASH, reason=AlertReason.CLOSED))
    assert "tidak ada yang perlu dilakukan lagi" in said
    assert "Balas" not in said
    assert "Tekan Terima" not in said


CLOSED_AT = NIGHT - timedelta(minutes=2)
CLOSED = replace(
    CLASH,
    reason=AlertReason.CLOSED,
    closed_at=CLOSED_AT,
    closed_by="Bakesbangpol",
    life_in_danger=True,
    owes=True,
)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_closing_says_how_it_ended_and_what_that_means_for_the_reader(language: str) -> None:
    said = {
        (dismissed, on_the_way): compose(
            replace(CLOSED, dismissed=dismissed, on_the_way=on_the_way),
            channel_length=160,
            may_carry_text=False,
            language=language,
        )
        for dismissed, on_the_way in product((True, False), (True, False))
    }
    words = WORDS[language]
    for (dismissed, on_the_way), one in said.items():
        assert one.subject.endswith(words["DISMISSED"] if dismissed else REASONS[language][AlertReason.CLOSED])
        assert (words["dismissed"] in one.body, words["settled"] in one.body) == (dismissed, not dismissed)
        for text in (one.body, one.line):
            assert (words["turn_back"] in text, words["no_answer"] in text) == (on_the_way, not on_the_way)
        assert (words["turn_back_short"] in one.short, words["no_answer_short"] in one.short) == (
            on_the_way,
            not on_the_way,
        )
        assert len(one.short) <= 160
        for text in (one.body, one.short, one.line):
            assert "110" not in text  # of what is over nobody's life is in danger
            assert "4821" not in text
            assert words["button"] not in text.replace("menerima", "")
            assert words["house_rule"] not in text


def test_an_officer_reads_of_a_closing_what_to_do_and_who_says_so() -> None:
    said = compose(replace(CLOSED, dismissed=True, on_the_way=True), channel_length=160, may_carry_text=False)
    assert said.body == (
        "KRITIS - Perguruan silat - Kec. Soko - LAPORAN DITOLAK\n"
        "\n"
        "Setelah diperiksa, laporan ini ditolak; tidak ada yang perlu dilakukan lagi.\n"
        "Bila Anda sedang menuju lokasi, tidak perlu diteruskan.\n"
        "Ditutup pkl 01.10 WIB oleh Bakesbangpol.\n"
        "\n"
        f"Buka aplikasi: {URL}"
    )
    assert said.short == f"KRITIS, Perguruan silat, Kec. Soko. LAPORAN DITOLAK. Tidak perlu ke lokasi lagi. {URL}"
    english = compose(CLOSED, channel_length=160, may_carry_text=False, language="en")
    assert english.body.splitlines()[2:5] == [
        "The event is over; nothing more to do.",
        "Your answer is not needed any more.",
        "Closed 01.10 WIB by Bakesbangpol.",
    ]


@pytest.mark.parametrize("language", ["id", "en"])
def test_who_only_hears_that_it_is_open_again_is_told_whom_to_ask(language: str) -> None:
    again = replace(
        CLASH, reason=AlertReason.REOPENED, only_told=True, owes=False, reply_code=None, lead="Polres Tuban"
    )
    said = written(again, language=language)
    assert WORDS[language]["reopened_only"].format(lead="Polres Tuban") in said
    assert WORDS[language]["accept_any"] not in said


@pytest.mark.parametrize("language", ["id", "en"])
def test_whoever_is_asked_again_after_handing_over_reads_why(language: str) -> None:
    why = WORDS[language]["asked_again"]
    reminded = replace(CLASH, reason=AlertReason.REMINDER, asked_again=True)
    assert why in written(reminded, language=language)
    assert why not in written(replace(reminded, asked_again=False), language=language)
    assert why not in written(replace(reminded, owes=False), language=language)


@pytest.mark.parametrize("language", ["id", "en"])
def test_whoever_was_told_that_he_need_not_answer_reads_why_he_is_asked_all_the_same(language: str) -> None:
    why = WORDS[language]["asked_after_all"]
    reminded = replace(CLASH, reason=AlertReason.OVERDUE, asked_after_all=True)
    assert why in written(reminded, language=language)
    assert why not in written(replace(reminded, asked_after_all=False), language=language)
    assert why not in written(replace(reminded, owes=False), language=language)


def test_an_uncertain_report_asks_the_lead_to_check() -> None:
    assert "periksa cepat" in written(replace(CLASH, verify=True))


def test_an_exercise_says_so_in_every_line_that_could_be_read_alone() -> None:
    words = compose(replace(CLASH, exercise=True), channel_length=160, may_carry_text=True)
    assert all(line.startswith("LATIHAN") for line in (words.subject, words.body, words.short))
    assert "Nyawa" not in words.body + words.short


def test_a_deadline_on_another_day_names_the_day() -> None:
    office = replace(CLASH, level=Level.SEDANG, ack_due=datetime(2026, 11, 26, 2, 30, tzinfo=UTC))
    assert "Kam 26 Nov pkl 09.30 WIB (32 jam)" in written(office)
    assert "Thu 26 Nov 09.30 WIB (32 h)" in written(office, language="en")


def test_limits_are_said_to_be_house_rules() -> None:
    assert "bukan ketentuan undang-undang" in written(CLASH)


# -- the short form -----------------------------------------------------------------------------------------------------


@given(
    st.integers(20, 400),
    st.text(max_size=80),
    st.text(max_size=40),
    st.sampled_from(AlertReason),
    st.sampled_from(Duty),
    st.sampled_from([URL, "https://x.example/" + "a" * 150]),
)
def test_the_short_form_fits_in_plain_characters_and_keeps_the_link(
    length: int, issue: str, kecamatan: str, reason: AlertReason, duty: Duty, url: str
) -> None:
    facts = replace(CLASH, issue=issue, kecamatan=kecamatan, reason=reason, duty=duty, url=url)
    short = compose(facts, channel_length=length, may_carry_text=False).short
    assert len(short) <= length
    assert short.isascii()
    assert "\n" not in short
    if len(url) + 1 < length:
        assert short.endswith(url)


def test_an_sms_of_a_clash_is_one_segment_and_says_everything_needed() -> None:
    short = compose(CLASH, channel_length=160, may_carry_text=False).short
    for needed in ("KRITIS", "Perguruan silat", "Kec. Soko", "110/112", "01.17 WIB", "T 4821", URL):
        assert needed in short


@pytest.mark.parametrize(
    ("text", "expected"), [("Ayo \u2013 \u201cbales\u201d", 'Ayo - "bales"'), ("caf\u00e9\U0001f525", "cafe")]
)
def test_typography_becomes_plain(text: str, expected: str) -> None:
    assert expected == plain(text)
