"""D01: every contact becomes one ticket of the right client, acknowledged in their language."""

import pytest

from tests.acceptance.people import World, header

pytestmark = [pytest.mark.anyio, pytest.mark.stack, pytest.mark.xdist_group("stack")]

GERMAN = (
    "Guten Tag, seit heute Morgen kann ich meinen Server nicht mehr erreichen und unser Shop "
    "steht still. Bitte helfen Sie uns schnell."
)
ARABIC = "السلام عليكم، تم تجميد بطاقتي أثناء السفر ولا أستطيع الدفع. أرجو المساعدة في أقرب وقت."


@pytest.mark.parametrize(
    ("tenant", "text", "language", "words"),
    [("nordhost", GERMAN, "de", "Antwort"), ("pagora", ARABIC, "ar", "رسالت")],
)
async def test_d01_a_mail_becomes_one_ticket_acknowledged_in_its_language(
    world: World, tenant: str, text: str, language: str, words: str
) -> None:
    written = await world.write(tenant, text)

    ticket = await world.ticket_of(written)
    acknowledgement = (await world.mails(written.sender))[0]

    assert (ticket["tenant"], ticket["language"]) == (str(world.tenant(tenant).id), language)
    assert ticket["reference"] in acknowledgement["subject"] + acknowledgement["text"]
    assert words in acknowledgement["text"]
    assert world.tenant(tenant).brands[0].from_name in header(acknowledgement, "From")
    assert header(acknowledgement, "Auto-Submitted") == "auto-replied"
    assert "no-reply" not in header(acknowledgement, "From").lower()


async def test_d01_the_same_mail_delivered_twice_is_one_ticket_and_one_acknowledgement(
    world: World,
) -> None:
    first = await world.write("nordhost", GERMAN)
    ticket = await world.ticket_of(first)
    await world.mails(first.sender)
    again = await world.write("nordhost", GERMAN, sender=first.sender, message_id=first.message_id)

    other = await world.ticket_of(again)
    later = await world.write("nordhost", "Ist da jemand? " + GERMAN, sender=first.sender)
    await world.ticket_of(later)

    assert other["id"] == ticket["id"]
    written_by = [message["author_kind"] for message in ticket["messages"]]
    assert written_by.count("customer") == 1


async def test_d01_a_web_form_and_a_partners_call_become_tickets(world: World) -> None:
    brand = world.tenant("birkenhaus").brands[0]
    sender = world.address()
    form = await world.platform.send(
        "POST",
        "intake",
        f"/v1/brands/{brand.id}/form",
        {
            "name": "Lucía Ferrer",
            "address": sender,
            "subject": "La mesa llegó rota",
            "text": "Hola, la mesa que pedí llegó ayer con una pata rota y no puedo montarla.",
        },
    )
    key = await world.platform.ask(
        "POST",
        "intake",
        f"/v1/tenants/{world.tenant('nordhost').id}/api-keys",
        token=await world.platform.service(),
        body={"name": "phone partner", "scopes": ["contacts:write"]},
        key=f"d01-{sender}",
    )
    call = await world.platform.send(
        "POST",
        "intake",
        "/v1/contacts",
        {
            "channel": "phone",
            "from": {"name": "Ingrid Solheim", "phone": "+47 22 00 00 00"},
            "subject": "Voicemail",
            "text": "Hei, det er Ingrid. Sikkerhetskopien stoppet i natt, kan dere ringe meg?",
            "external_id": f"call-{sender}",
            "recording_url": "https://calls.partner.example/1",
        },
        token=str(key["key"]),
    )

    by_form = await world.ticket(await world.platform.ticket_behind(form["ticket_url"]))
    by_phone = await world.ticket(call["ticket"])

    assert (by_form["channel"], by_form["language"]) == ("web", "es")
    assert (by_phone["channel"], by_phone["language"]) == ("phone", "nb")
    assert "reference" in by_form


async def test_d01_an_automatic_mail_is_not_answered(world: World) -> None:
    written = await world.write(
        "nordhost",
        "Ich bin bis zum 30. November nicht im Büro.",
        headers={"Auto-Submitted": "auto-replied"},
        subject="Abwesenheitsnotiz",
    )
    real = await world.write("nordhost", GERMAN)
    await world.mails(real.sender)

    assert await world.platform.mails_to(written.sender) == []
