"""Keep the words of notices about the service itself, Indonesian and English, an entry for each thing said. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from schemas.words.languages import LANGUAGES

Fact = str | int | Callable[[str], str]  # one that differs by language is asked for in it
Words = tuple[str, str]  # subject and body

NOTICES: Final[Mapping[str, tuple[Words, Words]]] = {
    "codes_tried": (
        (
            "Kode jawaban dicoba-coba",
            (
                "{count} kode salah dalam satu jam atas nama {name} ({post}) lewat {way}. Jawaban lewat {way} atas "
                "namanya tidak dilayani selama {hours} jam. Hubungi yang bersangkutan: mungkin nomornya dipalsukan."
            ),
        ),
        (
            "Reply codes are being guessed",
            (
                "{count} wrong codes within an hour in the name of {name} ({post}) over {way}. Replies over {way} in "
                "this name are not taken for {hours} hours. Call the person: the number may be forged."
            ),
        ),
    ),
    "claimed": (
        (
            "Pastikan lewat telepon: {called}, KRITIS",
            (
                "{name} ({called}) menjawab {what} lewat {way} untuk peristiwa KRITIS. {WAY} dapat dipalsukan: telepon "
                "{name}, lalu catat penerimaannya di {page}. Sampai itu tangga eskalasi berjalan terus."
            ),
        ),
        (
            "Confirm by telephone: {called}, CRITICAL",
            (
                "{name} ({called}) answered {what} over {way} to a CRITICAL incident. {WAY} can be forged: telephone "
                "{name}, then note the acknowledgement at {page}. Until then the escalation ladder goes on."
            ),
        ),
    ),
    "stop_asked": (
        (
            "Petugas meminta berhenti",
            (
                "Dari nomor {name} ({post}) datang STOP lewat {way}. Peringatan tetap dikirim. Tanyakan kepada yang "
                "bersangkutan; bila benar, beri jalan lain, lalu kentongan person stop {login} {channel} dan kentongan "
                "policy check."
            ),
        ),
        (
            "An officer asks for no more messages",
            (
                "From the number of {name} ({post}) came STOP over {way}. Alerts are sent all the same. Ask the "
                "person; if it is so, give another way, then kentongan person stop {login} {channel} and kentongan "
                "policy check."
            ),
        ),
    ),
    "address_fails": (
        (
            "Alamat petugas tidak bisa dipakai",
            (
                "Pesan untuk {name} lewat {channel} tidak sampai: alamatnya tidak bisa dipakai. Alamatnya yang lain "
                "kini didahulukan. Perbaiki, lalu verifikasi lagi: kentongan person verify {login} {channel}"
            ),
        ),
        (
            "An officer's address cannot be used",
            (
                "A message to {name} over {channel} did not arrive: the address cannot be used. The other addresses "
                "come first now. Mend it, then verify it again: kentongan person verify {login} {channel}"
            ),
        ),
    ),
    "channel_fails": (
        (
            "Saluran {channel} bermasalah",
            "Beberapa alamat menolak pesan dan tidak ada yang tembus lewat {channel}. Periksa penyedia dan akunnya.",
        ),
        (
            "The channel {channel} is in trouble",
            (
                "Several addresses refuse messages and none gets through over {channel}. Check the provider and the "
                "account."
            ),
        ),
    ),
    "dead_letters": (
        (
            "Ada pesan yang tidak terproses",
            (
                "{count} pesan tidak dapat diproses layanan. Bisa jadi laporan yang sudah diterima:\n{named}\nLihat "
                "dan putuskan: {page}"
            ),
        ),
        (
            "Messages that could not be processed",
            (
                "{count} messages could not be processed. They may be reports that were accepted:\n{named}\nLook and "
                "decide: {page}"
            ),
        ),
    ),
    "rota_gaps": (
        (
            "Piket kosong: {count} pos penanggung jawab dalam 14 hari",
            "{gaps}\n\nIsi di meja kerja, halaman Piket: {page}",
        ),
        (
            "Nobody on duty: {count} posts of leads within 14 days",
            "{gaps}\n\nEnter somebody at the desk, page Rota: {page}",
        ),
    ),
    "clock_moved": (
        (
            "Jam server berubah",
            (
                "Jam server berubah {seconds} detik ({way}). Semua pengatur waktu ikut digeser; tidak ada tenggat yang "
                "dipercepat atau ditunda karenanya. Periksa jam server (NTP)."
            ),
        ),
        (
            "The server's clock has changed",
            (
                "The server's clock has changed by {seconds} seconds ({way}). All timers are moved along; no deadline "
                "comes sooner or later because of it. Check the server's clock (NTP)."
            ),
        ),
    ),
    "rules_refused": (
        (
            "Aturan baru ditolak; aturan lama tetap berlaku",
            "{objections}\n\nJalankan `kentongan policy check` untuk melihat semuanya.",
        ),
        (
            "New rules are refused; the old ones stay in force",
            "{objections}\n\nRun `kentongan policy check` to see everything.",
        ),
    ),
    "audit": (
        (
            "Pemeriksaan Kentongan: {count} hal tidak beres",
            "{found}\n\nJalankan `kentongan doctor` di server, atau hubungi pengelola sistem.",
        ),
        (
            "Kentongan's own audit: {count} things are not right",
            "{found}\n\nRun `kentongan doctor` on the server, or call who looks after the system.",
        ),
    ),
    "retention": (
        (
            "Retensi data: yang dihapus hari ini",
            (
                "Menurut aturan retensi daerah ini telah dihapus:\n{counted}\nKejadian, angka dan tindak lanjut tetap "
                "ada."
            ),
        ),
        (
            "Retention of data: what was removed today",
            (
                "By this district's retention rules there was removed:\n{counted}\nIncidents, figures and what was "
                "done about them remain."
            ),
        ),
    ),
}


@dataclass(frozen=True)
class Notice:
    """What is to be said about the service itself: a code of `NOTICES`, and what fills its words."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def say(self, language: str) -> Words:
        """Give subject and body; an unknown language is Indonesian."""
        spoken = language if language in LANGUAGES else LANGUAGES[0]
        subject, body = NOTICES[self.code][LANGUAGES.index(spoken)]
        said = {name: fact(spoken) if callable(fact) else fact for name, fact in self.facts.items()}
        return subject.format(**said), body.format(**said)
