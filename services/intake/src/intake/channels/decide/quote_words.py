"""What mail programs write around a quotation and under a text, in the languages we serve."""

import re

# A whole introducing line, in small letters, without direction marks. Each language's verbs.
INTRODUCTIONS = tuple(
    re.compile(pattern)
    for pattern in (
        r"on .+ wrote:",
        r"am .+ schrieb .*:",
        r".+ schrieb am .+:",
        r"le .+ a écrit ?:",
        r"el .+ escribió:",
        r"(?:il|in data) .+ ha scritto:",
        r"(?:em|no dia|a|na|no) .+ escreveu:",
        r"op .+ schreef.*:",
        r"op .+ heeft .+ geschreven:",
        r".+(?: napisał| napisała| napisał\(a\)| pisze| nadesłał):",
        r".+(?: пише| написав| написала| написав\(ла\)| написав\(-ла\)):",
        r".+(?: пишет| написал| написала| написал\(а\)| писал| писал\(а\)):",
        r".+ (?:şunu |şunları )?yazdı:",
        r"(?:في|بتاريخ|وفي|يوم|كتب|كتبت) .+:",
        r"(?:בתאריך|ביום|ב-|מאת) ?.+:",
        r"(?:den|on|mån|tis|ons|tors|fre|lör|sön|man|tir|tor|lør|søn|\d).* skrev.*:",
        r".+(?:のメール|のメッセージ|は書きました|さんが書きました)[:：]",
        r"\d{4}年\d{1,2}月\d{1,2}日.+[:：]",
        r".+(?:写道|寫道|写到)[:：]",
        r".+(?:작성|작성하였습니다|작성했습니다|썼습니다|님의 말)[:：]",
    )
)

SEPARATOR = re.compile(
    r"[-_=*\s]{2,}(?:original message|forwarded message|ursprüngliche nachricht|"
    r"weitergeleitete nachricht|message d'origine|message original|message transféré|"
    r"mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|"
    r"mensagem original|mensagem encaminhada|oorspronkelijk bericht|doorgestuurd bericht|"
    r"wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|оригінальне повідомлення|"
    r"переслане повідомлення|исходное сообщение|пересылаемое сообщение|"
    r"пересланное сообщение|özgün ileti|orijinal mesaj|iletilen mesaj|yönlendirilen ileti|"
    r"الرسالة الأصلية|رسالة أصلية|رسالة محوّلة|رسالة معاد توجيهها|"
    r"הודעה מקורית|הודעה שהועברה|元のメッセージ|転送メッセージ|转发邮件|转发的邮件|原始邮件|"
    r"原始郵件|轉寄郵件|원본 메시지|원본 메일|전달된 메시지|ursprungligt meddelande|"
    r"vidarebefordrat meddelande|opprinnelig melding|videresendt melding|"
    r"oprindelig meddelelse|videresendt meddelelse)[-_=*\s]*"
)

FORWARD = re.compile(
    r"(?:begin forwarded message|anfang der weitergeleiteten nachricht|"
    r"début du message (?:transféré|réexpédié)|inicio del mensaje reenviado|"
    r"inizio messaggio inoltrato|início da mensagem (?:reencaminhada|encaminhada)|"
    r"begin doorgestuurd bericht|vidarebefordrat brev|start på videresendt melding) ?:?"
)

RULE = re.compile(r"[_\u2500-]{20,}")

# Labels of a copied header block, by what they name. `from` begins one.
_LABELS = {
    "from": (
        "from von de da van od від от kimden gönderen من מאת 差出人 送信者 发件人 發件人 寄件者 "
        "寄件人 보낸사람 från fra"
    ),
    "sent": (
        "sent date gesendet datum envoyé date enviado fecha inviato data enviada verzonden wysłano "
        "wysłane надіслано дата отправлено gönderildi tarih أرسلت تاريخ التاريخ נשלח תאריך "
        "送信日時 日付 发送时间 日期 傳送時間 寄件日期 보낸날짜 날짜 보낸시간 skickat sendt dato"
    ),
    "to": (
        "to an à para a per aan do кому до kime alıcı إلى אל 宛先 收件人 收件者 받는사람 till til"
    ),
    "subject": (
        "subject betreff objet asunto oggetto assunto onderwerp temat тема konu الموضوع נושא "
        "件名 主题 主旨 主題 제목 ämne emne"
    ),
}
LABELS: dict[str, str] = {}
for _kind, _words in _LABELS.items():
    for _word in _words.split():
        LABELS.setdefault(_word, _kind)
LABEL = re.compile(r"[>*\s]*([^\s:：*][^:：*]{0,18}?)\s*\*?\s*[:：]\*?\s*(.*)")

# The line that a telephone or a program puts under a text, whole and in small letters.
DEVICES = tuple(
    re.compile(pattern)
    for pattern in (
        r"sent (?:from|via|with) .{2,60}",
        r"get outlook for .{2,40}",
        r"von mein\w+ .{2,40} gesendet",
        r"gesendet (?:von|mit|aus|über) .{2,60}",
        r"(?:holen sie sich|outlook für) .{2,60}",
        r"envoyé (?:de|depuis|à partir de|avec) .{2,60}",
        r"(?:obtenez|télécharger) outlook pour .{2,40}",
        r"enviado (?:desde|con|do|a partir d\w|de) .{2,60}",
        r"(?:obtener|obter o|obtenha o|obtén) outlook para .{2,40}",
        r"inviato (?:da|dal|con) .{2,60}",
        r"(?:ottieni|scarica) outlook per .{2,40}",
        r"(?:verzonden|verstuurd) (?:vanaf|met|via|vanuit) .{2,60}",
        r"(?:download|haal) outlook voor .{2,40}",
        r"wysłan\w (?:z|za pomocą) .{2,60}",
        r"(?:надіслано|відправлено) (?:з|із) .{2,60}",
        r"отправлено (?:с|из|со) .{2,60}",
        r".{2,40}(?:['’]?(?:den|dan|dan|ten|tan|ımdan|imden|umdan)) gönderildi",
        r"(?:أُرسلت|أرسلت|ارسلت|أُرسل|أرسل|مرسل|مُرسل|تم الإرسال) من .{2,60}",
        r"נשלח מ.{2,60}",
        r".{2,40}(?:から送信|より送信)(?:しました)?",
        r"(?:发自|發自|来自|來自)(?:我的)?.{2,40}",
        r"(?:从|從)我的.{2,40}(?:发送|傳送|寄出)",
        r"(?:나의|내) .{2,40}에서 (?:보냄|보냈습니다)",
        r"skickat från .{2,60}",
        r"sendt fra .{2,60}",
    )
)
