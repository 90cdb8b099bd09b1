"""Say what the page that opens a source says: Indonesian first, English beside it. Pure."""

from typing import Final

SOURCE: Final[dict[str, tuple[str, str]]] = {
    "source.title": ("Buka identitas pelapor", "Open who reported"),
    "source.why": (
        "Identitas pelapor dilindungi. Tulis untuk apa Anda membukanya; alasan, nama Anda dan waktunya dicatat.",
        "Who reported is protected. Write what you open it for; the reason, your name and the time are written down.",
    ),
    "source.reason": ("Alasan", "Reason"),
    "source.short": ("Tulis alasan yang jelas, sedikitnya 10 huruf.", "Write a clear reason, at least 10 letters."),
    "source.open": ("Catat dan buka", "Write down and open"),
    "source.once": (
        "Ditampilkan sekali. Muat ulang halaman ini meminta alasan lagi. Jangan disalin atau diteruskan.",
        "Shown once. Loading this page again asks for a reason again. Do not copy it or pass it on.",
    ),
    "source.by": ("Dibuka oleh {name}, {time}. Tercatat.", "Opened by {name}, {time}. Written down."),
    "source.name": ("Nama", "Name"),
    "source.contact": ("Kontak", "Contact"),
    "source.reporter": ("Akun atau kunci", "Account or key"),
    "source.handle": ("Tanda orang", "Handle of the person"),
    "source.notes": ("Kolom berkas", "Columns of the file"),
    "source.nobody": ("Dilaporkan tanpa nama.", "Reported without a name."),
    "source.erased": (
        "Identitas ini sudah dihapus, dan tidak dapat dibuka siapa pun lagi.",
        "This identity was erased; nobody can open it any more.",
    ),
    "source.link": ("Siapa pelapornya?", "Who reported?"),
    "journal.source.opened": ("Identitas pelapor dibuka: {reason}", "Who reported was opened: {reason}"),
    "journal.retention.ran": ("Retensi data dijalankan", "Retention has run"),
    "journal.report.source_erased": ("Identitas pelapor dihapus", "Who reported was erased"),
}
