"""Say what a coordinator decides by hand: whom to tell besides, whom to leave alone for a while. Pure."""

from typing import Final

BY_HAND: Final[dict[str, tuple[str, str]]] = {
    # a recipient added by hand
    "act.tambah": ("Tambah penerima", "Add a recipient"),
    "act.tambah_hint": (
        "Untuk instansi yang belum diberi tahu dan menurut Anda perlu tahu. Pesannya langsung dikirim.",
        "For an institution that has not been told and should know. Its message goes out at once.",
    ),
    "choose": ("Pilih ...", "Choose ..."),
    "refer.stand_ins": ("Dapat menggantikan yang terlapor", "May act in place of the accused"),
    "refer.others": ("Instansi lain", "Other institutions"),
    "refer_duty.support": ("Pendukung: diminta menjawab", "Support: asked to answer"),
    "refer_duty.inform": ("Tembusan: cukup tahu", "Inform: only to know"),
    "refer_reason": (
        "Alasan ini masuk jejak peristiwa dan terbaca instansi lain: jangan sebut nama pelapor.",
        "The reason stands in the timeline, where other institutions read it: do not name the reporter.",
    ),
    "done.tambah": ("Ditambahkan. Pesannya segera dikirim.", "Added. Its message goes out now."),
    "barred_title": ("Tidak diberi tahu: {institutions}.", "Not told: {institutions}."),
    "barred_text": ("Sebabnya, {accused} terlapor dalam peristiwa ini.", "The reason: a report accuses {accused}."),
    "barred_instead": (
        "Untuk sementara {instead} menjadi penanggung jawab.",
        "For the time being {instead} leads.",
    ),
    "barred_yours": ("Anda yang memutuskan siapa lagi yang perlu tahu:", "You decide who else should know:"),
    "barred_theirs": (
        "Koordinator memutuskan siapa lagi yang perlu tahu.",
        "The coordinator decides who else should know.",
    ),
    "journal.incident.referred": ("{institution} ditambahkan. {reason}", "{institution} was added. {reason}"),
    "journal.alert.barred": (
        "Tidak diberi tahu karena {accused} terlapor: {institutions}",
        "Not told because a report accuses {accused}: {institutions}",
    ),
}
