"""Our own lists of words that tell damage and category, as stems, by language: pure data."""

from collections.abc import Mapping

from contracts.vocabulary import Damage

Words = Mapping[str, tuple[str, ...]]


def _words(lines: str) -> Words:
    """Each language's stems: `xx:` begins a language, `|` parts stems, an indented line goes on."""
    found: dict[str, tuple[str, ...]] = {}
    for line in lines.strip().replace("\n  ", " ").split("\n"):
        tag, _, stems = line.partition(":")
        found[tag] = tuple(stem.strip().casefold() for stem in stems.split("|"))
    return found


DAMAGE: Mapping[Damage, Words] = {
    Damage.LOSING_MONEY: _words(
        """
en: charged twice | double charge | charged me twice | losing money | lose money | losing
  sales | losing customers | money is gone | stolen | fraud | unauthori | payments fail |
  payment was taken twice | overcharged | debited twice | losing orders | checkout is down |
  did not authori | don't recognise this charge | do not recognise
de: doppelt abgebucht | zweimal abgebucht | doppelt belastet | doppelt berechnet | zweimal
  berechnet | verlieren geld | verliere geld | umsatz | betrug | gestohlen | unberechtigt |
  nicht autorisiert | verlieren kunden | geld ist weg
fr: débité deux fois | débitée deux fois | prélevé deux fois | double prélèvement | facturé
  deux fois | perdons de l'argent | perds de l'argent | fraude | volé | non autorisé | perdons
  des ventes | deux fois prélevé
es: cobrado dos veces | cobraron dos veces | doble cargo | doble cobro | cargo duplicado |
  perdiendo dinero | pierdo dinero | fraude | robado | no autoriz | perdiendo ventas | cargo
  que no reconozco
it: addebitato due volte | addebito doppio | doppio addebito | addebitata due volte | perdendo
  soldi | perdiamo soldi | frode | rubat | non autorizzat | perdendo vendite
pt: cobrado duas vezes | cobraram duas vezes | cobrança duplicada | cobrança dupla | perdendo
  dinheiro | perder dinheiro | fraude | roubad | não autoriz | perdendo vendas | debitado duas
  vezes
nl: dubbel afgeschreven | twee keer afgeschreven | dubbel in rekening | verliezen geld |
  verlies geld | fraude | gestolen | niet geautoriseerd | omzet
pl: dwa razy | dwukrotnie pobra | podwójn | obciążono dwukrotnie | tracimy pieniądze | tracę
  pieniądze | oszust | skradzion | nieautoryzowan | tracimy klientów
uk: двічі списа | списали двічі | подвійне списання | втрачаємо гроші | втрачаю гроші | шахра
  | вкра | несанкціонован | втрачаємо клієнтів
tr: iki kez çekil | iki kere çekil | çift çekim | iki defa çekil | para kaybediyor | dolandır
  | çalındı | yetkisiz | satış kaybediyor | iki kez tahsil
ar: مرتين | خصم مزدوج | نخسر | أخسر | احتيال | سُرق | مسروق | سرقة | غير مصرح | لم أقم بها
he: פעמיים | חיוב כפול | מפסידים כסף | מפסיד כסף | הונאה | נגנב | לא אישרתי | לא מורש
ja: 二重請求 | 二重に請求 | 2回請求 | 二回請求 | 重複して請求 | 不正利用 | 損失 | 売上が |
  盗まれ | 身に覚えのない | 二重に引き落と
zh: 重复扣款 | 扣了两次 | 扣款两次 | 多扣 | 损失 | 盗刷 | 诈骗 | 被盗 | 未授权 | 重複扣款 |
  扣了兩次
ko: 이중 결제 | 두 번 결제 | 중복 결제 | 두번 결제 | 이중 청구 | 손해 | 도용 | 사기 | 무단 |
  매출
sv: dragits två gånger | dubbeldebiter | debiterats två gånger | dubbel debitering | förlorar
  pengar | bedrägeri | stulen | stulit | obehörig | tappar försäljning
nb: trukket to ganger | belastet to ganger | dobbelt trekk | dobbelt belast | taper penger |
  svindel | stjålet | uautorisert | mister salg | taper salg
"""
    ),
    Damage.BLOCKED: _words(
        """
en: can't log in | cannot log in | can not log in | can't login | cannot login | can't access
  | cannot access | locked out | is down | not working at all | stopped working | completely
  broken | won't start | can't open | cannot open | nothing works | unable to | blocked |
  outage | offline | can't play | can't pay | cannot pay | never arrived | stranded
de: nicht anmelden | nicht einloggen | kein zugriff | keinen zugriff | ausgesperrt | gesperrt
  | funktioniert nicht | funktioniert überhaupt nicht | geht nicht mehr | geht gar nicht |
  nicht erreichbar | ausfall | nicht öffnen | startet nicht | nichts geht
fr: peux pas me connecter | arrive plus à me connecter | impossible de me connecter | n'arrive
  pas à | bloqué | ne fonctionne plus | ne fonctionne pas | ne marche plus | ne marche pas |
  hors ligne | en panne | impossible d' | impossible de | jamais arrivé
es: no puedo entrar | no puedo acceder | no puedo iniciar | bloquead | no funciona | dejó de
  funcionar | caído | imposible | no arranca | no puedo abrir | no puedo pagar | nunca llegó
it: non riesco ad accedere | non riesco a entrare | non riesco a | bloccat | non funziona | ha
  smesso di funzionare | non parte | impossibile | non è mai arrivat | fuori servizio
pt: não consigo entrar | não consigo acessar | não consigo aceder | não consigo | bloquead |
  não funciona | parou de funcionar | fora do ar | impossível | nunca chegou
nl: kan niet inloggen | niet meer inloggen | geen toegang | geblokkeerd | werkt niet | werkt
  helemaal niet | doet het niet | storing | onbereikbaar | start niet
pl: nie mogę się zalogować | nie mogę zalogować | brak dostępu | nie mam dostępu | zablokowan
  | nie działa | przestał | awaria | nie mogę otworzyć | nie mogę zapłacić | nie uruchamia
uk: не можу увійти | не можу зайти | немає доступу | заблокован | не працює | перестал |
  недоступ | не відкрива | не запуска | не можу оплатити
tr: giriş yapamıyor | giremiyor | erişemiyor | kilitlendi | engellen | çalışmıyor | açılmıyor
  | bloke | hiç gelmedi | yapamıyorum | ödeyemiyor
ar: لا أستطيع الدخول | لا يمكنني الدخول | لا أستطيع | لا يمكنني | محظور | موقوف | لا يعمل |
  توقف | معطل | مغلق | لم يصل
he: לא מצליח להיכנס | לא מצליחה להיכנס | לא מצליח | לא מצליחה | נחסם | חסום | לא עובד | הפסיק
  לעבוד | נעול | לא הגיע
ja: ログインできません | ログインできない | アクセスできません | アクセスできない | 使えません
  | 使えない | 動きません | 動かない | 開けません | ロックされ | 停止 | 起動しません |
  届きません | 届いていません | 繋がりません
zh: 无法登录 | 登录不了 | 无法访问 | 打不开 | 不能用 | 无法使用 | 用不了 | 被锁 | 封号 | 宕机
  | 無法登入 | 無法使用 | 没收到
ko: 로그인할 수 없 | 로그인이 안 | 접속이 안 | 접속할 수 없 | 안 열 | 작동하지 않 | 작동이 안
  | 잠겼 | 정지 | 사용할 수 없 | 먹통 | 안 됩니다 | 안돼요 | 안 돼요
sv: kan inte logga in | inte logga in | ingen åtkomst | kommer inte åt | utelåst | låst |
  fungerar inte | slutat fungera | ligger nere | startar inte
nb: får ikke logget inn | kan ikke logge inn | ikke tilgang | utestengt | låst | virker ikke |
  fungerer ikke | sluttet å virke | er nede | starter ikke | får ikke
"""
    ),
    Damage.DEGRADED: _words(
        """
en: slow | sometimes | intermittent | glitch | laggy | lagging | keeps disconnecting | error |
  bug | crash | delayed | freez | wrong | damaged | broken | missing
de: langsam | manchmal | ruckel | stürzt | absturz | fehler | verzögert | hängt | falsch |
  beschädigt | defekt | fehlt | kaputt
fr: lent | parfois | saccad | plante | erreur | bug | retard | abîmé | endommagé | manque |
  cassé | incorrect
es: lento | lenta | a veces | se cuelga | error | fallo | retras | dañad | falta | roto | rota
  | incorrect | equivocad
it: lento | lenta | a volte | si blocca | errore | ritardo | danneggiat | manca | rott |
  sbagliat
pt: lento | lenta | às vezes | trava | erro | atras | danificad | falta | quebrad | errad
nl: traag | langzaam | soms | hapert | loopt vast | fout | vertraag | beschadigd | ontbreekt |
  kapot | verkeerd
pl: wolno | powoli | czasami | zawiesza | błąd | błęd | opóźni | uszkodz | brakuje | zepsut
uk: повільно | іноді | зависа | помилк | затрим | вилітає | пошкоджен | бракує | зламан
tr: yavaş | bazen | donuyor | hata | gecik | hasarlı | eksik | bozuk | kırık | yanlış
ar: بطيء | أحيانا | أحيانًا | خطأ | تأخر | تأخير | يتعطل | تالف | ناقص | مكسور
he: איטי | לפעמים | נתקע | שגיאה | תקלה | עיכוב | איחור | פגום | חסר | שבור
ja: 遅い | 重い | 時々 | ときどき | エラー | 不具合 | バグ | 落ちる | 固まる | 遅延 | 破損 |
  足りない | 壊れ
zh: 很慢 | 卡顿 | 有时 | 错误 | 报错 | 崩溃 | 闪退 | 延迟 | 损坏 | 缺少 | 破损
ko: 느려 | 느리 | 가끔 | 오류 | 에러 | 버그 | 튕겨 | 렉이 | 지연 | 파손 | 누락 | 고장
sv: långsam | ibland | hänger sig | fel | krasch | försen | skadad | skadat | saknas | trasig
nb: treg | av og til | noen ganger | henger | feil | krasj | forsink | skadet | mangler |
  ødelagt
"""
    ),
    Damage.ONBOARDING: _words(
        """
en: getting started | get started | set up my | setting up | just signed up | new here | first
  time | onboarding | invite my team | import my | migrat
de: erste schritte | einrichten | einrichtung | neu hier | gerade angemeldet | zum ersten mal
  | umzug | umziehen
fr: premiers pas | débuter | configurer | viens de m'inscrire | première fois | nouveau ici |
  migrer
es: primeros pasos | empezar | configurar | acabo de registrarme | primera vez | soy nuev |
  migrar
it: primi passi | iniziare | configurare | appena iscritt | prima volta | sono nuov | migrare
pt: primeiros passos | começar | configurar | acabei de me | primeira vez | sou nov | migrar
nl: aan de slag | instellen | net aangemeld | eerste keer | nieuw hier | overzetten
pl: pierwsze kroki | jak zacząć | skonfigur | dopiero założy | pierwszy raz | migrac
uk: перші кроки | як почати | налаштува | щойно зареєстру | вперше | перенес
tr: nasıl başla | kurulum | yeni kaydol | ilk kez | ilk defa | taşıma
ar: كيف أبدأ | البدء | إعداد | سجلت للتو | أول مرة | جديد هنا
he: איך מתחילים | להתחיל | הגדרה | נרשמתי עכשיו | פעם ראשונה | חדש כאן
ja: 始め方 | 初期設定 | 登録したばかり | 初めて | はじめて | 移行
zh: 如何开始 | 怎么开始 | 设置 | 刚注册 | 第一次 | 迁移 | 新用户
ko: 시작하는 방법 | 어떻게 시작 | 설정 | 방금 가입 | 처음 | 이전하
sv: komma igång | ställa in | precis registrerat | första gången | ny här | flytta
nb: komme i gang | sette opp | nettopp registrert | første gang | ny her | flytte
"""
    ),
}

CATEGORY: Mapping[str, Words] = {
    "refund": _words(
        """
en: refund | money back | chargeback
de: erstatt | geld zurück | rückzahlung
fr: rembours
es: reembols | devolución del dinero | devuelvan
it: rimbors
pt: reembols | estorno | dinheiro de volta
nl: terugbetal | geld terug
pl: zwrot
uk: повернення коштів | повернути гроші | поверніть
tr: iade | geri öde
ar: استرداد | استرجاع
he: החזר | זיכוי
ja: 返金 | 払い戻し
zh: 退款 | 退钱
ko: 환불
sv: återbetal | pengarna tillbaka
nb: refu | pengene tilbake | tilbakebetal
"""
    ),
    "cancellation": _words(
        """
en: cancel | terminate my | close my account
de: kündig | stornier
fr: résili | annul
es: cancelar | dar de baja | anular
it: disdett | annull | cancellare
pt: cancelar | cancelamento
nl: opzeg | annuleer | annuleren
pl: anulowa | rezygn | wypowied
uk: скасува | відмовитися
tr: iptal
ar: إلغاء
he: לבטל | ביטול
ja: 解約 | キャンセル | 退会
zh: 取消 | 注销
ko: 취소 | 해지 | 탈퇴
sv: säga upp | avbok | uppsägning
nb: si opp | avbestill | kanseller
"""
    ),
    "access": _words(
        """
en: log in | login | password | sign in | locked out | two-factor | verification code
de: anmelden | einloggen | passwort | kennwort
fr: connecter | connexion | mot de passe
es: contraseña | iniciar sesión | acceder
it: accedere | password | accesso
pt: senha | palavra-passe | login | acessar
nl: inloggen | wachtwoord
pl: zalogowa | hasł | logowani
uk: пароль | увійти | вхід
tr: giriş | şifre | parola
ar: تسجيل الدخول | كلمة المرور | كلمة السر | الدخول
he: סיסמה | להיכנס | התחברות
ja: ログイン | パスワード
zh: 登录 | 密码 | 登入
ko: 로그인 | 비밀번호
sv: logga in | lösenord
nb: logge inn | logget inn | passord
"""
    ),
    "delivery": _words(
        """
en: delivery | shipping | parcel | package | tracking | courier
de: lieferung | versand | paket | sendung
fr: livraison | colis | expédi
es: envío | entrega | paquete
it: consegna | spedizion | pacco
pt: entrega | envio | encomenda
nl: bezorg | levering | pakket | verzending
pl: dostaw | przesyłk | paczk
uk: доставк | посилк
tr: teslimat | kargo | paket
ar: توصيل | شحن | شحنة | طرد
he: משלוח | חבילה
ja: 配送 | 配達 | 荷物 | 発送
zh: 快递 | 配送 | 包裹 | 物流
ko: 배송 | 택배
sv: leverans | paket | frakt
nb: levering | pakke | frakt
"""
    ),
    "billing": _words(
        """
en: invoice | billing | payment | charge | subscription | receipt
de: rechnung | zahlung | abgebucht | abo | lastschrift
fr: facture | paiement | prélèvement | abonnement
es: factura | pago | cobro | suscripción
it: fattura | pagamento | addebito | abbonamento
pt: fatura | pagamento | cobrança | assinatura
nl: factuur | betaling | abonnement | incasso
pl: faktur | płatnoś | subskrypcj | opłat
uk: рахун | платіж | оплат | підписк
tr: fatura | ödeme | abonelik | tahsil
ar: فاتورة | دفع | اشتراك | رسوم
he: חשבונית | תשלום | מנוי | חיוב
ja: 請求 | 支払 | 決済 | サブスク
zh: 账单 | 付款 | 支付 | 发票 | 订阅
ko: 결제 | 청구 | 영수증 | 구독
sv: faktura | betalning | prenumeration
nb: faktura | betaling | abonnement
"""
    ),
    "technical": _words(
        """
en: error | bug | crash | not working | is down | outage | server
de: fehler | absturz | funktioniert nicht | ausfall | server
fr: erreur | bug | ne fonctionne | panne | serveur
es: error | fallo | no funciona | servidor
it: errore | non funziona | server
pt: erro | não funciona | servidor
nl: fout | werkt niet | storing | server
pl: błąd | nie działa | awaria | serwer
uk: помилк | не працює | сервер
tr: hata | çalışmıyor | sunucu
ar: خطأ | لا يعمل | خادم
he: שגיאה | לא עובד | שרת
ja: エラー | 不具合 | サーバー
zh: 错误 | 报错 | 服务器
ko: 오류 | 에러 | 서버
sv: fel | fungerar inte | server
nb: feil | virker ikke | fungerer ikke | server
"""
    ),
}
