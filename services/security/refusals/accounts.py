"""Give the refusals of what people ask of accounts: addresses, devices, keys, passkeys, two steps. Pure."""

from typing import Final

ROWS: Final[dict[str, tuple[str, str, str]]] = {
    "address_kept_by_office": (
        "not_yours",
        "Alamat ini dicatat oleh kantor; minta koordinator mengubahnya.",
        "The office keeps this address; ask the coordinator to change it.",
    ),
    "address_known": ("state", "Alamat itu sudah tercatat.", "That address is written down already."),
    "address_misfit": ("state", "Alamat itu tidak sesuai dengan salurannya.", "That address does not fit its channel."),
    "address_not_found": ("not_found", "Alamat itu tidak ada.", "There is no such address."),
    "address_not_ready": ("state", "Alamat ini belum bisa dipakai.", "This address cannot be used yet."),
    "address_not_yours": (
        "not_found",
        "Alamat itu tidak ada, atau bukan milik Anda.",
        "There is no such address, or it is not yours.",
    ),
    "address_stopped": (
        "state",
        "Pemilik alamat itu meminta berhenti. Kirim kode untuk memakainya lagi.",
        "The owner of that address asked to stop. Send a code to use it again.",
    ),
    "address_unverified": (
        "state",
        "Alamat ini belum dapat dipakai; verifikasi dulu.",
        "This address cannot be used yet; verify it first.",
    ),
    "code_wrong": (
        "state",
        "Kode tidak cocok, terlalu lama, atau terlalu sering dicoba.",
        "The code does not match, is too old, or was tried too often.",
    ),
    "device_off": ("state", "Perangkat ini tidak aktif.", "This device is not active."),
    "factor_code_wrong": (
        "state",
        "Kode tidak cocok. Periksa jam di HP Anda, lalu coba kode berikutnya.",
        "The code does not fit. Check your phone's clock, then try the next code.",
    ),
    "factor_not_begun": (
        "state",
        "Mulai dulu verifikasi dua langkah.",
        "Begin with two-step verification first.",
    ),
    "factor_on": (
        "state",
        "Verifikasi dua langkah sudah menyala.",
        "Two-step verification is on already.",
    ),
    "invitation_over": (
        "state",
        "Undangan ini sudah dipakai atau sudah lewat. Minta yang baru kepada admin.",
        "This invitation is used or has passed. Ask the admin for a new one.",
    ),
    "key_not_found": ("not_found", "Kunci itu tidak ada.", "There is no such key."),
    "no_address_for_link": (
        "state",
        "Orang ini belum punya alamat terverifikasi. Buat tautan di server: person invite.",
        "This person has no verified address yet. Make a link on the server: person invite.",
    ),
    "own_account_off": (
        "state",
        "Anda tidak dapat menonaktifkan diri sendiri. Minta admin lain.",
        "You cannot switch yourself off. Ask another admin.",
    ),
    "own_admin_role": (
        "state",
        "Anda tidak dapat mencabut peran admin Anda sendiri. Minta admin lain.",
        "You cannot take the admin's role from yourself. Ask another admin.",
    ),
    "passkey_gone": (
        "not_found",
        "Kunci sandi itu tidak ada, atau bukan milik Anda.",
        "There is no such passkey, or it is not yours.",
    ),
    "passkey_not_made": (
        "state",
        "Kunci sandi itu tidak dapat dipakai atau waktunya habis. Mulai lagi dari kata sandi.",
        "That passkey cannot be used, or time is up. Begin again with your password.",
    ),
    "passkey_password": (
        "state",
        "Buat kata sandi dulu: kunci sandi ditambahkan oleh yang mengetahuinya.",
        "Choose a password first: whoever knows it may add a passkey.",
    ),
    "passkey_site": (
        "state",
        "Kunci sandi perlu alamat https dengan nama, bukan http atau angka IP. Minta admin memasangnya.",
        "Passkeys need an https address with a name, not http or an IP number. Ask the admin for one.",
    ),
    "passkey_too_many": (
        "state",
        "Sudah ada {n} kunci sandi. Hapus satu dulu.",
        "You have {n} passkeys. Remove one first.",
    ),
    "person_inactive": (
        "state",
        "Orang itu tidak ada atau tidak aktif.",
        "There is no such person, or the person is not active.",
    ),
    "person_not_found": ("not_found", "Orang itu tidak ada.", "There is no such person."),
    "person_unknown": (
        "not_found",
        "Tidak ada orang dengan nama pengguna {login}.",
        "There is nobody with the sign-in name {login}.",
    ),
    "person_without_institution": (
        "state",
        "{login} tidak mewakili instansi.",
        "{login} does not speak for an institution.",
    ),
    "push_service_not_allowed": (
        "state",
        "Layanan pemberitahuan peramban ini belum diizinkan. Beri tahu admin kabupaten.",
        "This browser's notification service is not allowed yet. Tell the district's admin.",
    ),
    "second_step_first": (
        "not_yours",
        "Peran Anda mewajibkan verifikasi dua langkah. Nyalakan dulu di halaman Keamanan akun.",
        "Your role requires two-step verification. Turn it on first, on the page Account security.",
    ),
    "second_step_kept": (
        "state",
        "Peran Anda mewajibkan verifikasi dua langkah. Tambah cara lain dulu, baru lepas yang ini.",
        "Your role requires two-step verification. Add another way first, then take this one away.",
    ),
    "session_gone": (
        "not_found",
        "Sesi itu sudah berakhir.",
        "That session has ended.",
    ),
    "test_just_sent": (
        "state",
        "Pesan uji baru saja dikirim. Tunggu satu menit.",
        "A test message was just sent. Wait a minute.",
    ),
    "too_many_devices": (
        "state",
        "Sudah {most} perangkat aktif. Matikan dulu yang tidak dipakai.",
        "{most} devices are active already. Switch one off first.",
    ),
}
