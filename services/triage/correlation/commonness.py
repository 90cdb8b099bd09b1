"""Know the words that reports of any incident hold: sharing "truk" says less than sharing "irigasi". Pure.

Stems (`features.stem`) that stood in at least one of 250 of the 8,473 labelled reports of `tests/triage/fresh`
(30 November 2026), without names of places, which are compared as places, and without the stems that `features` leaves
out of every report's words. They count less only where one of several live incidents must be told from the others, and
are no shared word where two are compared (`meant`).
"""

COMMON_STEMS = frozenset(
    """
    abrik acara adeg adik adil admin ahad ahli ajak ajar ajian akeh akses akun alam alas alat alih alir alun amal
    aman ambil ambulans amuk ancam anggap anggota angin angkat angkut aniaya anjing anta antar antara antem anti
    antr antre arah arak area arep arit arus asap asing aspal atap atas atribut atur awak awal awas ayah ayam ayun
    babak babinsa baca bacok badan bagi bahu baik baju bakal bakar baku bakul bala balap balas baliho balik bambu
    bangun bantah banting bantu banyak bapak barang bareng baris bata batal batang batas batu bawa bawah bawaslu
    bayar bebas beda begal begitu bekas bekuk belah belakang belas beli belum belur benar bendera beng bengaw
    bengkak bengkok benjol bensin bentang beradu berang beras berat beri beris berita beritahu berkas bersih besar
    beserta besi beterbang betis bhabin bhabinkamtibmas biasa bibir bicara bidan bikin bila bilang bina bocah bocor
    bohong bola boleh bonceng bongkar botol bpbd brimob brong buah buang buka bukan bukt buku bulan bumi bunga
    bungkus buntut bunuh buru cabang cabut cair caleg calon cangkul cantrang cara cari catat cedera cegah cegat
    cekcok celurit ceramah coblos copot coret culik cuma curi curiga dada daerah daftar dagang dakwa dalan dalmas
    dama damkar damping dana dang dangdut danramil dapat dapur darah darat daring darurat data dayung debu dekah
    dekar dekat delap demi dendam dengar densus derita dermaga desak deso dewan diam dinas dokter dopo dorong duduk
    duel duga dukung dulu dump durung ebut edar ejek ekor ekskavator emak esok etalas evakuas film final fisik fkub
    foto gadu gagal gagang gaji gaku gali gambar gang ganggu gant ganti gapura gara garap garis geber gebuk gedor
    gedung gegana geger gelap gelar gelut gembok geng genteng genting gera gerak gerbang gereja gergaj gerobak
    gerombol geruduk gese geser giat gigi gilir giring gores gotong gowo gratis grup gubuk gudang gugat guling guna
    guru habis hadang hadap hadiah hadir hajar hajat hakim halam halau hampir hancur hangus hantam hanya hapus harap
    harga hari harus hasil hati hektar helm hent henti hidung hilang hina hitam hitung hubung hujan humas huni hutan
    iakan ibadah ikan ikat ikrar imbau inap info ingat ingin injak intel irim iring isih isinya istr isya izin jadi
    jadwal jaga jagung jahit jaket jalan jalur jamaah jamin jang janj janji jarah jare jari jaring jatah jati jatuh
    jauh jawa jawab jebol jelang jelas jemaat jembat jemput jenazah jendela jerat jeriken jerit jiwa jotos jual
    jumlah jurag juru kabar kabeh kabel kabur kaca kain kakak kaki kalah kalau kali kamar kambing kamera kampany
    kampung kandang kanit kaos kapal kapur karang karo kartu karung karyaw kasat kasi kasih kasun kasus kata kaus
    kawal kawan kayu kdes keada keaman keberat kebun kecil keeso kegiat kehilang kejaksa kejar kekeras kelas
    keliling kelola kelompok keluarga keluh kembal kembali kembang kemud kena kenai kenal kendal kendara kentong
    kepala kepung kerabat kerah keras keribut kerja kertas kerugi kerumun kesah kesal ketahu ketemu keterang ketiga
    ketika kiai kilang kilometer kini kios kira kirim klaim klarifikas knalpot kolah komentar kompensas kontra
    kontrak koordinator koperas kopi koramil kosong kotak kretariat kubu kubur kuli kulo kulon kumpul kunc kunjung
    kurs labuh lacak laga lagu lahan lajar laka laku lamat lambang lamong lampu lang langgar langsung lanjut lansia
    lantar lantas lapak lapang lapor larang lari latar latih laut lawan layan layang layar lebam lebar lecet leda
    ledak lelak lembar lempar leng lengkap lepas lera leton liar libat libur lihat limbah linggis lingkung linmas
    lintang lintas lipis listrik liwat lokal lomba loro lubang ludes luka lumpuh lurah luruh maaf macet magrib
    mahasiswa main makam makan malah malam maling manajemen manajer mandor maneh mant mapolres marah masing masjid
    masker massal mata mati mbah mbako mbil meja memar menit merah mergo mesin meter metu milik minum minyak mlebu
    mobil modin mogok motor muanya muat muda muka mula mulut muncul mundur mung murid musala nada naik nama nant
    napas nasi ndan ndang ndir neger nenek ngketa nihil nila ning njaluk njata nomor nyata nyawa obat obong obrak
    ojek olah omah operas operator oras organisas orkes ormas padahal padam padepo pagar paguyub paka paket paksa
    paku palsu palu panas pancing panen panggil panggung pangkal panik panitia panjang panta pantau pantura papan
    parang parkir parta paruh pasang pasar pasir paslon pasti pasu pasuk patah patang pati patok patrol pecah
    pedagang pedang pedel pegang pekan pekarang pekerja pemkab pencak penuh peran perg periksa perintah pers pert
    pesan peserta pesisir peta petak petang petas picu pihak pikap pilih pilik pilkada pilkades pimpin pindah
    pinggir pings pintu pipa pisah pisang pisau plastik podo pohon pompa ponsel portal posko poster potong pria
    proses protes provins proyek pukul punggung pungut punya pupuk pusat putar putih putus rahayu rahu rajung rakit
    rama rame rampas rampung rang rangkat ranta rantau ranting rasa rata ratus rawas raya razia rbatas rebut regu
    rekam rekan relaw remaja rembang rempat rempu remuk rencana reskrim retak rhutan ribut ricuh rikat ring ringat
    ringkus rkara rminta rnah rnyata robek roboh rokok ronda rontok rselisih rsen rtama rtiga ruang rugi rukun rumah
    runding rupa rusak rusuh rusuk rwakil sabet sabuk sahur saik saksi salah salam salat salur sama sambil sambut
    sampah sampai sang sanggup sangkut santet santr sapi sarang saris sarung sasar sata satpam satpol satu saudara
    sawah sebab sebar sebut sedia segel sekat selamat semen sepakat sepuh seragam serang serbu seret sewa siaga siap
    siapa siar sidang sidik siji simpang simpatis sindir singgah singgung siram sisa sisir siswa sita skrg sktr
    snaker soal sobek solar solo sopir sorak sosial sound spanduk spbu status stiker suam suara suasana subuh sudah
    sugih suku sulut sumber sumpah sumur sunga suporter surat suruh susul syita tabrak tabung tagih tahan tahun
    takmir taksir takut tali tambah tambak tambang tampar tamu tanah tanam tanda tandatangan tang tangan tangga
    tanggal tanggul tanggung tangis tangk tangkap tani tantang tanya tapi tarik taruna tawar tebu tegal tegas tegur
    teken teko telepon telusur teman temba tembak tembok tembus tempat tempel tenaga tenang tenda tendang tengah
    tentang tepi teras teriak terpal tertib terus tetangga tetap tiang tiap tiba tidur tila timbang timpa timur
    tindak tingg titik titip tiyang tnuju toko tokoh tola tolak tolong tonton total trotoar truk tuan tuding tuduh
    tugu tujuh tukang tukar tulang tulis tulung tumpah tumpang tunda tung tunggu tunjuk tuntut turut tusuk tutup
    uang ubah ujian ujung ukur ulang ular umat umpul umum undang unggah ungs ungsi unit unjung unras upah urus usaha
    usai usir usul utang utara video viral voli wajah wajib wakil waktu wali waris warna warung watu wetan wonten
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
