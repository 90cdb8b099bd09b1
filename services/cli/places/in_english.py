"""Say in English what taking in boundaries says in Indonesian. Pure."""

from typing import Final

from schemas.words.sentence_table import of_table

SENTENCES: Final[dict[str, str]] = {
    "Sebut berkasnya dan --source (paling panjang {} huruf): tampil di bawah peta.": (
        "Name the files and --source ({} letters at most): it stands below the map."
    ),
    "{}: lebih dari {} MB": "{}: more than {} MB",
    "bukan teks UTF-8": "no text in UTF-8",
    "bukan JSON: {}": "no JSON: {}",
    "bukan FeatureCollection GeoJSON": "no FeatureCollection of GeoJSON",
    "koordinat {}: ubah dulu ke derajat WGS 84 (EPSG:4326)": (
        "coordinates in {}: turn them into degrees of WGS 84 (EPSG:4326) first"
    ),
    "dan {} lagi": "and {} more",
    "{} fitur kabupaten lain atau batas kabupaten dilewati.": (
        "{} features of other kabupaten, or outlines of one, are left out."
    ),
    "Tidak ada yang diambil.": "Nothing was taken in.",
    "Tidak ada wilayah kabupaten ini.": "There is no area of this kabupaten.",
    "{} dari {} kecamatan, {} dari {} desa dan kelurahan.": "{} of {} kecamatan, {} of {} desa and kelurahan.",
    "Peta: {}.": "Map: {}.",
    "Petanya tidak dapat dipakai: {}": "The map cannot be used: {}",
    "Hanya diperiksa; tidak ada yang diubah.": "Only looked at; nothing was changed.",
    "Tersimpan; layanan yang berjalan memakainya dalam beberapa detik.": (
        "Kept; the services that run use it within seconds."
    ),
    "Batas resmi dihapus; peta kembali ke batas perkiraan.": (
        "The official boundaries are removed; the map has the approximate ones again."
    ),
    "Tidak ada batas resmi.": "There are no official boundaries.",
    # of one feature
    "fitur {}": "feature {}",
    "{} fitur {}": "{} feature {}",
    "{}, {}": "{}, {}",
    "{}: {}": "{}: {}",
    "kode ini sudah dipakai {}: gabungkan jadi satu MultiPolygon": (
        "this code is that of {} already: join them into one MultiPolygon"
    ),
    "tidak ada kode Kemendagri di propertinya": "no Kemendagri code in its properties",
    "kode tidak dikenal di kabupaten ini (kode BPS bukan kode Kemendagri)": (
        "a code that this kabupaten does not know (codes of BPS are no Kemendagri codes)"
    ),
    "bukan Polygon atau MultiPolygon": "no Polygon or MultiPolygon",
    "tidak punya koordinat": "has no coordinates",
    "jauh dari titik {}: kodenya mungkin tertukar": "far from the point of {}: its code may be that of another",
    "lintang dan bujur tertukar (GeoJSON: bujur dulu)": "latitude and longitude exchanged (GeoJSON: longitude first)",
    "lintang tercermin: tanda minus hilang": "the latitude is mirrored: its minus sign is gone",
    "koordinat bukan derajat (mungkin meter): ubah dulu ke WGS 84 (EPSG:4326)": (
        "the coordinates are no degrees (metres, perhaps): turn them into WGS 84 (EPSG:4326) first"
    ),
    "di luar kabupaten, padahal kode {}": "outside of the kabupaten, though of code {}",
    "koordinat rusak": "broken coordinates",
    "cincin dengan {} titik, paling sedikit {}": "a ring of {} positions, at least {}",
    "cincin tidak tertutup: titik akhir bukan titik awal": "a ring not closed: its last position is not its first",
    "cincin tanpa luas": "a ring without an area",
    "garisnya memotong atau menyentuh diri sendiri di {}": "its line crosses or touches itself at {}",
    "wilayahnya ditutupi {}": "its area is covered by {}",
    "{} tidak ada di berkas": "{} is not in the files",
}


def said(sentence: str, language: str) -> str:
    """Return a sentence in this language; one that nobody has written down stays as it is.

    >>> said("fitur 3, 35.23.11: cincin tanpa luas", "en")
    'feature 3, 35.23.11: a ring without an area'
    """
    if language != "en":
        return sentence
    return of_table(SENTENCES, sentence, lambda one: said(one, language)) or sentence
