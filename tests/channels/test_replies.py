"""What people type back, and what it must never be taken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.replies.parser import Accept, Doubt, Escalate, Sitrep, Unclear, parse

ACCEPTED = """T 4821|t 4821|T4821|t4821|  T   4821  |T 4821.|"T 4821"|'T 4821'|“T 4821”|«t 4821»|T-4821|T:4821|T #4821|T, 4821|
terima 4821|TERIMA 4821|Terima4821|diterima 4821|ack 4821|4821 T|4821 terima|4821t|T 48 21|T 48-21|\u200bT\u00a04821|T\n4821|
Ｔ ４８２１|T ٤٨٢١|(T 4821)|T/4821|*T 4821*|> TINGGI bentrok\nT 4821""".replace("\n|", "|").split("|")


@pytest.mark.parametrize("text", [text.strip("\n") or text for text in ACCEPTED if text.strip()])
def test_an_acceptance_is_understood_however_it_is_typed(text: str):
    assert parse(text) == Accept("4821")


@pytest.mark.parametrize("text", ["E 4821", "e4821", "eskalasi 4821", "'E' 4821", "4821 e", "Naikkan 4821!"])
def test_an_escalation_is_understood_however_it_is_typed(text: str):
    assert parse(text) == Escalate("4821")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("L 4821 massa bubar, aman", "massa bubar, aman"),
        ("l4821 massa bubar", "massa bubar"),
        ("lapjut 4821: 2 orang diamankan", "2 orang diamankan"),
        (
            "Laporan lanjutan 4821\nPukul 21.00 situasi aman.\nTidak ada korban.",
            "Pukul 21.00 situasi aman.\nTidak ada korban",
        ),
        ("L 4821 tidak ada korban", "tidak ada korban"),
        ("4821 L situasi aman", "situasi aman"),
    ],
)
def test_a_sitrep_keeps_its_text(text: str, said: str):
    assert parse(text) == Sitrep("4821", said)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("", Doubt.EMPTY),
        (" \n\t.", Doubt.EMPTY),
        ("T", Doubt.NO_CODE),
        ("E", Doubt.NO_CODE),
        ("4821", Doubt.NO_VERB),
        ("tidak 4821", Doubt.UNKNOWN),
        ("tolak 4821", Doubt.UNKNOWN),
        ("belum terima 4821", Doubt.UNKNOWN),
        ("jangan T 4821", Doubt.UNKNOWN),
        ("terima kasih", Doubt.UNKNOWN),
        ("terima kasih 4821", Doubt.UNKNOWN),
        ("siapa ini?", Doubt.UNKNOWN),
        ("halo", Doubt.UNKNOWN),
        ("T 4821 tidak bisa", Doubt.DENIED),
        ("T 4821 batal", Doubt.DENIED),
        ("E 4821 jangan", Doubt.DENIED),
        ("E 4821 tidak", Doubt.DENIED),
        ("E 4821 tdk jadi", Doubt.DENIED),
        ("E 4821 belum perlu", Doubt.DENIED),
        ("E 4821 salah kirim", Doubt.DENIED),
        ("T 4821 E 4821", Doubt.SEVERAL_VERBS),
        ("T 4821 E", Doubt.SEVERAL_VERBS),
        ("T 4821 4822", Doubt.SEVERAL_CODES),
        ("T 4821, 4822", Doubt.SEVERAL_CODES),
        ("T 4821 dan 4822", Doubt.SEVERAL_CODES),
        ("L 4821", Doubt.NO_TEXT),
        ("L 4821 ...", Doubt.NO_TEXT),
        ("T 12", Doubt.NO_CODE),
        ("T 081234567890", Doubt.NO_CODE),
        ("TE 4821", Doubt.UNKNOWN),
    ],
)
def test_what_is_not_certain_is_asked_back(text: str, doubt: Doubt):
    reply = parse(text)
    assert isinstance(reply, Unclear)
    assert reply.doubt == doubt


def test_a_note_after_the_code_is_kept():
    assert parse("T 4821 meluncur, 10 menit") == Accept("4821", "meluncur, 10 menit")
    assert parse("E 4821 butuh bantuan Polres") == Escalate("4821", "butuh bantuan Polres")


def test_a_bare_verb_means_the_only_open_code_and_never_one_of_two():
    assert parse("t", {"4821"}) == Accept("4821")
    assert parse("L massa sudah bubar", {"4821"}) == Sitrep("4821", "massa sudah bubar")
    assert parse("t", {"4821", "4822"}) == Unclear(Doubt.NO_CODE)
    assert parse("terima kasih", {"4821"}) == Unclear(Doubt.UNKNOWN)


def test_a_code_of_somebody_else_is_not_acted_upon():
    assert parse("T 9999", {"4821"}) == Unclear(Doubt.NOT_OPEN, "9999")
    assert parse("4821 T", {"9999"}) == Unclear(Doubt.NOT_OPEN, "4821")


@given(st.text(max_size=200))
def test_nothing_that_can_be_typed_breaks_it(text: str):
    parse(text)
    parse(text, {"4821"})


@given(
    st.sampled_from(["T", "t", "Terima", "ACK"]),
    st.from_regex(r"\A[1-9][0-9]{3}\Z"),
    st.sampled_from(["", " ", "  ", ": ", "-"]),
)
def test_any_code_comes_back_as_it_was_sent(verb: str, code: str, gap: str):
    assert parse(f"{verb}{gap}{code}", {code}) == Accept(code)


@pytest.mark.parametrize(
    "note", ["tidak ada personel, mohon bantuan", "kami tidak sanggup", "belum ada regu", "not enough men"]
)
def test_a_lack_is_why_help_is_wanted_and_takes_nothing_back(note: str) -> None:
    assert parse(f"E 4821 {note}", {"4821"}) == Escalate("4821", note)
