"""Reads a new text: what costs microseconds at once, the slower second opinion in a thread."""

import asyncio
from collections.abc import Sequence

from intake.understanding import store
from intake.understanding.decide import language as decide
from intake.understanding.decide.topics import decide_topic
from intake.understanding.model import Evidence, Guess, Language, Setting, Understood
from intake.understanding.store import Detector

LONGEST_WAIT_S = 4.0


class Reader:
    """Never fails and never takes longer than `longest_wait_s`: then the language is unknown."""

    def __init__(
        self,
        light: Detector = store.light_guesses,
        second: Detector = store.second_guesses,
        longest_wait_s: float = LONGEST_WAIT_S,
    ) -> None:
        self._light = light
        self._second = second
        self._longest_wait_s = longest_wait_s

    async def run(self, stop: asyncio.Event) -> None:
        """Load the light model before the first contact needs it."""
        await asyncio.to_thread(self._light, "warm up", ())
        await stop.wait()

    async def gather(self, text: str, served: tuple[str, ...]) -> Evidence:
        """What the text says of its language, before anything is known of who wrote it."""
        setting = Setting(served)
        read = decide.sample(text)
        if decide.speaks_for_itself(read, setting):
            return Evidence(read)
        light = tuple(self._light(read.text, ()))
        if decide.decide_light(light, setting):
            return Evidence(read, light)
        second = await self._ask_again(read.text, decide.candidates(light, setting))
        return Evidence(read, light, tuple(second))

    async def language(self, text: str, setting: Setting) -> Language:
        return decide.decide_language(await self.gather(text, setting.served), setting)

    async def understand(self, text: str, setting: Setting) -> Understood:
        language = await self.language(text, setting)
        return Understood(language, decide_topic(text, language.tag))

    async def _ask_again(self, text: str, among: Sequence[str]) -> list[Guess]:
        try:
            async with asyncio.timeout(self._longest_wait_s):
                return await asyncio.to_thread(self._second, text, among)
        except TimeoutError:
            return []
