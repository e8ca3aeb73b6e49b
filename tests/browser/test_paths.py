"""The paths of agent, lead, client and customer in a real Chromium, on the running platform."""

import pytest
from playwright.async_api import expect

from tests.acceptance.people import World, link_in
from tests.browser.eyes import PHONE, Eyes

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
]

GERMAN = (
    "Guten Tag,\n\nunser Shop auf web-07 ist seit etwa 13:20 Uhr nicht mehr erreichbar. "
    "Wann ist der Server wieder da?\n\nMatthias Brandt"
)


async def test_an_agent_answers_notes_and_solves_a_ticket(world: World, eyes: Eyes) -> None:
    written = await world.write(
        "nordhost", GERMAN, name="Matthias Brandt", subject="Server nicht erreichbar"
    )
    ticket, agent = await world.owned(written)
    page = await eyes.sign_in(agent.email)

    await page.goto(f"{eyes.url}/work")
    await expect(page.locator("a.ln").first).to_be_visible()
    await eyes.look(page, "agent-work")
    await page.goto(f"{eyes.url}/work/{ticket['id']}")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Server nicht erreichbar")
    await eyes.look(page, "agent-ticket")

    await page.locator("label", has_text="Note").first.click()
    await page.locator("textarea[name=text]").fill("PSU in B14 swapped, web-07 boots.")
    await page.get_by_role("button", name="Save the note").click()
    await expect(page.locator(".msg.note")).to_contain_text("PSU in B14")

    await page.locator("label", has_text="Reply").first.click()
    await page.locator("textarea[name=text]").fill("Guten Tag Herr Brandt, der Server ist zurück.")
    await page.locator("[data-primary=reply]").click()
    await expect(page.locator(".msg.us").last).to_contain_text("der Server ist zurück")
    await eyes.look(page, "agent-answered")

    await page.get_by_role("button", name="Mark as solved").first.click()
    await page.locator("dialog#solve").get_by_role("button", name="Mark as solved").click()
    await page.wait_for_url("**/work/**")
    assert (await world.ticket(ticket["id"]))["state"] == "solved"
    assert eyes.complaints == []


async def test_a_new_message_reaches_the_open_page_by_itself(world: World, eyes: Eyes) -> None:
    written = await world.write("nordhost", GERMAN, name="Matthias Brandt", subject="Server steht")
    ticket, agent = await world.owned(written)
    page = await eyes.sign_in(agent.email)
    await page.goto(f"{eyes.url}/work/{ticket['id']}")
    await expect(page.locator(".msg").first).to_be_visible()

    mails = await world.mails(written.sender)
    headers = {name.lower(): value for name, value in mails[0]["headers"]}
    await world.write(
        "nordhost",
        "Gibt es schon etwas Neues? Unser Chef fragt alle fünf Minuten nach.",
        sender=written.sender,
        reply_to=headers["message-id"],
    )

    await expect(page.locator("#thread")).to_contain_text("etwas Neues", timeout=30_000)


async def test_a_lead_sees_the_board_and_publishes_a_shift(world: World, eyes: Eyes) -> None:
    lead = world.lead("nordhost")
    page = await eyes.sign_in(lead.email)

    await page.goto(f"{eyes.url}/board")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await eyes.look(page, "lead-board")
    await page.goto(f"{eyes.url}/roster")
    await eyes.look(page, "lead-roster")

    await (
        page.get_by_role("link", name="Next week")
        .or_(page.get_by_role("link", name="Week after"))
        .first.click()
    )
    await page.get_by_role("link", name="Add a shift").first.click()
    form = page.locator("#shift-form")
    await form.locator("[name=person]").select_option(label="Rui Almeida")
    await form.locator("[name=start]").fill("15:00")
    await form.locator("[name=end]").fill("19:00")
    await eyes.look(page, "lead-shift-form")
    await form.get_by_role("button", name="Save in the draft").click()
    await page.get_by_role("link", name="Review").first.click()
    await expect(page.locator("#review")).to_contain_text("Rui Almeida")
    await eyes.look(page, "lead-review")
    await page.locator("#review").get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("status").first).to_be_visible()
    assert eyes.complaints == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("light", {}),
        ("dark", {"color_scheme": "dark"}),
        ("phone", {"viewport": PHONE}),
    ],
)
async def test_a_client_sees_its_promises(
    world: World, eyes: Eyes, name: str, options: dict[str, object]
) -> None:
    viewer = next(user for user in world.firm.client_users if user.tenant == "nordhost")
    page = await eyes.sign_in(viewer.email, **options)

    await page.goto(f"{eyes.url}/promises")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await eyes.look(page, f"client-promises-{name}")

    assert eyes.complaints == []


async def test_the_desk_reads_right_to_left_in_arabic(world: World, eyes: Eyes) -> None:
    written = await world.write(
        "pagora",
        "السلام عليكم،\n\nتم تجميد بطاقتي أثناء السفر ولا أستطيع الدفع. أرجو المساعدة.\n\nسارة",
        name="سارة الحربي",
        subject="تم تجميد بطاقتي",
    )
    ticket, agent = await world.owned(written)
    page = await eyes.sign_in(agent.email, locale="ar")
    await page.goto(f"{eyes.url}/work/{ticket['id']}")

    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await eyes.look(page, "agent-ticket-arabic")
    assert eyes.complaints == []


async def test_a_customer_reads_and_confirms_on_the_phone_without_script(
    world: World, eyes: Eyes
) -> None:
    written = await world.write("nordhost", GERMAN, name="Matthias Brandt", subject="Server steht")
    ticket, agent = await world.owned(written)
    await world.answer(ticket, agent, "Guten Tag Herr Brandt, der Server läuft wieder.", "solve")
    link = link_in((await world.mails(written.sender, least=3))[-1])
    page = await eyes.open(viewport=PHONE, java_script_enabled=False)

    await page.goto(f"{eyes.url}{link}")
    await page.screenshot(path=eyes.pictures / "customer-phone.png")
    await expect(page.locator("main")).to_contain_text("der Server läuft wieder")
    await page.get_by_role("button", name="Yes, it is solved").click()

    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.screenshot(path=eyes.pictures / "customer-thanks.png")
    assert (await world.ticket(ticket["id"]))["state"] == "closed"


async def test_a_forged_link_says_so_and_shows_nothing(eyes: Eyes) -> None:
    page = await eyes.open(viewport=PHONE)

    answer = await page.goto(f"{eyes.url}/t/not-a-link")

    assert answer is not None
    assert answer.status == 404
    await eyes.look(page, "customer-forged")
