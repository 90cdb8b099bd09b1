"""Say in English why an institution is told. Pure.

Reasons are kept with an alert in Indonesian, the language of the rules; each of their sentences stands here once
more, `{}` for what is filled in. The words of a district's own rule and the label of a rung stay as it wrote them.
"""

from typing import Final

from schemas.words.sentence_table import of_table

SENTENCES: Final[dict[str, str]] = {
    # the matrix and what is laid over it
    "matriks: penanggung jawab {}": "matrix: lead of {}",
    "matriks: pendukung {}": "matrix: support of {}",
    "matriks: tembusan {}": "matrix: copy of {}",
    "kekerasan: penghentian kekerasan dipimpin Polri (UU 7/2012)": (
        "violence: the police lead in stopping violence (UU 7/2012)"
    ),
    "tingkat: {} ke atas": "level: {} and above",
    "tingkat: {}": "level: {}",
    "aturan Kodim: status keadaan konflik {}, perbantuan TNI diminta": (
        "Kodim rule: state of conflict {}, support by the army is asked for"
    ),
    "aturan Kodim: TNI tidak memimpin tanpa status keadaan konflik": (
        "Kodim rule: the army does not lead without a declared state of conflict"
    ),
    "{}: tanpa satuan wilayah": "{}: without units of an area",
    "{}: hanya orang yang ditunjuk, penambahan dengan tangan": "{}: named persons only, others are added by hand",
    "instansi terlapor: {} tidak diberi tahu, koordinator memutuskan": (
        "accused agency: {} is not told, the coordinator decides"
    ),
    "wilayah: lokasi belum pasti, {} mewakili {}": "area: place not certain yet, {} stands in for {}",
    "korban: ada korban": "casualties: somebody is hurt or dead",
    "kebakaran: ada api": "fire: something burns",
    "anak: ada anak, identitas disamarkan": "children: a child is involved, identities are hidden",
    "perbatasan: meluas di kecamatan tepi; Kesbangpol tetangga diberi tahu dengan tangan": (
        "border: it spreads in a kecamatan at the edge; the neighbour's Kesbangpol is told by hand"
    ),
    "aturan {}: {}": "rule {}: {}",
    "Kominda: mendampingi {}, penanggung jawab di luar Kominda": "Kominda: accompanies {}, a lead outside Kominda",
    "latihan: {} tidak diberi tahu": "exercise: {} is not told",
    # later
    "eskalasi: {}, karena {} belum menjawab": "escalation: {}, because {} did not answer",
    "eskalasi: {} tidak dapat dihubungi": "escalation: {} cannot be reached",
    "koordinator: ada yang tidak dapat dihubungi": "coordinator: somebody cannot be reached",
    "ditambahkan koordinator": "added by the coordinator",
    "peringatan dini ({}): penanggung jawab di forum": "early warning ({}): the lead in the forum",
    "peringatan dini ({}): anggota forum": "early warning ({}): a member of the forum",
    "uji otomatis": "automatic test",
    "pengingat sebelum batas waktu": "reminder before the deadline",
    "batas lapjut pertama, dihitung sejak peringatan sampai": (
        "deadline of the first sitrep, counted from the delivery of the alert"
    ),
}
# What may follow a reason after a semicolon, once or several times.
ENDINGS: Final[dict[str, str]] = {
    "semula penanggung jawab": "the lead before",
    "jawabannya diperlukan": "its answer is needed",
    "sementara menggantikan {}": "stands in for {} meanwhile",
}


def told_why(kept: str, language: str = "id") -> str:
    """Return a reason in this language; one that nobody has written down stays as it is.

    >>> told_why("tingkat: KRITIS; jawabannya diperlukan", "en")
    'level: KRITIS; its answer is needed'
    """
    if language != "en":
        return kept
    reason, cut, ending = kept.rpartition("; ")
    if cut and (english := of_table(ENDINGS, ending, _named)) is not None:
        return f"{told_why(reason, language)}; {english}"
    known = of_table(SENTENCES, kept, _named)
    return kept if known is None else known


def _named(value: str) -> str:
    """Say a list of codes in English; other words are the district's own."""
    return value.replace(" dan ", " and ") if value.upper() == value.replace(" dan ", " DAN ") else value
