"""Say what the settings say: Indonesian first, English beside it. Pure."""

from typing import Final

SETTINGS: Final[dict[str, tuple[str, str]]] = {
    "settings": ("Pengaturan", "Settings"),
    "settings.title": ("Pengaturan", "Settings"),
    "settings.back": ("Pengaturan", "Settings"),
    "settings.tab.first": ("Hari pertama", "First day"),
    "settings.tab.people": ("Orang", "People"),
    "settings.tab.channels": ("Saluran", "Channels"),
    "settings.tab.keys": ("Kunci", "Keys"),
    "settings.tab.proof": ("Uji aturan", "Proof of the rules"),
    "settings.uncovered": (
        "{reached} dari {posts} pos penanggung jawab dapat dihubungi sekarang.",
        "{reached} of {posts} posts that lead can be reached now.",
    ),
    "settings.uncovered_link": ("Apa yang belum", "What is missing"),
    # the first day
    "settings.first": ("Hari pertama", "First day"),
    "settings.first_lead": (
        "Enam langkah dari pemasangan sampai setiap peringatan berakhir pada orang yang dapat dihubungi.",
        "Six steps from installing to every alert ending at somebody who can be reached.",
    ),
    "settings.first_done": ("Semua langkah selesai.", "All steps are done."),
    "settings.first_left": ("Masih {n} langkah.", "{n} steps are left."),
    "settings.first_left.one": ("Masih 1 langkah.", "1 step is left."),
    "settings.yes": ("Selesai", "Done"),
    "settings.no": ("Belum", "Missing"),
    "settings.open": ("Kerjakan", "Do it"),
    "settings.look": ("Lihat", "Look"),
    "settings.more": ("dan {n} lagi", "and {n} more"),
    "settings.step.people": ("Catat orang dan undang mereka masuk", "List people and invite them to sign in"),
    "settings.step.people_text": (
        "{people} orang tercatat, {waiting} belum punya kata sandi.",
        "{people} people are listed, {waiting} have no password yet.",
    ),
    "settings.step.posts": (
        "Setiap pos penanggung jawab punya orang yang dapat dihubungi",
        "Every post that leads has somebody who can be reached",
    ),
    "settings.step.posts_text": ("{reached} dari {posts} pos terisi.", "{reached} of {posts} posts have somebody."),
    "settings.step.channels": ("Siapkan saluran pesan", "Set up ways to send messages"),
    "settings.step.channels_text": (
        "{ready} saluran siap selain meja kerja ini. {lacking} saluran dipakai alamat orang, tetapi belum disiapkan.",
        "{ready} channels are ready besides this desk. {lacking} hold addresses of people and are not set up.",
    ),
    "settings.step.addresses": ("Buktikan alamat, kirim pesan uji", "Prove addresses, send trial messages"),
    "settings.step.addresses_text": (
        "{usable} alamat terbukti, {unproved} belum diverifikasi, {failing} gagal.",
        "{usable} addresses are proved, {unproved} are not verified, {failing} fail.",
    ),
    "settings.step.rota": ("Isi piket empat belas hari ke depan", "Fill the rota of the next fourteen days"),
    "settings.step.rota_text": (
        "{holes} pos akan kosong dalam empat belas hari.",
        "{holes} posts will have nobody within fourteen days.",
    ),
    "settings.step.rules": ("Uji aturan kabupaten", "Prove the district's rules"),
    "settings.step.rules_text": (
        "Setiap jenis masalah di setiap kecamatan harus berakhir pada orang yang dapat dihubungi.",
        "Every issue in every kecamatan must end at somebody who can be reached.",
    ),
    "settings.elsewhere": ("Juga di sini", "Also here"),
    "settings.elsewhere_silences": ("Redam", "Silences"),
    "settings.elsewhere_rota": ("Piket", "Rota"),
    "settings.elsewhere_own": ("Cara saya dihubungi", "How I am reached"),
    "settings.elsewhere_guides": ("Panduan per peran", "Guides by role"),
    "settings.elsewhere_glossary": ("Daftar istilah", "Glossary"),
    "settings.drill": (
        "Sesudah enam langkah: gelar latihan, lalu lihat siapa yang menjawab.",
        "After the six steps: hold a drill, and see who answers.",
    ),
    "settings.drill_open": ("Buka latihan", "Open drills"),
    # people
    "settings.people": ("Orang", "People"),
    "settings.people_n": ("{n} orang", "{n} people"),
    "settings.people_n.one": ("1 orang", "1 person"),
    "settings.people_none": ("Tidak ada orang yang cocok.", "Nobody fits."),
    "settings.search": ("Cari nama, nama pengguna, jabatan", "Search name, login, post"),
    "settings.search_go": ("Cari", "Search"),
    "settings.institution_any": ("Semua instansi", "All institutions"),
    "settings.institution_none": ("Tanpa instansi", "No institution"),
    "settings.people_add": ("Tambah satu orang", "Add one person"),
    "settings.people_import": ("Ambil dari tabel (xlsx)", "Take from a table (xlsx)"),
    "settings.state.reached": ("dapat dihubungi", "can be reached"),
    "settings.state.desk": ("hanya lewat meja kerja", "only at the desk"),
    "settings.state.unproved": ("alamat belum diverifikasi", "address not verified"),
    "settings.state.failing": ("alamat gagal", "address fails"),
    "settings.state.none": ("belum dapat dihubungi", "cannot be reached"),
    "settings.invited": ("diundang", "invited"),
    "settings.inactive": ("nonaktif", "inactive"),
    "settings.nobody_signs_in": ("belum punya kata sandi", "has no password"),
    "settings.f.name": ("Nama", "Name"),
    "settings.f.login": ("Nama pengguna (huruf kecil, angka, titik)", "Login (small letters, figures, dots)"),
    "settings.f.role": ("Peran", "Role"),
    "settings.f.institution": ("Instansi", "Institution"),
    "settings.f.unit": ("Wilayah (bila petugas satu kecamatan)", "Place (for an officer of one kecamatan)"),
    "settings.f.unit_none": ("Seluruh instansi", "The whole institution"),
    "settings.f.post": ("Jabatan", "Post"),
    "settings.f.clearance": ("Boleh membaca sampai", "May read up to"),
    "settings.f.channel": ("Saluran", "Channel"),
    "settings.f.address": ("Alamat atau nomor", "Address or number"),
    "settings.f.vouched": (
        "Kantor menjamin alamat ini milik orang itu (tanpa kode)",
        "The office vouches that it is this person's (no code)",
    ),
    "settings.f.code": ("Kode enam angka", "Six-digit code"),
    "settings.save": ("Simpan", "Save"),
    "settings.add": ("Tambah", "Add"),
    "settings.may.reporter": ("Melapor dan mengikuti laporannya sendiri.", "Reports and follows the own reports."),
    "settings.may.member": (
        "Melihat dan menjawab yang ditujukan kepada instansinya.",
        "Sees and answers what the own institution was told of.",
    ),
    "settings.may.coordinator": (
        "Mengawasi semua instansi, menggabung, meredam, menutup, mengubah piket.",
        "Oversees all institutions, merges, silences, closes, changes the rota.",
    ),
    "settings.may.leader": (
        "Membaca semuanya, dan menjadi orang kedua bagi usulan instansi lain.",
        "Reads everything, and is the second person for what others propose.",
    ),
    "settings.may.verifier": (
        "Memastikan laporan dan memperbaiki penilaian.",
        "Verifies reports and corrects judgements.",
    ),
    "settings.may.auditor": ("Membaca semuanya, tidak mengubah apa pun.", "Reads everything, changes nothing."),
    "settings.may.admin": (
        "Mengurus orang, kunci, saluran dan piket; tidak membaca satu peristiwa pun.",
        "Looks after people, keys, channels and the rota; reads no incident.",
    ),
    "settings.roles": ("Apa yang boleh setiap peran", "What each role may do"),
    "settings.invite": ("Undang: buat tautan dan QR", "Invite: make a link and QR code"),
    "settings.invite_again": ("Undang lagi (sandi baru)", "Invite again (new password)"),
    "settings.invite_text": (
        (
            "Orang itu memilih kata sandinya sendiri; kantor tidak pernah mengetahuinya. Sandi lama tetap "
            "berlaku sampai yang baru dibuat."
        ),
        "The person chooses the password; the office never knows it. An old one stays good until the new one is made.",
    ),
    "settings.invite_made": ("Undangan untuk {name}", "Invitation for {name}"),
    "settings.invite_show": (
        (
            "Minta orang itu memindai gambar ini dengan HP-nya sendiri, atau kirim tautannya lewat jalur yang "
            "aman. Hanya tampil sekali; berlaku {n} hari, sekali pakai."
        ),
        (
            "Have the person scan this picture with the own phone, or send the link over a safe way. Shown "
            "once; good for {n} days, one use."
        ),
    ),
    "settings.invite_until": ("Undangan menunggu sampai {time}.", "An invitation waits until {time}."),
    "settings.activate": ("Aktifkan lagi", "Let in again"),
    "settings.deactivate": ("Nonaktifkan", "Shut out"),
    "settings.deactivate_text": (
        "Tidak dapat masuk lagi, sesinya berakhir sekarang, dan tidak dihubungi lagi.",
        "Cannot sign in any more, sessions end now, and is not told any more.",
    ),
    "settings.addresses": ("Alamat, menurut urutan dipakai", "Addresses, in the order of use"),
    "settings.addresses_none": ("Belum ada alamat.", "No address yet."),
    "settings.address_add": ("Tambah alamat", "Add an address"),
    "settings.address_code": ("Kirim kode", "Send a code"),
    "settings.address_prove": ("Masukkan kode", "Enter the code"),
    "settings.address_try": ("Kirim pesan uji", "Send a trial message"),
    "settings.address_stop": ("Berhenti memakai", "Stop using"),
    "settings.address.usable": ("terbukti", "proved"),
    "settings.address.unproved": ("belum diverifikasi", "not verified"),
    "settings.address.failing": ("gagal", "fails"),
    "settings.address.stopped": ("tidak dipakai", "not used"),
    "settings.last": ("Pesan terakhir {time}: {state}", "Last message {time}: {state}"),
    "settings.last_none": ("Belum pernah dikirimi pesan.", "Nothing was sent there yet."),
    "settings.fault.name": ("Isi namanya.", "Enter a name."),
    "settings.fault.login": (
        "Nama pengguna: 2 sampai 40 huruf kecil, angka, titik, garis.",
        "A login has 2 to 40 small letters, figures, dots, dashes.",
    ),
    "settings.fault.taken": ("Nama pengguna itu sudah dipakai.", "That login is taken."),
    "settings.fault.role": ("Peran tidak dikenal", "Unknown role"),
    "settings.fault.institution": ("Instansi tidak dikenal", "Unknown institution"),
    "settings.fault.unit": ("Wilayah tidak dikenal", "Unknown place"),
    "settings.fault.clearance": ("Klasifikasi tidak dikenal", "Unknown classification"),
    "settings.fault.address": ("Alamat tidak sesuai", "Not an address"),
    "settings.fault.key_taken": (
        "Nama itu sudah dipakai kunci lain, atau kosong.",
        "Another key has that name, or it is empty.",
    ),
    "settings.done.simpan": ("Tersimpan.", "Saved."),
    "settings.done.aktif": ("Diaktifkan lagi.", "Let in again."),
    "settings.done.nonaktif": ("Dinonaktifkan; sesinya berakhir.", "Shut out; sessions have ended."),
    "settings.done.alamat": ("Alamat tercatat.", "The address is listed."),
    "settings.done.kode": ("Kode sedang dikirim.", "A code is on its way."),
    "settings.done.verifikasi": ("Alamat terbukti.", "The address is proved."),
    "settings.done.uji": ("Pesan uji sedang dikirim.", "A trial message is on its way."),
    "settings.done.henti": ("Alamat tidak dipakai lagi.", "The address is used no more."),
    "settings.done.impor": ("Orang dari tabel tercatat.", "The people of the table are listed."),
    "settings.done.cabut": ("Kunci dicabut.", "The key is ended."),
    # a table
    "settings.import": ("Ambil orang dari tabel", "Take people from a table"),
    "settings.import_lead": (
        (
            "Salin baris dari lembar kerja lalu tempel, atau pilih berkas xlsx. Baris pertama menyebut kolom: "
            "nama, login, peran, instansi, kecamatan, jabatan, {ways}."
        ),
        (
            "Copy rows from a spreadsheet and paste them, or choose an xlsx. The first row names the columns: "
            "name, login, role, institution, unit, post, {ways}."
        ),
    ),
    "settings.import_text": ("Tempel di sini", "Paste here"),
    "settings.import_file": ("Atau berkas xlsx", "Or an xlsx"),
    "settings.import_read": ("Baca dulu", "Read it first"),
    "settings.import_found": ("{good} dari {all} baris dapat dicatat.", "{good} of {all} rows can be listed."),
    "settings.import_take": ("Catat {n} orang", "List {n} people"),
    "settings.import_take.one": ("Catat 1 orang", "List 1 person"),
    "settings.import_unknown": ("Kolom yang tidak dipakai: {names}", "Columns that are not used: {names}"),
    "settings.import_missing": (
        "Kolom nama dan login harus ada di baris pertama.",
        "The first row must name the columns name and login.",
    ),
    "settings.import_cut": ("Hanya {n} baris pertama yang dibaca.", "Only the first {n} rows were read."),
    "settings.import_row": ("Baris", "Row"),
    "settings.import_after": (
        "Alamat dari tabel belum dipakai sampai terbukti dengan kode; undang orangnya satu per satu.",
        "Addresses of the table are used once a code has proved them; invite people one by one.",
    ),
    # channels
    "settings.channels": ("Saluran pesan", "Ways to send messages"),
    "settings.channels_lead": (
        "Saluran disiapkan dengan variabel lingkungan di mesin; halaman ini menunjukkan mana yang siap di proses ini.",
        "Channels are set up by environment variables on the machine; this page shows which are ready in this process.",
    ),
    "settings.channel_ready": ("siap", "ready"),
    "settings.channel_missing": ("belum disiapkan", "not set up"),
    "settings.channels_try": ("Coba dengan alamat Anda sendiri", "Try them with your own addresses"),
    "settings.channels_own_none": (
        "Anda belum punya alamat; tambahkan di halaman Anda sendiri.",
        "You have no address yet; add one on your own page.",
    ),
    # keys
    "settings.keys": ("Kunci program dan pelapor", "Keys of programs and reporters"),
    "settings.keys_lead": (
        "Sebuah kunci tampil sekali saat dibuat. Gerbang SMS dan WhatsApp dibuat dengan perintah kentongan key add.",
        "A key is shown once, when it is made. Gateways (SMS, WhatsApp) are made with the command kentongan key add.",
    ),
    "settings.keys_none": ("Belum ada kunci.", "No key yet."),
    "settings.key_add": ("Buat kunci", "Make a key"),
    "settings.key_made": ("Salin sekarang; tidak ditampilkan lagi:", "Copy it now; it is not shown again:"),
    "settings.key.good": ("berlaku", "good"),
    "settings.key.ended": ("berakhir", "ended"),
    "settings.key.revoked": ("dicabut", "revoked"),
    "settings.key_until": ("sampai {time}", "until {time}"),
    "settings.key_no_end": ("tanpa akhir", "no end"),
    "settings.key_end": ("Cabut", "End it"),
    "settings.f.reliability": ("Keandalan sumber (A sampai F)", "Reliability of the source (A to F)"),
    "settings.f.days": ("Berlaku berapa hari", "Good for how many days"),
    # the proof
    "settings.proof": ("Uji aturan kabupaten", "Proof of the district's rules"),
    "settings.proof_holds": (
        "Setiap sel berakhir pada orang yang dapat dihubungi.",
        "Every cell ends at somebody who can be reached.",
    ),
    "settings.proof_fails": (
        "Kebijakan belum dapat dipakai: {n} kegagalan.",
        "The policy does not hold: {n} failures.",
    ),
    "settings.proof_fails.one": ("Kebijakan belum dapat dipakai: 1 kegagalan.", "The policy does not hold: 1 failure."),
    "settings.proof_seen": (
        "{cells} sel, {posts} pos, seminggu dengan {moments} saat berbeda.",
        "{cells} cells, {posts} posts, a week with {moments} different instants.",
    ),
    "settings.proof_file": (
        "Berkas kabupaten: {issues} jenis masalah, {forms} bentuk, {institutions} instansi, {places} tempat.",
        "District file: {issues} issues, {forms} forms, {institutions} institutions, {places} places.",
    ),
    "settings.proof_since": ("Aturan {ruleset} berlaku sejak {time}.", "Rules {ruleset} are in force since {time}."),
    "settings.proof_unproved": (
        "Berlaku tanpa lulus uji (pemasangan pertama atau keputusan seseorang).",
        "In force without having passed the proof (a first start, or somebody's decision).",
    ),
    "settings.proof_refused": (
        "Folder kabupaten di mesin berisi aturan lain yang tidak lulus uji.",
        "The district's folder on the machine holds other rules, which did not pass the proof.",
    ),
    "settings.proof_nobody": (
        "Belum ada layanan pemberitahuan yang berjalan sejak pemasangan.",
        "No notifying service has run since the installation.",
    ),
    "settings.proof_fail": ("Gagal", "Fails"),
    "settings.proof_note": ("Perhatian", "Note"),
    "settings.proof_kind.lead": ("Penanggung jawab tanpa orang", "A lead without people"),
    "settings.proof_kind.depth": ("Terlalu sedikit orang", "Too few people"),
    "settings.proof_kind.rung": ("Anak tangga tanpa orang", "A rung without people"),
    "settings.proof_kind.post": ("Pos tanpa orang", "A post without people"),
    "settings.proof_kind.needed": ("Jawaban wajib tanpa orang", "A needed answer without people"),
    "settings.proof_kind.recipient": ("Penerima tanpa orang", "A recipient without people"),
    "settings.proof_kind.clearance": ("Izin baca terlalu rendah", "Clearance too low"),
    "settings.proof_kind.gap": ("Celah piket", "A gap of the rota"),
    "settings.proof_kind.address": ("Alamat gagal", "An address fails"),
    "settings.proof_cells": ("{n} sel, misalnya {example}", "{n} cells, for instance {example}"),
    # an invitation
    "invitation.title": ("Selamat datang", "Welcome"),
    "invitation.lead": (
        "{name}, pilih kata sandi untuk masuk ke meja kerja {forum}.",
        "{name}, choose a password to sign in to the desk of {forum}.",
    ),
    "invitation.login": ("Nama pengguna Anda: {login}", "Your login: {login}"),
    "invitation.password": ("Kata sandi baru (paling sedikit {n} tanda)", "New password (at least {n} signs)"),
    "invitation.again": ("Sekali lagi", "Once more"),
    "invitation.go": ("Simpan kata sandi", "Save the password"),
    "invitation.short": ("Kata sandi terlalu pendek.", "The password is too short."),
    "invitation.login_in": (
        "Kata sandi tidak boleh memuat nama pengguna.",
        "A password must not hold the login.",
    ),
    "invitation.differs": ("Kedua isian tidak sama.", "The two entries differ."),
    "invitation.done": ("Kata sandi tersimpan. Silakan masuk.", "The password is saved. Please sign in."),
    "error.not_yours_text": (
        "Halaman ini bukan untuk peran atau instansi Anda.",
        "This page is not for your role or institution.",
    ),
    "error.invitation": ("Undangan tidak berlaku lagi", "The invitation is no longer good"),
    "error.invitation_text": (
        "Undangan ini sudah dipakai, sudah lewat, atau diganti yang baru. Minta yang baru kepada admin.",
        "This invitation was used, is too old, or was replaced by a newer one. Ask the admin for a new one.",
    ),
}
