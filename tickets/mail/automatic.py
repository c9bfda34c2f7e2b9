"""How bounces and automatic answers name themselves, in many languages. Words only; no rules."""

# ruff: noqa: E501 - lists of words

import re

LOOKED = 20_000  # characters of a text that are looked at

# Subjects that mail systems write and humans hardly: they count where the sender or the text says the same.
SURE_SUBJECT = re.compile(
    r"^\W{0,4}(?:undelivered mail returned to sender|delivery status notification(?:\s{0,2}\([^()\n]{1,20}\))?|mail delivery (?:subsystem|system|status notification)|mail delivery failed(?:: returning message to sender)?|"
    r"message delivery failure|failure notice|mail system error - returned mail|nondeliverable mail|permanent delivery failure|undeliver(?:able|ed)(?: mail| message)?|delayed mail|warning: delayed mail|"
    r"notice: mail delivery status|(?:your )?(?:mail|message|e-?mail) could not be delivered(?: to [^\s@]{1,64}@[^\s@]{1,200})?|there was an error sending your mail|message you sent (?:was )?blocked by[^\n]{0,60}|"
    r"delivery failure|message undeliverable|系统退信|退信通知|メッセージを配信できません|メール配信に失敗しました)\W{0,4}$|"
    r"^\W{0,4}(?:undeliver(?:able|ed)(?: mail| message)?\s{0,2}:|returned mail\s{0,2}:|delivery failure\s{0,2}:|delivery notification\s{0,2}: delivery|delivery failed\s{0,2}:|"
    r"warning: (?:could not send message|message[^\n]{0,30}delayed|message still undelivered)|message status - |complaint about message from \d|email feedback report for ip \d|(?:ignored )?not member article from|"
    r"unzustellbar\s{0,2}:|non remis\s{0,2}:|no se puede entregar\s{0,2}:|não (?:é possível entregar|entregue)\s{0,2}:|não foi possível entregar|non recapitabile\s{0,2}:|"
    r"onbestelbaar\s{0,2}:|ikke leveret\s{0,2}:|kan ikke leveres\s{0,2}:|kan inte levereras?\s{0,2}:|ei voitu toimittaa\s{0,2}:|niedostarczalne\s{0,2}:|nedoručitelné\s{0,2}:|недоставлено\s{0,2}:|не доставлено\s{0,2}:|"
    r"kézbesíthetetlen\s{0,2}:|teslim edilemedi\s{0,2}:|配信不能\s{0,2}[:：]|無法傳遞\s{0,2}[:：]|无法传递\s{0,2}[:：]|无法投递\s{0,2}[:：]|배달되지 않음\s{0,2}:|系统退信)",
    re.IGNORECASE,
)
# Subjects of mail systems that a client may write too: they count where something else says that it is a machine.
BOUNCE_SUBJECT = re.compile(
    r"^\W{0,4}(?:"
    r"undeliver(?:able|ed)\b|undelivrable|nondeliverable|non[- ]?deliver(?:able|y)|mail delivery (?:failed|failure|error|problem|subsystem|status|notification|report|system)|"
    r"delivery (?:status notification|notification|failure|failed|report|problem|has failed|error|delayed|incomplete|unsuccessful|warning)|"
    r"email delivery failure|message delivery (?:failure|delayed|status)|permanent (?:delivery )?(?:failure|error)|failed delivery|failed mail|"
    r"returned (?:mail|e-?mail|message|to sender)|return(?:ed)? mail[: ]|failure notice|failure delivery|mail failure|mail system error|"
    r"(?:mail|message|e-?mail|your message)[^\n]{0,60}(?:could not be|cannot be|can't be|not|couldn't be|was not|wasn't) (?:be )?delivered|"
    r"could(?:n't| not) (?:send|deliver) (?:message|mail)|warning: (?:could not send|message|e-?mail)[^\n]{0,40}|"
    r"(?:your )?(?:message|mail|e-?mail)[^\n]{0,40}(?:rejected|bounced|blocked|undeliverable|could not be sent)|rejected(?: mail|:)|"
    r"error sending message|error in (?:mail )?delivery|sendmail error|postmaster notify|notice: mail delivery|message status|"
    r"mail(?:box)? (?:is )?(?:full|unavailable)|address (?:not found|changed)|user unknown|unknown user|"
    r"there was an error sending your mail|considered unsolicited bulk|\[?(?:bounce|auto-?bounce)\]?\b|dsn[: ]|dead letter|"
    r"email feedback report|complaint about message|abuse report|\[?spam complaint|mail[^\n]{0,20}could not be delivered|there was an error sending|"
    r"(?:delivered|relayed|expanded|delayed|zugestellt|weitergeleitet|verzögert|remis|relayé|entregado|retransmitido|consegnato)\s{0,2}:|delayed mail|warning: delayed|successful mail delivery|message you sent|"
    r"virus\b[^\n]{0,60}(?:in your|found|detected)|banned (?:contents|file)|delivery status|rejected posting|bounce action|"
    r"unzustellbar|nicht zustellbar|zustellung (?:fehlgeschlagen|nicht möglich)|fehler beim senden|unzustellbarkeit|nachricht konnte nicht|fehlgeschlagene|"
    r"(?:message )?non (?:remis|distribué|délivré)|échec de (?:la )?(?:remise|distribution|livraison)|impossible de remettre|courrier non|"
    r"no se puede entregar|no entregad[oa]|no se ha podido|correo (?:devuelto|no)|error de entrega|mensaje no|fallo (?:de|en la) entrega|"
    r"não (?:foi possível|entregue)|não entregue|falha na entrega|mensagem não|erro de entrega|"
    r"(?:avviso |notifica |rapporto |ricevuta )?(?:di )?mancat[oa] (?:recapito|consegna)|impossibile (?:recapitare|consegnare)|consegna non|notifica di mancat|messaggio non|"
    r"onbestelbaar|niet bezorgd|bezorging mislukt|kan niet worden (?:bezorgd|afgeleverd)|"
    r"leverings?fe[ij]l|ikke leveret|kan inte leverera|kan ikke leveres|kunne ikke leveres|ikke levert|uleverlig|kan inte levereras|gick inte att leverera|ej levererat|leveransfel|olevererbart|"
    r"toimittaminen (?:ei )?|ei voitu toimittaa|toimitus epäonnistui|ei toimitettu|"
    r"niedostarcz\w{1,8}|zwrot:|nie można dostarczyć|zwrot poczty|nie dostarczono|nedoručiteln\w{1,4}|nedoručen\w{1,4}|nelze doručit|nedoručitelné|zpráva nebyla doručena|"
    r"недостав\w{1,12}|не доставлен\w{0,4}|сообщение не|письмо не|ошибка доставки|невозможно доставить|не уда(?:лось|ется|ётся) доставить|не вдалося доставити|не доставлено|"
    r"kézbesíthetetlen|sikertelen kézbesítés|nem kézbesíthető|nelivrabil|nu s-a putut livra|eșec la livrare|teslim edilemedi|iletilemedi|gönderilemeyen|"
    r"δεν (?:παραδόθηκε|ήταν δυνατή)|αδύνατη η παράδοση|לא ניתן ל(?:מסור|מסירה)|לא נמסר|تعذر التسليم|فشل (?:تسليم|التسليم)|غير قابل للتسليم|"
    r"配信不能|配信できません|配送不能|送信できません|メールを配信できません|エラーメール|未配信|配信エラー|送信エラー|メール送信エラー|メッセージを配信|メール配信に失敗|"
    r"无法投递|退信|系统退信|未送达|邮件未能|无法送达|無法傳遞|無法投遞|退信通知|无法传递|未传递|未傳遞|郵件無法|邮件无法|"
    r"배달되지|전달되지|메일 ?반송|반송|배달 실패|전송 실패|발송 ?실패|메일이 반송|배달할 수 없음|không gửi được|thư không|không thể gửi|ส่งไม่ได้|ไม่สามารถส่ง|tidak terkirim|gagal terkirim"
    r")",
    re.IGNORECASE,
)
AUTO_SUBJECT = re.compile(
    r"^\W{0,4}(?:auto: (?:re|aw)\b|automatic reply: |automatische antwort: |réponse automatique ?: )|^\W{0,4}(?:"
    r"auto(?:matically)?[- ]generated|automatic(?:ally generated)? (?:reply|response|answer|e-?mail)|auto(?:matic)?[- ]?(?:reply|response|responder|answer|respond|svar|risposta|resposta)\b|auto-re\b|autorespuesta|autoodpowiedź|"
    r"out[- ]of[- ](?:the[- ])?office|ooo\b|away from (?:my|the) (?:mail|office|desk)|not in the office|vacation (?:reply|message|response|notice)|"
    r"abwesenheits\w{1,15}|abwesend|automatische (?:antwort|abwesenheits\w{1,9})|nicht im (?:büro|haus)|außer haus|urlaubs?(?:benachrichtigung|notiz)|"
    r"réponse automatique(?: d'absence[^\n]{0,20})?|répondeur|absen(?:ce|t)\b[^\n]{0,30}(?:bureau|congé|automatique)|message d'absence|notification d'absence|hors du bureau|"
    r"respuesta automática|contestación automática|fuera de (?:la )?oficina|ausente de la oficina|respuesta de ausencia|"
    r"resposta automática|resposta automàtica|fora do escritório|ausência (?:temporária|do escritório)|aviso de ausência|"
    r"risposta automatica|fuori (?:sede|ufficio)|assente dall'ufficio|notifica di assenza|"
    r"automatisch (?:antwoord|bericht|svar)|afwezigheids\w{1,12}|afwezig|niet aanwezig|buiten kantoor|afwezigheidsbericht|"
    r"autosvar|automatiskt svar|frånvaromeddelande|frånvarande|ej på kontoret|automatisk (?:svar|e-post|besvarelse)|fraværs\w{4,12}|ikke til stede|ikke på kontoret|sjálfvirkt svar|"
    r"automaattinen vastaus|poissaoloilmoitus|poissaoloviesti|poissa(?: toimistosta)?|"
    r"odpowiedź automatyczna|automatyczna odpowiedź|poza biurem|nieobecność w biurze|autoresponder|"
    r"automatická odpov\w{1,5}|mimo kancelář\w?|mimo kancelárie|"
    r"автоматический ответ|автоответ\w{0,4}|сообщение об отсутствии|отсутствие на рабочем месте|вне офиса|автоматична відповідь|автовідповідь|автоматичен отговор|автоматски одговор|аутоматски одговор|автоматты жауап|извън офиса|"
    r"automatikus válasz|házon kívül|r[ăa]spuns automat|în afara biroului|absent din|otomatik yanıt|ofis dışında|otomatik cevap|"
    r"αυτόματη απάντηση|εκτός γραφείου|(?:תגובה|תשובה) אוטומטית|מענה אוטומטי|מחוץ למשרד|رد تلقائي|الرد التلقائي|خارج المكتب|"
    r"自動応答|自動返信(?:メール)?|不在(?:通知|のお知らせ)?|不在办公室|不在辦公室|自动(?:答复|回复)|自動(?:回覆|回復|答覆)|외부 ?출장|자동 ?(?:회신|응답|답장)|부재중(?: 자동 ?회신)?|"
    r"trả lời tự động|tự động trả lời|vắng mặt|ตอบกลับอัตโนมัติ|ไม่อยู่ที่สำนักงาน|balasan otomatis|jawapan automatik|balasan automatik|erantzun automatikoa|freagra uathoibríoch|përgjigje automatike|ავტომატური პასუხი|स्वचालित उत्तर|automatski odgovor|"
    r"samodejni odgovor|automatinis atsakymas|automātiskā atbilde|automaatvastus|پاسخ خودکار"
    # and then ends, or says whose or until when: "Automatic reply does not work" is a client's
    r")(?=[^\w\n]{0,3}(?:$|[:：(\[\]|–—】-]|(?:from|re|aw|sv|vs|by|von|r|rv|rif|res|odp|antw|ynt|atb|vá|hl|fwd?|tr|wg|until|till|auto-?(?:reply|response|matic)|autoreply|notification|bis|vom|fra|od|от)\b))",
    re.IGNORECASE,
)
# Words that such a subject may hold anywhere, and a client's too: they count where the text says that its writer is away.
AWAY_WORD = re.compile(
    r"out[- ]of[- ](?:the[- ])?office|\booo\b|\baway\b|\bvacation\b|\bholidays?\b|\b(?:annual|maternity|paternity|parental|sick) leave\b|\bon leave\b|\babsen(?:ce|t)\b|auto(?:matic|mated|-|: |\s)?\s?(?:reply|response|answer|respond)|^auto: |not in the office|"
    r"\burlaub\w{0,20}|abwesen\w{1,20}|nicht (?:im büro|am arbeitsplatz|erreichbar)|außer haus|eingangsbestätigung|\bcongés?\b|vacances|hors (?:du )?bureau|vacaciones|ausen(?:te|cia)|férias|ausência|ferie|assen(?:te|za)|vakantie|afwezig\w{0,10}|"
    r"semester|frånvar\w{1,10}|fravær\w{0,10}|\bferie\b|loma(?:lla)?\b|poissa\w{0,10}|nieobecno\w{1,5}|urlop\w{0,4}|nepřítom\w{1,6}|dovolen\w{1,4}|nejsem v kanceláři|отпуск\w{0,3}|отсутств\w{1,8}|автоответ\w{0,6}|відпуст\w{1,4}|"
    r"szabadság\w{0,6}|concediu|izin\w{0,6}|άδεια|חופשה|إجازة|不在|休暇|休假|出差|휴가|부재|nghỉ phép|ลา|cuti",
    re.IGNORECASE,
)
AWAY_BODY = re.compile(
    r"\b(?:i am|i'm|i’m|i will be|i'll be|i shall be)(?: currently| presently| now)? (?:out\b|away|on (?:vacation|holiday|(?:annual |maternity |sick )?leave|a business trip)|travell?ing|not (?:in the office|available)|absent|back\b|unavailable)|"
    r"\bi (?:will|shall) (?:return|respond|reply|answer|read)|\bi(?: will)? have (?:limited|no) access|(?:is|be) (?:currently )?out of (?:the )?office|thi(?:s|s is an) automat\w{2,8} (?:reply|response|answer)|"
    r"\bich befinde mich[^\n]{0,40}(?:urlaub|elternzeit|dienstreise|mutterschutz)|\bich (?:bin|werde)[^\n]{0,60}(?:nicht (?:im büro|im haus|erreichbar|da|am)|urlaub|abwesend|außer haus|wieder|unterwegs)|automatische (?:antwort|abwesenheits|nachricht)|"
    r"\bje (?:suis|serai)[^\n]{0,40}(?:absent|congé|vacances|bureau|retour)|réponse automatique|\b(?:estoy|estaré)[^\n]{0,40}(?:fuera|ausente|vacaciones)|\b(?:estou|estarei)[^\n]{0,40}(?:fora|ausente|férias)|\b(?:sono|sarò)[^\n]{0,40}(?:fuori|assente|ferie|ufficio)|"
    r"\bik ben[^\n]{0,60}(?:afwezig|vakantie|niet)|\bjag är[^\n]{0,40}(?:frånvarande|semester|inte)|\bjeg er[^\n]{0,40}(?:ikke|ferie|fraværende)|\bolen[^\n]{0,30}(?:lomalla|poissa)|jestem[^\n]{0,40}(?:nieobecn|urlop|poza)|(?:nejsem|budu)[^\n]{0,40}(?:kancelář|dovolen|nepřítom)|"
    r"(?:нахожусь|буду)[^\n]{0,40}(?:отпуск|отсутств|вне)|отсутству(?:ю|ет)|перебуваю|szabadságon vagyok|nem vagyok|sunt în concediu|izindeyim|ofis dışındayım|不在にして|休暇(?:中|を)|不在办公室|休假|出差|휴가|부재중|nghỉ phép|sedang cuti",
    re.IGNORECASE,
)
# That somebody has left for good, or nobody reads an address: what such a subject's text may say instead.
GONE_BODY = re.compile(
    r"\bno longer (?:works?|working|employed|with\b|part of|at\b|monitored|in use)|has left (?:the company|our company|us\b|the organi[sz]ation)|(?:mailbox|address|inbox)[^\n.]{0,30} (?:is|are) not (?:monitored|read|checked)|"
    r"nicht mehr (?:für|bei|im unternehmen|in unserem|erreichbar|tätig)|arbeitet nicht mehr|ne (?:travaille|fait) plus|a quitté (?:l|notre)|ya no (?:trabaja|forma)|(?:não|já não) trabalha|non (?:lavora|fa) più|werkt niet (?:meer|langer)|niet meer werkzaam|"
    r"(?:arbetar|jobbar) inte längre|(?:arbejder|jobber) ikke l(?:æ|e)nge|ei (?:ole enää|työskentele enää)|już nie pracuje|nie pracuje już|už (?:u nás )?nepracuje|больше не работает|більше не працює|már nem dolgozik|退職|已离职|퇴사",
    re.IGNORECASE,
)
# Where a subject begins to repeat another one.
OUR_SUBJECT = re.compile(
    r"\b(?:re|aw|sv|vs|r|rif|res|odp|antw|ynt|atb|fwd?|wg|tr|回复|答复|返信)\s{0,2}[:：]", re.IGNORECASE
)
# What begins an automatic answer whose subject is only that of ours.
AUTO_OPENS = re.compile(
    r"^\W{0,9}(?:(?:dear |hello|hi|hallo|bonjour)[^\n]{0,60}\n\s{0,9})?(?:please note[^\n]{0,10} |\(|\[|\*)?(?:i apologi[sz]e for this automatic reply|hi! this is the ezmlm program|"
    r"(?:this is an|this) (?:auto|automatic|automated|automatically generated)[- ]?(?:reply|response|answer)(?=[.,;:!)\]*\n]| to your| from| and | -|$)|dies(?:e|es)? ist eine automatische (?:antwort|abwesenheits\w{4,10})|"
    r"ceci est une réponse automatique|ésta es una respuesta automática|esta es una respuesta automática|esta é uma resposta automática|questa è una risposta automatica|dit is een automatisch (?:antwoord|bericht)|"
    r"det(?:ta| här) är ett (?:automatiskt svar|autosvar)|dette er et (?:automatisk svar|autosvar)|это автоматический ответ|to jest automatyczna odpowiedź|这是一封自动回复|これは自動返信)",
    re.IGNORECASE,
)
# Receipts that say that a mail was read.
READ_SUBJECT = re.compile(
    r"^\W{0,4}(?:read|not read|gelesen|ungelesen|lu|non lu|leído|no leído|lido|lida|não lida|letto|letta|gelezen|läst|læst|lest|luettu|przeczytano|přečteno|прочитано|okundu|olvasott|citit|開封済み|已读|已讀|읽음|return receipt)\b[^\n]{0,20}?\s{0,2}[:：(-]",
    re.IGNORECASE,
)
READ_BODY = re.compile(
    r"was (?:read|displayed|deleted without being read|successfully received)|is a return receipt|return receipt only|wurde[^\n]{0,60}gelesen|(?:a été|est) lu|(?:se|fue) leíd?[oó]|foi lid[ao]|è stat[oa] lett[oa]|is gelezen|lästes|blev læst|ble lest|luettiin|została przeczytana|byla přečtena|было прочитано|okundu|開封されました|已读|已讀",
    re.IGNORECASE,
)
# Whom such mails come from: local parts and display names.
DAEMON = re.compile(
    r"^(?:mailer[-_.]?d(?:a?e|e)mon|mail[-_.]?daemon|maildaemon|mdaemon|mailerdaemon|postmaster|mail[-_.]?delivery\w{0,10}|delivery[-_.]?(?:status|failure)\w{0,15}|bounces?\b|mailsystem|symantec\w{0,20}|double-bounce|mmdf|microsoftexchange[0-9a-f]{4,40})",
    re.IGNORECASE,
)
DAEMON_NAME = re.compile(
    r"mail(?:er)?[- ]?(?:delivery (?:system|subsystem|service)|daemon)|mail delivery|postmaster|delivery (?:subsystem|agent|notification)|internet mail (?:delivery|service)|courier mail server|"
    r"系统退信|邮件系统|メール配信|почтовая система",
    re.IGNORECASE,
)
# Offices from which machines write, and humans: what they say must be a report in subject and text.
OFFICE = re.compile(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|root|system|mailadmin|mail-?admin|admin|administrator|abuse|fbl)(?![a-z])"
)
OFFICE_NAME = re.compile(
    r"system ?administrator|systemadministr\w{1,6}|administrateur système|administrador del? sistema|amministratore di sistema|administrator systemu|mail administrator|(?:e-?)?mail system",
    re.IGNORECASE,
)
# Addresses from which mail systems write, and hardly a human.
NOBODY = re.compile(r"^(?:postmaster|post_master|bounces?)(?![a-z])")
# Programs that keep mailing lists and answer to what is sent to them.
LIST_ROBOT = re.compile(
    r"^(?:majordomo|listserv|sympa|mailman|ecartis|smartlist)(?:[-_.](?:owner|bounces|request))?$|-confirm$"
)
# An address or a code of SMTP, which a report names.
NAMED = re.compile(
    r"[\w.+=-]{1,64}@[\w-]{1,63}\.[\w.-]{1,200}|(?<![\d.])[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}|#[45]\.\d{1,3}\.\d{1,3}|(?<![\d.])55\d "
)
# An address, and within a few lines a code of SMTP.
CODED = re.compile(
    r"[\w.+=-]{1,64}@[\w-]{1,63}\.[\w.-]{1,200}[\s\S]{0,300}?(?:(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\w.])[45][0-5]\d(?![\w.]))"
)
# How a text begins that is nothing but a report.
REPORT_OPENS = re.compile(
    r"^\s{0,20}(?:Reporting-MTA:|\{\s{0,9}\"(?:notification|event)Type\"\s{0,3}:\s{0,3}\"(?:Bounce|Complaint)\")"
)
# What a body says of a mail that did not arrive.
BOUNCE_BODY = re.compile(
    r"(?:could not|couldn't|cannot|can't|was not|not|unable to)[^\n]{0,12}(?:be )?deliver|undeliver(?:able|ed)|delivery[^\n]{0,40}fail(?:ed|ure)|did not reach|"
    r"permanent (?:fatal )?error|fatal errors|returned to (?:the )?sender|user unknown|unknown user|no such (?:user|mailbox|address)|mailbox (?:is )?(?:full|unavailable|not found|disabled)|"
    r"recipient (?:address )?rejected|address rejected|over quota|quota exceeded|host (?:or domain name )?not found|\b[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}|\b55[0-4] |transcript of session|"
    r"^(?:final-recipient|reporting-mta)\s{0,2}:|has been delivered to the following|delivery (?:is delayed|to these recipients)|was (?:blocked|automatically rejected)|abuse report for an e-?mail|fml (?:ml )?manager|"
    r"(?:virus|content) (?:alert|checker)|contents alert|not reach(?:ed)? (?:some|all)|could not be reached|trouble delivering|(?:unable|failed) to (?:send|relay)|unknown (?:recipient|address)|address not found|"
    r"(?:alle|einige)[^\n]{0,30} empfänger nicht erreicht|empfängern? zugestellt|konnte nicht zugestellt|nachrichtenzustellung|n'est pas parvenu|remise[^\n]{0,20} échou|no se pudo entregar|error en la entrega|não pôde ser entregue|a entrega falhou|non è stato (?:consegnato|recapitato)|"
    r"niet bezorgd|kunne ikke leveres|nåede ikke frem|kunde inte levereras|ei voitu toimittaa|nie została dostarczona|nie dotarła|nepodařilo (?:se )?doručit|doručení[^\n]{0,30}selhalo|не может быть (?:отправлено|доставлено)|выполнить доставку|помилка доставки|"
    r"blev ikke leveret|ble ikke levert|inte levererats|teslim edilemedi|kézbesíteni|livrarea a eșuat|παράδοση απέτυχε|המסירה נכשלה|送信できません|配信に失敗|存在しません|被退回|传递邮件失败|無法遞送|无法送达|배달하지 못|발송 실패|không thể gửi|"
    r"nicht zugestellt|non (?:è stato|ha potuto)|n'a pas pu être|no se ha podido entregar|не (?:доставлено|удалось доставить)|配信(?:できません|されません)|无法(?:投递|送达)",
    re.IGNORECASE | re.MULTILINE,
)
