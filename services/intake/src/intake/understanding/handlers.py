"""Reads a new text: what costs microseconds at once, the slower second opinion in a thread."""

import asyncio
from collections.abc import Sequence

from contracts.vocabulary import Damage
from intake.understanding import store
from intake.understanding.decide import language as decide
from intake.understanding.decide.topics import decide_topic
from intake.understanding.model import Guess, Language, Sample, Setting, Topic, Understood
from intake.understanding.store import Detector

LONGEST_WAIT_S = 4.0


class Reader:
    """`understand` never fails and never takes longer than `longest_wait_s`: then it is unknown."""

    def __init__(
        self,
        light: Detector = store.light_guesses,
        second: Detector = store.second_guesses,
        longest_wait_s: float = LONGEST_WAIT_S,
    ) -> None:
        self._light = light
        self._second = second
        self._longest_wait_s = longest_wait_s

    async def understand(self, text: str, setting: Setting) -> Understood:
        language = await self.language(text, setting)
        return Understood(language, decide_topic(text, language.tag))

    async def language(self, text: str, setting: Setting) -> Language:
        read = decide.sample(text)
        settled = decide.decide_early(read, setting)
        if settled:
            return settled
        guesses = self._light(read.text, ())
        return decide.decide_light(guesses, setting) or await self._ask_again(
            read, guesses, setting
        )

    async def _ask_again(
        self, read: Sample, guesses: Sequence[Guess], setting: Setting
    ) -> Language:
        among = decide.candidates(guesses, setting)
        try:
            async with asyncio.timeout(self._longest_wait_s):
                second = await asyncio.to_thread(self._second, read.text, among)
        except TimeoutError:
            second = []
        return decide.decide_second(second, guesses, setting)


def unread(setting: Setting) -> Understood:
    """What a contact is taken for when reading it failed: visible as unknown, damage a question."""
    prior = Language(setting.prior, 0.5, "prior") if setting.prior else None
    topic = Topic("other", Damage.QUESTION)
    return Understood(prior, topic) if prior else Understood(topic=topic)
