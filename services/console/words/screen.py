"""Say everything the desk says: Indonesian first, English beside it; names.py names the codes. Pure."""

from typing import Final

from services.console.names import NAMES
from services.console.words_by_hand import BY_HAND
from services.console.words_own import OWN
from services.console.words_rota import ROTA

LANGUAGES: Final = ("id", "en")

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # the frame
    "app": ("Kentongan", "Kentongan"),
    "tagline": ("Peringatan dini konflik sosial", "Early warning for social conflict"),
    "skip": ("Langsung ke isi", "Skip to content"),
    "incidents": ("Peristiwa", "Incidents"),
    "sign_in": ("Masuk", "Sign in"),
    "sign_out": ("Keluar", "Sign out"),
    "language": ("English", "Bahasa Indonesia"),
    "language_hint": ("Show in English", "Tampilkan dalam Bahasa Indonesia"),
    "live": ("Langsung", "Live"),
    "live_off": ("Terputus, menyambung lagi ...", "Disconnected, reconnecting ..."),
    "complement": (
        "Kentongan melengkapi layanan {number}, tidak menggantikannya.",
        "Kentongan complements {number}; it does not replace it.",
    ),
    # signing in
    "login": ("Nama pengguna", "User name"),
    "password": ("Kata sandi", "Password"),
    "sign_in_lead": (
        "Meja kerja bersama {forum}. Akun diberikan oleh admin kabupaten.",
        "The shared desk of {forum}. Accounts are given by the district's admin.",
    ),
    "sign_in_wrong": ("Nama pengguna atau kata sandi tidak cocok.", "User name and password do not match."),
    "sign_in_slow": (
        "Terlalu banyak percobaan. Coba lagi dalam beberapa menit.",
        "Too many tries. Try again in a few minutes.",
    ),
    # the list
    "list_title": ("Peristiwa", "Incidents"),
    "count": ("{n} peristiwa", "{n} incidents"),
    "count.one": ("1 peristiwa", "1 incident"),
    "empty": ("Tidak ada peristiwa di sini.", "No incidents here."),
    "empty_calm": (
        "Tidak ada peristiwa terbuka yang menunggu. Halaman ini berubah sendiri bila ada laporan baru.",
        "No open incident is waiting. This page changes by itself when a report arrives.",
    ),
    "filter": ("Saring", "Filter"),
    "filter_apply": ("Terapkan", "Apply"),
    "filter_clear": ("Hapus saringan", "Clear filters"),
    "any": ("Semua", "All"),
    "any_open": ("Terbuka", "Open"),
    "any_closed": ("Ditutup", "Closed"),
    "since": ("Berubah sejak", "Changed since"),
    "since.1": ("24 jam terakhir", "Last 24 hours"),
    "since.7": ("7 hari terakhir", "Last 7 days"),
    "since.30": ("30 hari terakhir", "Last 30 days"),
    "kecamatan": ("Kecamatan", "Kecamatan"),
    "issue": ("Jenis masalah", "Issue"),
    "form": ("Bentuk", "Form"),
    "level": ("Tingkat kerawanan", "Severity level"),
    "state": ("Keadaan", "State"),
    "previous": ("Sebelumnya", "Previous"),
    "next": ("Berikutnya", "Next"),
    "page_of": ("Halaman {page} dari {pages}", "Page {page} of {pages}"),
    "score": ("Skor", "Score"),
    "score_of": ("skor {score} dari 100", "score {score} of 100"),
    "reports": ("{n} laporan", "{n} reports"),
    "reports.one": ("1 laporan", "1 report"),
    "waiting": ("Menunggu {time}", "Waiting {time}"),
    "waiting_long": ("menunggu jawaban {time}", "waiting for an answer {time}"),
    "overdue": ("lewat batas", "overdue"),
    "silent": ("Belum menjawab", "Not answered"),
    "all_answered": ("Semua sudah menjawab", "All have answered"),
    "no_lead": ("Penanggung jawab belum ditentukan", "No lead yet"),
    "exercise": ("LATIHAN", "EXERCISE"),
    "occurred": ("Waktu kejadian", "When"),
    "reported_at": ("Dilaporkan", "Reported"),
    "unknown_time": ("waktu belum diketahui", "time not known"),
    "quiet": ("bukan konflik", "no conflict"),
    # one incident
    "back": ("Semua peristiwa", "All incidents"),
    "danger_title": ("Ada nyawa terancam? Hubungi {number} dulu.", "Is life in danger? Call {number} first."),
    "danger_text": (
        "Kentongan memberi tahu instansi, tetapi tidak menggantikan panggilan darurat.",
        "Kentongan tells the institutions; it does not replace an emergency call.",
    ),
    "call": ("Panggil {number}", "Call {number}"),
    "masked_title": ("Isi disamarkan", "Content is masked"),
    "masked_text": (
        (
            "Peristiwa ini berklasifikasi {classification}, di atas wewenang akun Anda. Yang terlihat hanya tingkat, "
            "jenis masalah, dan kecamatan. Hubungi koordinator bila Anda perlu mengetahuinya."
        ),
        (
            "This incident is classified {classification}, above your clearance. You see only its level, issue and "
            "kecamatan. Ask the coordinator if you need to know."
        ),
    ),
    "redacted_title": ("Permintaan tindak lanjut", "Request for follow-up"),
    "redacted_text": (
        "Instansi Anda menerima ringkasan tanpa isi laporan, sumber, dan nama.",
        "Your institution receives a summary without report texts, sources and names.",
    ),
    "exercise_text": (
        "Ini latihan: semua langkah nyata, peristiwanya tidak.",
        "This is an exercise: every step is real, the incident is not.",
    ),
    "minors_text": (
        "Menyangkut anak di bawah umur: jangan sebarkan nama, wajah, atau sekolahnya.",
        "Minors are involved: do not pass on names, faces or schools.",
    ),
    "logged_text": (
        "Dibaca oleh {name}, {time}. Pembacaan ini dicatat.",
        "Read by {name}, {time}. This read is logged.",
    ),
    "closed_text": ("Ditutup {time}: {reason}", "Closed {time}: {reason}"),
    "merged_text": ("Digabung ke peristiwa lain.", "Merged into another incident."),
    "open_other": ("Buka peristiwa itu", "Open that incident"),
    "suggestion_text": ("Mungkin peristiwa yang sama dengan yang lain:", "May be the same as another incident:"),
    "facts": ("Fakta", "Facts"),
    "facts_none": ("Belum ada angka yang disebut.", "No figures given yet."),
    "figure_source": ("Laporan {n}", "Report {n}"),
    "differ": ("sumber berbeda", "sources differ"),
    "at_least": ("sedikitnya {n}", "at least {n}"),
    "people": ("{n} orang", "{n} people"),
    "people.one": ("1 orang", "1 person"),
    "weapons": ("Senjata", "Weapons"),
    "parties": ("Pihak", "Parties"),
    "traits": ("Ciri", "Traits"),
    "missing": ("Belum diketahui", "Not known yet"),
    "secondary": ("Masalah lain", "Second issue"),
    "place": ("Tempat", "Place"),
    "candidates": ("Bisa juga: {names}", "Could also be: {names}"),
    "contradiction": ("Formulir dan isi berbeda: {what}", "Form and text differ: {what}"),
    "why_score": ("Mengapa skor ini", "Why this score"),
    "why_note": (
        "Jumlah poin semua unsur; batas bawah tingkat dapat menaikkannya. Angka ini kebijakan kabupaten, bukan hukum.",
        "The sum of all components; the floor of a level may lift it. The numbers are district policy, not law.",
    ),
    "component": ("Unsur", "Component"),
    "points": ("Poin", "Points"),
    "words": ("Kata dalam laporan", "Words in the report"),
    "rule": ("Aturan", "Rule"),
    "confidence": ("Keyakinan", "Confidence"),
    "confidence_of": ("{n} dari 100", "{n} of 100"),
    "rating": ("Nilai baket", "Source rating"),
    "handling": ("Penanganan", "Handling"),
    "classification": ("Klasifikasi", "Classification"),
    "told": ("Isi laporan", "Reports"),
    "told_number": ("Laporan {n}", "Report {n}"),
    "opinion": ("Pendapat pelapor (bukan fakta)", "Reporter's opinion (not fact)"),
    "anonymous": ("Anonim", "Anonymous"),
    "observed": ("Diamati", "Observed"),
    "alerts": ("Siapa sudah menjawab", "Who has answered"),
    "alerts_none": ("Belum ada instansi yang diberi tahu.", "No institution has been told yet."),
    "institution": ("Instansi", "Institution"),
    "duty": ("Tugas", "Duty"),
    "due": ("batas {time}", "due {time}"),
    "by_how": ("oleh {who}, lewat {how}", "by {who}, through {how}"),
    "sitrep_due": ("Lapjut ditunggu {time}", "Sitrep due {time}"),
    "deliveries": ("Pengiriman", "Deliveries"),
    "tries": ("{n} kali dicoba", "{n} tries"),
    "no_delivery": ("Belum ada pengiriman", "No delivery yet"),
    "informed": ("Tembusan ({n})", "Informed ({n})"),
    "why_told": ("Sebab diberi tahu", "Why told"),
    "sitreps": ("Laporan lanjutan", "Situation reports"),
    "timeline": ("Jejak", "Timeline"),
    "timeline_none": ("Belum ada catatan.", "Nothing yet."),
    "ladder": ("Eskalasi", "Escalation"),
    "ladder_next": ("Langkah {step} pada {time}", "Step {step} at {time}"),
    "ladder_stopped.acknowledged": ("Berhenti: penanggung jawab menerima", "Stopped: the lead acknowledged"),
    "ladder_stopped.closed": ("Berhenti: peristiwa ditutup", "Stopped: incident closed"),
    "ladder_stopped.merged": ("Berhenti: peristiwa digabung", "Stopped: incident merged"),
    "ladder_stopped.exhausted": ("Semua langkah sudah dipakai", "Every step has been used"),
    # acts
    "acts": ("Tindakan", "Acts"),
    "acts_none": ("Tidak ada tindakan untuk peran Anda di sini.", "There is nothing for your role to do here."),
    "act.terima": ("Terima untuk {institution}", "Acknowledge for {institution}"),
    "act.terima_hint": (
        "Anda mengambil tanggung jawab atas nama instansi. Lapjut pertama ditunggu sesudahnya.",
        "You take responsibility for your institution. A first sitrep is due afterwards.",
    ),
    "act.terima_untuk": ("Terima atas nama instansi lain", "Acknowledge for another institution"),
    "act.terima_untuk_hint": (
        "Misalnya bila mereka menjawab lewat telepon.",
        "For instance when they answered by telephone.",
    ),
    "act.lapjut": ("Tulis lapjut", "Write a sitrep"),
    "act.lapjut_hint": ("Apa yang ditemukan dan dilakukan?", "What was found and done?"),
    "act.verifikasi": ("Benar terjadi", "Confirm"),
    "act.verifikasi_hint": ("Anda sudah memastikan isi laporan.", "You have made sure of what was reported."),
    "act.eskalasi": ("Eskalasi sekarang", "Escalate now"),
    "act.eskalasi_hint": ("Langkah berikut tidak menunggu waktunya.", "The next step does not wait for its time."),
    "act.penilaian": ("Ubah penilaian", "Change the assessment"),
    "act.penilaian_hint": (
        "Nilai mesin tetap tersimpan di samping nilai Anda.",
        "The machine's values stay beside yours.",
    ),
    "act.tutup": ("Tutup", "Close"),
    "act.tutup_hint": (
        "Selesai bila tertangani; ditolak bila tidak benar atau bukan wewenang.",
        "Settled when dealt with; dismissed when untrue or not ours.",
    ),
    "act.buka": ("Buka lagi", "Open again"),
    "act.buka_hint": (
        "Semua instansi yang berkepentingan diberi tahu lagi dan harus menjawab lagi.",
        "Every institution it concerns is told again and must answer again.",
    ),
    "needed": ("jawabannya diperlukan", "its answer is needed"),
    "act.gabung": ("Gabungkan", "Merge"),
    "act.gabung_hint": (
        "Laporan peristiwa ini pindah ke peristiwa itu; tidak ada yang ditimpa, dan bisa dipisahkan lagi.",
        "This incident's reports move to that one; nothing is overwritten, and it can be undone.",
    ),
    "act.pisah": ("Pisahkan lagi", "Split again"),
    "act.beda": ("Bukan yang sama", "Not the same"),
    "reason": ("Alasan", "Reason"),
    "reason_reporter": (
        "Bila ditolak, pelapor membaca alasan ini: jangan sebut nama.",
        "If dismissed, the reporter reads this reason: name nobody.",
    ),
    "unchanged": ("Tidak diubah", "Unchanged"),
    "note": ("Catatan", "Note"),
    "outcome": ("Hasil", "Outcome"),
    "outcome.settled": ("Selesai", "Settled"),
    "outcome.dismissed": ("Ditolak", "Dismissed"),
    "send": ("Kirim", "Send"),
    "save": ("Simpan", "Save"),
    "done.terima": ("Diterima. Terima kasih.", "Acknowledged. Thank you."),
    "done.lagi": (
        "Sudah diterima sebelumnya; jawaban pertama tetap berlaku.",
        "It had been acknowledged before; the first answer stands.",
    ),
    "done.lapjut": ("Lapjut tersimpan.", "Sitrep saved."),
    "done.verifikasi": ("Verifikasi tersimpan.", "Confirmation saved."),
    "done.eskalasi": ("Eskalasi berjalan.", "Escalation is under way."),
    "done.penilaian": ("Penilaian diubah.", "Assessment changed."),
    "done.gabung": ("Digabungkan.", "Merged."),
    "done.pisah": ("Dipisahkan lagi.", "Split again."),
    "done.beda": ("Dicatat: dua peristiwa.", "Noted: two incidents."),
    "done.buka": (
        "Peristiwa dibuka lagi; yang berkepentingan diberi tahu.",
        "Open again; whoever it concerns is told.",
    ),
    "done.tutup": ("Peristiwa ditutup.", "Incident closed."),
    # the page from a message
    "answer_restricted": ("Perkara terbatas", "A restricted matter"),
    "answer_title": ("Peringatan untuk {institution}", "Alert for {institution}"),
    "answer_button": ("Terima", "Acknowledge"),
    "answer_hint": (
        (
            "Dengan menekan Terima, Anda mengambil tanggung jawab untuk {institution}. Isi laporan ada di meja kerja "
            "setelah masuk."
        ),
        (
            "By pressing Acknowledge you take responsibility for {institution}. The report itself is on the desk after "
            "signing in."
        ),
    ),
    "answer_done": ("Diterima", "Acknowledged"),
    "answer_done_text": (
        "Terima kasih. {institution} tercatat menerima peringatan ini setelah {time}.",
        "Thank you. {institution} is on record as having acknowledged after {time}.",
    ),
    "answer_first_text": (
        "{institution} sudah menerima peringatan ini sebelumnya. Jawaban pertama tetap berlaku.",
        "{institution} had acknowledged this alert before. The first answer stands.",
    ),
    "answer_next": ("Berikutnya: kirim lapjut pertama dari meja kerja.", "Next: send the first sitrep from the desk."),
    "answer_open": ("Buka di meja kerja", "Open on the desk"),
    "answer_used": ("Tombol ini sudah dipakai", "This button has been used"),
    "answer_used_text": (
        "Jawaban Anda sudah tercatat; tidak perlu menekan lagi. Perkembangannya ada di meja kerja.",
        "Your answer is on record; there is no need to press again. The desk shows how it goes on.",
    ),
    "answer_expired": ("Tombol ini sudah kedaluwarsa", "This button has expired"),
    "answer_expired_text": (
        "Demi keamanan, tombol dalam pesan hanya berlaku sebentar. Anda tetap bisa menerima setelah masuk.",
        "For safety the button in a message is short-lived. You can still acknowledge after signing in.",
    ),
    "answer_unknown": ("Tautan tidak dikenal", "Unknown link"),
    "answer_unknown_text": (
        "Mungkin terpotong saat disalin. Buka lagi dari pesan aslinya, atau masuk ke meja kerja.",
        "It may have been cut while copying. Open it again from the message itself, or sign in to the desk.",
    ),
    "answer_again": ("Belum tercatat. Tekan Terima sekali lagi.", "Not recorded yet. Press Acknowledge once more."),
    "answer_not_yet": ("Belum", "Not yet"),
    "answer_merged": (
        "Peristiwa ini sudah digabung dengan yang lain; jawaban Anda berlaku untuk gabungannya.",
        "This incident has been merged into another; your answer counts for that one.",
    ),
    "answer_elsewhere": ("Sudah digabung dengan peristiwa lain", "Merged into another incident"),
    "answer_elsewhere_text": (
        "{institution} tidak bertugas di sana; tidak ada yang perlu Anda terima. Bila ragu, tanyakan kepada {office}.",
        "{institution} has no duty there; there is nothing to acknowledge. If in doubt, ask {office}.",
    ),
    "answer_departed": ("Tombol ini bukan untuk Anda lagi", "This button is no longer yours"),
    "answer_departed_text": (
        "Anda tidak lagi tercatat menjawab untuk {institution}. Beri tahu {office} bila ini keliru.",
        "You are no longer on record as answering for {institution}. Tell {office} if that is wrong.",
    ),
    "answer_closed": ("Peristiwa sudah ditutup", "The incident is closed"),
    "answer_closed_text": ("Tidak ada lagi yang perlu Anda terima.", "There is nothing left to acknowledge."),
    # errors
    "error.not_found": ("Tidak ditemukan", "Not found"),
    "error.not_found_text": (
        "Halaman atau peristiwa ini tidak ada, atau bukan untuk akun Anda.",
        "This page or incident does not exist, or is not for your account.",
    ),
    "error.not_yours": ("Belum bisa", "Not allowed"),
    "error.state": ("Sudah tidak bisa", "No longer possible"),
    "error.reason_required": ("Alasan belum diisi", "A reason is needed"),
    "error.stale": ("Formulir sudah lama", "The form is stale"),
    "error.stale_text": (
        "Sesi berganti sejak halaman dibuka. Kembali, muat ulang, lalu kirim lagi.",
        "The session changed since the page was opened. Go back, reload, and send again.",
    ),
    "error.bad": ("Isian tidak terbaca", "The form could not be read"),
    "error.bad_text": ("Periksa isian lalu kirim lagi.", "Check what you entered and send again."),
    "error.away": ("Sebentar, penyimpanan tidak terjangkau", "One moment, the store is away"),
    "error.away_text": (
        "Laporan tetap diterima dan tidak hilang. Coba lagi sebentar lagi.",
        "Reports are still accepted and not lost. Try again shortly.",
    ),
    "error.broken": ("Kesalahan di pihak kami", "A fault on our side"),
    "error.broken_text": (
        "Tidak ada yang hilang. Coba lagi; bila terulang, beri tahu admin kabupaten.",
        "Nothing was lost. Try again; if it happens again, tell the district's admin.",
    ),
    "go_home": ("Ke daftar peristiwa", "To the list of incidents"),
}
WORDS: Final = SENTENCES | BY_HAND | ROTA | OWN | NAMES


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def say(key: str, language: str = "id", **facts: object) -> str:
    """Say one thing in one language; `n` of 1 takes the singular where there is one. Raises KeyError when unknown.

    >>> say("reports", "en", n=1), say("reports", "id", n=3)
    ('1 report', '3 laporan')
    """
    if facts.get("n") == 1 and f"{key}.one" in WORDS:
        key = f"{key}.one"
    text = WORDS[key][LANGUAGES.index(language)]
    return text.format_map(_Blank(facts)).strip() if facts else text


def name(group: str, code: object, language: str = "id") -> str:
    """Name a code of the house, or give the code itself when nobody has named it yet.

    >>> name("level", "TINGGI"), name("channel", "semaphore")
    ('Tinggi', 'semaphore')
    """
    key = f"{group}.{code}"
    return WORDS[key][LANGUAGES.index(language)] if key in WORDS else str(code)
