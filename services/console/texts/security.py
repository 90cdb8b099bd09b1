"""Say what the pages about accounts, sessions and people say: Indonesian first, English beside it. Pure."""

from typing import Final

SECURITY: Final[dict[str, tuple[str, str]]] = {
    "account.title": ("Keamanan akun", "Account security"),
    "account.sessions": ("Tempat Anda masuk", "Where you are signed in"),
    "account.unnamed": ("Peramban", "A browser"),
    "account.here": ("Sesi ini", "This session"),
    "account.end": ("Akhiri", "End"),
    "account.on": ("{program} di {system}", "{program} on {system}"),
    "account.span": ("Sejak {since}, berakhir {until}", "Since {since}, ends {until}"),
    "account.agent": ("Keterangan lengkap peramban", "What the browser says of itself"),
    "account.end_others_sure": (
        "{n} sesi lain berakhir sekarang. Di sana Anda harus masuk lagi.",
        "{n} other sessions end now. There you have to sign in again.",
    ),
    "account.end_others_sure.one": (
        "1 sesi lain berakhir sekarang. Di sana Anda harus masuk lagi.",
        "1 other session ends now. There you have to sign in again.",
    ),
    "account.end_others_yes": ("Ya, akhiri semuanya", "Yes, end them all"),
    "account.end_others": ("Akhiri semua sesi lain", "End all other sessions"),
    "account.required": (
        "Peran Anda mewajibkan verifikasi dua langkah. Nyalakan di sini, lalu halaman lain terbuka.",
        "Your role requires two-step verification. Turn it on here, then the other pages open.",
    ),
    "account.required_stays": (
        "Peran Anda mewajibkannya. Untuk melepasnya, tambah kunci sandi dulu.",
        "Your role requires it. To turn it off, add a passkey first.",
    ),
    "account.go_on": ("Lanjutkan", "Go on"),
    "account.factor": ("Verifikasi dua langkah", "Two-step verification"),
    "account.factor_on": (
        "Menyala. Saat masuk Anda memasukkan kode dari aplikasi autentikator.",
        "On. When you sign in you enter a code of your authenticator.",
    ),
    "account.factor_off": (
        "Mati. Nyalakan agar kata sandi yang bocor saja tidak cukup untuk masuk.",
        "Off. Turn it on so that a leaked password alone lets nobody in.",
    ),
    "account.factor_begin": ("Siapkan", "Set up"),
    "account.factor_start": ("Nyalakan", "Turn on"),
    "account.factor_stop": ("Matikan", "Turn off"),
    "account.scan": (
        "Pindai kode ini dengan aplikasi autentikator, lalu masukkan kode yang tampil di sana.",
        "Scan this code with an authenticator, then enter the code it shows.",
    ),
    "account.move": ("Pindah ke HP baru", "Move to a new phone"),
    "account.move_text": (
        "Kode dari HP lama, atau kode cadangan bila HP hilang. HP lama tetap berlaku sampai kode pertama HP baru.",
        "A code of the old phone, or a recovery code if it is lost. The old one counts until the new one's first code.",
    ),
    "account.moving": (
        "HP baru: masukkan kodenya dalam 15 menit. HP lama dan kode cadangan lama lalu berakhir.",
        "New phone: enter its code within 15 minutes. The old phone and the old recovery codes end then.",
    ),
    "account.move_done": ("Pakai HP ini", "Use this phone"),
    "account.scan_alt": ("Kode QR untuk aplikasi autentikator", "QR code for an authenticator"),
    "account.secret": ("Atau ketik:", "Or type:"),
    "account.code": ("Kode enam angka, atau kode cadangan", "Six digits, or a recovery code"),
    "account.first_code": ("Kode enam angka dari aplikasi itu", "The six digits that it shows"),
    "account.codes": ("Kode cadangan", "Recovery codes"),
    "account.codes_text": (
        "Catat dan simpan di tempat aman: masing-masing sekali pakai bila HP hilang. Tidak akan ditampilkan lagi.",
        "Write them down and keep them safe: each works once if the phone is lost. They are not shown again.",
    ),
    "account.password": ("Kata sandi", "Password"),
    "account.ends": (
        "Sesi lain, kunci sandi, tombol dan kode di pesan lama, dan perangkat dengan pemberitahuan ikut berakhir.",
        "Other sessions, passkeys, buttons and codes of earlier messages, and devices with notifications end with it.",
    ),
    "account.done.sandi": ("Kata sandi diganti. Sesi lain berakhir.", "Password changed. Other sessions ended."),
    "account.done.sesi": ("Sesi diakhiri.", "Ended."),
    "account.done.mati": ("Verifikasi dua langkah mati.", "Two-step verification is off."),
    "account.done.kunci": (
        "Kunci sandi tersimpan. Anda bisa masuk dengannya.",
        "The passkey is kept: come in with it.",
    ),
    "account.done.nama": ("Nama diganti.", "The name is changed."),
    "account.done.lepas": (
        "Kunci sandi dihapus dan sesi lain berakhir. Hapus juga dari setelan perangkat itu.",
        "The passkey is removed and other sessions ended. Remove it in the settings of that device as well.",
    ),
    "passkey.title": ("Kunci sandi (passkey)", "Passkeys"),
    "passkey.lead": (
        "Masuk dengan sidik jari, wajah, atau PIN perangkat, tanpa kata sandi dan kode. Aman dari halaman palsu.",
        "Sign in with your device's fingerprint, face or PIN, without password and code. No false page can steal it.",
    ),
    "passkey.add": ("Tambah kunci sandi", "Add a passkey"),
    "passkey.name": ("Nama kunci ini", "Name of this passkey"),
    "passkey.example": ("misalnya HP saya", "for example: my phone"),
    "passkey.next": ("Lanjut", "Continue"),
    "passkey.shared": (
        "Jangan di perangkat yang dibuka bersama dengan satu PIN.",
        "Not on a device that others unlock with the same PIN.",
    ),
    "passkey.now": (
        "Kata sandi cocok. Tekan tombol ini dalam lima menit, lalu ikuti perangkat Anda.",
        "The password fits. Press this within five minutes and follow your device.",
    ),
    "passkey.make": ("Buat kunci sandi", "Make the passkey"),
    "passkey.failed": (
        "Belum dibuat: dibatalkan, atau perangkat ini sudah punya kunci Anda. Coba lagi.",
        "Not made: cancelled, or this device has one of yours already. Try again.",
    ),
    "passkey.unsupported": (
        "Peramban ini tidak dapat membuat kunci sandi (perlu JavaScript dan peramban baru).",
        "This browser makes no passkeys (it needs JavaScript and a recent browser).",
    ),
    "passkey.unnamed": ("Tanpa nama", "Unnamed"),
    "passkey.made": ("Dibuat {time}", "Made {time}"),
    "passkey.used": ("dipakai {time}", "used {time}"),
    "passkey.never": ("belum pernah dipakai", "never used"),
    "passkey.elsewhere": (
        "Dibuat untuk alamat {site}; di sini tidak berlaku.",
        "Made for the address {site}; it counts for nothing here.",
    ),
    "passkey.change": ("Ganti nama atau hapus", "Rename or remove"),
    "passkey.remove": ("Hapus kunci ini", "Remove this passkey"),
    "passkey.remove_text": ("Semua sesi lain berakhir.", "All other sessions end."),
    "passkey.nowhere": (
        "Belum bisa di sini: perlu alamat https dengan nama, dan kantor yang tidak hanya memakai layanannya sendiri.",
        "Not possible here: it needs an https address with a name, and an office that uses more than its own service.",
    ),
    "passkey.no_password": (
        "Buat kata sandi dulu: kunci sandi ditambahkan oleh yang mengetahuinya.",
        "Choose a password first: whoever knows it may add a passkey.",
    ),
    "password.now": ("Kata sandi sekarang", "Present password"),
    "password.new": ("Kata sandi baru", "New password"),
    "password.again": ("Ulangi", "Once more"),
    "password.hint": (
        "Paling sedikit {least} huruf. Beberapa kata tak berhubungan lebih kuat daripada satu kata dengan angka.",
        "At least {least} characters. A few unrelated words are stronger than one word with digits.",
    ),
    "password.old": ("Kata sandi sekarang tidak cocok.", "The present password does not match."),
    "password.differ": ("Kedua isian tidak sama.", "The two entries differ."),
    "password.short": ("Terlalu pendek: paling sedikit {least} huruf.", "Too short: at least {least} characters."),
    "password.long": ("Terlalu panjang: paling banyak 128 huruf.", "Too long: at most 128 characters."),
    "password.common": (
        "Terlalu mudah ditebak: banyak orang memakainya.",
        "Too easy to guess: many people use it.",
    ),
    "password.plain": (
        "Terlalu mudah ditebak: huruf berulang atau berurutan.",
        "Too easy to guess: repeated or consecutive signs.",
    ),
    "password.own": (
        "Terlalu mudah ditebak: isinya nama Anda, instansi, atau tempat.",
        "Too easy to guess: it is made of your name, office or place.",
    ),
    "passkey.here": ("perangkat ini", "this device"),
    "passkey.here_text": (
        "Bila sesi berakhir, perangkat ini membuka halaman dengan satu sentuhan, selama dipakai tiap 30 hari.",
        "When a session has ended, this device opens pages with one touch, while it is used every 30 days.",
    ),
    "passkey.here_end": (
        "Berakhir bila Anda keluar di sini, menghapus kuncinya, atau mengganti kata sandi.",
        "That ends when you sign out here, remove the passkey or change the password.",
    ),
    "sign_in_device": ("Perangkat ini terdaftar", "This device is registered"),
    "sign_in_device_text": (
        "Sesi Anda sudah berakhir. Buka lagi dengan sidik jari, wajah, atau PIN perangkat ini.",
        "Your session has ended. Open it again with your finger, face or the PIN of this device.",
    ),
    "sign_in_device_button": ("Buka dengan kunci sandi", "Open with the passkey"),
    "sign_in_device_other": ("Masuk dengan cara lain", "Sign in another way"),
    "sign_in_passkey": ("Masuk dengan kunci sandi", "Sign in with a passkey"),
    "sign_in_passkey_failed": (
        "Tidak ada kunci sandi yang dipilih. Coba lagi, atau masuk dengan kata sandi.",
        "No passkey was chosen. Try again, or sign in with your password.",
    ),
    "sign_in_passkey_gone": (
        "Kunci sandi itu tidak dikenal di sini. Masuk dengan kata sandi, lalu buat yang baru.",
        "That passkey is not known here. Sign in with your password, then make a new one.",
    ),
    "sign_in_passkey_wrong": (
        "Kunci sandi itu tidak diterima. Masuk dengan kata sandi dan beri tahu admin.",
        "That passkey was not accepted. Sign in with your password and tell the admin.",
    ),
    "sign_in_passkey_first": (
        "Peran Anda mewajibkan dua langkah. Masuk dengan kunci sandi Anda. Hilang? Minta admin kantor melepasnya.",
        "Your role requires two steps. Sign in with your passkey. Lost it? Ask the office's admin to take it away.",
    ),
    "sign_in_code": ("Kode tidak cocok atau sudah dipakai.", "The code does not fit or was used."),
    "sign_in_late": ("Waktunya habis. Masuk lagi dari awal.", "Time is up. Sign in again."),
    "sign_in_code_hint": (
        "Dari aplikasi autentikator di HP Anda. HP hilang? Pakai kode cadangan.",
        "From the authenticator on your phone. Lost it? Use a recovery code.",
    ),
    "sign_in_provider": ("Masuk dengan {name}", "Sign in with {name}"),
    "sign_in_unsent": (
        "Sesi Anda sudah berakhir, jadi yang baru Anda kirim belum diterima. Masuk, lalu kirim lagi.",
        "Your session had ended, so what you just sent was not taken. Sign in, then send it again.",
    ),
    "unsent.first": (
        "Yang baru Anda kirim belum diterima. Nyalakan dulu langkah kedua di bawah, lalu kirim lagi dari formulirnya.",
        "What you just sent was not taken. Turn the second step on below first, then send it again from its form.",
    ),
    "unsent.again": (
        "Yang tadi Anda kirim belum diterima, jadi tidak ada yang berubah. Isi dan kirim lagi dari formulirnya.",
        "What you sent before was not taken, so nothing has changed. Fill it in and send it again from its form.",
    ),
    "unsent.written": ("Yang Anda tulis tadi", "What you wrote"),
    "signed_out": ("Anda sudah keluar.", "You are signed out."),
    "signed_out_there": (
        "{name} di peramban ini mungkin masih terbuka.",
        "{name} may still be open in this browser.",
    ),
    "sign_out_provider": ("Keluar juga dari {name}", "Sign out of {name} too"),
    "sign_in_provider_away": (
        "Layanan masuk kantor tidak menjawab. Coba lagi, atau masuk dengan kata sandi bila tersedia di bawah.",
        "The office's sign-in service does not answer. Try again, or use a password where there is a form below.",
    ),
    "sign_in_provider_refused": (
        "Layanan masuk kantor tidak memastikan siapa Anda. Mulai lagi dari halaman ini.",
        "The office's sign-in service did not vouch for you. Begin again on this page.",
    ),
    "sign_in_provider_unknown": (
        "Akun itu belum terhubung dengan siapa pun di sini. Minta admin kantor mencatat surel dinas Anda.",
        "That account belongs to nobody here yet. Ask the office's admin to enter your official mail address.",
    ),
    "sign_in_provider_linked": (
        "Anda pernah masuk dengan akun lain di layanan itu. Minta admin kantor melepasnya dulu.",
        "You have come in with another account of that service. Ask the office's admin to free it first.",
    ),
    "sign_in_provider_factor": (
        "Masuk memerlukan dua langkah. Nyalakan di layanan itu, lalu masuk lagi.",
        "Two steps are required. Turn them on at that service, then sign in again.",
    ),
    "sign_in_provider_only": (
        "Kantor ini masuk lewat layanannya sendiri, bukan dengan kata sandi.",
        "This office signs in by its own service, not by password.",
    ),
    "link.subject": ("Kentongan - buat kata sandi", "Kentongan - choose a password"),
    "link.text": (
        "Buat kata sandi Kentongan Anda dalam tiga hari: {url} Tidak meminta? Abaikan dan beri tahu kantor.",
        "Choose your Kentongan password within three days: {url} Not asked for? Ignore it and tell the office.",
    ),
    "settings.address_remove": ("Hapus alamat", "Remove the address"),
    "settings.sessions": ("Sedang masuk di {n} tempat.", "Signed in at {n} places."),
    "settings.sessions.one": ("Sedang masuk di 1 tempat.", "Signed in at 1 place."),
    "settings.end_sessions": ("Akhiri sesi, kunci sandi, tombol dan kode", "End sessions, passkeys, buttons and codes"),
    "settings.passkeys": ("Punya {n} kunci sandi (passkey).", "Has {n} passkeys."),
    "settings.passkeys.one": ("Punya 1 kunci sandi (passkey).", "Has 1 passkey."),
    "settings.drop_passkeys": ("Hapus kunci sandi", "Remove the passkeys"),
    "settings.done.kunci": (
        "Kunci sandi, sesi, tombol dan kode berakhir.",
        "Passkeys, sessions, buttons and codes ended.",
    ),
    "settings.lacks_step": (
        "Belum punya langkah kedua, padahal perannya mewajibkan: diminta saat masuk.",
        "Has no second step yet, and the role requires one: it is asked for at the next sign-in.",
    ),
    "settings.free_factor": ("Lepas verifikasi dua langkah", "Take two-step verification away"),
    "settings.done.sesi": (
        "Sesi, kunci sandi, tombol dan kode berakhir.",
        "Sessions, passkeys, buttons and codes ended.",
    ),
    "settings.done.faktor": ("Verifikasi dua langkah dilepas.", "Two-step verification was taken away."),
    "settings.done.hapus": ("Alamat dihapus.", "The address is removed."),
    "settings.done.kirim": (
        "Tautan sedang dikirim ke alamat orang itu sendiri.",
        "The link is on its way to that person's own address.",
    ),
}
