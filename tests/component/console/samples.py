"""Rich sample pages: the firm of the mockups at 14:24 in Lisbon on 19 November 2026."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from console.pages import (
    Attachment,
    BrandView,
    Choice,
    Client,
    Composer,
    CustomerView,
    Due,
    EventView,
    Frame,
    MessageView,
    NavItem,
    OfferView,
    Person,
    PresenceView,
    PromiseView,
    Reader,
    SearchBox,
    SearchPage,
    Text,
    TicketPage,
    TicketView,
    Toast,
    WorkGroup,
    WorkItem,
    WorkPage,
)

NOW = datetime(2026, 11, 19, 14, 24, tzinfo=UTC)
Theme = Literal["system", "light", "dark"]

NORDHOST = Client("Nordhost", "NH", "nh")
COPPER_FOX = Client("Copper Fox Games", "CF", "cf")
PAGORA = Client("Pagora", "PG", "pg")
BIRKENHAUS = Client("Birkenhaus", "BH", "bh")
LUMO = Client("Lumo Learn", "LL", "ll")
TIDELINE = Client("Tideline", "TT", "tt")
CLIENTS = (NORDHOST, COPPER_FOX, PAGORA, BIRKENHAUS, LUMO, TIDELINE)

INES = Person("Inês Carvalho", "IC")
RUI = Person("Rui Almeida", "RA")
SIV = Person("Siv Hansen", "SH")
TOMASZ = Person("Tomasz Wiśniewski", "TW")
BRANDT = Person("Matthias Brandt", "MB")


def reader(locale: str = "en", theme: Theme = "light", zone: str = "Europe/Lisbon") -> Reader:
    return Reader(locale, zone, NOW, theme)


def frame(
    read: Reader,
    current: str,
    role: Literal["agent", "lead", "client"] = "agent",
    toast: Toast | None = None,
    query: str = "",
) -> Frame:
    rights = {
        "agent": ("work", "roster"),
        "lead": ("work", "board", "roster", "promises"),
        "client": ("promises",),
    }[role]
    nav = tuple(NavItem(key, f"/{key}", key == current) for key in rights)  # type: ignore[arg-type]
    everyone = Choice("كل العملاء" if read.locale == "ar" else "All clients", href="?client=")
    clients = (
        everyone,
        *(Choice(c.name, c.initials, f"?client={c.initials}", client=c) for c in CLIENTS),
    )
    presence = {
        "agent": PresenceView("available", NOW - timedelta(minutes=84), NOW + timedelta(hours=4)),
        "lead": PresenceView(
            "available", NOW - timedelta(hours=6), NOW.replace(hour=16, minute=0), True
        ),
        "client": None,
    }[role]
    return Frame(
        reader=read,
        firm="Brightline Support",
        person={"agent": INES, "lead": RUI, "client": SIV}[role],
        csrf="sample",
        nav=nav,
        clients=() if role == "client" else clients,
        presence=presence,
        search=SearchBox(query, client_only=role == "client"),
        home=NORDHOST if role == "client" else None,
        toast=toast,
        live="",
        here=f"/{current}",
    )


def running(minutes: float, used: int) -> Due:
    return Due("running", NOW + timedelta(minutes=minutes), used)


def item(
    number: int,
    client: Client,
    customer: Text,
    subject: Text,
    due: Due | None,
    **more: Any,
) -> WorkItem:
    return WorkItem(
        id=str(number),
        href=f"/work/{number}",
        client=client,
        customer=customer,
        subject=subject,
        language=more.pop("language", subject.language),
        channel=more.pop("channel", "mail"),
        state=more.pop("state", "open"),
        waiting_on=more.pop("waiting_on", "us"),
        due=due,
        **more,
    )


def groups(current: int = 0) -> tuple[WorkGroup, ...]:
    needs = (
        item(
            1,
            NORDHOST,
            Text("Matthias Brandt", "de"),
            Text("Server seit 40 Minuten nicht erreichbar", "de"),
            running(6, 84),
            current=current == 1,
        ),
        item(
            2,
            COPPER_FOX,
            Text("佐藤 健太", "ja"),
            Text("課金アイテムが反映されません", "ja"),
            running(-4, 100),
        ),
        item(
            3,
            BIRKENHAUS,
            Text("Lucía Ferrer Campos", "es"),
            Text("La mesa llegó con una pata rota", "es"),
            running(100, 28),
        ),
        item(
            4,
            LUMO,
            Text("Hannah Whitfield", "en"),
            Text("Streak lost after moving to a new phone", "en"),
            running(360, 12),
            channel="web",
        ),
        item(
            5,
            PAGORA,
            Text("سارة الحربي", "ar"),
            Text("تم تجميد بطاقتي أثناء السفر", "ar"),
            running(2, 88),
            channel="api",
        ),
    )
    waiting = (
        item(
            6,
            NORDHOST,
            Text("Олена Савченко", "uk"),
            Text("Не оновлюється SSL-сертифікат", "uk"),
            Due("paused", None, 35),
            state="pending",
            waiting_on="customer",
        ),
        item(
            7,
            COPPER_FOX,
            Text("Mateus Figueiredo", "pt"),
            Text("Reembolso do passe de temporada", "pt"),
            running(1117, 55),
            state="hold",
            waiting_on="client",
        ),
    )
    solved = (
        item(
            8,
            PAGORA,
            Text("Zeynep Aksoy", "tr"),
            Text("Kartımla ödeme iki kez çekildi", "tr"),
            None,
            state="solved",
            waiting_on="customer",
        ),
    )
    return (
        WorkGroup("needs_you", needs),
        WorkGroup("waiting", waiting),
        WorkGroup("solved", solved),
    )


def work(read: Reader) -> WorkPage:
    offered = item(
        9,
        TIDELINE,
        Text("Nils Åkerberg", "sv"),
        Text("Ankomsttiden har ändrats två gånger", "sv"),
        running(12, 62),
        channel="chat",
    )
    offer = OfferView(offered, "/offers/9/accept", "/offers/9/reject", NOW + timedelta(seconds=40))
    toast = Toast("sent")
    return WorkPage(frame(read, "work", toast=toast), groups(), (offer,), more="/work?page=2")


def work_empty(read: Reader) -> WorkPage:
    return WorkPage(frame(read, "work"), ())


def work_unavailable(read: Reader) -> WorkPage:
    return WorkPage(frame(read, "work"), (), unavailable=True)


def search(read: Reader) -> SearchPage:
    found = frame(read, "work", query="server")
    return SearchPage(found, "server", groups()[0].items[:3])


def search_empty(read: Reader) -> SearchPage:
    return SearchPage(frame(read, "work", query="NH-9999"), "NH-9999", ())


def message(
    number: int, kind: Any, author: Person, at: datetime, paragraphs: tuple[str, ...], **more: Any
) -> MessageView:
    return MessageView(
        id=str(number),
        kind=kind,
        author=author,
        at=at,
        paragraphs=paragraphs,
        language=more.pop("language", "de"),
        channel="mail",
        **more,
    )


def timeline() -> tuple[MessageView | tuple[EventView, ...], ...]:
    opened = NOW.replace(hour=13, minute=3)
    kept = PromiseView(
        "first_reply", Due("kept", opened, 80, took_s=240, target_s=300), "Europe/Berlin"
    )
    return (
        (
            EventView("opened", opened, detail="mail"),
            EventView("acknowledged", opened + timedelta(seconds=4)),
            EventView("classified", opened + timedelta(seconds=4), detail="de"),
            EventView("assigned", opened + timedelta(seconds=5)),
        ),
        message(
            1,
            "customer",
            BRANDT,
            opened,
            (
                "Guten Tag,",
                "unser Shop auf web-07 ist seit etwa 13:20 Uhr nicht mehr erreichbar, Ping und SSH "
                "laufen ins Leere. Wann ist der Server wieder da? Warum gab es keine Meldung auf "
                "Ihrer Statusseite? Und bekommen wir für den Ausfall eine Gutschrift?",
            ),
            attachments=(Attachment("mtr-web-07.txt", 4211, "/files/1"),),
        ),
        message(
            2,
            "us",
            INES,
            opened + timedelta(minutes=4),
            (
                "Guten Tag Herr Brandt, ich habe Ihren Server vor mir: In Ihrem Rack ist ein "
                "Netzteil ausgefallen, ein Techniker ist vor Ort. Bis 15:30 Uhr melde ich mich "
                "wieder.",
            ),
            mine=True,
            promise=kept,
            delivery="sent",
        ),
        message(
            3,
            "note",
            TOMASZ,
            NOW.replace(hour=14, minute=16),
            ("PSU in B14 swapped 14:12, web-07 boots, RAID re-syncing. Reachable in ten minutes.",),
            language="en",
        ),
        message(
            4,
            "customer",
            BRANDT,
            NOW.replace(hour=14, minute=19),
            ("Gibt es schon etwas Neues? Unser Chef fragt alle fünf Minuten nach.",),
            quoted=tuple(f"> Zeile {n} der zitierten Nachricht" for n in range(1, 15)),
        ),
    )


def promises_of_ticket() -> tuple[PromiseView, ...]:
    zone = "Europe/Berlin"
    return (
        PromiseView("first_reply", Due("kept", NOW, 80, took_s=240, target_s=300), zone),
        PromiseView("next_reply", running(12, 62), zone),
        PromiseView("resolution", running(1419, 6), zone),
    )


def composer(**more: Any) -> Composer:
    return Composer("/work/1/reply", "de", "mail", "key-1", **more)


def ticket(read: Reader) -> TicketPage:
    shown = TicketView(
        id="1",
        reference="NH-4182",
        subject=Text("Server seit 40 Minuten nicht erreichbar", "de"),
        state="open",
        waiting_on="us",
        damage="losing_money",
        priority="urgent",
        language="de",
        opened=NOW - timedelta(minutes=81),
        owner=INES,
        mine=True,
        mine_since=NOW.replace(hour=13, minute=3),
        solve="/work/1/solve",
    )
    customer = CustomerView(
        BRANDT,
        plan="Business",
        address="m.brandt@brandt-zweirad.example",
        zone="Europe/Berlin",
        since=datetime(2021, 3, 2, tzinfo=UTC),
        language="de",
        tickets=7,
        tickets_href="/search?q=m.brandt%40brandt-zweirad.example",
    )
    tone = "formal “Sie”, calm and exact, no emoji"
    brand = BrandView(NORDHOST, "Nordhost", tone, "Inês · Nordhost")
    return TicketPage(
        frame(read, "work"),
        groups(current=1),
        shown,
        brand,
        customer,
        timeline(),
        promises_of_ticket(),
        composer(),
    )


def ticket_failed(read: Reader) -> TicketPage:
    """The note tab with text that could not be saved, on a ticket somebody else answers."""
    page = ticket(read)
    text = "Netzteil kommt morgen, bitte nicht anrufen."
    other = replace(page.ticket, mine=False, owner=TOMASZ, solve="", waiting_on="customer")
    return replace(
        page, ticket=other, composer=composer(kind="note", text=text, error="unavailable")
    )


def ticket_closed(read: Reader) -> TicketPage:
    page = ticket(read)
    missed = PromiseView(
        "resolution", Due("missed", NOW, 100, took_s=93_600, target_s=86_400), "Europe/Berlin"
    )
    excused = PromiseView("next_reply", Due("excused", NOW, 100), "Europe/Berlin")
    shut = replace(page.ticket, state="closed", waiting_on="nobody", solve="")
    return replace(page, ticket=shut, composer=None, promises=(missed, excused))
