"""Keep what is answered to a message somebody sent, Indonesian and English; each fits one SMS."""

from collections.abc import Mapping
from types import MappingProxyType

from services.notify.replies.parser import Doubt

NONE: Mapping[str, int] = MappingProxyType({})

SAID = {
    "id": {
        "accepted": "{code} diterima {time}. Kirim L {code} <isi> untuk lapjut.",
        "accepted_until": "{code} diterima {time}. Kirim L {code} <isi> untuk lapjut sebelum {due}.",
        "accepted_before": "{code} sudah diterima instansi Anda {time}. Lapjut: L {code} <isi>.",
        "escalated": "{code} dieskalasi {time}. Tingkat berikutnya segera diberi tahu.",
        "reported": "Lapjut {code} dicatat {time}. Terima kasih.",
        "reported_until": "Lapjut {code} dicatat {time}. Lapjut berikutnya sebelum {due}.",
        "reported_claimed": "Lapjut {code} dicatat {time}, jawaban BELUM berlaku: KRITIS dipastikan lewat tautan di "
        "peringatan, aplikasi, atau telepon koordinator.",
        "crowded": "Laporan dari nomor ini sudah terlalu banyak; yang ini TIDAK dicatat. Kirim lagi sejam lagi. "
        "Nyawa terancam: hubungi {emergency}.",
        "refused": "{code} tidak dapat diproses: {why}",
        "stranger": "Nomor ini tidak terdaftar untuk menjawab peringatan. Nyawa terancam: hubungi {emergency}.",
        "unread": "Foto, suara dan berkas tidak terbaca di sini. Tuliskan: apa, di mana, kapan. "
        "Nyawa terancam: hubungi {emergency}.",
        "spent": "{code} sudah dipakai. Kode baru ada di peringatan berikutnya; atau buka aplikasi.",
        "claimed": "{code} dicatat {time}, BELUM berlaku: KRITIS dipastikan lewat tautan di peringatan, aplikasi, atau "
        "telepon koordinator.",
        "closed_channel": "Terlalu banyak kode salah: jawaban lewat saluran ini ditutup. Pakai tautan di peringatan.",
        "stop_asked": "Permintaan berhenti diteruskan kepada koordinator. Peringatan tetap dikirim.",
        "stopped": "Peringatan ke alamat ini dihentikan. Kirim MULAI untuk menerimanya lagi.",
        "started": "Alamat ini menerima peringatan lagi. Kirim STOP untuk berhenti.",
        "verified": "Alamat ini sudah terverifikasi dan akan menerima peringatan.",
        "wrong_check": "Kode verifikasi tidak cocok atau sudah kedaluwarsa.",
        "codes": " Kode Anda: {codes}.",
        "whole": "{code} untuk {count} sekaligus",
        "merged": "Peristiwa {code} sudah digabung dengan yang lain. {rest}",
        "elsewhere": "{code} sudah digabung dengan peristiwa lain; {institution} tidak bertugas di sana. "
        "Tanyakan kepada {office}, atau buka {url}",
        "bundle": "{code}: {counts}.",
        "bundle_sitrep": "{code}: {counts}. Lapjut satu per satu: L <kode> <isi>.",
        "bundle_sitrep_until": "{code}: {counts}. Lapjut satu per satu: L <kode> <isi>, yang pertama sebelum {due}.",
        "now": "{count} diterima {time}",
        "before": "{count} sudah diterima sebelumnya",
        "before_one": "1 sudah diterima {time}",
        "closed": "{count} sudah ditutup",
        "raised": "{count} berubah dan perlu dijawab sendiri: {codes}",
        "others": "{count} bukan lagi tugas Anda",
        "which_escalate": "{code} memuat {count} peringatan; eskalasi satu per satu. Kirim E dengan kodenya: {codes}",
        "which_sitrep": "{code} memuat {count} peringatan; lapjut satu per satu. Kirim L, kodenya, lalu isi: {codes}",
    },
    "en": {
        "accepted": "{code} acknowledged {time}. Send L {code} <text> as situation report.",
        "accepted_until": "{code} acknowledged {time}. Send L {code} <text> as situation report before {due}.",
        "accepted_before": "{code} was acknowledged by your institution {time}. Report: L {code} <text>.",
        "escalated": "{code} escalated {time}. The next rung is told now.",
        "reported": "Situation report {code} kept {time}. Thank you.",
        "reported_until": "Situation report {code} kept {time}. The next one before {due}.",
        "reported_claimed": "Report {code} kept {time}, the answer is NOT in force: KRITIS is confirmed by the link in "
        "the alert, the application or the coordinator's call.",
        "crowded": "Too many reports from this number; this one was NOT kept. Send it again in an hour. "
        "Lives in danger: call {emergency}.",
        "refused": "{code} cannot be done: {why}",
        "stranger": "This number is not registered to answer alerts. Lives in danger: call {emergency}.",
        "unread": "Photos, voice and files cannot be read here. Write what, where and when. "
        "Lives in danger: call {emergency}.",
        "spent": "{code} has been used. The next alert has a new code; or open the application.",
        "claimed": "{code} noted {time}, NOT in force yet: KRITIS is confirmed by the link in the alert, the "
        "application or the coordinator's call.",
        "closed_channel": "Too many wrong codes: answers over this channel are closed. Use the link in the alert.",
        "stop_asked": "Your wish to stop goes to the coordinator. Alerts keep coming.",
        "stopped": "No more alerts to this address. Send MULAI to receive them again.",
        "started": "This address receives alerts again. Send STOP to end that.",
        "verified": "This address is verified and will receive alerts.",
        "wrong_check": "The verification code does not fit or has expired.",
        "codes": " Your codes: {codes}.",
        "whole": "{code} for {count} at once",
        "merged": "Incident {code} has been merged into another. {rest}",
        "elsewhere": "{code} has been merged into another incident, in which {institution} has no duty. "
        "Ask {office}, or open {url}",
        "bundle": "{code}: {counts}.",
        "bundle_sitrep": "{code}: {counts}. Reports one by one: L <code> <text>.",
        "bundle_sitrep_until": "{code}: {counts}. Reports one by one: L <code> <text>, the first before {due}.",
        "now": "{count} acknowledged {time}",
        "before": "{count} acknowledged earlier",
        "before_one": "1 was acknowledged {time}",
        "closed": "{count} already closed",
        "raised": "{count} changed since, answer by its own code: {codes}",
        "others": "{count} no longer yours",
        "which_escalate": "{code} holds {count} alerts; escalate one by one. Send E with its code: {codes}",
        "which_sitrep": "{code} holds {count} alerts; report one by one. Send L, its code, then the text: {codes}",
    },
}

ASKED = {
    "id": {
        Doubt.EMPTY: "Pesan kosong. Balas T <kode> untuk terima.",
        Doubt.UNKNOWN: "Pesan belum dipahami. T <kode> terima, E <kode> eskalasi, L <kode> <isi> lapjut.",
        Doubt.NO_CODE: "Kode yang mana? Tulis kodenya, mis. T 4821.",
        Doubt.NO_VERB: "{code}: apa yang dimaksud? T {code} terima, E {code} eskalasi, L {code} <isi> lapjut.",
        Doubt.SEVERAL_CODES: "Ada lebih dari satu kode. Kirim satu pesan untuk satu kode.",
        Doubt.SEVERAL_VERBS: "{code}: terima atau eskalasi? Kirim T {code} atau E {code} saja.",
        Doubt.DENIED: "{code} belum diterima. Bila tidak sanggup kirim E {code}; bila sanggup kirim T {code}.",
        Doubt.NO_TEXT: "{code}: lapjut belum ada isinya. Kirim L {code} <isi>.",
        Doubt.NOT_OPEN: "{code} bukan kode Anda yang masih terbuka.",
        Doubt.CLOSED: "{code} sudah ditutup; tidak perlu dijawab lagi.",
        Doubt.EXPIRED: "{code} hanya berlaku sehari. Jawab satu per satu, atau buka aplikasi.",
    },
    "en": {
        Doubt.EMPTY: "Empty message. Reply T <code> to acknowledge.",
        Doubt.UNKNOWN: "Not understood. T <code> acknowledge, E <code> escalate, L <code> <text> report.",
        Doubt.NO_CODE: "Which code? Write it, e.g. T 4821.",
        Doubt.NO_VERB: "{code}: what is meant? T {code} acknowledge, E {code} escalate, L {code} <text> report.",
        Doubt.SEVERAL_CODES: "More than one code. Send one message for each.",
        Doubt.SEVERAL_VERBS: "{code}: acknowledge or escalate? Send only T {code} or E {code}.",
        Doubt.DENIED: "{code} is not acknowledged. Send E {code} to escalate, or T {code} to acknowledge.",
        Doubt.NO_TEXT: "{code}: the report is empty. Send L {code} <text>.",
        Doubt.NOT_OPEN: "{code} is none of your open codes.",
        Doubt.CLOSED: "{code} is closed; no answer is needed any more.",
        Doubt.EXPIRED: "{code} was good for a day. Answer one by one, or open the application.",
    },
}
SHOWN = 5  # codes named when asking back


def say(language: str, key: str, **values: object) -> str:
    """Say one of the sentences; an unknown language is Indonesian."""
    return SAID.get(language, SAID["id"])[key].format(**values)


def ask_back(language: str, doubt: Doubt, code: str | None, codes: list[str], bundles: Mapping[str, int] = NONE) -> str:
    """Ask what was meant, naming the sender's open codes where none of them was named.

    >>> ask_back("id", Doubt.NO_CODE, None, ["4821", "5117"], {"7702": 2})
    'Kode yang mana? Tulis kodenya, mis. T 4821. Kode Anda: 4821, 5117, 7702 untuk 2 sekaligus.'
    """
    asked = ASKED.get(language, ASKED["id"])[doubt].format(code=code or "")
    named = doubt in (Doubt.NO_CODE, Doubt.UNKNOWN, Doubt.SEVERAL_CODES, Doubt.NOT_OPEN, Doubt.CLOSED, Doubt.EXPIRED)
    whole = [say(language, "whole", code=one, count=count) for one, count in list(bundles.items())[-1:]]
    listed = [*codes[:SHOWN], *whole] if codes else []
    return asked + (say(language, "codes", codes=", ".join(listed)) if named and listed else "")
