"""Say what an institution is asked for, without what is asked: kind, who asks, until when. Pure."""

from typing import Final

from schemas.words.languages import LANGUAGES

KINDS: Final[dict[str, tuple[str, str]]] = {
    "acknowledge": ("Laporan Informasi", "Information note"),
    "patrol": ("Minta patroli", "Patrol wanted"),
    "clarify": ("Minta klarifikasi", "Clarification wanted"),
    "act": ("Tindak lanjut", "Follow-up wanted"),
    "answer": ("Tunggu jawaban surat", "Answer to a letter wanted"),
}
ASKED: Final[dict[str, tuple[str, str]]] = {
    "own": (
        "{kind} dari {asker}. Dijawab paling lambat {until}. Buka aplikasi.",
        "{kind}, from {asker}. Answer by {until} at the latest. Open the app.",
    ),
    "own_late": (
        "{kind} dari {asker} LEWAT WAKTU sejak {until}. Buka aplikasi.",
        "{kind}, from {asker}: OVERDUE since {until}. Open the app.",
    ),
    "late": (
        "{kind} dari {asker}: {called} belum menjawab, lewat waktu sejak {until}. Buka aplikasi.",
        "{kind}, from {asker}: {called} has not answered, overdue since {until}. Open the app.",
    ),
    "unreached": (
        "{kind} dari {asker}: {called} tidak dapat dihubungi; jawaban ditunggu {until}. Buka aplikasi.",
        "{kind}, from {asker}: {called} cannot be reached; an answer is due {until}. Open the app.",
    ),
}


def title(kind: str, language: str) -> str:
    """Give the subject of such a message; an unknown language is Indonesian."""
    return KINDS[kind][_place(language)]


def body(said: str, kind: str, language: str, **facts: str) -> str:
    """Give its words, one of `ASKED`; an unknown language is Indonesian."""
    return ASKED[said][_place(language)].format(kind=title(kind, language), **facts)


def _place(language: str) -> int:
    return LANGUAGES.index(language) if language in LANGUAGES else 0
