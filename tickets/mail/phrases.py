"""How mail programs of many languages introduce, separate and sign what they quote. Words only; no rules."""

# ruff: noqa: E501 - lists of words

import re

# The field names of quoted headers by what they say.
FROM = (
    "From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|Отправитель|От кого|От|Від|Feladó|Gönderen|Kimden|Από|מאת|من|差出人|送信者|"
    "发件人|寄件者|寄件人|보낸 사람|보낸사람|보낸이|Từ|จาก|Dari|De la|Expéditeur|Remitente|Remetente|Mittente|Afzender|Absender|"
    "Avsändare|Avsender|Afsender|Nadawca|Odesílatel|Nuo|No|Saatja|Šalje|Pošiljatelj|De part de|فرستنده|प्रेषक|Od koga"
)
SENT = (
    "Sent|Date|Date Sent|Gesendet|Gesendet am|Datum|Envoyé|Envoyé le|Enviado|Enviado el|Enviada em|Enviado em|Fecha|Data|Inviato|"
    "Data invio|Verzonden|Skickat|Skickades|Sendt|Dato|Lähetetty|Päivämäärä|Päiväys|Wysłano|Wysłane|Odesláno|Odoslané|Дата|Отправлено|"
    "Дата и время|Надіслано|Изпратено|Elküldve|Küldve|Dátum|Gönderildi|Gönderim Zamanı|Tarih|Στάλθηκε|Ημερομηνία|נשלח|תאריך|"
    "تاريخ الإرسال|التاريخ|تم الإرسال|送信日時|日付|日時|发送时间|发送日期|日期|已发送|傳送時間|傳送日期|寄件日期|보낸 날짜|보낸날짜|날짜|Đã gửi|Ngày|"
    "ส่งเมื่อ|ส่ง|วันที่|Dikirim|Tanggal|Trimis|Išsiųsta|Nosūtīts|Saadetud|Poslano|Послато|تاریخ|दिनांक"
)
TO = (
    "To|An|À|A|Pour|Para|Aan|Till|Til|Vastaanottaja|Do|Komu|Кому|До|Címzett|Kime|Alıcı|Προς|אל|إلى|宛先|收件人|받는 사람|받는사람|받는이|"
    "Tới|Đến|ถึง|Kepada|Către|Destinatario|Destinataire|Per|Kam|Kellele|Prima|Za|به|Cc|CC|Kopie|Copie|Copia|Копия|Kopia|抄送|副本|참조"
)
SUBJECT = (
    "Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Ämne|Emne|Aihe|Otsikko|Temat|Předmět|Predmet|Тема|Относно|Tárgy|Konu|Θέμα|"
    "נושא|الموضوع|件名|主题|主題|主旨|标题|제목|Chủ đề|Tiêu đề|เรื่อง|หัวเรื่อง|Perihal|Subjek|Subiect|Tema|Teema|Zadeva|موضوع|विषय|Assumpte"
)
FIELD = re.compile(
    rf"^[>\s*|]{{0,30}}(?:(?P<from>{FROM})|(?P<sent>{SENT})|(?P<to>{TO})|(?P<subject>{SUBJECT}))"
    r"[ \t\u00a0]{0,3}\*?[ \t]{0,3}[:：][ \t]?\*?[ \t]?(?P<value>[^\n]{0,600})",
    re.IGNORECASE,
)

# A header block of a mail whose line ends were lost.
ONE_LINE_BLOCK = re.compile(
    rf"^[>\s*|]{{0,30}}(?:{FROM})\*?\s?[:：][^\n:：]{{3,200}}\s\*?(?:{SENT})\*?\s?[:：][^\n]{{0,40}}\d{{4}}",
    re.IGNORECASE,
)
# A date as mails have it in their headers, and a time of day.
HEADER_DATE = re.compile(r"\b[A-Z][a-z]{2}, {1,2}\d{1,2} [A-Z][a-z]{2} \d{4}|\d{4}[^\n]{0,12}\b\d{1,2}[:.]\d{2}")
# What ends the line that introduces a quotation.
WROTE = re.compile(
    r"(?:\bwrote|\bwrites|a écrit|\bécrit|\bschrieb|hat (?:folgendes )?geschrieben|\bschreef(?: het volgende| op)?|"
    r"het volgende geschreven|\bescribió|\bha escrito|\bescribiu|va escriure|\bescreveu|\bha scritto|\bscrive|\bskrev(?: følgende)?|"
    r"\bkirjoitti|napisał(?:\(a\)|a)?|\bpisze|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|написал(?:\(а\)|а)?|\bпишет|писал(?:\(а\)|а)?|"
    r"написав(?:\(ла\))?|написала|\bпише|\bнаписа|\ba scris|ezt írta|\bírta|şunu yazdı|\byazdı|\bέγραψε|כתב/ה|כתב|כתבה|كتب|كتبت|نوشت|"
    r"書きました|書き込みました|のメール|写道|寫道|撰写|님이 작성|님이 씀|작성|đã viết|เขียนว่า|เขียน|\bmenulis|je napisao(?:/la)?|je napisala|"
    r"написао/ла|je napisal(?:/-a)?|\brašė|\brakstīja|\bkirjutas|ने लिखा)\s{0,3}[:：]?\s{0,3}$",
    re.IGNORECASE,
)
# The same words amid such a line, where a language says who wrote after the word.
WROTE_BEFORE = re.compile(
    r"\b(?:wrote|schrieb|schreef|skrev|kirjoitti|ezt írta|írta|napsal|napsala|napísal|napisał|napisana przez|escribió|escreveu|écrit|scritto|"
    r"yazdı|написал|пишет|писал|έγραψε)\b|كتب|쓴 글|작성|写道|寫道|書きました|כתב|เขียน",
    re.IGNORECASE,
)
# What begins such a line: a preposition before the date, a weekday, or the date itself.
OPENS_WORD = re.compile(
    r"^[>\s*-]{0,30}(?:On|Le|Am|El|Els?|Em|No dia|A|Il(?: giorno)?|Op|Den|På|Pe|În|La data|W dniu|Dnia|Dne|Dňa|V|U|Στις|בתאריך|في|"
    r"ב־|Vào|ในวันที่|เมื่อ|Pada|Kuupäeval|Dana|在)[\s,:]|^[>\s*]{0,30}(?:ב-|ในวันที่)",
    re.IGNORECASE,
)
# The writer's words and an introduction behind them on one line.
SHARED = re.compile(
    r"^([^\n]{0,400}?\S)(?:\s{1,3}|\s{0,3}-{2,6}\s{0,3})((?:On|Le|Am|El|Em|Il|Op|Den|På|W dniu)\s[^\n]{0,20}\d[^\n]{5,250})$"
)
OPENS_DATE = re.compile(
    r"^[>\s*-]{0,30}(?:\d{1,4}[./ 年년-]|\d{1,2}(?:st|nd|rd|th)?\s|"
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Mo|Di|Mi|Do|Fr|Sa|So|lun|mar|mer|jeu|ven|sam|dim|чт|пн|вт|ср|пт|сб|вс|ma|ti|ke|to|pe|la|su|tor|czw|čt)\b)",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\d{1,2}[:.h]\d{2}|\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}月\d{1,2}日|\d{1,2}월|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b",
    re.IGNORECASE,
)
# A date with its day, without which "On Monday at 10:00 the system wrote:" is the writer's own.
WHOLE_DATE = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}|\d{1,2}月|\d{1,2}월")
# What is left of a link that a program broke out of a quoted line.
LINK_PIECE = re.compile(
    r"^\s{0,9}(?:\(https?://[^\s()]{1,500}\)\s{0,3}>?|[^\s()]{0,500}[=/][^\s()]{0,500}\)?|\))\s{0,9}$"
)
# Words that close a mail.
CLOSING = re.compile(
    r"^\s{0,9}(?:(?:best|kind|warm|with|many)?\s?(?:kind )?(?:regards|wishes)|thanks|thank you|cheers|sincerely|yours|mfg|lg|vg|(?:viele|beste|liebe|mit (?:freundlichen|besten)|freundliche) gr(?:ü|ue)(?:ß|ss)en?|danke|"
    r"cordialement|merci|bien à vous|saludos|gracias|atentamente|um abraço|obrigad[oa]|atenciosamente|cordiali saluti|grazie|met vriendelijke groet|groeten|bedankt|med vänliga? hälsning\w{0,3}|mvh|hilsen|tack|takk|tak|"
    r"terveisin|kiitos|pozdrawiam|dziękuję|s pozdravem|děkuji|с уважением|спасибо)\b",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(r"^\s{0,9}\[(?:cid|image|Bild|imagen?|immagine):[^\[\]\n]{0,200}\]\s{0,9}$", re.IGNORECASE)
ADDRESS = re.compile(r"(?<![^\s<>\[(:;,\"'])[^\s<>\[(:;,\"'@]{1,64}@[^\s<>@\]),;:\"']{3,255}")

_DASH = r"-_=—–‐‑‒―"
_ORIGINAL = (
    r"Original Message|Original Appointment|Reply Message|Original|Quoted Message|Ursprüngliche Nachricht|Original-?nachricht|Antwort-? ?nachricht|"
    r"Original-Nachricht|Urspr\. Nachricht|Message d['’]origine|Message original|Message initial|Mensaje original|Mensagem original|"
    r"Mensagem Original|Messaggio originale|Oorspronkelijk bericht|Origineel bericht|Ursprungligt meddelande|Originalmeddelande|"
    r"Oprindelig meddelelse|Original meddelelse|Opprinnelig melding|Alkuperäinen viesti|Wiadomość oryginalna|Oryginalna wiadomość|"
    r"Původní zpráva|Původní e-mail|Pôvodná správa|Исходное сообщение|Оригинальное сообщение|Первоначальное сообщение|"
    r"Исходное письмо|Вихідне повідомлення|Оригінальне повідомлення|Eredeti üzenet|Orijinal (?:İleti|Mesaj)|Özgün İleti|"
    r"Αρχικό μήνυμα|הודעה מקורית|الرسالة الأصلية|رسالة أصلية|元のメッセージ|原始邮件|原始郵件|原邮件|原郵件|원본 메시지|원본 메일|원본메일|Mesaj original|"
    r"Mesajul original|Thư gốc|Tin nhắn gốc|ข้อความต้นฉบับ|Pesan Asli|Izvorna poruka|Originalna poruka|Izvirno sporočilo|Originalus laiškas"
)
_FORWARDED = (
    r"Forwarded message|Forwarded Message|Forwarded by[^\n]{0,80}|Original forwarded message|Weitergeleitete (?:Nachricht|E-Mail|Mail)|"
    r"Message transféré|Message réexpédié|Mensaje reenviado|Mensagem encaminhada|Mensagem reencaminhada|Messaggio inoltrato|"
    r"Doorgestuurd bericht|Vidarebefordrat (?:meddelande|mejl|brev)|Videresendt (?:meddelelse|melding|besked)|Välitetty viesti|"
    r"Edelleenlähetetty viesti|Przekazana wiadomość|Wiadomość przekazana|Treść przekazanej wiadomości|Přeposlaná zpráva|"
    r"Preposlaná správa|Пересылаемое сообщение|Пересланное сообщение|Пересланное письмо|Переслане повідомлення|Препратено съобщение|"
    r"Továbbított (?:üzenet|levél)|(?:Yönlendirilmiş|Yönlendirilen|İletilmiş|İletilen) (?:ileti|mesaj)|Προωθημένο μήνυμα|"
    r"הודעה שהועברה|رسالة معاد توجيهها|الرسالة المعاد توجيهها|転送メッセージ|転送されたメッセージ|转发的邮件|转发邮件|轉寄的郵件|轉寄郵件|"
    r"전달된 메시지|전달된 메일|Mesaj redirecționat|Tin nhắn được chuyển tiếp|Thư được chuyển tiếp|ข้อความที่ส่งต่อ|Pesan terusan|"
    r"Proslijeđena poruka|Posredovano sporočilo|Persiųstas laiškas|Edastatud kiri"
)
ORIGINAL_LINE = re.compile(
    rf"^[>\s*]{{0,30}}[{_DASH}]{{1,60}}\s{{0,4}}(?:{_ORIGINAL})\s{{0,4}}:?\s{{0,4}}[{_DASH}]{{0,60}}\*?\s{{0,9}}$|"
    # of GroupWise, and of Notes
    r"^>{3}\s[^\n]{3,200}\d{1,2}[:.]\d{2}[^\n]{0,20}>{3}\s{0,9}$|^[^\n-]{1,80}---\d{1,4}[./-]\d{1,2}[./-]\d{2,4} \d{1,2}:\d{2}[^\n-]{0,9}---",
    re.IGNORECASE,
)
FORWARD_LINE = re.compile(
    rf"^[>\s*]{{0,30}}(?:[-_=—–]{{2,60}}\s{{0,4}}(?:{_FORWARDED})\s{{0,4}}:?\s{{0,4}}[-_=—–]{{0,60}}|"
    r"(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Début du (?:message|courriel|e-mail) (?:réexpédié|transféré)|"
    r"Inicio del mensaje reenviado|Início da mensagem (?:encaminhada|reencaminhada)|Inizio messaggio inoltrato|"
    r"Begin doorgestuurd bericht|Vidarebefordrat brev|Start på videresendt besked|Videresendt melding|Välitetty viesti alkaa|"
    r"Początek przekazywanej wiadomości|Začátek přeposílané zprávy|Начало переадресованного сообщения|Начало пересылаемого сообщения|"
    r"Továbbított levél kezdete|İletilen e-postanın başlangıcı|Έναρξη προωθημένου μηνύματος|転送されたメッセージ|開始轉寄郵件|下面是被转发的邮件|"
    r"以下は転送されたメッセージです|전달된 메시지 시작|Bắt đầu thư được chuyển tiếp)\s{0,4}[:：]?)\s{0,9}\*?\s{0,9}$",
    re.IGNORECASE,
)
RULE_LINE = re.compile(r"^[>\s]{0,30}[-_=*—]{5,200}\s{0,9}$")

# Helpdesks' own delimiters, ours too.
ABOVE_LINE = re.compile(
    r"^(?:[-#=*_—–~]{2,40}[^\n]{0,40}|(?:please |bitte |veuillez |por favor,? )?)"
    r"(?:reply|write|respond|type|enter|answer|antworten?|schreiben|répond\w{0,4}|écri\w{1,6}|responda|escrib\w{1,4}|rispond\w{1,3})"
    r"[^\n]{0,40}?(?:above|over|oberhalb|au-dessus|encima|arriba|acima|sopra)[^\n]{0,20}?(?:line|linie|ligne|línea|linha|riga)",
    re.IGNORECASE,
)
# Introductions that name somebody and no date.
QUOTING = re.compile(
    r"^[>\s]{0,30}(?:Quoting|Zitat von|Zitiere|Citando(?: a)?|Citat från|Selon|En réponse à|In reply to|Citando|Cytowanie|Цитирую)\s[^\n]{3,200}[:：]\s{0,3}$",
    re.IGNORECASE,
)

SIGNATURE_LINE = re.compile(r"^\s{0,4}(?:--|—|–|__)[ \t\u00a0]{0,4}$")
_DEVICES = (
    r"iPhone|iPad|iPod|Android|Samsung|Galaxy|Blackberry|BlackBerry|Huawei|Xiaomi|Redmi|Nokia|Windows Phone|Outlook|Yahoo|AOL|Mail|"
    r"Gmail|mobile|phone|device|tablet|Handy|Smartphone|smartphone|Smartfon|téléphone|portable|mobil\w{0,6}|móvil|celular|telefon\w{0,4}|"
    r"cell|PC|Windows|iOS|telefoon|puhelime\w{0,4}|cellulare|dispositi\w{1,3}|ProtonMail|Proton|Tutanota|Spark|Airmail|Postbox|Thunderbird|myMail|GMX|WEB\.DE|"
    r"Orange|Mailbird|Sony|Xperia|HTC|LG|Motorola|Verizon|AT&T|T-Mobile|Mac|Polaris|айфона?|устройства|телефона|смартфона"
)
SENT_FROM = re.compile(
    r"^[\s*_>(<]{0,8}(?:(?:Sent|Send) (?:from|via|using|by|with|on)|From my|Envoyé (?:de|depuis|à partir|avec|par)|(?:Diese Nachricht wurde )?"
    r"(?:Von|Mit|Aus)[^\n]{1,60}(?:gesendet|versendet|verschickt)|Gesendet (?:von|mit|aus)|Enviad[oa] (?:desde|de|do|a partir|pelo|con|com|através)|"
    r"Inviato (?:da|con|tramite)|Verzonden (?:vanaf|met|via|vanuit)|Verstuurd (?:vanaf|met|vanuit)|Skickat från|Skickades från|"
    r"Sendt (?:fra|med)|Lähetetty|Wysłan[eoay] (?:z|za)|Odesláno z|Odoslané z|Poslano (?:z|s|iz)|Отправлено (?:с|из|через)|"
    r"Надіслано (?:з|із)|Изпратено от|Küldve|Elküldve|Trimis (?:de|din)|Στάλθηκε από|נשלח מ|أرسلت من|تم الإرسال من|أُرسلت من|"
    r"Gửi từ|Đã gửi từ|ส่งจาก|Dikirim dari|Poslano sa|Išsiųsta iš|Saadetud)"
    r"[^\n]{0,120}$|^[\s*_>]{0,8}[^\n]{1,30}(?:から送信|에서 보냄|'?[iı]mden gönderildi|gönderildi)[^\n]{0,20}$|"
    r"^[\s*_>]{0,8}(?:从|從|發自|发自|來自|来自|自)[^\n]{1,30}(?:发送|傳送|iPhone|iPad|手机)?[^\n]{0,10}$|"
    r"^[\s*_>]{0,8}(?:Get|Télécharge[zr]|Obtenir|Holen Sie sich|Obtener|Descarga|Obter|Scarica|Download|Hämta|Hent|Pobierz|Skaffa|Hanki)[^\n]{0,30}"
    r"Outlook[^\n]{0,100}$|^[\s*_>]{0,8}Outlook (?:for|für|para|pour|per|voor|för|til|dla|для|pro) (?:iOS|Android|Mac)\b[^\n]{0,100}$|^\s{0,8}Yahoo Mail: Search, Organize, Conquer\s{0,9}$",
    re.IGNORECASE,
)
DEVICE = re.compile(rf"\b(?=\w\w)(?:{_DEVICES})\b|iPhone|iPad|iPhon|手机|スマ", re.IGNORECASE)
