"""Automatic answers that only their text tells: absences under our own subject, confirmations of other desks, filters.

One sentence proves nothing, as humans speak of absences and of robots too. Two must stand in the writer's own words: what
the text is, and what such texts add. Of an absence the first must come before anything but a greeting or thanks, and
nothing may be asked.
"""

# ruff: noqa: E501 - lists of words

import re
from collections.abc import Iterator

from tickets.mail.automatic import AWAY_BODY
from tickets.mail.reply import extract_reply
from tickets.mail.shapes import Mail, ReplyKind

LOOKED = 3_000  # characters of the text
_LONGEST = 1_500  # characters of an absence
_SENTENCE = re.compile(r"[.!:;,\n。!、,:।-]+\s{0,9}")
# What may stand before a machine says that its person is away.
_GREETING = re.compile(
    r"^\W{0,9}(?:dear|hello|hi|hey|greetings|good (?:day|morning|afternoon)|sehr geehrte|guten|hallo|liebe[rs]?|lieber|grüezi|bonjour|bonsoir|madame|monsieur|chers?|chère|"
    r"buen[oa]s|hola|estimad|querid|buongiorno|buonasera|gentil|salve|ciao|olá|bo[am] |prezad|car[oa]s? |beste|geachte|goede|hej|hei|god |kære|dzień|szanown|witam|dobr[ýé]|vážen|"
    r"tisztelt|kedves|bună|stimat|здравствуйте|добр|уважаем|вітаю|шановн|γεια|αγαπητ|καλη|merhaba|sayın|iyi |שלום|مرحب|السلام|您好|你好|尊敬|お世話|いつも|拝啓|안녕|xin chào|kính|สวัสดี|เรียน|halo|yth|selamat|"
    r"(?:many |with )?thanks?|vielen dank|danke|herzlichen dank|besten dank|merci|je vous remercie|gracias|grazie|la ringrazio|obrigad|bedankt|dank|hartelijk|tack|tak|takk|mange|kiitos|dziękuj|děkuj|ďakuj|köszön|mulțum|"
    r"спасибо|благодар|дякую|ευχαριστ|teşekkür|תודה|شكر|感谢|感謝|谢谢|謝謝|ありがとう|メール|감사|cảm ơn|ขอบคุณ|terima kasih)",
    re.IGNORECASE,
)
# What an absence adds: who helps when it is urgent, when its person answers, that nobody reads meanwhile.
_AWAY_MORE = re.compile(
    r"urgen|dringend|spoed|brådskande|kiireelli|piln[yei]|naléhav|súrn|срочн|термінов|\bacil\b|sürgős|επείγ|דחוף|عاجل|急ぎ|緊急|紧急|緊急|急事|급한|긴급|khẩn|ด่วน|mendesak|emergenc|"
    r"(?:on|upon|after|until) my return|(?:when|once|as soon as|until) i(?: am|'m)? (?:back|return)|nach meiner rückkehr|wieder (?:erreichbar|im büro|für sie)|à mon retour|dès mon retour|a mi (?:regreso|vuelta|retorno)|al mio (?:rientro|ritorno)|"
    r"(?:meu|quando) regress|meu retorno|terugkomst|terugkeer|\båter\b|tillbaka|tilbage|tilbake|palattua|palaan|po powrocie|po návratu|после (?:возвращения|выхода)|після повернення|dönüş|visszatér|întoarc|επιστροφ|戻り次第|戻りましたら|回来后|返回后|복귀|"
    r"(?:limited|no|little) access|(?:not|nicht|niet|inte|ikke|non|no|nie) (?:be )?(?:forwarded|read|checked|weitergeleitet|gelesen|doorgestuurd|läst|videresendt|inoltrat)",
    re.IGNORECASE,
)
# A text that says of itself that no human sent it.
_AUTOMATIC = re.compile(
    r"\b(?:this|automated|automatic)[^\n.]{0,30}\b(?:automatic(?:ally)?|automated|auto-generated|system-generated)\b[^\n.]{0,30}\b(?:e-?mail|message|reply|response|confirmation|notification|acknowledge?ment|generated|sent|created)|"
    r"\bthis (?:is an? )?(?:automated|automatic|auto)[- ](?:e-?mail|message|reply|response|confirmation|notification)|(?:please )?do not (?:reply|respond|answer) to this|please do not (?:reply|answer|respond)\b|"
    r"automatisch (?:generierte|erstellte|erzeugte|versendete|verschickte)\w?|wurde automatisch|automatische (?:nachricht|antwort|e-?mail|bestätigung)|nicht auf diese (?:e-?mail|nachricht|mail)|"
    r"(?:message|courriel|e-?mail|réponse)(?: est)?(?: généré| envoyé)?e? automatique|ne pas (?:y )?répondre|(?:mensaje|correo|respuesta)(?: generad[oa])? automátic|generad[oa] automáticamente|no respond[ae]r? a este|"
    r"(?:messaggio|e-?mail|risposta)(?: è stat[oa])?(?: generat[oa]| inviat[oa])? automatic|non rispondere|(?:mensagem|e-?mail|resposta)(?: gerad[oa]| enviad[oa])? automátic|gerad[oa] automaticamente|não respond[ae]r? a est|"
    r"automatisch (?:gegenereerd|verzonden|verstuurd|aangemaakt|bericht)|niet (?:op dit bericht te )?(?:beantwoorden|antwoorden|reageren)|automatisk(?:t)? (?:genererat|generert|genereret|skickat|sendt|meddelande|melding|besked|bekräftelse)|automaattinen (?:viesti|vahvistus)|"
    r"wygenerowan\w{1,3} automatycznie|automatycznie wygenerowan|wiadomość automatyczn|nie odpowiadać|automaticky (?:vy)?generovan|automatická (?:zpráva|správa)|automatikus(?:an)? (?:üzenet|generált|küldött|értesítés)|mesaj (?:generat )?automat|"
    r"(?:письмо|сообщение)[^\n]{0,40}автоматически|автоматическ\w{2,3} (?:письм|сообщен|уведомлен|ответ)|отвечать на (?:него|это)|автоматичн\w{1,3} (?:лист|повідомлен)|αυτόματ\w{1,3} (?:μήνυμα|απάντηση)|otomatik olarak (?:oluştur|gönder)|otomatik (?:mesaj|e-posta)|"
    r"自動(?:送信|配信|返信|で送信|的に)|自动(?:发送|生成|回复|发出)|系统自动|自動(?:發送|產生|回覆)|请勿(?:直接)?回复|請勿(?:直接)?回覆|자동(?:으로)? ?(?:발송|생성|회신)|발신 ?전용|thư tự động|tự động (?:gửi|tạo)|อีเมล(?:นี้)?[^\n]{0,20}อัตโนมัติ|(?:pesan|email) otomatis",
    re.IGNORECASE,
)
# What confirmations and filters add: that something came in, that somebody will answer, that the sender must prove something.
_DESK = re.compile(
    r"received your (?:\w{1,20} ){0,2}(?:request|message|e-?mail|mail|enquiry|inquiry|ticket|question|report|application)|your (?:\w{1,20} ){0,2}(?:request|message|e-?mail|mail|enquiry|inquiry|ticket|case|question)[^\n.]{0,40} (?:has been|was|is) (?:received|opened|created|registered|logged|assigned|held|queued|put)|"
    r"(?:will|shall)(?: \w{1,12}){0,2} (?:answer|reply|respond|contact you|get back|be in touch)|(?:allowed|approved|trusted) senders?|to (?:have it|be|get it) delivered|(?:ticket|case|reference) (?:number|id)\b|"
    r"(?:anfrage|nachricht|e-?mail|mail|mitteilung)[^\n.]{0,30} (?:erhalten|eingegangen)|melden uns|eingang ihrer|(?:bien )?reçu votre|votre (?:demande|message|courriel)[^\n.]{0,30} (?:enregistré|reçu|pris)|recibido su|su (?:solicitud|mensaje|consulta|correo)[^\n.]{0,30} (?:recibid|registrad)|"
    r"ricevuto (?:la|il) (?:sua|suo|tua|tuo)|(?:sua|tua|vostra) (?:richiesta|segnalazione)|recebemos (?:a )?su?a|(?:su?a|vossa) (?:solicitação|mensagem|pedido)[^\n.]{0,30} (?:recebid|entregue|registad|registrad)|seja entregue|(?:bericht|vraag|verzoek|aanvraag)[^\n.]{0,30} ontvangen|"
    r"(?:mottagit|mottatt|modtaget)[^\n.]{0,12} (?:ditt?|din|er|deres)|vastaanottanut|otrzymaliśmy|zgłoszenie[^\n.]{0,30} (?:przyjęt|zarejestrowan)|(?:váš|vaš|vaši)[^\n.]{0,20} (?:požadav|dotaz|zpráv|žiadosť)|(?:ваш[аеи]?|ваше) (?:\w{1,20} )?(?:обращени|заявк|запрос|письм|сообщени)\w{0,3}[^\n]{0,30}(?:получен|принят|зарегистрирован|создан)|"
    r"(?:ваш[аеі]?) (?:звернення|запит|заявк)|megkaptuk|am primit|λάβαμε|talebiniz|mesajınız|受け付けました|受付(?:いたし|し|完了)|担当者より|收到您|您的(?:请求|邮件|问题|工单)|已收到|접수되었|문의[^\n]{0,12}접수|đã nhận được|ได้รับ(?:อีเมล|ข้อความ|คำขอ)|telah (?:kami )?(?:terima|menerima)",
    re.IGNORECASE,
)
# That a mail is kept back until its sender has proved something, which they do behind a link.
_HELD = re.compile(
    r"\b(?:held|quarantined|on hold|not (?:be |been )?delivered|blocked|pending)\b[^\n]{0,60}\b(?:until|unless|pending)\b[^\n]{0,120}\b(?:click|confirm|verif|link)|(?:zurückgehalten|nicht zugestellt|angehalten)[^\n]{0,60}\bbis\b[^\n]{0,120}(?:klick|link|bestätig)|"
    r"(?:retenu|bloqué|en attente|pas (?:été )?remis)\w{0,3}[^\n]{0,60}(?:jusqu|tant que)[^\n]{0,120}(?:cliqu|lien|confirm)|retenid[oa][^\n]{0,60}hasta[^\n]{0,120}(?:clic|enlace|confirm)|(?:trattenut|bloccat)[oa][^\n]{0,60}(?:fino|finché)[^\n]{0,120}(?:clic|link|conferm)|"
    r"retid[oa][^\n]{0,60}até[^\n]{0,120}(?:cli[cq]|link|confirm)|(?:vastgehouden|tegengehouden)[^\n]{0,60}totdat?[^\n]{0,120}(?:klik|link|bevestig)|(?:wstrzyman|zatrzyman)\w{1,3}[^\n]{0,60}dopóki[^\n]{0,120}(?:klik|link|potwierdz)|(?:задержан|приостановлен)\w{0,2}[^\n]{0,60}пока[^\n]{0,120}(?:ссылк|подтверд)",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S")
# That somebody of many will see to it.
_PROMISE = re.compile(
    r"\b(?:will|shall)(?: \w{1,12}){0,2} (?:answer|reply|respond|contact you|get back|be in touch)|(?:mitarbeiter\w{0,3}|team|kolleg\w{1,5}) (?:meldet|wird sich|kümmert|setzt sich|bearbeitet)|melden uns|(?:équipe|conseiller|service)[^\n.]{0,40} (?:répondra|contactera|traitera|revien)|"
    r"(?:equipo|agente)[^\n.]{0,40} (?:responder|contactar|atender)|(?:equipe|atendente)[^\n.]{0,40} (?:responder|retornar|entrar)|(?:team|operatore|addetto)[^\n.]{0,40} (?:risponder|contatter)|(?:medewerker|team)[^\n.]{0,40} (?:neemt|reageert|beantwoord)|(?:zespół|konsultant)[^\n.]{0,40} (?:odpowie|skontaktuje)|(?:специалист|сотрудник|оператор)\w{0,3}[^\n.]{0,40} (?:свяжется|ответит)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w-])(?:[A-Z]{2,6}-)?\d{4,14}(?![\w-])")
_NO_REPLY = re.compile(r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply)(?![a-z])")
_ASKED = re.compile(r"[??؟;]\s{0,3}(?:\n|$|\s)")
_CALENDAR_ANSWER = re.compile(rb"(?mi)^METHOD:REPLY[ \t]*\r?$")
_CALENDAR_WORDS = re.compile(rb"(?mi)^COMMENT[;:]|X-RESPONSE-COMMENT")
_CALENDAR = 64 * 1024  # bytes


def spoken_reasons(mail: Mail) -> Iterator[str]:
    """What the writer's own words say; a quoted or forwarded text says nothing of who sends it."""
    text = mail.text[:LOOKED]
    if not any(one.search(text) for one in (AWAY_BODY, _AUTOMATIC, _HELD, _DESK)):
        return
    reply = extract_reply(mail)
    own = reply.visible[:LOOKED]
    if reply.kind is ReplyKind.FORWARD:
        return
    automatic = bool(_AUTOMATIC.search(own))
    if _is_absence(own):
        yield "away_text"
    if automatic and (_DESK.search(own) or _is_no_reply(mail)):
        yield "desk_text"
    elif _HELD.search(own) and _LINK.search(own):
        yield "challenge_text"
    elif _DESK.search(own) and _PROMISE.search(own) and _is_numbered(mail.subject, own):
        yield "numbered_text"


def asks(text: str) -> bool:
    """Whether something is asked in a text, which machines that answer for somebody hardly do."""
    return bool(_ASKED.search(text[:LOOKED]))


def speaks_of_itself(text: str) -> bool:
    """Whether a text says that nobody wrote it, or that its writer is away."""
    return bool(AWAY_BODY.search(text[:LOOKED]) or _AUTOMATIC.search(text[:LOOKED]))


def opens_with_absence(text: str) -> bool:
    """Whether somebody's absence is what a text begins with, greetings and thanks apart."""
    found = AWAY_BODY.search(text[:LOOKED])
    if found is None:
        return False
    before = _SENTENCE.split(text[: found.start()])
    # The last is the beginning of the sentence that says it.
    return all(_GREETING.match(one) for one in before[:-1] if one.strip())


def _is_no_reply(mail: Mail) -> bool:
    """Whether an address that nobody reads writes for itself: a form's mail says whom to answer."""
    return bool(_NO_REPLY.match(mail.sender.key)) and not mail.reply_to


def _is_numbered(subject: str, text: str) -> bool:
    """Whether a number that the subject gives stands in the text too, as confirmations repeat it."""
    return any(found.group() in text for found in _NUMBER.finditer(subject[:300]))


def _is_absence(text: str) -> bool:
    """Whether a text is nothing but an absence."""
    return len(text) <= _LONGEST and not asks(text) and bool(_AWAY_MORE.search(text)) and opens_with_absence(text)


def is_calendar_answer(mail: Mail) -> bool:
    """Whether a calendar answers an invitation (RFC 5546), with no word of its person's and nothing asked."""
    if asks(mail.text):
        return False
    calendars = (file.content[:_CALENDAR] for file in mail.attachments if file.declared_type == "text/calendar")
    return any(_CALENDAR_ANSWER.search(one) and not _CALENDAR_WORDS.search(one) for one in calendars)
