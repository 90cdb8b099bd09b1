"""Say what the page about one's own ways to be reached says: Indonesian first, English beside it. Pure."""

from typing import Final

OWN: Final[dict[str, tuple[str, str]]] = {
    "own.link": ("Saya", "Me"),
    "own.link_hint": ("Cara saya dihubungi", "How I am reached"),
    "own.title": ("Cara saya dihubungi", "How I am reached"),
    "own.lead": (
        "Peringatan KRITIS datang ke semua alamat yang aktif. Yang lain hanya ke yang pertama.",
        "A critical alert goes to every address in use. Any other goes to the first only.",
    ),
    "own.nobody": (
        "Akun Anda belum terdaftar di instansi mana pun, jadi belum ada peringatan yang dikirim kepada Anda.",
        "Your account belongs to no institution yet, so no alerts are sent to you.",
    ),
    "own.here": ("Perangkat ini", "This device"),
    "own.noscript": (
        "Menyalakan pemberitahuan perlu JavaScript di peramban ini.",
        "Turning notifications on needs JavaScript in this browser.",
    ),
    "own.off": ("Pemberitahuan di perangkat ini mati.", "Notifications are off on this device."),
    "own.off_text": (
        "Nyalakan agar HP ini berbunyi bila ada peringatan, juga saat halaman ini ditutup.",
        "Turn them on and this phone rings when an alert comes, also when this page is closed.",
    ),
    "own.shared": (
        "Jangan nyalakan di komputer yang dipakai bersama.",
        "Do not turn them on at a computer that others use.",
    ),
    "own.on": ("Pemberitahuan di perangkat ini menyala.", "Notifications are on on this device."),
    "own.on_text": (
        "Kirim pesan uji. Bila tidak berbunyi, periksa setelan suara dan penghemat baterai untuk peramban ini.",
        "Send a trial message. If it does not ring, check sound and battery saving for this browser.",
    ),
    "own.blocked": ("Pemberitahuan diblokir di peramban ini.", "Notifications are blocked in this browser."),
    "own.blocked_text": (
        "Buka setelan situs ini di peramban, izinkan pemberitahuan, lalu muat ulang halaman.",
        "Open this site's settings in the browser, allow notifications, then load the page again.",
    ),
    "own.insecure": ("Alamat halaman ini bukan https.", "This page's address is not https."),
    "own.insecure_text": (
        "Peramban hanya memberi tahu untuk halaman https. Minta alamat https kepada admin kabupaten.",
        "Browsers notify for https pages only. Ask the district's admin for the https address.",
    ),
    "own.iphone": ("Di iPhone: tambahkan dulu ke Layar Utama.", "On an iPhone: first add it to the Home Screen."),
    "own.iphone_text": (
        "Tekan Bagikan, pilih Tambah ke Layar Utama, lalu buka Kentongan dari ikon itu dan kembali ke halaman ini.",
        "Tap Share, choose Add to Home Screen, then open Kentongan from that icon and come back to this page.",
    ),
    "own.unsupported": (
        "Peramban ini tidak bisa menerima pemberitahuan.",
        "This browser cannot receive notifications.",
    ),
    "own.unsupported_text": (
        "Pakai Chrome, Edge, Firefox, atau Safari yang baru.",
        "Use a recent Chrome, Edge, Firefox or Safari.",
    ),
    "own.failed": ("Belum berhasil dinyalakan.", "It could not be turned on."),
    "own.failed_text": ("Periksa sambungan internet, lalu coba lagi.", "Check the connection, then try again."),
    "own.turn_on": ("Nyalakan di perangkat ini", "Turn on for this device"),
    "own.turn_off": ("Matikan", "Turn off"),
    "own.remove": ("Hapus dari daftar", "Remove from the list"),
    "own.first": ("Pertama", "First"),
    "own.put_first": ("Pakai lebih dulu", "Use first"),
    "own.try": ("Kirim pesan uji", "Send a trial message"),
    "own.ways": ("Alamat saya", "My addresses"),
    "own.ways_none": ("Belum ada alamat yang dicatat.", "No address is on file yet."),
    "own.office": (
        "Nomor telepon dan surel dicatat oleh kantor; minta koordinator bila perlu diubah.",
        "Telephone numbers and mail are entered by the office; ask the coordinator to change them.",
    ),
    "own.desk": ("Meja kerja", "The desk"),
    "own.desk_text": ("Selalu ada setelah masuk", "Always there after signing in"),
    "own.state.live": ("Aktif", "In use"),
    "own.state.unproved": ("Belum terbukti", "Not proved yet"),
    "own.state.failing": ("Tidak sampai", "Not arriving"),
    "own.state.stopped": ("Dihentikan", "Stopped"),
    "own.state.gone": ("Terputus", "Disconnected"),
    "own.state.moved": ("Dipakai akun lain", "Another account's now"),
    "own.why.unproved": (
        "Belum dipakai. Balas kode verifikasi yang dikirim ke alamat ini, atau hubungi kantor.",
        "Not used yet. Reply with the verification code sent there, or tell the office.",
    ),
    "own.why.failing": (
        "Pesan terakhir ke sini tidak sampai; alamat Anda yang lain dipakai lebih dulu. Beri tahu kantor.",
        "The last message did not arrive here; your other addresses are used first. Tell the office.",
    ),
    "own.why.failing_device": (
        "Pesan terakhir tidak sampai; alamat Anda yang lain dipakai lebih dulu. Nyalakan lagi dari perangkat itu.",
        "The last message did not arrive; your other addresses are used first. Turn it on again from there.",
    ),
    "own.why.stopped": (
        "Anda mengirim STOP dari alamat ini. Kirim MULAI dari sana untuk memakainya lagi.",
        "You sent STOP from this address. Send MULAI from there to use it again.",
    ),
    "own.why.gone": (
        "Perangkat ini tidak menerima lagi; dipakai alamat Anda yang lain. Nyalakan lagi dari perangkat itu.",
        "This device receives nothing any more; your other addresses are used. Turn it on again from there.",
    ),
    "own.why.moved": (
        "Orang lain menyalakan pemberitahuan di perangkat ini, jadi peringatan Anda tidak lagi muncul di sana.",
        "Somebody else turned notifications on there, so your alerts no longer appear on it.",
    ),
    "own.sent": ("Terakhir dikirim {time}", "Last sent {time}"),
    "own.shown": ("Terakhir sampai {time}", "Last arrived {time}"),
    "own.never": ("Belum pernah dikirimi", "Nothing sent yet"),
    "own.done.nyala": ("Menyala. Kirim pesan uji untuk mencobanya.", "It is on. Send a trial message to see."),
    "own.done.mati": ("Sudah dimatikan.", "It is off."),
    "own.done.dulu": ("Urutan diubah.", "The order is changed."),
    "own.done.uji": (
        "Pesan uji sedang dikirim. Biasanya sampai dalam beberapa detik.",
        "The trial message is on its way. It usually arrives within seconds.",
    ),
    "own.trial_subject": ("Kentongan - pesan uji", "Kentongan - trial message"),
    "own.trial_text": (
        "Pemberitahuan di perangkat ini berfungsi. Dikirim pkl {time}. Ini bukan peringatan.",
        "Notifications work on this device. Sent at {time}. This is not an alert.",
    ),
    "way.webpush": ("Pemberitahuan di perangkat", "Notifications on a device"),
    "way.email": ("Surel", "Mail"),
    "way.sms_gateway": ("SMS", "SMS"),
    "way.sms_android": ("SMS", "SMS"),
    "way.whatsapp": ("WhatsApp", "WhatsApp"),
    "way.telegram": ("Telegram", "Telegram"),
    "way.ntfy": ("ntfy", "ntfy"),
    "way.webhook": ("Sistem instansi", "The institution's system"),
    "way.apprise": ("Layanan lain", "Another service"),
    "way.desk": ("Meja kerja", "The desk"),
}
