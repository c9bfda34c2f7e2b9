"""Which charset wrote these bytes: each candidate's text is judged by the letters that its languages use most.

A statistical library judges whole documents; a subject or a name is a few letters long, and for those a short list of
the commonest letters is right more often.
"""

from dataclasses import dataclass

from tickets.mail import caps

_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўјљњћђџ"
_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"
_HEBREW = "אבגדהוזחטיךכלםמןנסעףפץצקרשת"
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأؤإئآپچگی،؟"
_THAI = "กขคฆงจฉชซญฎฏฐณดตถทธนบปผฝพฟภมยรลวศษสหอฮะัาำิีึืุูเแโใไๆ็่้๊๋์"
_FREQUENT = "оеаинтсрвлкмдпу" + "αοιετσνηυρπκμ" + "וילהרמאבתשנ" + "االيمنرتبوهد" + "ากนรอเงม่้ัิี"
_SIGNS = "’‘“”„–—…•€«»§°·©®№\u00a0"
_KANA = "".join(map(chr, range(0x3041, 0x30FF)))
_SIMPLIFIED = (
    "的一是不了在有我们您好请这个中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家事成方多"
    "经么去法学如都同现当没动面起看定天分还进小部其些主样理心本前开但因只从想实日者意无力与长把机民第公此已工使情明性知全三又关"
    "点正业外将两高间由问很最重并物手应向头文体见被利什二等产或新制身果加西月话合回特代内信表化给世位次度门任常先通教原东提立及"
    "比员解水名真处走各入几口认条平系气题更别打变四总何电数安少报才结反受目太量再感建务做接必场件计管期市直资指许统区保至便空决"
    "展科司五基书非则听白却达光放强即难且权思完设式路记品住告类求据程边该交规万取格望领共确传师清今切让识候带导运帮忙谢登录印密码"
    "账户客服邮箱，。！？：；、（）"
)
_TRADITIONAL = (
    "的一是不了在有我們您好請這個中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家事成方多"
    "經麼去法學如都同現當沒動面起看定天分還進小部其些主樣理心本前開但因只從想實日者意無力與長把機民第公此已工使情明性知全三又關"
    "點正業外將兩高間由問很最重並物手應向頭文體見被利什二等產或新制身果加西月話合回特代內信表化給世位次度門任常先通教原東提立及"
    "比員解水名真處走各入幾口認條平系氣題更別打變四總何電數安少報才結反受目太量再感建務做接必場件計管期市直資指許統區保至便空決"
    "展科司五基書非則聽白卻達光放強即難且權思完設式路記品住告類求據程邊該交規萬取格望領共確傳師清今切讓識候帶導運幫忙謝登錄印密碼"
    "帳戶客服郵箱，。！？：；、（）"
)
_KANJI = (
    "日本様株式会社願致件名送信東京大学部課長社お世話御中確認連絡先方時分間上下内外前"
    "後使用不可能動作問題場合何度今回新旧請求書注文見積契約支払振込口座銀行住所電話番号登録変更手続添付資料"
)
_HANGUL = (
    "이다는에가을의하고습니지로서도은를한기사자안녕세요인해어있시주수정그리스원아나제일부대상을보전게면문들만까것라여할했생용오감드"
    "니까확신과와장성내경우동무연락메바발송프터린작업류오화계조회구공모두입력로그않없됩됨때중간위시간"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A charset and the letters that its languages use most.

    `among_ascii`: its letters stand alone between ASCII letters. `cased`: capitals begin words. `apart`: its words hold
    no ASCII letters.
    """

    codec: str
    common: frozenset[str]
    among_ascii: bool = False
    cased: bool = False
    apart: bool = False


def _candidate(
    codec: str, letters: str, *, among_ascii: bool = False, cased: bool = False, apart: bool = False
) -> Candidate:
    both = letters + letters.upper() if cased or among_ascii else letters
    return Candidate(codec, frozenset(both + _SIGNS), among_ascii, cased, apart or cased)


# Among equals the earlier one wins.
CANDIDATES = (
    _candidate("cp1252", "äöüßéèêëàâçñóíáúôîïœæøåãõìòùÿ¡¿ºª", among_ascii=True),
    _candidate("cp1250", "ąćęłńóśźżčďěňřšťůžőűáéíýúäôľĺŕăâîșțşţđ", among_ascii=True),
    _candidate("iso8859_2", "ąćęłńóśźżčďěňřšťůžőűáéíýúäôľĺŕăâîşţđ", among_ascii=True),
    _candidate("cp1254", "ğışçöüİâî", among_ascii=True),
    _candidate("cp1257", "āčēģīķļņšūžąęėįųõäöü", among_ascii=True),
    _candidate("cp1251", _CYRILLIC, cased=True),
    _candidate("koi8_r", _CYRILLIC, cased=True),
    _candidate("cp1253", _GREEK, cased=True),
    _candidate("iso8859_7", _GREEK, cased=True),
    _candidate("cp1255", _HEBREW, apart=True),
    _candidate("cp1256", _ARABIC, apart=True),
    _candidate("cp874", _THAI, apart=True),
    _candidate("gb18030", _SIMPLIFIED),
    _candidate("big5", _TRADITIONAL),
    _candidate("cp932", _KANA + _KANJI),
    _candidate("euc_jp", _KANA + _KANJI),
    _candidate("cp949", _HANGUL),
)
_MULTI = {"gb18030", "big5", "cp932", "euc_jp", "cp949"}


def guess_charset(data: bytes) -> str:
    """The likeliest charset of bytes that are neither ASCII nor UTF-8, as Python names it; "cp1252" when in doubt.

    At most the first 8 kB are looked at.
    """
    sample = data[: caps.DETECT]
    best, best_score = "cp1252", 0.0
    for candidate in CANDIDATES:
        text = _read(sample, candidate.codec)
        if text is None:
            continue
        score = _score(text, candidate)
        if score > best_score + 0.02:
            best, best_score = candidate.codec, score
    return best


def _read(sample: bytes, codec: str) -> str | None:
    """The sample's text, where it is valid but for a character cut off at its end."""
    for cut in (0, 1, 2, 3) if codec in _MULTI else (0,):
        try:
            return sample[: len(sample) - cut].decode(codec)
        except (UnicodeError, LookupError):
            continue
    return None


def _score(text: str, candidate: Candidate) -> float:
    """From below 0 to 1: how much this looks like mail in the candidate's languages."""
    foreign = 0
    points = 0.0
    before = " "
    for char in text:
        if char > "\x7f":
            foreign += 1
            points += _worth(char, before, candidate)
        elif candidate.apart and before > "\x7f" and char.isalpha() and before.isalpha():
            points -= 1.0
        before = char
    if not foreign:
        return 0.0
    # Two-byte charsets make half as many characters of the same bytes; each that is right says more.
    bonus = 0.15 if candidate.codec in _MULTI and points * 2 >= foreign else 0.0
    return points / foreign + bonus


def _worth(char: str, before: str, candidate: Candidate) -> float:
    """What one character beyond ASCII says for the candidate; `before` is the character before it."""
    inside = char.isalpha() and before.isalpha()
    if char not in candidate.common:
        worth = 0.0 if char.isalpha() else -1.0
    elif candidate.apart and char.isalpha() and char.lower() not in _FREQUENT:
        worth = 0.6
    else:
        worth = 1.0
    if candidate.cased and inside and char.isupper() and before.islower():
        worth -= 1.0  # the right letters in the wrong one of two Cyrillic charsets
    if inside and ((candidate.among_ascii and before > "\x7f") or (candidate.apart and before <= "\x7f")):
        worth -= 1.0
    return worth
