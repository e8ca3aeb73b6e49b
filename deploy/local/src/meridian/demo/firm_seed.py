"""Seeds the demo firm once, and plans its coming days at every start."""

from collections.abc import Callable
from pathlib import Path

from meridian.config import StackConfig
from meridian.demo.reading import ContentError
from meridian.demo.seed import roll, seed
from meridian.problems import StackProblem
from meridian.stack.stamps import digest, is_stamped, put_stamp

_FOLDER = Path(__file__).parent


async def seed_or_roll(config: StackConfig, tell: Callable[[str], None]) -> None:
    """Seed anew where the firm, or what is sent of it, differs from the last time."""
    made_from = digest(_FOLDER / name for name in ("firm.yaml", "seed.py"))
    stamp = config.home / "run" / "firm"
    try:
        if is_stamped(stamp, made_from):
            await roll(config)
        else:
            await seed(config, tell)
            put_stamp(stamp, made_from)
    except (ContentError, TimeoutError) as error:
        raise StackProblem(f"The demo firm could not be seeded: {error}") from error
