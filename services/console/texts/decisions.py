"""Say what the desk says of acts that take two people, and of what is hidden: Indonesian first. Pure."""

from typing import Final

DECISIONS: Final[dict[str, tuple[str, str]]] = {
    "proposal.assess": ("Diusulkan menurunkan penilaian", "Proposed: a lower assessment"),
    "proposal.settle": ("Diusulkan menutup sebagai selesai", "Proposed: settle it"),
    "proposal.dismiss": ("Diusulkan menolak laporan ini", "Proposed: dismiss it"),
    "proposal.merge": ("Diusulkan menggabungkan dengan peristiwa lain", "Proposed: merge it into another incident"),
    "proposal.place": ("Petugas mengatakan tempatnya salah", "An officer says that the place is wrong"),
    "proposal.place_waits": (
        "Belum berlaku. Verifikator atau koordinator yang menyetujui atau menolak.",
        "Not in force yet. A verifier or coordinator agrees or refuses.",
    ),
    "proposal.into": ("Peristiwa tujuan", "The incident to merge into"),
    "proposal.by": ("oleh {name}, {institution}, {time}", "by {name}, {institution}, {time}"),
    "proposal.waits": (
        "Belum berlaku. Tingkat TINGGI dan KRITIS diturunkan, ditutup atau digabung oleh dua orang dari dua instansi.",
        "Not in force yet. High or critical ones are lowered, closed or merged by two people, of two institutions.",
    ),
    "proposal.others": (
        "Petugas instansi lain yang menyetujui atau menolak.",
        "Somebody of another institution agrees or refuses.",
    ),
    "proposal.form": ("Bentuk menjadi {label}", "Form becomes {label}"),
    "proposal.issue": ("Jenis masalah menjadi {label}", "Issue becomes {label}"),
    "proposal.kecamatan": ("Kecamatan menjadi {label}", "Kecamatan becomes {label}"),
    "proposal.desa": ("Desa menjadi {label}", "Desa becomes {label}"),
    "proposal.level": ("Tingkat menjadi {label}", "Level becomes {label}"),
    "act.setuju": ("Setuju, berlakukan", "Agree, do it"),
    "act.tolak": ("Tolak usulan", "Refuse the proposal"),
    "act.tarik": ("Tarik usulan saya", "Take my proposal back"),
    "act.singkap": ("Buka yang disamarkan", "Show what is hidden"),
    "act.singkap_hint": (
        "Nama, nomor dan alamat tampil sekali. Nama Anda dan alasannya dicatat.",
        "Names, numbers and addresses are shown once. Your name and the reason are written down.",
    ),
    "unmasked": ("Tanpa samaran. Pembacaan ini dicatat.", "Nothing hidden. This reading is written down."),
    "told_by.office": ("Petugas", "An officer"),
    "told_by.public": ("Warga", "A resident"),
    "journal.report.unmasked": ("Yang disamarkan dibuka: {reason}", "What is hidden was read: {reason}"),
    "decides_title": ("Anda yang memutuskan", "You decide"),
    "decides_text": (
        "Laporan di sini mengadukan koordinator. Instansi Anda memutuskan sebagai gantinya.",
        "A report here accuses the coordinator. Your institution decides in its place.",
    ),
    "done.usul": (
        "Usulan tersimpan. Berlaku setelah petugas instansi lain menyetujui.",
        "The proposal is saved. It takes effect once somebody of another institution agrees.",
    ),
    "done.setuju": ("Usulan disetujui.", "You agreed with the proposal."),
    "done.tolak": ("Usulan ditolak.", "The proposal is refused."),
    "journal.proposal.made": (
        "{institution} mengusulkan penurunan, penutupan atau penggabungan: {reason}",
        "{institution} proposed to lower, close or merge: {reason}",
    ),
    "journal.proposal.made.place": (
        "{institution} mengatakan tempatnya salah, yang benar {place}: {reason}",
        "{institution} said that the place is wrong, and is {place}: {reason}",
    ),
    "journal.proposal.confirmed": ("{institution} menyetujui usulan", "{institution} agreed with the proposal"),
    "journal.proposal.refused": ("Usulan ditolak: {reason}", "The proposal was refused: {reason}"),
    "journal.proposal.outdated": (
        "Usulan gugur: peristiwa berubah sesudah diusulkan",
        "The proposal lapsed: the incident changed after it was made",
    ),
    "here.open": ("Sedang dibuka oleh {name}", "Open at {name}'s desk"),
    "here.line": ("sedang dibuka oleh {name}", "open at {name}'s desk"),
    "meanwhile.title": ("Peristiwa ini baru saja berubah", "This incident has just changed"),
    "meanwhile.text": (
        "Orang lain mengubahnya sejak Anda membuka formulir. Pilihan Anda belum disimpan. Periksa, lalu kirim lagi.",
        "Somebody else changed it since you opened the form. Your choice is not saved yet. Check, then send it again.",
    ),
    "meanwhile.look": ("Lihat peristiwa sekarang", "Look at the incident now"),
    "meanwhile.again": ("Tetap kirim: {act}", "Send anyway: {act}"),
}
