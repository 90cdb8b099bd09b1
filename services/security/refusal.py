"""Say that an operation is refused: a code, its kind, and a sentence in both languages. Pure.

Every refusal of the product is a row of `REFUSALS`; pages, messages, programs and commands take their words here.
"""

from typing import Final

from services.web.localised import LANGUAGES

# Code of a refusal: its kind (what the door makes of it), the sentence in Indonesian, the sentence in English.
REFUSALS: Final[dict[str, tuple[str, str, str]]] = {
    "address_not_yours": (
        "not_found",
        "Alamat itu tidak ada, atau bukan milik Anda.",
        "There is no such address, or it is not yours.",
    ),
    "alert_not_found": ("not_found", "Peringatan tidak ditemukan.", "The alert was not found."),
    "drill_not_found": ("not_found", "Latihan tidak ditemukan.", "The drill was not found."),
    "drill_over": ("state", "Latihan ini sudah selesai.", "This drill is over already."),
    "incident_not_found": ("not_found", "Peristiwa tidak ditemukan.", "The incident was not found."),
    "institution_not_alerted": (
        "not_found",
        "Instansi ini tidak menerima peringatan untuk peristiwa ini.",
        "This institution received no alert about this incident.",
    ),
    "merge_target_not_found": (
        "not_found",
        "Peristiwa tujuan tidak ditemukan.",
        "The incident to merge into was not found.",
    ),
    "person_unknown": (
        "not_found",
        "Tidak ada orang dengan nama pengguna {login}.",
        "There is nobody with the sign-in name {login}.",
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
    "shift_not_found": ("not_found", "Piket tidak ditemukan.", "The shift was not found."),
    "silence_not_found": ("not_found", "Peredaman tidak ditemukan.", "The silence was not found."),
    "suggestion_gone": (
        "not_found",
        "Usulan tidak ditemukan atau sudah diputuskan.",
        "The suggestion was not found or is already decided.",
    ),
    "warning_not_found": ("not_found", "Peringatan dini tidak ditemukan.", "The early warning was not found."),
    "window_not_found": ("not_found", "Masa rawan tidak ditemukan.", "The window was not found."),
    "account_without_institution": (
        "not_yours",
        "Akun ini tidak mewakili instansi.",
        "This account does not speak for an institution.",
    ),
    "address_kept_by_office": (
        "not_yours",
        "Alamat ini dicatat oleh kantor; minta koordinator mengubahnya.",
        "The office keeps this address; ask the coordinator to change it.",
    ),
    "close_lead_only": (
        "not_yours",
        "Hanya penanggung jawab, verifikator atau koordinator yang dapat menutup peristiwa.",
        "Only the lead institution, a verifier or a coordinator may close an incident.",
    ),
    "nil_report_guards_only": (
        "not_yours",
        "Laporan nihil dikirim oleh yang menjaga satu kecamatan atau desa.",
        "A nil report is filed by those who watch one kecamatan or desa.",
    ),
    "proxy_coordinator_only": (
        "not_yours",
        "Hanya koordinator yang boleh menerima atas nama instansi lain.",
        "Only a coordinator may accept for another institution.",
    ),
    "referral_above_clearance": (
        "not_yours",
        "Peristiwa ini di atas wewenang akun Anda; yang menambah penerima harus membacanya.",
        "This incident is above your account's clearance; whoever adds a recipient must be able to read it.",
    ),
    "referral_coordinator_only": (
        "not_yours",
        "Hanya koordinator yang dapat menambah penerima.",
        "Only a coordinator may add a recipient.",
    ),
    "role_cannot_accept": (
        "not_yours",
        "Peran ini tidak dapat menerima peringatan.",
        "This role cannot accept alerts.",
    ),
    "role_cannot_close": ("not_yours", "Peran ini tidak dapat menutup peristiwa.", "This role cannot close incidents."),
    "role_cannot_decide_suggestions": (
        "not_yours",
        "Peran ini tidak dapat memutuskan usulan.",
        "This role cannot decide suggestions.",
    ),
    "role_cannot_escalate": ("not_yours", "Peran ini tidak dapat mengeskalasi.", "This role cannot escalate."),
    "role_cannot_merge": (
        "not_yours",
        "Peran ini tidak dapat menggabungkan peristiwa.",
        "This role cannot merge incidents.",
    ),
    "role_cannot_override": (
        "not_yours",
        "Peran ini tidak dapat mengubah penilaian.",
        "This role cannot change the judgement.",
    ),
    "role_cannot_reopen": (
        "not_yours",
        "Peran ini tidak dapat membuka kembali peristiwa.",
        "This role cannot reopen incidents.",
    ),
    "role_cannot_split": (
        "not_yours",
        "Peran ini tidak dapat memisahkan peristiwa.",
        "This role cannot split incidents.",
    ),
    "role_cannot_verify": ("not_yours", "Peran ini tidak dapat memverifikasi.", "This role cannot verify."),
    "roster_not_yours": (
        "not_yours",
        "Jadwal piket hanya untuk instansi sendiri dan koordinator.",
        "A roster is for its own institution and the coordinators only.",
    ),
    "roster_of_others": (
        "not_yours",
        "Jadwal instansi lain hanya diubah koordinator.",
        "Only a coordinator changes the roster of another institution.",
    ),
    "silence_coordinator_only": (
        "not_yours",
        "Hanya koordinator yang boleh meredam.",
        "Only a coordinator may silence.",
    ),
    "silence_of_named_issue": (
        "not_yours",
        "Masalah ini hanya untuk orang yang ditunjuk; redamnya juga.",
        "This issue is for named persons only, and so are its silences.",
    ),
    "sitrep_own_institution": (
        "not_yours",
        "Lapjut hanya untuk instansi sendiri.",
        "A follow-up report is for one's own institution only.",
    ),
    "role_cannot_judge_warning": (
        "not_yours",
        "Peran ini tidak menilai peringatan.",
        "This role does not judge warnings.",
    ),
    "role_cannot_enter_signs": (
        "not_yours",
        "Peran ini tidak mengisi tanda mingguan.",
        "This role does not enter signs of the week.",
    ),
    "sign_of_other_place": (
        "not_yours",
        "Tanda mingguan hanya untuk wilayah sendiri.",
        "Signs of the week are for one's own area only.",
    ),
    "role_cannot_enter_dates": (
        "not_yours",
        "Peran ini tidak mengisi kalender rawan.",
        "This role does not enter vulnerable dates.",
    ),
    "lowering_not_yours": (
        "not_yours",
        "Hanya koordinator atau verifikator yang menurunkan ambang.",
        "Only a coordinator or a verifier lowers thresholds.",
    ),
    "window_not_yours": (
        "not_yours",
        "Hanya pengisi, koordinator atau verifikator yang mencabutnya.",
        "Only its author, a coordinator or a verifier withdraws it.",
    ),
    "address_not_ready": ("state", "Alamat ini belum bisa dipakai.", "This address cannot be used yet."),
    "already_seen": (
        "state",
        "Instansi Anda sudah melihat atau menjawabnya.",
        "Your institution has seen or answered it.",
    ),
    "bulk_not_critical": (
        "state",
        "Peristiwa KRITIS dibuka satu per satu, tidak ditandai dari daftar.",
        "A KRITIS incident is opened by itself, not marked from a list.",
    ),
    "bulk_store_away": (
        "state",
        "Penyimpanan tidak terjangkau; yang ini belum diubah. Coba lagi.",
        "The store is away; this one is not changed. Try again.",
    ),
    "bulk_too_many": (
        "state",
        "Terlalu banyak sekaligus; pilih paling banyak {most}.",
        "Too many at once; choose at most {most}.",
    ),
    "button_expired": (
        "state",
        "Tombol ini sudah kedaluwarsa. Silakan masuk untuk menerima.",
        "This button has expired. Please sign in to accept.",
    ),
    "button_used": ("state", "Tombol ini sudah dipakai.", "This button has been used."),
    "code_unknown": (
        "state",
        "{what} {given} tidak dikenal kabupaten ini.",
        "This district does not know {what} {given}.",
    ),
    "date_unreadable": ("state", "Tanggal tidak terbaca.", "The date cannot be read."),
    "device_off": ("state", "Perangkat ini tidak aktif.", "This device is not active."),
    "exercise_spares": (
        "state",
        "Ini latihan: pimpinan dan provinsi tidak diberi tahu.",
        "This is an exercise: heads and the province are not told.",
    ),
    "incident_closed": ("state", "Peristiwa sudah ditutup.", "The incident is already closed."),
    "institution_unknown": (
        "state",
        "Instansi {institution} tidak dikenal kabupaten ini.",
        "This district does not know the institution {institution}.",
    ),
    "merge_named_issue": (
        "state",
        "Yang satu hanya untuk orang yang ditunjuk; samakan dulu jenis masalahnya.",
        "One of them is for named persons only; make their issues equal first.",
    ),
    "merge_of_exercise": (
        "state",
        "Latihan tidak dapat digabung dengan peristiwa nyata.",
        "An exercise cannot be merged with a real incident.",
    ),
    "merge_of_warning": (
        "state",
        "Peringatan dini tidak dapat digabung dengan peristiwa.",
        "An early warning cannot be merged with an incident.",
    ),
    "merge_with_itself": (
        "state",
        "Peristiwa tidak dapat digabung dengan dirinya sendiri.",
        "An incident cannot be merged with itself.",
    ),
    "named_persons_only": (
        "state",
        "Masalah ini hanya untuk orang yang ditunjuk, bukan untuk satuan di kecamatan atau desa.",
        "This issue is for named persons only, not for units of a kecamatan or desa.",
    ),
    "no_answer_awaited": (
        "state",
        "Instansi Anda tidak ditunggu jawabannya di sini.",
        "No answer of your institution is awaited here.",
    ),
    "ladder_has_no_rungs": (
        "state",
        "Tangga eskalasi tingkat ini kosong: tidak ada yang dapat diberi tahu.",
        "The ladder of this level has no rungs: there is nobody to tell.",
    ),
    "no_ladder": ("state", "Peristiwa ini belum punya tangga eskalasi.", "This incident has no escalation ladder yet."),
    "no_such_day": ("state", "Tidak ada hari yang cocok.", "No day fits."),
    "nobody_named": (
        "state",
        "Belum ada orang {called} yang ditunjuk untuk masalah ini.",
        "Nobody of {called} is named for this issue yet.",
    ),
    "not_closed": ("state", "Peristiwa ini tidak sedang ditutup.", "This incident is not closed."),
    "not_merged": ("state", "Peristiwa ini tidak sedang digabung.", "This incident is not merged."),
    "handover_answered": (
        "state",
        "{name} sudah menjawab. Tidak ada yang diambil kembali.",
        "{name} has answered already. Nothing was taken back.",
    ),
    "handover_clearance": (
        "state",
        "Orang itu tidak berwenang membaca peristiwa ini.",
        "That person is not cleared to read this incident.",
    ),
    "handover_not_on_shift": (
        "state",
        "Orang itu tidak sedang piket.",
        "That person is not on duty now.",
    ),
    "handover_nothing_owed": (
        "state",
        "Instansi Anda tidak diminta menjawab di sini.",
        "Nothing is asked of your institution here.",
    ),
    "handover_other_office": (
        "state",
        "Hanya dapat diserahkan kepada orang dari instansi Anda.",
        "It can be handed over only to somebody of your own institution.",
    ),
    "handover_role": (
        "state",
        "Orang itu tidak dapat menjawab untuk instansi Anda.",
        "That person cannot answer for your institution.",
    ),
    "handover_to_self": ("state", "Anda sendiri sudah diminta.", "You are asked yourself already."),
    "nothing_handed_over": (
        "state",
        "Tidak ada yang dapat Anda ambil kembali.",
        "There is nothing that you could take back.",
    ),
    "nothing_to_swap": (
        "state",
        "Tidak ada piket kedua orang itu pada waktu itu.",
        "Neither of the two is on duty at that time.",
    ),
    "nothing_to_undo": (
        "state",
        "Tidak ada jawaban Anda yang dapat dibatalkan.",
        "There is no answer of yours to undo.",
    ),
    "person_without_institution": (
        "state",
        "{login} tidak mewakili instansi.",
        "{login} does not speak for an institution.",
    ),
    "place_uncertain": (
        "state",
        "Lokasi belum pasti, jadi belum jelas {called} mana yang dimaksud. Tentukan kecamatannya dulu.",
        "The place is not certain, so it is not clear which {called} is meant. Set the kecamatan first.",
    ),
    "push_service_not_allowed": (
        "state",
        "Layanan pemberitahuan peramban ini belum diizinkan. Beri tahu admin kabupaten.",
        "This browser's notification service is not allowed yet. Tell the district's admin.",
    ),
    "recipient_accused": (
        "state",
        "{called} tidak dapat diberi tahu: {names} terlapor dalam peristiwa ini. Pilih instansi lain.",
        "{called} cannot be told: {names} is accused in this incident. Choose another institution.",
    ),
    "referral_already_added": (
        "state",
        "{called} sudah ditambahkan sebagai {duty}.",
        "{called} is already added as {duty}.",
    ),
    "referral_already_told": (
        "state",
        "{called} sudah diberi tahu sebagai {duty}.",
        "{called} is already told as {duty}.",
    ),
    "referral_duty": (
        "state",
        "Penerima tambahan menjadi pendukung atau tembusan, bukan penanggung jawab.",
        "An added recipient supports or is informed; it does not lead.",
    ),
    "shift_ends_before_start": ("state", "Piket harus berakhir sesudah dimulai.", "A shift must end after it starts."),
    "shift_taken": ("state", "{login} sudah tercatat pada waktu itu.", "{login} is already on duty at that time."),
    "shift_time_unreadable": (
        "state",
        "Tanggal atau jam tidak terbaca. Isi kedua jam, atau kosongkan keduanya.",
        "The date or time cannot be read. Fill in both times, or leave both empty.",
    ),
    "silence_ends_before_start": (
        "state",
        "Peredaman harus berakhir sesudah dimulai, dan di masa depan.",
        "A silence must end after it starts, and in the future.",
    ),
    "silence_needs_end": (
        "state",
        "Peredaman perlu waktu berakhir: pilih lamanya, atau isi jamnya.",
        "A silence needs an end: choose how long, or fill in the time.",
    ),
    "silence_of_everything": (
        "state",
        "Peredaman harus menyebut apa yang diredam; meredam semuanya tidak bisa.",
        "A silence must say what it holds back; everything cannot be silenced.",
    ),
    "silence_over": ("state", "Peredaman sudah berakhir.", "The silence has ended."),
    "silence_too_far": (
        "state",
        "Peredaman dimulai paling lambat setahun lagi.",
        "A silence starts within a year at the latest.",
    ),
    "silence_too_long": ("state", "Peredaman paling lama {days} hari.", "A silence lasts {days} days at most."),
    "swap_one_post_only": (
        "state",
        "Hanya dua orang dari satu pos yang dapat bertukar piket.",
        "Only two people of one post can swap shifts.",
    ),
    "test_just_sent": (
        "state",
        "Pesan uji baru saja dikirim. Tunggu satu menit.",
        "A test message was just sent. Wait a minute.",
    ),
    "time_unreadable": ("state", "Waktu {text} tidak terbaca.", "The time {text} cannot be read."),
    "too_many_devices": (
        "state",
        "Sudah {most} perangkat aktif. Matikan dulu yang tidak dipakai.",
        "{most} devices are active already. Switch one off first.",
    ),
    "undo_too_late": (
        "state",
        "Sudah lewat satu menit. Hubungi koordinator.",
        "More than a minute has passed. Call the coordinator.",
    ),
    "year_impossible": ("state", "Tahun {year} tidak mungkin.", "The year {year} is not possible."),
    "warning_became_unknown": (
        "state",
        "Pilih apa yang terjadi sesudah peringatan.",
        "Choose what happened after the warning.",
    ),
    "warning_worth_unknown": ("state", "Pilih berguna atau tidak.", "Choose useful or not useful."),
    "window_dates": (
        "state",
        "Tanggal selesai harus sesudah tanggal mulai, paling lama setahun.",
        "The last day must come after the first, within a year.",
    ),
    "sign_needed": (
        "state",
        "Centang tanda yang terlihat; catatan saja tidak disimpan.",
        "Tick the sign that was seen; a note alone is not kept.",
    ),
    "sign_note_full": (
        "state",
        "Catatan tanda ini sudah penuh ({most} huruf bersama catatan orang lain).",
        "The note of this sign is full ({most} letters with what others wrote).",
    ),
    "sign_unknown": ("state", "Kecamatan atau tanda tidak dikenal.", "The kecamatan or the sign is not known."),
    "closing_needs_reason": ("reason_required", "Penutupan perlu alasan.", "Closing needs a reason."),
    "decline_needs_reason": (
        "reason_required",
        "Sebutkan mengapa ini bukan kewenangan instansi Anda.",
        "Say why this is not for your institution.",
    ),
    "escalation_needs_reason": ("reason_required", "Eskalasi perlu alasan.", "An escalation needs a reason."),
    "help_needs_words": ("reason_required", "Sebutkan bantuan apa yang diperlukan.", "Say which help is needed."),
    "merge_needs_reason": ("reason_required", "Penggabungan perlu alasan.", "A merge needs a reason."),
    "nothing_changed": ("reason_required", "Belum ada nilai yang diubah.", "No value is changed yet."),
    "override_needs_reason": (
        "reason_required",
        "Perubahan penilaian perlu alasan.",
        "A changed judgement needs a reason.",
    ),
    "proxy_needs_reason": (
        "reason_required",
        "Menerima atas nama instansi lain perlu alasan.",
        "Accepting for another institution needs a reason.",
    ),
    "referral_needs_reason": (
        "reason_required",
        "Menambah penerima perlu alasan.",
        "Adding a recipient needs a reason.",
    ),
    "reopening_needs_reason": ("reason_required", "Membuka kembali perlu alasan.", "Reopening needs a reason."),
    "silence_needs_reason": ("reason_required", "Peredaman perlu alasan.", "A silence needs a reason."),
    "sitrep_empty": ("reason_required", "Lapjut tidak boleh kosong.", "A follow-up report must not be empty."),
    "split_needs_reason": ("reason_required", "Pemisahan perlu alasan.", "A split needs a reason."),
    "window_needs_source": (
        "reason_required",
        "Nama dan sumber tanggal perlu diisi.",
        "A window needs its name and where its dates are known from.",
    ),
    "lowering_needs_reason": (
        "reason_required",
        "Menurunkan ambang perlu alasan.",
        "Lowering thresholds needs a reason.",
    ),
    "value_unknown": ("reason_required", "{name} tidak dikenal.", "{name} is unknown."),
    "role_cannot_unmask": (
        "not_yours",
        "Peran ini tidak dapat membuka yang disamarkan.",
        "This role cannot read what is hidden.",
    ),
    "report_not_here": (
        "not_found",
        "Laporan itu tidak ada di peristiwa ini.",
        "That report is not in this incident.",
    ),
    "unmask_needs_reason": (
        "reason_required",
        "Membuka yang disamarkan perlu alasan.",
        "Reading what is hidden needs a reason.",
    ),
    "reporter_follows": (
        "not_yours",
        "Pelapor mengikuti laporannya lewat nomor laporan.",
        "A reporter follows his report by its number.",
    ),
    "program_decides_nothing": (
        "not_yours",
        "Kunci program tidak memutuskan; masuklah sebagai petugas.",
        "A program's key decides nothing; sign in as an officer.",
    ),
    "role_cannot": (
        "not_yours",
        "Peran Anda tidak dapat membuka atau melakukan ini.",
        "Your role cannot open or do this.",
    ),
    "above_clearance": (
        "not_yours",
        "Peristiwa ini di atas wewenang akun Anda; yang memutuskan harus membacanya.",
        "This incident is above your account's clearance; whoever decides must be able to read it.",
    ),
    "role_cannot_confirm": (
        "not_yours",
        "Peran ini tidak dapat memutuskan usulan penurunan, penutupan atau penggabungan.",
        "This role cannot decide proposals to lower, close or merge.",
    ),
    "second_of_another_institution": (
        "not_yours",
        "Usulan ini disetujui oleh petugas instansi lain.",
        "Somebody of another institution agrees with this proposal.",
    ),
    "proposal_gone": (
        "not_found",
        "Usulan itu tidak ada atau sudah diputuskan.",
        "There is no such proposal, or it is decided already.",
    ),
    "proposer_shut_out": (
        "state",
        "Akun pengusul sudah ditutup; usulkan lagi.",
        "Whoever proposed this is shut out; propose it again.",
    ),
    "proposal_needs_reason": (
        "reason_required",
        "Usulan perlu alasan.",
        "A proposal needs a reason.",
    ),
    "proposal_refusal_needs_reason": (
        "reason_required",
        "Menolak usulan perlu alasan.",
        "Refusing a proposal needs a reason.",
    ),
    "session_gone": (
        "not_found",
        "Sesi itu sudah berakhir.",
        "That session has ended.",
    ),
    "no_address_for_link": (
        "state",
        "Orang ini belum punya alamat terverifikasi. Buat tautan di server: person invite.",
        "This person has no verified address yet. Make a link on the server: person invite.",
    ),
    "passkey_site": (
        "state",
        "Kunci sandi perlu alamat https dengan nama, bukan http atau angka IP. Minta admin memasangnya.",
        "Passkeys need an https address with a name, not http or an IP number. Ask the admin for one.",
    ),
    "passkey_password": (
        "state",
        "Buat kata sandi dulu: kunci sandi ditambahkan oleh yang mengetahuinya.",
        "Choose a password first: whoever knows it may add a passkey.",
    ),
    "passkey_too_many": (
        "state",
        "Sudah ada {n} kunci sandi. Hapus satu dulu.",
        "You have {n} passkeys. Remove one first.",
    ),
    "passkey_not_made": (
        "state",
        "Kunci sandi itu tidak dapat dipakai atau waktunya habis. Mulai lagi dari kata sandi.",
        "That passkey cannot be used, or time is up. Begin again with your password.",
    ),
    "passkey_gone": (
        "not_found",
        "Kunci sandi itu tidak ada, atau bukan milik Anda.",
        "There is no such passkey, or it is not yours.",
    ),
    "factor_on": (
        "state",
        "Verifikasi dua langkah sudah menyala.",
        "Two-step verification is on already.",
    ),
    "factor_not_begun": (
        "state",
        "Mulai dulu verifikasi dua langkah.",
        "Begin with two-step verification first.",
    ),
    "factor_code_wrong": (
        "state",
        "Kode tidak cocok. Periksa jam di HP Anda, lalu coba kode berikutnya.",
        "The code does not fit. Check your phone's clock, then try the next code.",
    ),
    "departed": (
        "departed",
        "Anda tidak lagi tercatat menjawab untuk {called}.",
        "You are no longer recorded as answering for {called}.",
    ),
    "released": (
        "released",
        "{called} tidak lagi bertugas di peristiwa ini.",
        "{called} has no duty in this incident any more.",
    ),
    "elsewhere": (
        "elsewhere",
        "Instansi Anda tidak bertugas di peristiwa itu.",
        "Your institution has no duty in that incident.",
    ),
    "address_known": ("state", "Alamat itu sudah tercatat.", "That address is written down already."),
    "address_misfit": ("state", "Alamat itu tidak sesuai dengan salurannya.", "That address does not fit its channel."),
    "address_not_found": ("not_found", "Alamat itu tidak ada.", "There is no such address."),
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
    "answer_empty": ("reason_required", "Jawaban tidak boleh kosong.", "An answer must not be empty."),
    "ask_above_clearance": (
        "not_yours",
        "Permintaan ini di atas kewenangan baca Anda.",
        "This request is above what you may read.",
    ),
    "ask_answered": ("state", "Permintaan ini sudah dijawab.", "This request has been answered."),
    "ask_due": (
        "state",
        "Batas waktu harus di depan, paling lama setahun.",
        "The time limit must lie ahead, at most a year.",
    ),
    "ask_kind_missing": ("state", "Pilih apa yang diminta.", "Choose what is asked for."),
    "ask_needs_unit": ("state", "Pilih kecamatan dari {name}.", "Choose the kecamatan of {name}."),
    "ask_needs_words": ("reason_required", "Sebutkan apa yang diminta.", "Say what is asked for."),
    "ask_not_found": ("not_found", "Permintaan tidak ditemukan.", "The request was not found."),
    "ask_of_another": ("not_yours", "Yang menjawab adalah {called}.", "{called} is to answer this."),
    "page_not_for_role": ("not_yours", "Halaman ini bukan untuk peran Anda.", "This page is not for your role."),
    "silences_for_overseers": (
        "not_yours",
        "Daftar redam dibuka untuk koordinator, verifikator, pimpinan, dan auditor.",
        "The list of silences is for coordinators, verifiers, leaders and auditors.",
    ),
    "warnings_for_officers": (
        "not_yours",
        "Peringatan dini dibuka untuk petugas, bukan untuk pelapor.",
        "Early warning is for officers, not for reporters.",
    ),
    "brief_above_clearance": (
        "not_yours",
        "Rekap mingguan bertanda Terbatas; kewenangan baca Anda belum sampai di situ.",
        "The weekly brief is Terbatas; your clearance does not reach that far.",
    ),
    "paper_above_clearance": (
        "not_yours",
        "Dokumen {marking} di atas kewenangan baca Anda.",
        "A document marked {marking} is above what you may read.",
    ),
    "survey_not_yet": (
        "state",
        "Survei dibuka setelah laporan selesai.",
        "The survey opens when the report is over.",
    ),
    "report_still_running": ("state", "Masa laporan ini belum berakhir.", "The time of this report is not over yet."),
    "attendance_changed": (
        "state",
        "Daftar hadir diubah orang lain sesudah Anda membukanya. Isian Anda belum disimpan: cocokkan, simpan lagi.",
        "Somebody else changed the attendance after you opened it. Yours is not kept yet: compare, then save again.",
    ),
    "minutes_changed": (
        "state",
        "Risalah diubah orang lain sesudah Anda membukanya. Tulisan Anda belum disimpan: cocokkan, simpan lagi.",
        "Somebody else changed the minutes after you opened them. Yours are not kept yet: compare, then save again.",
    ),
    "attendance_missing": ("state", "Isi dulu daftar hadir.", "Fill in the attendance first."),
    "classification_above_clearance": (
        "not_yours",
        "Klasifikasi ini di atas kewenangan baca Anda.",
        "This classification is above what you may read.",
    ),
    "classification_too_low": (
        "state",
        "Klasifikasi tidak boleh di bawah klasifikasi masalahnya.",
        "The classification must not be below that of its issue.",
    ),
    "classification_unknown": ("state", "Klasifikasi tidak dikenal.", "That classification is unknown."),
    "code_wrong": (
        "state",
        "Kode tidak cocok, terlalu lama, atau terlalu sering dicoba.",
        "The code does not match, is too old, or was tried too often.",
    ),
    "incident_above_clearance": (
        "not_yours",
        "Peristiwa ini di atas kewenangan baca Anda.",
        "This incident is above what you may read.",
    ),
    "input_forum_only": ("state", "Masukan dicatat pada forum publik.", "Inputs are written down at a public forum."),
    "input_known": ("state", "Masukan ini sudah tercatat.", "This input is written down already."),
    "input_needs_words": (
        "reason_required",
        "Masukan perlu unsur dan isi.",
        "An input needs its element and its words.",
    ),
    "institution_accused": (
        "state",
        "{called} terlapor dalam peristiwa ini, atau bagian dari yang terlapor.",
        "{called} is accused in this incident, or part of who is accused.",
    ),
    "invitation_over": (
        "state",
        "Undangan ini sudah dipakai atau sudah lewat. Minta yang baru kepada admin.",
        "This invitation is used or has passed. Ask the admin for a new one.",
    ),
    "file_definitions": (
        "state",
        "Berkas ini memuat definisi XML yang tidak dilayani: simpan ulang dari Excel, lalu kirim lagi.",
        "This file holds XML definitions that are not served: save it again from Excel and send it again.",
    ),
    "file_far_cells": (
        "state",
        "Sel yang terisi terpencar terlalu jauh: salin tabelnya ke berkas baru, lalu kirim lagi.",
        "The filled cells lie too far apart: copy the table into a new file and send it again.",
    ),
    "file_formats": (
        "state",
        "Berkas ini memuat lebih dari {most} format sel: salin tabelnya ke berkas baru.",
        "This file holds more than {most} cell formats: copy the table into a new file.",
    ),
    "file_marks": (
        "state",
        "Isi berkas ini terlalu banyak untuk dibaca sekaligus: bagi menjadi beberapa berkas.",
        "This file holds too much to be read at once: divide it into several files.",
    ),
    "file_packing": (
        "state",
        "Arsip berkas ini tidak dikemas seperti oleh Excel atau WhatsApp: simpan atau ekspor ulang, lalu kirim lagi.",
        "This archive is not packed as Excel or WhatsApp packs it: save or export it again and send it again.",
    ),
    "file_parts": (
        "state",
        "Arsip berkas ini memuat lebih dari {most} bagian: salin tabelnya ke berkas baru.",
        "This archive holds more than {most} parts: copy the table into a new file.",
    ),
    "file_rows": (
        "state",
        "Berkas ini memuat lebih dari {most} baris: bagi menjadi beberapa berkas.",
        "This file holds more than {most} rows: divide it into several files.",
    ),
    "file_sheets": (
        "state",
        "Dua lembar kerja di berkas ini bernama sama atau berisi bagian yang sama: simpan ulang, lalu kirim lagi.",
        "Two sheets of this file have the same name or are made of the same part: save it again and send it again.",
    ),
    "file_shown": (
        "state",
        "Teks semua sel di berkas ini terlalu panjang: bagi menjadi beberapa berkas.",
        "The texts of all cells of this file are too long together: divide it into several files.",
    ),
    "file_strings": (
        "state",
        "Berkas ini memuat lebih dari {most} teks: bagi menjadi beberapa berkas.",
        "This file holds more than {most} texts: divide it into several files.",
    ),
    "file_tags": (
        "state",
        "Susunan XML berkas ini bukan dari program lembar kerja: salin tabelnya ke berkas baru.",
        "The XML of this file was not written by a spreadsheet program: copy the table into a new file.",
    ),
    "file_text": (
        "state",
        "Satu sel di berkas ini terlalu panjang: pendekkan teksnya, lalu kirim lagi.",
        "One cell of this file is too long: shorten its text and send it again.",
    ),
    "file_unpacked": (
        "state",
        "Isi berkas terlalu besar setelah dibuka: bagi menjadi beberapa berkas.",
        "The file is too large once it is unpacked: divide it into several files.",
    ),
    "file_wide": (
        "state",
        "Lembar kerja rusak: ada baris yang terlalu lebar.",
        "The sheet is broken: a row is too wide.",
    ),
    "issue_not_in_papers": (
        "state",
        "Masalah ini hanya untuk orang yang ditunjuk, tidak lewat Laporan Informasi.",
        "This issue is for named persons only, not for information reports.",
    ),
    "issue_of_named_persons": (
        "state",
        "Masalah ini hanya untuk orang yang ditunjuk; bicarakan di peristiwanya.",
        "This issue is for named persons only; speak of it at its incident.",
    ),
    "key_not_found": ("not_found", "Kunci itu tidak ada.", "There is no such key."),
    "letter_missing": ("state", "Pilih huruf dari {article}.", "Choose a letter of {article}."),
    "letter_needs_words": (
        "reason_required",
        "Surat perlu tujuan dan uraian.",
        "A letter needs an addressee and a description.",
    ),
    "meeting_kind": ("state", "Jenis rapat tidak dikenal.", "That kind of meeting is unknown."),
    "meeting_needs_words": ("reason_required", "Rapat perlu judul dan tempat.", "A meeting needs a title and a place."),
    "meeting_not_begun": ("state", "Rapat ini belum dimulai.", "This meeting has not begun yet."),
    "meeting_not_found": ("not_found", "Rapat tidak ditemukan.", "The meeting was not found."),
    "meetings_coordinator_only": (
        "not_yours",
        "Hanya koordinator yang menyelenggarakan rapat dan menerbitkan laporan.",
        "Only a coordinator holds meetings and issues reports.",
    ),
    "minutes_closed": ("state", "Berita acara rapat ini sudah ditutup.", "The minutes of this meeting are closed."),
    "nobody_cleared": (
        "state",
        "Belum ada orang {called} yang berwenang membaca klasifikasi ini.",
        "Nobody of {called} may read this classification yet.",
    ),
    "one_issue": (
        "state",
        "Pilih satu jenis masalah: satu Laporan Informasi, satu masalah.",
        "Choose one issue: one information report, one issue.",
    ),
    "ormas_unknown": (
        "state",
        "Nomor {number} tidak ada dalam daftar Sipolmas.",
        "The number {number} is not in the Sipolmas list.",
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
    "paper_needs": ("reason_required", "Laporan Informasi perlu {wanted}.", "An information report needs {wanted}."),
    "party_unknown": ("state", "{party} bukan pihak dalam peristiwa ini.", "{party} is not a party to this incident."),
    "person_inactive": (
        "state",
        "Orang itu tidak ada atau tidak aktif.",
        "There is no such person, or the person is not active.",
    ),
    "person_not_found": ("not_found", "Orang itu tidak ada.", "There is no such person."),
    "rating_unreadable": (
        "state",
        "Nilai baket terdiri dari huruf A-F dan angka 1-6, misalnya B2.",
        "A rating is a letter A-F and a number 1-6, such as B2.",
    ),
    "recipient_level": (
        "state",
        "Penerima {recipient} bukan instansi tingkat kabupaten.",
        "The recipient {recipient} is not an institution of the district.",
    ),
    "recipient_missing": ("state", "Pilih paling sedikit satu penerima.", "Choose at least one recipient."),
    "role_cannot_write": (
        "not_yours",
        "Peran ini tidak dapat menulis surat atau permintaan.",
        "This role cannot write papers or requests.",
    ),
    "survey_done": (
        "state",
        "Survei untuk laporan ini sudah diisi. Terima kasih.",
        "The survey for this report has been filled in. Thank you.",
    ),
    "survey_incomplete": ("state", "Jawab kesembilan pertanyaan.", "Answer all nine questions."),
    "writer_without_institution": (
        "not_yours",
        "Akun ini tidak menulis atas nama suatu instansi.",
        "This account does not write for an institution.",
    ),
}


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The act is not possible; `code` is a key of `REFUSALS`, `reason` its kind, `detail` the Indonesian sentence.

    A fact may be a pair of words, Indonesian and English.
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code = code
        self.reason = REFUSALS[code][0]  # "not_found", "not_yours", "state", "reason_required", or a standing
        self._facts = facts
        super().__init__(self.say())

    @property
    def detail(self) -> str:
        """The sentence in Indonesian, for programs and the record."""
        return self.say()

    def say(self, language: str = "id") -> str:
        """Say why in a language.

        >>> Refused("year_impossible", year="1812").say("en")
        'The year 1812 is not possible.'
        """
        which = LANGUAGES.index(language)
        said = {name: fact[which] if isinstance(fact, tuple) else fact for name, fact in self._facts.items()}
        return REFUSALS[self.code][1 + which].format(**said)
