"""How bounces and automatic answers name themselves, in many languages. Words only; no rules."""

# ruff: noqa: E501 - lists of words

import re

LOOKED = 20_000  # characters of a text that are looked at

# Subjects that only a mail system writes.
SURE_SUBJECT = re.compile(
    r"^\W{0,4}(?:undelivered mail returned|undeliver(?:able|ed)(?: mail| message)?\s{0,2}:|(?:delivery status notification|mail delivery (?:failed|subsystem|system|status notification)|message delivery failure)\b|"
    r"returned mail\s{0,2}:|failure notice$|delivery failure\s{0,2}:|delivery notification\s{0,2}: delivery|mail system error - returned mail|postmaster notify|nondeliverable mail|"
    r"warning: (?:could not send message|message[^\n]{0,30}delayed|message still undelivered)|notice: mail delivery status|permanent delivery failure|undeliver(?:able|ed) (?:mail|message)\s{0,3}$|message status - |undeliverable$|"
    r"unzustellbar\s{0,2}:|non remis\s{0,2}:|no se puede entregar\s{0,2}:|não (?:é possível entregar|entregue)\s{0,2}:|não foi possível entregar|non recapitabile\s{0,2}:|"
    r"onbestelbaar\s{0,2}:|kan ikke leveres\s{0,2}:|kan inte levereras\s{0,2}:|ei voitu toimittaa\s{0,2}:|niedostarczalne\s{0,2}:|nedoručitelné\s{0,2}:|недоставлено\s{0,2}:|не доставлено\s{0,2}:|"
    r"kézbesíthetetlen\s{0,2}:|teslim edilemedi\s{0,2}:|配信不能\s{0,2}[:：]|無法傳遞\s{0,2}[:：]|无法传递\s{0,2}[:：]|无法投递\s{0,2}[:：]|배달되지 않음\s{0,2}:|系统退信|退信通知)",
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
    r"email feedback report|complaint about message|abuse report|\[?spam complaint|"
    r"unzustellbar|nicht zustellbar|zustellung (?:fehlgeschlagen|nicht möglich)|fehler beim senden|unzustellbarkeit|nachricht konnte nicht|fehlgeschlagene|"
    r"(?:message )?non (?:remis|distribué|délivré)|échec de (?:la )?(?:remise|distribution|livraison)|impossible de remettre|courrier non|"
    r"no se puede entregar|no entregad[oa]|no se ha podido|correo (?:devuelto|no)|error de entrega|mensaje no|fallo (?:de|en la) entrega|"
    r"não (?:foi possível|entregue)|não entregue|falha na entrega|mensagem não|erro de entrega|"
    r"mancat[oa] (?:recapito|consegna)|impossibile (?:recapitare|consegnare)|consegna non|notifica di mancat|messaggio non|"
    r"onbestelbaar|niet bezorgd|bezorging mislukt|kan niet worden (?:bezorgd|afgeleverd)|"
    r"ikke leveret|kan ikke leveres|kunne ikke leveres|ikke levert|uleverlig|kan inte levereras|gick inte att leverera|ej levererat|leveransfel|olevererbart|"
    r"toimittaminen (?:ei )?|ei voitu toimittaa|toimitus epäonnistui|ei toimitettu|"
    r"niedostarcz\w{1,8}|nie można dostarczyć|zwrot poczty|nie dostarczono|nedoručiteln\w{1,4}|nedoručen\w{1,4}|nelze doručit|nedoručitelné|"
    r"недостав\w{1,12}|не доставлен\w{0,4}|сообщение не|письмо не|ошибка доставки|невозможно доставить|не удалось доставить|"
    r"kézbesíthetetlen|sikertelen kézbesítés|nem kézbesíthető|nelivrabil|nu s-a putut livra|eșec la livrare|teslim edilemedi|iletilemedi|gönderilemeyen|"
    r"δεν (?:παραδόθηκε|ήταν δυνατή)|αδύνατη η παράδοση|לא ניתן למסור|לא נמסר|تعذر التسليم|فشل (?:تسليم|التسليم)|غير قابل للتسليم|"
    r"配信不能|配信できません|配送不能|送信できません|メールを配信できません|エラーメール|未配信|配信エラー|"
    r"无法投递|退信|系统退信|未送达|邮件未能|无法送达|無法傳遞|無法投遞|退信通知|无法传递|"
    r"배달되지|전달되지|반송|배달 실패|전송 실패|배달할 수 없음|không gửi được|thư không|không thể gửi|ส่งไม่ได้|ไม่สามารถส่ง|tidak terkirim|gagal terkirim"
    r")",
    re.IGNORECASE,
)
AUTO_SUBJECT = re.compile(
    r"^\W{0,4}(?:abwesenheits?(?:notiz|nachricht|assistent|meldung)|out[- ]of[- ](?:the[- ])?office|auto: re|(?:absence|absent)\s{0,2}(?:$|[:(])|"
    r"automatic reply: |automatische antwort: |réponse automatique ?: )|^\W{0,4}(?:"
    r"automatic(?:ally generated)? (?:reply|response|answer|e-?mail)|auto(?:matic)?[- ]?(?:reply|response|responder|answer|respond|svar|risposta|resposta)\b|auto: |auto-re\b|"
    r"out[- ]of[- ](?:the[- ])?office|ooo\b|away from (?:my|the) (?:mail|office|desk)|on (?:vacation|holiday|annual leave)|vacation (?:reply|message|response|notice)|i am (?:away|out)|"
    r"abwesenheit\w{0,12}|automatische (?:antwort|abwesenheits\w{1,9})|nicht im (?:büro|haus)|außer haus|urlaubs?(?:benachrichtigung|notiz|vertretung)|bin (?:nicht|im urlaub)|"
    r"réponse automatique|répondeur|absen(?:ce|t)\b[^\n]{0,30}(?:bureau|congé|automatique)|message d'absence|notification d'absence|en congé|hors du bureau|"
    r"respuesta automática|fuera de (?:la )?oficina|ausente|ausencia|respuesta de ausencia|contestador|"
    r"resposta automática|fora do escritório|ausência|aviso de ausência|"
    r"risposta automatica|fuori (?:sede|ufficio)|assenza|assente|notifica di assenza|"
    r"automatisch (?:antwoord|bericht|svar)|afwezig\w{0,10}|niet aanwezig|buiten kantoor|afwezigheidsbericht|"
    r"autosvar|automatiskt svar|frånvaro\w{0,12}|automatisk (?:svar|e-post|besvarelse)|fravær\w{0,10}|ikke til stede|ikke på kontoret|på ferie|"
    r"automaattinen vastaus|poissaoloilmoitus|poissa\b|"
    r"odpowiedź automatyczna|automatyczna odpowiedź|poza biurem|nieobecność|autoresponder|"
    r"automatická odpov\w{1,5}|mimo kancelář|nepřítomnost|"
    r"автоматический ответ|автоответ\w{0,4}|сообщение об отсутствии|отсутствие на рабочем месте|вне офиса|автоматична відповідь|автовідповідь|автоматичен отговор|"
    r"automatikus válasz|házon kívül|szabadságon|răspuns automat|absent din|otomatik yanıt|ofis dışında|otomatik cevap|"
    r"αυτόματη απάντηση|εκτός γραφείου|תגובה אוטומטית|מענה אוטומטי|מחוץ למשרד|رد تلقائي|الرد التلقائي|خارج المكتب|"
    r"自動応答|自動返信|不在(?:通知|のお知らせ)?|自动(?:答复|回复)|自動(?:回覆|回復|答覆)|외부 ?출장|자동 ?(?:회신|응답|답장)|부재중|"
    r"trả lời tự động|tự động trả lời|vắng mặt|ตอบกลับอัตโนมัติ|ไม่อยู่ที่สำนักงาน|balasan otomatis|jawapan automatik|automatski odgovor|"
    r"samodejni odgovor|automatinis atsakymas|automātiskā atbilde|automaatvastus|پاسخ خودکار"
    # and then ends, or says whose or until when: "Automatic reply does not work" is a client's
    r")(?=[^\w\n]{0,3}(?:$|[:：(\[|–—】-]|(?:from|to|for|re|aw|by|von|de|da|du|di|für|until|till|auto\w{0,12}|message|notification|bis|am|vom|from|nachricht|am|av|fra|od|от|от|reply|response|answer)\b))",
    re.IGNORECASE,
)
# Whom such mails come from: local parts and display names.
DAEMON = re.compile(
    r"^(?:mailer[-_.]?d(?:a?e|e)mon|mail[-_.]?daemon|maildaemon|mdaemon|mailerdaemon|postmaster|mail[-_.]?delivery\w{0,10}|delivery[-_.]?(?:status|failure)\w{0,15}|bounces?\b|mailsystem|symantec\w{0,20}|double-bounce|mmdf|microsoftexchange[0-9a-f]{4,40})",
    re.IGNORECASE,
)
DAEMON_NAME = re.compile(
    r"mail(?:er)?[- ]?(?:delivery (?:system|subsystem|service)|daemon)|mail delivery|postmaster|system ?administrator|mail administrator|delivery (?:subsystem|agent|notification)|internet mail (?:delivery|service)|mail system|email system|"
    r"系统退信|邮件系统|メール配信|почтовая система",
    re.IGNORECASE,
)
# What a body says of a mail that did not arrive.
BOUNCE_BODY = re.compile(
    r"(?:could not|couldn't|cannot|can't|was not|not|unable to)[^\n]{0,12}(?:be )?deliver|undeliver(?:able|ed)|delivery[^\n]{0,40}fail(?:ed|ure)|did not reach|"
    r"permanent (?:fatal )?error|fatal errors|returned to (?:the )?sender|user unknown|unknown user|no such (?:user|mailbox|address)|mailbox (?:is )?(?:full|unavailable|not found|disabled)|"
    r"recipient (?:address )?rejected|address rejected|over quota|quota exceeded|host (?:or domain name )?not found|\b[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}|\b55[0-4] |transcript of session|"
    r"nicht zugestellt|non (?:è stato|ha potuto)|n'a pas pu être|no se ha podido entregar|не (?:доставлено|удалось доставить)|配信(?:できません|されません)|无法(?:投递|送达)",
    re.IGNORECASE,
)
