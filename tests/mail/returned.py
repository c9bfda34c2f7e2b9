"""Reports of mail that did not arrive, as mail servers of many makes write them: our own words, their shapes."""

# ruff: noqa: E501 - a mail is read along its row

from email.header import Header

from tests.mail.building import mail_of, multipart, part, raw_mail

ORIGINAL = (
    "From: Support <support@vendor.example>\r\nTo: Nadia <nadia@gone.example>\r\n"
    "Subject: [ACME-12] Printer on fire\r\nMessage-ID: <m7.ab@vendor.example>\r\n\r\nWe look into it.\r\n"
)


def letter(sender: str, subject: str, body: str, *headers: str, charset: str = "utf-8") -> bytes:
    """A mail of one plain part to us, its subject encoded as programs encode it."""
    head = f"From: {sender}\r\nTo: support@vendor.example\r\nSubject: {coded(subject)}\r\n"
    kind = () if body.isascii() else (f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: 8bit")
    return raw_mail(body, *headers, *kind, head=head, charset=charset)


def coded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=900).encode()


def report(sender: str, subject: str, told: str, status: str, *headers: str, original: str = ORIGINAL) -> bytes:
    """A report by RFC 3464: what a person reads, what a machine reads, and the mail."""
    head = f"From: {sender}\r\nTo: support@vendor.example\r\nSubject: {coded(subject)}\r\n"
    whole = multipart(
        "report",
        part(told),
        part(status, "message/delivery-status"),
        part(original, "message/rfc822"),
        params="; report-type=delivery-status",
    )
    return mail_of(whole, *headers, head=head)


def status(action: str = "failed", code: str = "5.1.1", said: str = "550 no such user here") -> str:
    return (
        "Reporting-MTA: dns; mx.gone.example\r\n\r\nFinal-Recipient: rfc822; nadia@gone.example\r\n"
        f"Action: {action}\r\nStatus: {code}\r\nDiagnostic-Code: smtp; {said}\r\n"
    )


RETURNED: dict[str, bytes] = {
    "exchange in german": report(
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae@gone.example>", "Unzustellbar: [ACME-12] Printer on fire",
        "Fehler bei der Nachrichtenzustellung an folgende Empfänger:\r\n\r\nnadia@gone.example\r\nDie Adresse gibt es nicht.", status(),
    ),
    "exchange in polish without a report's parts": letter(
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae@gone.example>", "Niedostarczona: [ACME-12] Printer on fire",
        "Nie można dostarczyć wiadomości do następujących adresatów:\r\n\r\nnadia@gone.example\r\nNie znaleziono adresu.\r\n\r\n#550 5.1.10 RESOLVER.ADR.RecipientNotFound ##",
        "X-MS-Exchange-Message-Is-Ndr:",
    ),
    "exchange of old, no header but the sender": letter(
        "System Administrator <postmaster@gone.example>", "Undeliverable: Printer on fire",
        "Your message\r\n\r\n  To:      nadia@gone.example\r\n  Subject: Printer on fire\r\n  Sent:    26.11.2026 10:00\r\n\r\ndid not reach the following recipient(s):\r\n\r\nnadia@gone.example on 26.11.2026 10:01\r\n    The recipient name is not recognized\r\n",
    ),
    "exchange in french": letter(
        "Administrateur système <postmaster@parti.example>", "Non remis : Printer on fire",
        "Votre message n'a pas pu être remis au destinataire suivant :\r\n\r\nnadia@parti.example\r\nL'adresse n'existe pas. #5.1.1\r\n",
    ),
    "exchange in spanish": report(
        "postmaster@ido.example", "No se puede entregar: Printer on fire", "No se pudo entregar el mensaje a nadia@gone.example.", status(),
        "Return-Path: <>",
    ),
    "postfix": report(
        "MAILER-DAEMON@mx.gone.example (Mail Delivery System)", "Undelivered Mail Returned to Sender",
        "The mail system of mx.gone.example.\r\n\r\n<nadia@gone.example>: host mx2.gone.example said: 550 5.1.1 no such user (in reply to RCPT TO)", status(),
        "Return-Path: <>", "Auto-Submitted: auto-replied",
    ),
    "postfix, delayed": report(
        "MAILER-DAEMON@mx.gone.example (Mail Delivery System)", "Delayed Mail (still being retried)",
        "Your mail waits; you need not send it again.", status("delayed", "4.4.1", "connect timed out"),
    ),
    "postfix, forwarded as a plain text by a filter": letter(
        "MAILER-DAEMON@mx.gone.example", "Undelivered Mail Returned to Sender",
        "<nadia@gone.example>: host mx2.gone.example[192.0.2.4] said: 552 5.2.2 mailbox is full (in reply to end of DATA command)\r\n",
    ),
    "exim": letter(
        "Mail Delivery System <Mailer-Daemon@mx.gone.example>", "Mail delivery failed: returning message to sender",
        "This message was made by mail software.\r\n\r\nA message that you sent could not be delivered to all of its recipients.\r\n\r\n  nadia@gone.example\r\n    host mx.gone.example [192.0.2.9]\r\n    SMTP error from remote mail server after RCPT TO:<nadia@gone.example>:\r\n    550 unrouteable address\r\n\r\n------ This is a copy of the message, including all the headers. ------\r\n" + ORIGINAL,
        "X-Failed-Recipients: nadia@gone.example",
    ),
    "exim, a warning": letter(
        "Mail Delivery System <Mailer-Daemon@mx.gone.example>", "Warning: message 1kXyZ-0004Tt-9a delayed 24 hours",
        "A message of yours has not been delivered to one or more of its recipients after more than 24 hours on the queue.\r\n\r\n  nadia@gone.example\r\n    Delay reason: host lookup did not complete\r\n",
        "Auto-Submitted: auto-replied",
    ),
    "exim in german words of an admin": letter(
        "Mail Delivery System <mailer-daemon@weg.example>", "Nachricht konnte nicht zugestellt werden",
        "Ihre Nachricht an\r\n\r\n   nadia@weg.example\r\n\r\nwurde abgewiesen: 550 Unknown user\r\n",
    ),
    "qmail": letter(
        "MAILER-DAEMON@gone.example", "failure notice",
        "Hi. This is the program at gone.example that sends mail.\r\nI gave up on this address, for good.\r\n\r\n<nadia@gone.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n" + ORIGINAL,
    ),
    "qmail without a daemon's name": letter(
        "\"gone.example\" <mailadmin@gone.example>", "failure notice",
        "I could not deliver your message to these addresses.\r\n\r\n<nadia@gone.example>:\r\n192.0.2.7 does not like recipient.\r\nRemote host said: 550 5.1.1 unknown user\r\nGiving up on 192.0.2.7.\r\n", "Return-Path: <>",
    ),
    "courier": report(
        "\"Courier mail server at gone.example\" <postmaster@gone.example>", "NOTICE: mail delivery status.",
        "Your message to nadia@gone.example is undeliverable: user unknown.", status(),
    ),
    "sendmail": report(
        "Mail Delivery Subsystem <MAILER-DAEMON@gone.example>", "Returned mail: see transcript for details",
        "The following addresses had permanent fatal errors\r\n<nadia@gone.example>\r\n(reason: 550 5.1.1 user unknown)", status(),
    ),
    "sendmail of old": letter(
        "Mail Delivery Subsystem <mailer-daemon>", "Returned mail: User unknown",
        "   ----- Transcript of session follows -----\r\n... while talking to mx.gone.example.:\r\n>>> RCPT To:<nadia@gone.example>\r\n<<< 550 User unknown\r\n550 nadia@gone.example... User unknown\r\n\r\n   ----- Unsent message follows -----\r\n" + ORIGINAL,
    ),
    "sendmail, warning": letter(
        "Mail Delivery Subsystem <MAILER-DAEMON@gone.example>", "Warning: could not send message for past 4 hours",
        "THIS IS A WARNING ONLY. YOU NEED NOT RESEND.\r\n\r\nThe recipient nadia@gone.example has not been reached yet.\r\n",
    ),
    "gmail": report(
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Failure)",
        "** Address not found **\r\n\r\nnadia@gone.example is not a mailbox that takes mail.", status(),
        "X-Failed-Recipients: nadia@gone.example", "Auto-Submitted: auto-replied",
    ),
    "gmail, delay in japanese": report(
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Delay)",
        "** 配信が遅れています **\r\n\r\nnadia@gone.example への配信に時間がかかっています。", status("delayed", "4.4.2", "timeout"),
    ),
    "outlook.com": report(
        "postmaster@outlook.com", "Undeliverable: [ACME-12] Printer on fire",
        "nadia@gone.example was not reached: the mailbox is not there any more.", status("failed", "5.5.0", "550 mailbox unavailable"),
    ),
    "office 365 in dutch as html": mail_of(
        part("<html><body><p><b>Uw bericht aan nadia@gone.example kan niet worden bezorgd.</b></p><p>nadia is niet gevonden bij gone.example.</p></body></html>", "text/html; charset=utf-8"),
        "Return-Path: <>", "X-MS-Exchange-Message-Is-Ndr: ",
        head="From: Microsoft Outlook <MicrosoftExchange9f@gone.example>\r\nTo: support@vendor.example\r\nSubject: Onbestelbaar: Printer on fire\r\n",
    ),
    "domino": report(
        "Postmaster@gone.example", "DELIVERY FAILURE: User nadia (nadia@gone.example) not listed in Domino Directory",
        "Your message\r\n\r\n  Subject: Printer on fire\r\n\r\nwas not delivered to:\r\n\r\n  nadia@gone.example\r\n\r\nbecause:\r\n\r\n  User nadia not listed in the directory", status(),
    ),
    "domino, no parts": letter(
        "<Mail_Router/GONE@gone.example>", "DELIVERY FAILURE: Error transferring to MX.GONE.EXAMPLE; Maximum hop count exceeded",
        "Your message was not delivered to:\r\n  nadia@gone.example\r\nbecause:\r\n  Maximum hop count exceeded. Message probably in a routing loop.\r\n",
    ),
    "zimbra": report(
        "MAILER-DAEMON@zimbra.gone.example (Mail Delivery System)", "Undelivered Mail Returned to Sender",
        "<nadia@gone.example>: user unknown: \"nadia@gone.example\"", status("failed", "5.1.1", "x-postfix; unknown user"),
    ),
    "groupwise": letter(
        "Mailer-Daemon@gone.example", "Message status - undeliverable",
        "The message that you sent was undeliverable to the following:\r\n\tnadia@gone.example (user not found)\r\n",
    ),
    "groupwise from a post office": letter(
        "\"gwpo.Mail-Dom\" <postmaster@gone.example>", "Message Undeliverable",
        "The attached message could not be delivered.\r\n\tnadia (501 unknown user)\r\n",
    ),
    "a mail gateway": letter(
        "IronMail Gateway <noreply@filter.gone.example>", "Your message to nadia@gone.example was rejected",
        "The following message was not delivered:\r\n\r\nRecipient: nadia@gone.example\r\nReason: 550 5.7.1 message content rejected by policy\r\n",
        "Return-Path: <>",
    ),
    "a filter's policy, no empty sender": letter(
        "postmaster@filter.example", "Mail rejected: Printer on fire",
        "The mail that you sent to nadia@gone.example was refused because its attachment is of a type that is not let in (554 5.7.1).\r\n",
    ),
    "a virus scanner": letter(
        "Content-filter at mx.gone.example <postmaster@mx.gone.example>", "BANNED contents in mail FROM YOU (invoice.exe)",
        "BANNED CONTENTS ALERT\r\n\r\nOur checker found banned names in your mail to nadia@gone.example.\r\nThe mail was not delivered.\r\n",
    ),
    "a greylisting service's delay in russian": letter(
        "Mail Delivery System <MAILER-DAEMON@net.example>", "Сообщение задерживается",
        "Ваше письмо адресату nadia@net.example пока не доставлено, попытки продолжаются.\r\n",
    ),
    "a russian provider": letter(
        "mailer-daemon@pochta.example", "Недоставленное сообщение",
        "К сожалению, ваше письмо не может быть доставлено получателю nadia@pochta.example.\r\nПричина: 550 такого ящика нет.\r\n",
    ),
    "a chinese provider": letter(
        "PostMaster@youxiang.example", "系统退信",
        "很抱歉,您的邮件未能送达以下收件人:\r\n\r\nnadia@youxiang.example\r\n\r\n退信原因:收件人不存在 (550 User not found)\r\n", charset="gb18030",
    ),
    "a japanese provider": letter(
        "MAILER-DAEMON@meeru.example", "配信不能通知",
        "次の宛先にメールを配信できませんでした。\r\n\r\nnadia@meeru.example\r\n宛先のユーザーは見つかりません。\r\n", charset="iso-2022-jp",
    ),
    "a korean provider": letter(
        "postmaster@pyeonji.example", "[메일 반송] Printer on fire", "보내신 메일이 다음 수신자에게 전달되지 못했습니다.\r\n\r\nnadia@pyeonji.example : 존재하지 않는 사용자 (550)\r\n", charset="euc-kr",
    ),
    "an italian provider's certified mail": letter(
        "Posta Certificata <posta-certificata@pec.example>", "AVVISO DI MANCATA CONSEGNA: Printer on fire",
        "Il messaggio diretto a nadia@gone.example non è stato consegnato.\r\nMotivo: 5.1.1 indirizzo non valido\r\n",
        "X-Ricevuta: errore-consegna",
    ),
    "a czech server": letter(
        "Postmaster <postmaster@posta.example>", "Nedoručitelná zpráva: Printer on fire",
        "Zprávu se nepodařilo doručit příjemci nadia@posta.example.\r\nPoštovní schránka neexistuje (550 5.1.1).\r\n",
    ),
    "a turkish exchange": report(
        "Microsoft Outlook <postmaster@gitti.example>", "Teslim edilemedi: Printer on fire", "İletiniz nadia@gone.example adresine ulaşmadı.", status(),
    ),
    "a portuguese server": letter(
        "Mail Delivery System <MAILER-DAEMON@correio.example>", "Falha na entrega da mensagem",
        "Não foi possível entregar a sua mensagem a:\r\n\r\nnadia@correio.example\r\n550 utilizador desconhecido\r\n",
    ),
    "hungarian, by the sender's null path alone": letter(
        "Levelezőrendszer <level@posta.example>", "Sikertelen kézbesítés",
        "A levelet nem sikerült kézbesíteni a következő címzettnek:\r\nnadia@posta.example\r\n", "Return-Path: <>",
    ),
    "a swedish exchange": report("postmaster@borta.example", "Kan inte levereras: Printer on fire", "Meddelandet till nadia@gone.example kunde inte levereras.", status()),
    "a complaint": mail_of(
        multipart(
            "report", part("A user marked this mail as junk."),
            part("Feedback-Type: abuse\r\nUser-Agent: Loop/1.0\r\nVersion: 1\r\nOriginal-Rcpt-To: nadia@gone.example\r\n", "message/feedback-report"),
            part(ORIGINAL, "message/rfc822"), params="; report-type=feedback-report",
        ),
        head="From: Feedback <fbl@provider.example>\r\nTo: support@vendor.example\r\nSubject: FW: [ACME-12] Printer on fire\r\n",
    ),
    "a report sent on by the provider with our subject": report(
        "support@provider.example", "Re: [ACME-12] Printer on fire", "Could not deliver.", status(), "Auto-Submitted: auto-generated",
    ),
    "a phone company's gateway": letter(
        "postmaster@sms.mobile.example", "Mail System Error - Returned Mail",
        "The recipient 94770000000@sms.mobile.example is not a subscriber of this network.\r\nDelivery of your message failed: 550.\r\n",
    ),
    "a list's refusal to a stranger": letter(
        "team-bounces@lists.gone.example", "Your message to Team awaits moderator approval",
        "Your mail to 'Team' with the subject\r\n\r\n    Printer on fire\r\n\r\nis being held until the list moderator can review it.\r\n", "Precedence: bulk", "X-List-Administrivia: yes",
    ),
    "mailbox over its quota": letter(
        "Mail Administrator <Postmaster@kabel.example>", "Mail System Error - Returned Mail",
        "This Message was undeliverable due to the following reason:\r\n\r\nnadia@kabel.example: mailbox over quota\r\n",
    ),
    "a report whose parts have odd types": mail_of(
        multipart("mixed", part("Delivery to nadia@gone.example failed for good: 550 5.1.1."), part(status(), "text/plain; name=details.txt"), part(ORIGINAL, "text/rfc822-headers")),
        head="From: Delivery <mdaemon@gone.example>\r\nTo: support@vendor.example\r\nSubject: Permanent Delivery Failure\r\n",
    ),
    "lotus in danish": letter(
        "Postmaster@firma.example", "LEVERINGSFEJL: Brugeren nadia findes ikke",
        "Din meddelelse\r\n\r\n  Emne: Printer on fire\r\n\r\nblev ikke leveret til:\r\n\r\n  nadia@firma.example\r\n\r\nfordi: brugeren findes ikke\r\n",
    ),
}  # fmt: skip
