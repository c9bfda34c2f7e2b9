"""Answers to us by many programs and people: a whole raw mail, and the words of it that its writer wrote now."""

# ruff: noqa: E501 - a mail is read along its row

from tests.mail.building import mail_of, multipart, part
from tests.mail.programs import ANSWERED

US = "Support <support@vendor.example>"
ASKED = "We have restarted the print server.\nDoes it print again?"
BELOW = "> We have restarted the print server.\n> Does it print again?"


def plain(text: str, charset: str = "utf-8") -> bytes:
    return mail_of(part(text.encode(charset), f"text/plain; charset={charset}", encoding="quoted-printable"), *ANSWERED)


def both(text: str, markup: str) -> bytes:
    return mail_of(
        multipart("alternative", part(text, encoding="base64"), part(markup, "text/html; charset=utf-8", encoding="base64")), *ANSWERED,
    )  # fmt: skip


def only(markup: str) -> bytes:
    return mail_of(part(markup, "text/html; charset=utf-8", encoding="base64"), *ANSWERED)


ANSWERS: dict[str, tuple[str, bytes]] = {
    "yahoo": ("It prints.\nThanks!", both(f"It prints.\nThanks!\n\n    On Thursday, November 26, 2026 at 10:00:12 AM GMT+5:30, {US} wrote:  \n \n We have restarted the print server.\nDoes it print again?  ", f'<div class="ydp1"><div>It prints.</div><div>Thanks!</div></div><div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted"><div>On Thursday, November 26, 2026 at 10:00:12 AM GMT+5:30, {US.replace("<", "&lt;").replace(">", "&gt;")} wrote:</div><div>We have restarted the print server.<br>Does it print again?</div></div>')),
    "proton": ("Ja, danke!", both(f"Ja, danke!\n\nGesendet mit Proton Mail sicherer E-Mail.\n\nAm Donnerstag, 26. November 2026 um 10:00 schrieb {US}:\n\n{BELOW}\n", '<div>Ja, danke!</div><div><br></div><div class="protonmail_signature_block">Gesendet mit <a href="https://proton.me">Proton Mail</a> sicherer E-Mail.</div><div><br></div><div class="protonmail_quote">Am Donnerstag, 26. November 2026 um 10:00 schrieb Support:<br><blockquote class="protonmail_quote" type="cite">We have restarted the print server.<br>Does it print again?</blockquote></div>')),
    "mail.ru": ("Да, печатает. Спасибо!", both(f"Да, печатает. Спасибо!\n\n--\nАнна\n\n>Четверг, 26 ноября 2026, 10:00 +05:30 от {US}:\n>\n>We have restarted the print server.\n", "<p>Да, печатает. Спасибо!</p><p>--<br>Анна</p><blockquote style='border-left:1px solid #0857A6'>Четверг, 26 ноября 2026, 10:00 +05:30 от Support:<br>We have restarted the print server.</blockquote>")),
    "yandex": ("Работает, закрывайте.", only("<div>Работает, закрывайте.</div><div> </div><div>26.11.2026, 10:00, \"Support\" &lt;support@vendor.example&gt;:</div><blockquote><p>We have restarted the print server.<br>Does it print again?</p></blockquote>")),
    "qq": ("可以打印了,谢谢。", only('<div>可以打印了,谢谢。</div><div><br></div><div style="font-size:12px;font-family:Arial Narrow;padding:2px 0">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="background:#efefef;padding:8px"><div><b>发件人:</b>&nbsp;"Support"&lt;support@vendor.example&gt;;</div><div><b>发送时间:</b>&nbsp;2026年11月26日(星期四) 上午10:00</div><div><b>收件人:</b>&nbsp;"anna"&lt;anna@acme.example&gt;;</div><div><b>主题:</b>&nbsp;Printer</div></div><div>We have restarted the print server.</div>')),
    "163": ("问题已解决。", plain("问题已解决。\n\n\n\n\n\n在 2026-11-26 10:00:00,\"Support\" <support@vendor.example> 写道:\n>We have restarted the print server.\n>Does it print again?\n", "gb18030")),
    "naver": ("네, 잘 됩니다. 감사합니다.", only('<p>네, 잘 됩니다. 감사합니다.</p><p><br></p><div>-----Original Message-----<br><b>From:</b> "Support"&lt;support@vendor.example&gt;<br><b>To:</b> &lt;anna@acme.example&gt;;<br><b>Cc:</b><br><b>Sent:</b> 2026-11-26 (목) 10:00:00 (GMT+09:00)<br><b>Subject:</b> Printer</div><p>We have restarted the print server.</p>')),
    "becky in japan": ("印刷できました。\nありがとうございます。", plain(f"印刷できました。\nありがとうございます。\n\nOn Thu, 26 Nov 2026 10:00:00 +0900\n{US} wrote:\n\n{BELOW}\n", "iso-2022-jp")),
    "outlook in japanese": ("問題ありません。", plain(f"問題ありません。\n\n-----Original Message-----\nFrom: {US} \nSent: Thursday, November 26, 2026 10:00 AM\nTo: 有田\nSubject: Re: Printer\n\n{ASKED}\n", "iso-2022-jp")),
    "outlook in hebrew": ("כן, תודה.", plain(f"כן, תודה.\n\n\u200fמאת: {US} \n\u200fנשלח: יום חמישי 26 נובמבר 2026 10:00\n\u200fאל: Anna\n\u200fנושא: Printer\n\n{ASKED}\n")),
    "outlook in arabic": ("نعم، شكرا لكم.", plain(f"نعم، شكرا لكم.\n\nمن: {US}\nتم الإرسال: 26 نوفمبر 2026 10:00\nإلى: Anna\nالموضوع: Printer\n\n{ASKED}\n")),
    "gmail in thai": ("ใช้ได้แล้ว ขอบคุณค่ะ", plain(f"ใช้ได้แล้ว ขอบคุณค่ะ\n\nในวันที่ พฤ. 26 พ.ย. 2026 เวลา 10:00 {US} เขียนว่า:\n\n{BELOW}\n")),
    "gmail in vietnamese": ("Được rồi, cảm ơn.", plain(f"Được rồi, cảm ơn.\n\nVào Th 5, 26 thg 11, 2026 vào lúc 10:00 {US} đã viết:\n\n{BELOW}\n")),
    "gmail in greek": ("Ναι, ευχαριστώ.", plain(f"Ναι, ευχαριστώ.\n\nΣτις Πέμ 26 Νοε 2026 στις 10:00 π.μ., ο χρήστης {US} έγραψε:\n\n{BELOW}\n")),
    "gmail in hindi": ("हाँ, धन्यवाद।", plain(f"हाँ, धन्यवाद।\n\nगुरु, 26 नव॰ 2026 को 10:00 am बजे को {US} ने लिखा:\n\n{BELOW}\n")),
    "gmail in sinhala words": ("ඔව්, ස්තුතියි.", plain(f"ඔව්, ස්තුතියි.\n\nOn Thu, Nov 26, 2026 at 10:00 AM {US} wrote:\n\n{BELOW}\n")),
    "seznam": ("Ano, tiskne.", plain(f"Ano, tiskne.\n\n---------- Původní e-mail ----------\nOd: {US}\nKomu: anna@acme.example\nDatum: 26. 11. 2026 10:00:00\nPředmět: Printer\n\"{ASKED}\n\"\n")),
    "wp.pl": ("Tak, działa.", plain(f"Tak, działa.\n\nDnia 26 listopada 2026 10:00 {US} napisał(a):\n\n{BELOW}\n", "iso-8859-2")),
    "onet": ("Już drukuje, dziękuję.", plain(f"Już drukuje, dziękuję.\n\nW dniu 2026-11-26 10:00:00 użytkownik {US} napisał:\n{BELOW}\n")),
    "libero": ("Sì, grazie.", plain(f"Sì, grazie.\n\nIl 26 novembre 2026 alle 10:00 {US} ha scritto:\n\n{BELOW}\n")),
    "orange": ("Oui, merci.", plain("Oui, merci.\n\n\n> Message du 26/11/26 10:00\n> De : \"Support\" <support@vendor.example>\n> A : anna@acme.example\n> Copie à : \n> Objet : Printer\n> \n> We have restarted the print server.\n")),
    "web.de": ("Läuft, danke.", plain("Läuft, danke.\n\nGesendet: Donnerstag, 26. November 2026 um 10:00 Uhr\nVon: \"Support\" <support@vendor.example>\nAn: anna@acme.example\nBetreff: Printer\n\nWe have restarted the print server.\n")),
    "uol": ("Sim, obrigado.", plain(f"Sim, obrigado.\n\nEm qui., 26 de nov. de 2026 às 10:00, {US} escreveu:\n\n{BELOW}\n")),
    "roundcube": ("Ja, dank u.", plain(f"Ja, dank u.\n\nSupport schreef op 2026-11-26 10:00:\n{BELOW}\n")),
    "roundcube in turkish": ("Evet, teşekkürler.", plain(f"Evet, teşekkürler.\n\n26.11.2026 10:00 tarihinde Support yazdı:\n{BELOW}\n")),
    "thunderbird in hungarian": ("Igen, köszönöm.", plain(f"Igen, köszönöm.\n\n2026. 11. 26. 10:00 keltezéssel, Support írta:\n{BELOW}\n")),
    "thunderbird in finnish": ("Kyllä, kiitos.", plain(f"Kyllä, kiitos.\n\nSupport kirjoitti 26.11.2026 klo 10.00:\n{BELOW}\n")),
    "apple mail in danish": ("Ja tak.", plain(f"Ja tak.\n\nSendt fra min iPhone\n\n> Den 26. nov. 2026 kl. 10.00 skrev {US}:\n> \n{BELOW}\n")),
    "evolution": ("Yes.", plain(f"Yes.\n\nOn Thu, 2026-11-26 at 10:00 +0530, Support wrote:\n{BELOW}\n")),
    "mutt with words of one's own": ("Works.\n\nAnna", plain(f"* Support <support@vendor.example> [2026-11-26 10:00]:\n{BELOW}\n\nWorks.\n\nAnna\n")),
    "em client": ("Yes, thanks.", only('<div>Yes, thanks.</div><div><br></div><div id="x1">------ Original Message ------</div><div>From "Support" &lt;support@vendor.example&gt;</div><div>To anna@acme.example</div><div>Date 26/11/2026 10:00:00</div><div>Subject Printer</div><div><br></div><blockquote cite="m1@vendor.example" type="cite" class="cite2"><div>We have restarted the print server.</div></blockquote>')),
    "notes": ("Yes, it prints.", plain("Yes, it prints.\n\n\n\nFrom:   Support <support@vendor.example>\nTo:     anna@acme.example\nDate:   26/11/2026 10:00\nSubject:        Printer\n\n\n\nWe have restarted the print server.\n")),
    "groupwise": ("It does.", plain("It does.\n\n>>> Support <support@vendor.example> 26.11.2026 10:00 >>>\nWe have restarted the print server.\nDoes it print again?\n")),
    "samsung": ("Yes it prints", plain(f"Yes it prints\n\n\nSent from my Galaxy\n\n\n-------- Original message --------\nFrom: {US}\nDate: 26/11/2026 10:00 (GMT+05:30)\nTo: anna@acme.example\nSubject: Printer\n\n{ASKED}\n")),
    "spark": ("All good now.", only('<div name="messageBodySection"><div dir="auto">All good now.</div></div><div name="messageReplySection">On 26 Nov 2026 at 10:00 +0530, Support &lt;support@vendor.example&gt;, wrote:<br/><blockquote type="cite" style="border-left:thin solid">We have restarted the print server.</blockquote></div>')),
    "zoho": ("Solved, thank you.", only('<div>Solved, thank you.</div><div><br></div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- On Thu, 26 Nov 2026 10:00:00 +0530 <b>Support &lt;support@vendor.example&gt;</b> wrote ---</div><blockquote>We have restarted the print server.</blockquote></div>')),
    "outlook with a signature and a disclaimer": ("Thanks, that did it.\n\nRegards\nAnna Arnold\nACME Ltd", plain(f"Thanks, that did it.\n\nRegards\nAnna Arnold\nACME Ltd\n\n________________________________\nFrom: {US}\nSent: Thursday, November 26, 2026 10:00 AM\nTo: Anna Arnold <anna@acme.example>\nSubject: RE: [ACME-12] Printer\n\n{ASKED}\n")),
    "outlook's caution bar in the quotation": ("Thanks.", plain(f"Thanks.\n\nFrom: {US}\nSent: Thursday, November 26, 2026 10:00 AM\nTo: Anna Arnold <anna@acme.example>\nSubject: RE: Printer\n\nCAUTION: This email came from outside of ACME.\n\n{ASKED}\n")),
    "outlook, norwegian": ("Ja, takk.", plain(f"Ja, takk.\n\nFra: {US}\nSendt: torsdag 26. november 2026 10:00\nTil: Anna Arnold\nEmne: SV: Printer\n\n{ASKED}\n")),
    "outlook, romanian": ("Da, mulțumesc.", plain(f"Da, mulțumesc.\n\nDe la: {US}\nTrimis: joi, 26 noiembrie 2026 10:00\nCătre: Anna\nSubiect: Printer\n\n{ASKED}\n")),
    "outlook, ukrainian": ("Так, дякую.", plain(f"Так, дякую.\n\nВід: {US}\nНадіслано: 26 листопада 2026 р. 10:00\nКому: Anna\nТема: Printer\n\n{ASKED}\n")),
    "outlook, slovak": ("Áno, ďakujem.", plain(f"Áno, ďakujem.\n\nOd: {US}\nOdoslané: štvrtok 26. novembra 2026 10:00\nKomu: Anna\nPredmet: Printer\n\n{ASKED}\n")),
    "outlook, croatian": ("Da, hvala.", plain(f"Da, hvala.\n\nOd: {US}\nPoslano: četvrtak, 26. studenoga 2026. 10:00\nPrima: Anna\nPredmet: Printer\n\n{ASKED}\n")),
    "outlook, indonesian": ("Ya, terima kasih.", plain(f"Ya, terima kasih.\n\nDari: {US}\nDikirim: Kamis, 26 November 2026 10:00\nKepada: Anna\nPerihal: Printer\n\n{ASKED}\n")),
    "bulgarian": ("Да, благодаря.", plain(f"Да, благодаря.\n\nНа чт, 26.11.2026 г. в 10:00 Support <support@vendor.example> написа:\n\n{BELOW}\n")),
    "serbian": ("Да, хвала.", plain(f"Да, хвала.\n\nчет, 26. нов 2026. у 10:00 {US} је написао/ла:\n\n{BELOW}\n")),
    "lithuanian": ("Taip, ačiū.", plain(f"Taip, ačiū.\n\n2026-11-26, kt, 10:00 {US} rašė:\n\n{BELOW}\n")),
    "estonian": ("Jah, tänan.", plain(f"Jah, tänan.\n\n{US} kirjutas kuupäeval N, 26. november 2026 kell 10:00:\n\n{BELOW}\n")),
    "catalan": ("Sí, gràcies.", plain(f"Sí, gràcies.\n\nMissatge de {US} del dia dj., 26 de nov. 2026 a les 10:00:\n\n{BELOW}\n")),
    "persian": ("بله، ممنون.", plain(f"بله، ممنون.\n\nدر تاریخ پنجشنبه ۲۶ نوامبر ۲۰۲۶، ۱۰:۰۰ {US} نوشت:\n\n{BELOW}\n")),
    "a question under each line": ("On 26/11/2026 10:00, Support wrote:\n> We have restarted the print server.\nThank you.\n> Does it print again?\nIt does.", plain("On 26/11/2026 10:00, Support wrote:\n> We have restarted the print server.\nThank you.\n> Does it print again?\nIt does.\n")),
    "a log within the answer": ("No. The log says:\n\n2026-11-26 10:03:11 lpd: From: spool error\n2026-11-26 10:03:12 lpd: To: retry\n\nWhat now?", plain(f"No. The log says:\n\n2026-11-26 10:03:11 lpd: From: spool error\n2026-11-26 10:03:12 lpd: To: retry\n\nWhat now?\n\nOn 26/11/2026 10:00, Support wrote:\n{BELOW}\n")),
    "a disclaimer below the quotation": ("Yes.", plain(f"Yes.\n\nOn Thu, 26 Nov 2026 at 10:00, {US} wrote:\n\n{BELOW}\n\n--\nThis mail and its files are for the addressee alone.\n")),
    "no quotation at all": ("Yes, thank you.\n\nAnna", plain("Yes, thank you.\n\nAnna\n")),
    "a signature of two dashes and a phone": ("Yes.", plain("Yes.\n\n-- \nAnna Arnold | ACME\n+94 11 2 000 000\nhttps://acme.example\n")),
    "a mobile's words in french": ("Oui c'est bon", plain(f"Oui c'est bon\n\nEnvoyé depuis l'application Mail Orange\n\n----------------\n\nDe : {US}\nEnvoyé : 26 novembre 2026 10:00\nÀ : anna@acme.example\nObjet : Printer\n\n{ASKED}\n")),
}  # fmt: skip
