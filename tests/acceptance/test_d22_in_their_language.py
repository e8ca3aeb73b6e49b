"""D22: the customer is served in their language by somebody who has it at the needed level."""

import pytest

from tests.acceptance.people import World

pytestmark = [pytest.mark.anyio, pytest.mark.stack, pytest.mark.xdist_group("stack")]

LEVELS = ["A1", "A2", "B1", "B2", "C1", "C2", "native"]
TEXTS = [
    (
        "nordhost",
        "ja",
        "お世話になっております。昨日からサーバーに接続できません。ご確認をお願いいたします。",
    ),
    (
        "nordhost",
        "uk",
        "Добрий день! Від учора не оновлюється SSL-сертифікат.",
    ),
    ("birkenhaus", "es", "Buenos días, la mesa llegó con una pata rota y necesito que la cambien."),
    ("pagora", "ar", "السلام عليكم، لا أستطيع الدفع ببطاقتي منذ الصباح وأحتاج إلى المساعدة."),
    (
        "tideline",
        "pt",
        "Olá, o meu reembolso ainda não chegou à conta. Podem verificar?",
    ),
]


@pytest.mark.parametrize(("tenant", "language", "text"), TEXTS)
async def test_d22_the_owner_speaks_the_customers_language(
    world: World, tenant: str, language: str, text: str
) -> None:
    written = await world.write(tenant, text)

    ticket, agent = await world.owned(written)

    assert ticket["language"] == language
    assert LEVELS.index(agent.languages[language]) >= LEVELS.index("B2")
    assert tenant in agent.tenants
