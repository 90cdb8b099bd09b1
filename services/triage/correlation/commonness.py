"""Know the words that reports of any incident hold: sharing "truk" says less than sharing "irigasi". Pure.

Stems (`features.stem`) that stand in one of 250 or more of the 8,473 labelled reports of `tests/triage/fresh`
(30 November 2026). They count less only where one of several live incidents must be told from the others (`meant`).
"""

COMMON_STEMS = frozenset(
    """
    abrik acara adeg adik adil admin ahad ahli ajak ajar ajian akeh akhir akses akun alam alas alat alih alir
    alun amal aman ambil ambulans amuk anak ancam anggap anggota angin angkat angkut aniaya anjing anta antar
    antara antem anti antr antre arah arak area arep arit arus asap asing aspal atap atas atribut atur awak awal
    awas ayah ayam ayun babak babat babinsa baca bacok badan bagi bahu baik baju bakal bakar baku bakul bala
    balap balas baliho balik bambu bancar bangil bangun bantah banting bantu banyak bapak barang bareng baris
    baru bata batal batang batas batu bawa bawah bawaslu bayar bebas beda begal begitu bejagung beji bekas bekuk
    belah belakang belas beli belum belur benar bendera beng bengaw bengkak bengkok benjol bensin bentang beradu
    berang beras berat beri beris berita beritahu berkas bersih besar beserta besi beterbang betis bhabin
    bhabinkamtibmas biasa bibir bicara bidan bikin bila bilang bina blora bocah bocor bohong bojonegoro bola
    boleh bonceng boncong bongkar botol bpbd brangkal brimob brong buah buang buat buka bukan bukt buku bulan
    bulujowo bulumeduro bumi bunga bungkus buntut bunuh buru cabang cabut cair caleg calon cangkul cantrang cara
    cari catat cedera cegah cegat cekcok celurit ceramah coblos compreng copot coret culik cuma curi curiga dada
    daerah daftar dagang dakwa dalan dalmas dama damkar damping dana dang dangdut danramil dapat dapur darah
    darat daring darurat data datang dayung debu dekah dekar dekat delap demi dendam dengar densus derita
    dermaga desak deso dewan diam dinas diri dokter dopo dorong duduk duel duga dukung dulu dump durung ebut
    edar ejek ekor ekskavator emak esok etalas evakuas film final fisik fkub foto gadon gadu gagal gagang gaji
    gaku gali gambar gang ganggu gant ganti gapura gara garap garis geber gebuk gedongombo gedor gedung gegana
    geger gelap gelar gelut gembok geng genteng genting gera gerak gerbang gereja gergaj gerobak gerombol
    geruduk gese geser gesikharjo giat gigi gilir giring glondongged gores gotong gowo grabag gratis gresik grup
    gubuk gudang gugat guling guna guru guwoterus habis hadang hadap hadiah hadir hajar hajat hakim halam halau
    hampir hancur hangus hantam hanya hapus harap harga hargoret hari harus hasil hati hektar helm hent henti
    hidung hilang hina hitam hitung hubung hujan humas huni hutan iakan ibadah ikan ikat ikrar ikut imbau inap
    info ingat ingin injak intel irim iring isih isinya istr isya izin jadi jadwal jaga jagung jahit jaket jalan
    jalur jamaah jamin jamprong jang janj janji jarah jare jari jaring jarorejo jatah jati jatirogo jatuh jauh
    jawa jawab jebol jelang jelas jemaat jembat jemput jenazah jendela jenu jerat jeriken jerit jiwa jotos jual
    jumlah jurag juru kabar kabeh kabel kabur kaca kades kain kakak kaki kalah kalau kali kaliuntu kamar kambing
    kamera kampany kampung kandang kanit kaos kapal kapur karang karangagung karangtinoto karo kartu karung
    karyaw kasat kasi kasih kasun kasus kata kaus kawal kawan kayu kdes keada keaman keberat kebun kecil kedua
    keeso kegiat kehilang kejaksa kejar kekeras kelas keliling kelola kelompok keluar keluarga keluh kembal
    kembali kembang kemud kena kenai kenal kenant kendal kendara kenduru kentong kepada kepala kepung kerabat
    kerah keras kerek keribut kerja kertas kerugi kerumun kesah kesal ketahu ketemu keterang ketiga ketika ketua
    kiai kilang kilometer kini kios kira kirim klaim klarifikas klotok knalpot kolah komentar kompensas kontra
    kontrak koordinator koperas kopi koramil kosong kotak kretariat kubu kubur kuli kulo kulon kumpul kunc
    kunjung kurs labuh lacak laga lagu lahan lain lajar laka laku lama lamat lambang lamong lampu lang langgar
    langsung lanjut lansia lantar lantas lapak lapang lapor larang lari latar latih laut lawan layan layang
    layar lebam lebar lecet leda ledak lelak lembar lempar leng lengkap lepas lera leran leton lewat liar libat
    libur lihat limbah linggis lingkung linmas lintang lintas lipis listrik liwat lokal lomba loro luar lubang
    ludes luka lumpuh lurah luruh maaf macet madura magrib mahasiswa maibit main maindu makam makan malah malam
    maling manajemen manajer manding mandor maneh mant mapolres marah margomulyo masing masjid masker massal
    masuk mata mati mbah mbako mbil meja memar menit merah mergo mesin meter metu milik minal minta minum minyak
    mlebu mobil modin mogok montong motor muanya muat muda muka mula mulut mulyoagung muncul mundur mung murid
    musala nada naik nama nang nant napas nasi ndan ndang ndangharjo ndir neger nenek ngketa nihil nila ning
    njaluk njata nomor nori nyata nyawa obat obong obrak ojek olah omah operas operator oras organisas orkes
    ormas pabey padahal padam padepo pagar paguyub paka paket paksa paku palang palsu palu panas pancing panen
    panggil panggung pangkal panik panitia panjang panta pantau pantura papan parang pareng parkir parta paruh
    pasang pasar pasir paslon pasti pasu pasuk patah patang pati patok patrol pecah pedagang pedang pedel pegang
    pekan pekarang pekerja pemkab pencak penuh peran perg periksa perintah pers pert pesan peserta pesisir peta
    petak petang petas picu pihak pikap pilih pilik pilkada pilkades pimpin pindah pinggir pings pintu pipa
    pisah pisang pisau plastik plumpang podo pohon pompa ponsel portal posko poster potong prambontergayang pria
    proses protes provins proyek prunggah pukul pulang puluh punggung pungut punya pupuk pusat putar putih putus
    rahayu rahu rajung rakit rakurak rama rame rampas rampung rang rangkat ranta rantau ranting rasa rata ratus
    rawas raya rayung razia rbatas rbon rebut regu rekam rekan relaw remaja rembang remen rempat rempu remuk
    rencana rengel reskrim retak rhutan ribut ricuh rikat ring ringat ringkus rkara rminta rnah rnyata robek
    roboh rokok ronda rontok rselisih rsen rtama rtiga ruang rugi rukun rumah runding rupa rusak rusuh rusuk
    rwakil sabet sabuk sahur saik saksi salah salam salat saling salur sama sambil sambongged sambut sampah
    sampai sandingrowo sang sanggup sangkut santet santr sapi sarang saris sarung sasar sata satpam satpol satu
    saudara sawah sebab sebar sebut sedia segel sekat selamat semen sepakat sepuh seragam serah serang serbu
    seret sewa siaga siap siapa siar sidang sidik sidohasr sidorejo siji simpang simpatis sindir sing singgah
    singgung siram sisa sisir siswa sita skrg sktr snaker soal sobek sobontoro socorejo soko solar solo sopir
    sorak sosial sound spanduk spbu status stiker suam suara suasana subuh sudah sugih sugihwaras sukolilo suku
    sulut sumber sumpah sumur sunga suporter surabaya surat suruh susul syita tabrak tabung tagih tahan tahun
    takmir taksir takut tali tambah tambak tambakboyo tambang tampar tamu tanah tanam tanda tandatangan tang
    tangan tangga tanggal tanggul tanggung tangis tangk tangkap tani tantang tanya tapi tarik taruna tasikharjo
    tawar tebu tegal tegas tegur teken teko telepon telusur teman temandang temba tembak tembok tembus tempat
    tempel temu tenaga tenang tenda tendang tengah tentang tepi teras teriak terima terpal tertib terus tetangga
    tetap tiang tiap tiba tidur tila timbang timpa timur tindak tingg tinggal titik titip tiyang tnuju toko
    tokoh tola tolak tolong tonton toso total trotoar truk tuan tuding tuduh tugu tujuh tukang tukar tulang
    tulis tulung tumpah tumpang tunda tung tunggu tunjuk tuntut turun turut tusuk tutup uang ubah ujian ujung
    ukur ulang ular umat umpul umum undang unggah ungs ungsi unit unjung unras upah urus usaha usai usir usul
    utang utara video viral voli wadung wajah wajib wakil waktu waler wali waris warna warung watu weden wetan
    widang wolutengah wong wonten wotsogo
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
