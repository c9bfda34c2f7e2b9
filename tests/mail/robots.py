"""Mails that no person wrote just now: absences, receipts, questions of filters, answers to invitations, desks and forms."""

# ruff: noqa: E501 - a mail is read along its row

from tests.mail.building import mail_of, multipart, part
from tests.mail.returned import letter

MDN = "Reporting-UA: mail.acme.example; Mail 9\r\nFinal-Recipient: rfc822;anna@acme.example\r\nOriginal-Message-ID: <m7.ab@vendor.example>\r\nDisposition: {}/MDN-sent-automatically; {}\r\n"
ANNA = "Anna Arnold <anna@acme.example>"


def receipt(subject: str, told: str, what: str = "displayed", *headers: str) -> bytes:
    whole = multipart(
        "report", part(told), part(MDN.format("automatic-action", what), "message/disposition-notification"),
        params="; report-type=disposition-notification",
    )  # fmt: skip
    return mail_of(whole, *headers, head=f"From: {ANNA}\r\nTo: support@vendor.example\r\nSubject: {subject}\r\n")


def answer_to_invitation(subject: str, told: str, partstat: str) -> bytes:
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u1\r\nDTSTART:20261130T100000Z\r\nSUMMARY:Review\r\n"
        f"ATTENDEE;PARTSTAT={partstat}:mailto:anna@acme.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    whole = multipart("alternative", part(told), part(calendar, "text/calendar; charset=utf-8; method=REPLY"))
    return mail_of(whole, head=f"From: {ANNA}\r\nTo: support@vendor.example\r\nSubject: {subject}\r\n")


ROBOTS: dict[str, bytes] = {
    # absences that say so in their header
    "vacation": letter(ANNA, "Re: [ACME-12] Printer on fire", "I am away until Monday.", "Auto-Submitted: auto-replied (vacation)", "Precedence: junk"),
    "exchange, german": letter(ANNA, "Automatische Antwort: [ACME-12] Printer on fire", "Ich bin bis 5. Dezember nicht im Haus.", "X-Auto-Response-Suppress: All", "Auto-Submitted: auto-generated"),
    "gmail": letter(ANNA, "Gone fishing Re: [ACME-12] Printer on fire", "Back on the 7th.", "Precedence: bulk", "X-Autoreply: yes", "Auto-Submitted: auto-replied"),
    "old webmail": letter(ANNA, "Re: Printer on fire", "Grazie, leggo tutto la settimana prossima.", "X-Autorespond: Re: Printer on fire", "X-Mail-Autoreply: 1"),
    "cpanel": letter(ANNA, "Holidays", "Our office is closed.", "X-Auto-Response-Suppress: OOF", "Precedence: auto_reply"),
    "domino, empty path": letter(ANNA, "Anna Arnold is out of the office (returning 12/07/2026)", "I will be out of the office from 26.11. and return on 07.12.", "Return-Path: <>"),
    "zimbra": letter(ANNA, "Re: [ACME-12] Printer on fire", "Je suis absente.", "Auto-Submitted: auto-replied (zimbra; vacation)", "Precedence: bulk"),
    # absences known by their words alone
    "english, no header": letter(ANNA, "Automatic reply: [ACME-12] Printer on fire", "Thank you for your email. I am on leave with no access to mail until 4 December. For urgent matters please contact Ben."),
    "english, out of office": letter(ANNA, "Out of Office Re: [ACME-12] Printer on fire", "I am travelling. I will answer once I am back on Thursday."),
    "english, OOO": letter(ANNA, "OOO: Printer on fire", "I'm currently out of the office and will be back on December 1st."),
    "french, no header": letter(ANNA, "Réponse automatique : [ACME-12] Printer on fire", "Bonjour,\r\n\r\nJe suis absente du bureau jusqu'au 4 décembre. En cas d'urgence, contactez Benoît.\r\n"),
    "french, absence": letter(ANNA, "Absence du bureau Re: Printer on fire", "Actuellement en congés, je répondrai à mon retour le 7 décembre."),
    "spanish, no header": letter(ANNA, "Respuesta automática: Printer on fire", "Estoy fuera de la oficina hasta el lunes. Responderé a mi regreso."),
    "spanish, fuera de la oficina": letter(ANNA, "Fuera de la oficina Re: Printer on fire", "Gracias por su correo. Me encuentro de vacaciones del 20 al 30 de noviembre."),
    "italian": letter(ANNA, "Risposta automatica: Printer on fire", "Sono fuori ufficio fino al 4 dicembre. Per urgenze rivolgersi a Bruno."),
    "italian, fuori ufficio": letter(ANNA, "Fuori sede R: Printer on fire", "Sarò assente dall'ufficio fino a lunedì e leggerò la posta al mio rientro."),
    "portuguese": letter(ANNA, "Resposta automática: Printer on fire", "Estou de férias até 4 de dezembro e não vou ler e-mails nesse período."),
    "dutch": letter(ANNA, "Automatisch antwoord: Printer on fire", "Ik ben afwezig tot en met 4 december. Bij spoed kunt u Bram bellen."),
    "dutch, afwezig": letter(ANNA, "Afwezig: Printer on fire", "Bedankt voor uw bericht. Ik ben met vakantie en lees mijn mail niet."),
    "german, abwesenheit": letter(ANNA, "Abwesenheitsnotiz: Printer on fire", "Vielen Dank für Ihre Nachricht. Ich bin derzeit nicht im Büro; Ihre Mail wird nicht weitergeleitet."),
    "german, nicht im haus": letter(ANNA, "Abwesend bis 4.12. AW: Printer on fire", "Guten Tag, ich bin im Urlaub und ab dem 5.12. wieder erreichbar."),
    "swedish": letter(ANNA, "Autosvar: Printer on fire", "Jag är på semester till den 4 december. Kontakta Bo vid brådskande ärenden."),
    "swedish, frånvaro": letter(ANNA, "Frånvarande: SV: Printer on fire", "Jag är inte på kontoret just nu, åter på måndag."),
    "norwegian": letter(ANNA, "Automatisk svar: Printer on fire", "Jeg er bortreist og er tilbake på kontoret 4. desember."),
    "danish": letter(ANNA, "Autosvar: Printer on fire", "Jeg er på ferie og er tilbage mandag den 7. december."),
    "finnish": letter(ANNA, "Automaattinen vastaus: Printer on fire", "Olen lomalla 4.12. asti. Kiireellisissä asioissa ottakaa yhteyttä Billiin."),
    "polish": letter(ANNA, "Autoodpowiedź: Printer on fire", "Jestem na urlopie do 4 grudnia. W pilnych sprawach proszę o kontakt z Bogdanem."),
    "polish, odpowiedź automatyczna": letter(ANNA, "Odpowiedź automatyczna: Printer on fire", "Przebywam poza biurem do poniedziałku."),
    "czech": letter(ANNA, "Automatická odpověď: Printer on fire", "Jsem mimo kancelář do 4. prosince, na maily odpovím po návratu."),
    "hungarian": letter(ANNA, "Automatikus válasz: Printer on fire", "December 4-ig szabadságon vagyok, a leveleket utána olvasom."),
    "romanian": letter(ANNA, "Răspuns automat: Printer on fire", "Sunt în concediu până pe 4 decembrie."),
    "russian": letter(ANNA, "Автоматический ответ: Printer on fire", "Я в отпуске до 4 декабря. По срочным вопросам обращайтесь к Борису.", charset="koi8-r"),
    "russian, autoreply": letter(ANNA, "Автоответ: Printer on fire", "Здравствуйте! Меня нет на работе до понедельника, отвечу после возвращения."),
    "ukrainian": letter(ANNA, "Автоматична відповідь: Printer on fire", "Я у відпустці до 4 грудня."),
    "greek": letter(ANNA, "Αυτόματη απάντηση: Printer on fire", "Απουσιάζω από το γραφείο έως τις 4 Δεκεμβρίου."),
    "turkish": letter(ANNA, "Otomatik yanıt: Printer on fire", "4 Aralık'a kadar izindeyim, dönüşümde yanıt vereceğim."),
    "hebrew": letter(ANNA, "תשובה אוטומטית: Printer on fire", "אני בחופשה עד 4 בדצמבר."),
    "arabic": letter(ANNA, "رد تلقائي: Printer on fire", "أنا خارج المكتب حتى 4 ديسمبر."),
    "japanese": letter(ANNA, "自動応答: Printer on fire", "12月4日まで休暇をいただいております。戻り次第ご返信いたします。"),
    "japanese, absent": letter(ANNA, "不在通知: Printer on fire", "ただいま不在にしております。月曜日に戻ります。", charset="iso-2022-jp"),
    "chinese": letter(ANNA, "自动答复: Printer on fire", "我正在休假,12月4日返回办公室。", charset="gb18030"),
    "chinese, traditional": letter(ANNA, "自動回覆: Printer on fire", "我目前不在辦公室,將於12月4日返回。"),
    "korean": letter(ANNA, "자동 회신: Printer on fire", "12월 4일까지 휴가입니다. 복귀 후 답변드리겠습니다.", charset="euc-kr"),
    "vietnamese": letter(ANNA, "Trả lời tự động: Printer on fire", "Tôi đang nghỉ phép đến ngày 4 tháng 12."),
    "thai": letter(ANNA, "ตอบกลับอัตโนมัติ: Printer on fire", "ขณะนี้ข้าพเจ้าลาพักร้อนจนถึงวันที่ 4 ธันวาคม"),
    "indonesian": letter(ANNA, "Balasan otomatis: Printer on fire", "Saya sedang cuti sampai 4 Desember dan akan membalas setelah kembali."),
    "left the company": letter(ANNA, "Re: [ACME-12] Printer on fire", "Anna Arnold no longer works at ACME. Please send your mails to office@acme.example from now on.\r\nThis is an automatically generated message.", "X-Autogenerated: Reply"),
    # receipts
    "read receipt": receipt("Read: [ACME-12] Printer on fire", "Your message was read on 26 November."),
    "read receipt, german": receipt("Gelesen: Printer on fire", "Ihre Nachricht wurde gelesen."),
    "deleted unread": receipt("Not read: Printer on fire", "Your message was deleted without being read.", "deleted"),
    "receipt in plain words": letter(ANNA, "Read: [ACME-12] Printer on fire", "Your message\r\n\r\n   To: Anna Arnold\r\n   Subject: [ACME-12] Printer on fire\r\n   Sent: Thursday 10:00\r\n\r\nwas read on Thursday 10:05.\r\n"),
    "receipt, french": letter(ANNA, "Lu : Printer on fire", "Votre message\r\n\r\n   À : Anna Arnold\r\n   Objet : Printer on fire\r\n   Envoyé : jeudi 10:00\r\n\r\na été lu le jeudi 10:05.\r\n"),
    # filters that ask a question
    "challenge": letter("anna@acme.example", "Re: [ACME-12] Printer on fire [confirm 8f1c]", "Your mail to anna@acme.example is held. To prove that you are no spammer, answer this message or follow https://filter.example/c/8f1c .", "Auto-Submitted: auto-replied", "X-Challenge: yes"),
    "challenge without header": letter("Antispam <antispam@acme.example>", "Please confirm your message to anna@acme.example", "This is an automated message. Your mail was put into quarantine since you are not on the list of allowed senders. Click the link to have it delivered: https://filter.example/v/91\r\n"),
    "challenge, portuguese": letter("Antispam <antispam@acme.example>", "Confirmação de envio: Printer on fire", "Esta é uma mensagem automática. Para que a sua mensagem seja entregue a anna@acme.example, confirme em https://filtro.example/c/7 .\r\n", "Return-Path: <>"),
    # other desks and forms
    "another desk": letter("ACME Helpdesk <helpdesk@acme.example>", "[#48211] We received your request", "Your request has been received and a ticket was opened. This is an automated reply, please do not answer.", "Auto-Submitted: auto-replied"),
    "another desk without header": letter("ACME Support <support@acme.example>", "[Ticket#2026112610] Re: [ACME-12] Printer on fire", "Hello,\r\n\r\nthis is an automatic confirmation that your request has been received. A member of our team will answer shortly. Your ticket number is 2026112610.\r\n\r\nPlease do not reply to this email.\r\n"),
    "another desk, german": letter("Service <service@acme.example>", "Eingangsbestätigung: Printer on fire [#991]", "Dies ist eine automatisch generierte E-Mail. Wir haben Ihre Anfrage erhalten und melden uns in Kürze.\r\n"),
    "another desk, spanish": letter("Soporte <soporte@acme.example>", "Hemos recibido su solicitud #5521", "Este es un mensaje automático, por favor no responda a este correo. Hemos recibido su solicitud y la atenderemos pronto.\r\n"),
    "a shop's no-reply": letter("ACME Billing <no-reply@acme.example>", "Your invoice 2026-11 is ready", "Your invoice is ready. This mailbox is not read.", "Auto-Submitted: auto-generated"),
    # answers to invitations
    "accepted": answer_to_invitation("Accepted: Review", "Anna Arnold has accepted this invitation.", "ACCEPTED"),
    "declined, french": answer_to_invitation("Refusé : Review", "Anna Arnold a refusé cette invitation.", "DECLINED"),
    "tentative": answer_to_invitation("Tentative: Review", "", "TENTATIVE"),
    # machines of the house
    "cron": letter("root@web1.acme.example (Cron Daemon)", "Cron <root@web1> /usr/local/bin/backup", "backup: 14 files, 0 errors", "X-Cron-Env: <SHELL=/bin/sh>", "Auto-Submitted: auto-generated"),
    "monitoring": letter("Monitoring <nagios@acme.example>", "** PROBLEM: web1 is DOWN **", "Notification Type: PROBLEM\r\nHost: web1\r\nState: DOWN", "Auto-Submitted: auto-generated", "Precedence: bulk"),
    # absences under our own subject, with nothing in their header
    "under our subject, english": letter(ANNA, "Re: [ACME-12] Printer on fire", "Hello,\r\n\r\nThank you for your message. I am currently out of the office and will return on Monday, 7 December. I will answer your mail as soon as possible after my return.\r\nFor urgent matters please contact Ben (ben@acme.example).\r\n\r\nAnna Arnold\r\n"),
    "under our subject, german": letter(ANNA, "AW: [ACME-12] Printer on fire", "Sehr geehrte Damen und Herren,\r\n\r\nvielen Dank für Ihre Nachricht. Ich bin bis einschließlich 4. Dezember nicht im Büro. In dringenden Fällen wenden Sie sich bitte an Ben Berg.\r\n"),
    "under our subject, french": letter(ANNA, "RE: [ACME-12] Printer on fire", "Bonjour,\r\n\r\nje suis en congé jusqu'au 4 décembre inclus. Je traiterai votre message à mon retour. En cas d'urgence, merci de contacter Benoît.\r\n"),
    "under our subject, spanish": letter(ANNA, "RE: [ACME-12] Printer on fire", "Buenos días:\r\n\r\nEstoy de vacaciones hasta el 4 de diciembre. Contestaré a su correo a mi vuelta. Para asuntos urgentes, póngase en contacto con Benito.\r\n"),
    "under our subject, italian": letter(ANNA, "R: [ACME-12] Printer on fire", "Buongiorno,\r\n\r\nsono in ferie fino al 4 dicembre e risponderò al mio rientro. Per urgenze potete contattare Bruno.\r\n"),
    "under our subject, dutch": letter(ANNA, "RE: [ACME-12] Printer on fire", "Beste,\r\n\r\nik ben met vakantie tot 7 december en beantwoord uw bericht na mijn terugkomst. Voor dringende zaken kunt u contact opnemen met Bram.\r\n"),
    "under our subject, polish": letter(ANNA, "Odp: [ACME-12] Printer on fire", "Dzień dobry,\r\n\r\njestem na urlopie do 4 grudnia. Odpowiem po powrocie. W sprawach pilnych proszę o kontakt z Bogdanem.\r\n"),
    "under our subject, portuguese": letter(ANNA, "RES: [ACME-12] Printer on fire", "Olá,\r\n\r\nestou de férias até 4 de dezembro e responderei quando regressar. Para assuntos urgentes, contacte o Bruno.\r\n"),
    "under our subject, russian": letter(ANNA, "Re: [ACME-12] Printer on fire", "Здравствуйте!\r\n\r\nЯ нахожусь в отпуске до 4 декабря и отвечу на ваше письмо после возвращения. По срочным вопросам обращайтесь к Борису.\r\n"),
    "under our subject, swedish": letter(ANNA, "SV: [ACME-12] Printer on fire", "Hej!\r\n\r\nJag är på semester och läser inte min mejl. Jag är åter den 7 december. Vid brådskande ärenden, kontakta Bo.\r\n"),
    "under our subject, japanese": letter(ANNA, "Re: [ACME-12] Printer on fire", "お世話になっております。\r\n\r\n12月4日まで休暇のため不在にしております。お急ぎの場合は佐藤までご連絡ください。\r\n"),
    "under our subject, turkish": letter(ANNA, "YNT: [ACME-12] Printer on fire", "Merhaba,\r\n\r\n4 Aralık'a kadar yıllık izindeyim. Dönüşte size yanıt vereceğim. Acil durumlar için Burak ile iletişime geçebilirsiniz.\r\n"),
    "thanks for contacting": letter("ACME <info@acme.example>", "Thank you for contacting ACME", "Thank you for contacting ACME. We have received your message and will get back to you within two working days.\r\nThis is an automatically generated email, please do not reply.\r\n"),
    "merci, french desk": letter("ACME <contact@acme.example>", "Nous avons bien reçu votre message", "Bonjour,\r\n\r\nNous avons bien reçu votre demande et vous répondrons sous 48 heures.\r\nCeci est un message automatique, merci de ne pas y répondre.\r\n"),
    "italian desk": letter("Assistenza <assistenza@acme.example>", "Ticket 4410 aperto: Printer on fire", "Gentile cliente,\r\n\r\nabbiamo ricevuto la sua richiesta, alla quale è stato assegnato il numero 4410.\r\nMessaggio generato automaticamente, si prega di non rispondere.\r\n"),
    "russian desk": letter("Поддержка <help@acme.example>", "Ваша заявка №4410 принята", "Здравствуйте!\r\n\r\nВаше обращение получено и зарегистрировано под номером 4410.\r\nЭто письмо создано автоматически, отвечать на него не нужно.\r\n"),
    "polish desk": letter("Pomoc <pomoc@acme.example>", "Zgłoszenie 4410 zostało przyjęte", "Dzień dobry,\r\n\r\notrzymaliśmy Państwa zgłoszenie.\r\nWiadomość została wygenerowana automatycznie, prosimy na nią nie odpowiadać.\r\n"),
    "japanese desk": letter("サポート <support@acme.example>", "【受付完了】お問い合わせありがとうございます", "お問い合わせを受け付けました。担当者よりご連絡いたします。\r\n※このメールは自動送信されています。ご返信いただいてもお答えできません。\r\n"),
}  # fmt: skip

LISTED: dict[str, bytes] = {
    "a mailing list": letter(ANNA, "[users] Which driver?", "Does anybody use the new one?", "List-Id: <users.lists.example>", "List-Post: <mailto:users@lists.example>", "Precedence: list"),
    "a newsletter": letter("News <news@acme.example>", "What is new in November", "Much is new. Unsubscribe: https://acme.example/u/1", "List-Unsubscribe: <https://acme.example/u/1>", "Precedence: bulk"),
    "a group of an office suite": letter("'Anna Arnold' via Team <team@acme.example>", "Printer", "It is broken again.", "List-Id: <team.acme.example>", "Mailing-List: list team@acme.example"),
}  # fmt: skip
