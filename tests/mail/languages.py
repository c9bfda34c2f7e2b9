"""What mail programs write in twenty-two languages, and what a client of each writes: the words of our own set of mails."""

# ruff: noqa: E501 - a row a phrase

from dataclasses import dataclass

WHO = "Support <support@vendor.example>"


@dataclass(frozen=True)
class Language:
    """The client's words, what is quoted, and how programs introduce it."""

    own: str
    old: str
    gmail: str
    apple: str
    thunderbird: str
    outlook: tuple[str, str, str, str]  # From, Sent, To, Subject
    phone: str
    away: str  # the subject of an out-of-office answer
    forward: str  # Gmail's line above a forwarded mail
    charset: str = "utf-8"


LANGUAGES = {
    "en": Language(
        "Thank you, it works again.\nOne question: does the fix stay after a restart?", "We restarted the print server.\nDoes it work now?",
        f"On Thu, Nov 26, 2026 at 10:00 AM {WHO}\nwrote:", f"On 26 Nov 2026, at 10:00, {WHO} wrote:", "On 26/11/2026 10:00, Support wrote:",
        ("From", "Sent", "To", "Subject"), "Sent from my iPhone", "Automatic reply: Printer", "---------- Forwarded message ---------"),
    "de": Language(
        "Vielen Dank, es läuft wieder.\nBleibt das auch nach einem Neustart so?", "Wir haben den Druckserver neu gestartet.\nGeht es jetzt?",
        f"Am Do., 26. Nov. 2026 um 10:00 Uhr schrieb {WHO}:", f"Am 26.11.2026 um 10:00 schrieb {WHO}:", "Am 26.11.26 um 10:00 schrieb Support:",
        ("Von", "Gesendet", "An", "Betreff"), "Von meinem iPhone gesendet", "Abwesenheitsnotiz: Drucker", "-------- Weitergeleitete Nachricht --------", "iso-8859-1"),
    "fr": Language(
        "Merci, cela fonctionne à nouveau.\nEst-ce que cela tient après un redémarrage ?", "Nous avons redémarré le serveur.\nEst-ce que cela va ?",
        f"Le jeu. 26 nov. 2026 à 10:00, {WHO} a\nécrit :", f"Le 26 nov. 2026 à 10:00, {WHO} a écrit :", "Le 26/11/2026 à 10:00, Support a écrit :",
        ("De", "Envoyé", "À", "Objet"), "Envoyé de mon iPhone", "Réponse automatique : Imprimante", "---------- Message transféré ---------", "iso-8859-15"),
    "es": Language(
        "Gracias, ya funciona.\n¿Seguirá así después de reiniciar?", "Hemos reiniciado el servidor.\n¿Funciona ahora?",
        "El jue, 26 nov 2026 a las 10:00, Support (<support@vendor.example>)\nescribió:", f"El 26 nov 2026, a las 10:00, {WHO} escribió:",
        "El 26/11/2026 a las 10:00, Support escribió:", ("De", "Enviado el", "Para", "Asunto"), "Enviado desde mi iPhone",
        "Respuesta automática: Impresora", "---------- Mensaje reenviado ---------"),
    "it": Language(
        "Grazie, funziona di nuovo.\nResta così anche dopo un riavvio? Perché ieri no.", "Abbiamo riavviato il server.\nOra funziona?",
        f"Il giorno gio 26 nov 2026 alle ore 10:00 {WHO}\nha scritto:", f"Il giorno 26 nov 2026, alle ore 10:00, {WHO} ha scritto:",
        "Il 26/11/2026 10:00, Support ha scritto:", ("Da", "Inviato", "A", "Oggetto"), "Inviato da iPhone", "Risposta automatica: Stampante",
        "---------- Messaggio inoltrato ---------"),
    "pt": Language(
        "Obrigado, já funciona.\nContinua assim depois de reiniciar a estação?", "Reiniciámos o servidor.\nJá funciona?",
        f"Em qui., 26 de nov. de 2026 às 10:00, {WHO} escreveu:", f"No dia 26/11/2026, às 10:00, {WHO} escreveu:",
        "Em 26/11/2026 10:00, Support escreveu:", ("De", "Enviado", "Para", "Assunto"), "Enviado do meu iPhone", "Resposta automática: Impressora",
        "---------- Mensagem encaminhada ---------"),
    "nl": Language(
        "Dank je, het werkt weer.\nBlijft dat zo na een herstart?", "We hebben de server herstart.\nWerkt het nu?",
        f"Op do 26 nov 2026 om 10:00 schreef {WHO}:", f"Op 26 nov. 2026 om 10:00 heeft {WHO} het volgende geschreven:",
        "Op 26-11-2026 om 10:00 schreef Support:", ("Van", "Verzonden", "Aan", "Onderwerp"), "Verstuurd vanaf mijn iPhone",
        "Automatisch antwoord: Printer", "---------- Doorgestuurd bericht ---------"),
    "sv": Language(
        "Tack, nu går det igen.\nHåller det efter en omstart?", "Vi startade om servern.\nFungerar det nu?",
        f"Den tors 26 nov. 2026 kl 10:00 skrev {WHO}:", f"26 nov. 2026 kl. 10:00 skrev {WHO}:", "Den 2026-11-26 kl. 10:00, skrev Support:",
        ("Från", "Skickat", "Till", "Ämne"), "Skickat från min iPhone", "Autosvar: Skrivare", "---------- Vidarebefordrat meddelande ---------"),
    "da": Language(
        "Tak, det virker igen.\nBliver det ved efter en genstart, også på mandag?", "Vi har genstartet serveren.\nVirker det nu?",
        f"Den tor. 26. nov. 2026 kl. 10.00 skrev {WHO}:", f"Den 26. nov. 2026 kl. 10.00 skrev {WHO}:", "Den 26.11.2026 kl. 10.00 skrev Support:",
        ("Fra", "Sendt", "Til", "Emne"), "Sendt fra min iPhone", "Automatisk svar: Printer", "---------- Videresendt meddelelse ---------"),
    "fi": Language(
        "Kiitos, nyt toimii taas.\nPysyykö se uudelleenkäynnistyksen jälkeen?", "Käynnistimme palvelimen uudelleen.\nToimiiko nyt?",
        "to 26. marrask. 2026 klo 10.00 Support (support@vendor.example) kirjoitti:", f"{WHO} kirjoitti 26.11.2026 kello 10.00:",
        "Support kirjoitti 26.11.2026 klo 10.00:", ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"), "Lähetetty iPhonesta",
        "Automaattinen vastaus: Tulostin", "---------- Välitetty viesti ---------"),
    "pl": Language(
        "Dziękuję, działa.\nCzy tak zostanie po ponownym uruchomieniu?", "Uruchomiliśmy serwer ponownie.\nCzy działa?",
        f"czw., 26 lis 2026 o 10:00 {WHO} napisał(a):", f"Wiadomość napisana przez {WHO} w dniu 26.11.2026, o godz. 10:00:",
        "W dniu 26.11.2026 o 10:00, Support pisze:", ("Od", "Wysłano", "Do", "Temat"), "Wysłane z iPhone'a",
        "Odpowiedź automatyczna: Drukarka", "---------- Przekazana wiadomość ---------", "iso-8859-2"),
    "cs": Language(
        "Děkuji, už to funguje.\nZůstane to tak i po restartu?", "Restartovali jsme server.\nFunguje to?",
        f"čt 26. 11. 2026 v 10:00 odesílatel {WHO} napsal:", f"26. 11. 2026 v 10:00, {WHO}:", "Dne 26. 11. 26 v 10:00 Support napsal(a):",
        ("Od", "Odesláno", "Komu", "Předmět"), "Odesláno z iPhonu", "Automatická odpověď: Tiskárna", "---------- Přeposlaná zpráva ---------", "windows-1250"),
    "ru": Language(
        "Спасибо, всё работает.\nОстанется ли так после перезагрузки?", "Мы перезапустили сервер.\nТеперь работает?",
        f"чт, 26 нояб. 2026 г. в 10:00, {WHO}:", f"26 нояб. 2026 г., в 10:00, {WHO} написал(а):", "26.11.2026 10:00, Support пишет:",
        ("От", "Отправлено", "Кому", "Тема"), "Отправлено с iPhone", "Автоматический ответ: Принтер", "-------- Пересылаемое сообщение --------", "koi8-r"),
    "uk": Language(
        "Дякую, все працює.\nЧи так залишиться після перезапуску?", "Ми перезапустили сервер.\nТепер працює?",
        f"чт, 26 лист. 2026 р. о 10:00 {WHO} пише:", f"26 лист. 2026 р. о 10:00 {WHO} написав(ла):", "26.11.2026 10:00, Support пише:",
        ("Від", "Надіслано", "Кому", "Тема"), "Надіслано з iPhone", "Автоматична відповідь: Принтер", "---------- Переслане повідомлення ---------", "windows-1251"),
    "hu": Language(
        "Köszönöm, újra működik.\nÚjraindítás után is így marad?", "Újraindítottuk a szervert.\nMost működik?",
        f"{WHO} ezt írta (időpont: 2026. nov. 26., Cs, 10:00):", f"2026. nov. 26. dátummal, 10:00 időpontban {WHO} írta:",
        "2026. 11. 26. 10:00 keltezéssel, Support írta:", ("Feladó", "Elküldve", "Címzett", "Tárgy"), "Elküldve az iPhone készülékemről",
        "Automatikus válasz: Nyomtató", "---------- Továbbított üzenet ---------"),
    "ro": Language(
        "Mulțumesc, funcționează.\nRămâne așa după repornire?", "Am repornit serverul.\nFuncționează acum?",
        f"În joi, 26 nov. 2026 la 10:00, {WHO} a scris:", f"Pe 26 nov. 2026, la 10:00, {WHO} a scris:", "În 26.11.2026 10:00, Support a scris:",
        ("De la", "Trimis", "Către", "Subiect"), "Trimis de pe iPhone", "Răspuns automat: Imprimantă", "---------- Mesaj redirecționat ---------"),
    "tr": Language(
        "Teşekkürler, yine çalışıyor.\nYeniden başlatınca da böyle kalır mı?", "Sunucuyu yeniden başlattık.\nŞimdi çalışıyor mu?",
        f"{WHO}, 26 Kas 2026 Per, 10:00\ntarihinde şunu yazdı:", f"{WHO} şunları yazdı (26 Kas 2026 10:00):", "26.11.2026 10:00 tarihinde Support yazdı:",
        ("Kimden", "Gönderildi", "Kime", "Konu"), "iPhone'umdan gönderildi", "Otomatik yanıt: Yazıcı", "---------- Yönlendirilmiş ileti ---------", "iso-8859-9"),
    "el": Language(
        "Ευχαριστώ, λειτουργεί ξανά.\nΘα μείνει έτσι μετά από επανεκκίνηση;", "Κάναμε επανεκκίνηση.\nΛειτουργεί τώρα;",
        f"Στις Πέμ 26 Νοε 2026 στις 10:00 π.μ., ο χρήστης {WHO} έγραψε:", f"Στις 26 Νοε 2026, στις 10:00, {WHO} έγραψε:",
        "Στις 26/11/2026 10:00, ο/η Support έγραψε:", ("Από", "Στάλθηκε", "Προς", "Θέμα"), "Στάλθηκε από το iPhone μου",
        "Αυτόματη απάντηση: Εκτυπωτής", "---------- Προωθημένο μήνυμα ---------", "iso-8859-7"),
    "he": Language(
        "תודה, זה עובד שוב.\nהאם זה יישאר כך אחרי הפעלה מחדש?", "הפעלנו את השרת מחדש.\nזה עובד עכשיו?",
        "\u202bבתאריך יום ה׳, 26 בנוב׳ 2026 ב-10:00 מאת \u202aSupport\u202c\u200f <\u202asupport@vendor.example\u202c\u200f>:\u202c",
        f"ב-26 בנוב׳ 2026, בשעה 10:00, {WHO} כתב/ה:", "בתאריך 26/11/2026 10:00, Support כתב:", ("מאת", "נשלח", "אל", "נושא"), "נשלח מה-iPhone שלי",
        "תגובה אוטומטית: מדפסת", "---------- הודעה שהועברה ---------"),
    "ar": Language(
        "شكرا، يعمل الآن.\nهل يبقى كذلك بعد إعادة التشغيل؟", "أعدنا تشغيل الخادم.\nهل يعمل الآن؟",
        f"في الخميس، 26 نوفمبر 2026 في 10:00 ص تمت كتابة ما يلي بواسطة {WHO}:", f"في ٢٦ نوفمبر ٢٠٢٦، الساعة ١٠:٠٠، كتب {WHO}:",
        "في 26/11/2026 10:00، Support كتب:", ("من", "تم الإرسال", "إلى", "الموضوع"), "أرسلت من الـ iPhone", "رد تلقائي: الطابعة",
        "---------- رسالة معاد توجيهها ---------", "windows-1256"),
    "ja": Language(
        "ありがとうございます。動きました。\n再起動の後もこのままですか。", "サーバーを再起動しました。\n動きますか。",
        f"2026年11月26日(木) 10:00 {WHO}:", f"2026/11/26 10:00、{WHO}のメール:", "On 2026/11/26 10:00, Support wrote:",
        ("差出人", "送信日時", "宛先", "件名"), "iPhoneから送信", "自動応答: プリンター", "---------- 転送メッセージ ---------", "iso-2022-jp"),
    "zh": Language(
        "谢谢，已经可以用了。\n重启以后还会这样吗？", "我们重启了服务器。\n现在可以吗？",
        f"{WHO} 于2026年11月26日周四 10:00写道：", f"在 2026年11月26日，10:00，{WHO} 写道：", "在 2026/11/26 10:00, Support 写道:",
        ("发件人", "发送时间", "收件人", "主题"), "发自我的iPhone", "自动答复: 打印机", "---------- 转发的邮件 ---------", "gb2312"),
    "ko": Language(
        "감사합니다. 다시 작동합니다.\n재시작 후에도 유지되나요?", "서버를 재시작했습니다.\n지금 작동하나요?",
        f"2026년 11월 26일 (목) 오전 10:00, {WHO}님이 작성:", f"2026. 11. 26. 오전 10:00, {WHO} 작성:", "2026-11-26 오전 10:00에 Support 이(가) 쓴 글:",
        ("보낸 사람", "보낸 날짜", "받는 사람", "제목"), "나의 iPhone에서 보냄", "자동 회신: 프린터", "---------- 전달된 메시지 ---------", "euc-kr"),
    "vi": Language(
        "Cảm ơn, máy in chạy lại rồi.\nSau khi khởi động lại có còn vậy không?", "Chúng tôi đã khởi động lại.\nBây giờ chạy chưa?",
        f"Vào Th 5, 26 thg 11, 2026 vào lúc 10:00 {WHO} đã viết:", f"Vào 26 thg 11, 2026, lúc 10:00, {WHO} đã viết:", "Vào 26/11/2026 10:00, Support đã viết:",
        ("Từ", "Đã gửi", "Tới", "Chủ đề"), "Đã gửi từ iPhone của tôi", "Trả lời tự động: Máy in", "---------- Tin nhắn được chuyển tiếp ---------"),
}  # fmt: skip
