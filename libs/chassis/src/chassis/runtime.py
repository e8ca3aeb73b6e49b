"""The life of a process: settings, database, broker, loops, HTTP; and back in good order."""

import asyncio
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from chassis import logs, serving
from chassis.assembly import loops_of, make_kit
from chassis.kit import Build, Kit, Loop, Mode, Service
from chassis.schema import Schema
from chassis.settings import BaseServiceSettings, SettingsError
from chassis.supervision import Supervisor, passing
from chassis.telemetry import propagate_w3c
from chassis.wakeups import rest

__all__ = ["Kit", "Loop", "Service", "main"]

MODES: tuple[Mode, ...] = ("all", "api", "worker", "relay")
WELL, DIED, USAGE, TRY_LATER, WRONG_SETTINGS = 0, 1, 2, 75, 78
DATABASE_WAIT_S = 60.0


def main(build: Build, settings: type[BaseServiceSettings]) -> None:
    """`python -m <service> all | api | worker | relay | migrate`; never returns."""
    sys.exit(_main(build, settings, sys.argv[1:]))


def _main(build: Build, settings: type[BaseServiceSettings], words: list[str]) -> int:
    logs.configure(settings.service, "info")
    log = logs.logger(settings.service)
    if len(words) != 1 or words[0] not in (*MODES, "migrate"):
        log.critical("usage", reason=f"name one of {', '.join(MODES)}, migrate")
        return USAGE
    folder = package_folder(settings)
    try:
        loaded = settings.load()
        if words[0] == "migrate":
            return _migrate(loaded, folder.parents[1] / "migrations")
        return _run(build, loaded, folder, words[0])
    except SettingsError as error:
        log.critical("cannot start", reason=str(error))
        return WRONG_SETTINGS


def package_folder(settings: type[BaseServiceSettings]) -> Path:
    """Where the service's package lies: its texts are inside, its migrations beside `src`."""
    package = sys.modules[settings.__module__.partition(".")[0]]
    return Path(str(package.__file__)).resolve().parent


def _migrate(settings: BaseServiceSettings, scripts: Path) -> int:
    from chassis import migrations

    if settings.database_owner_url is None:
        raise SettingsError(f"{settings.service} cannot migrate: DATABASE_OWNER_URL is not set")
    migrations.upgrade(settings.database_owner_url.get_secret_value(), scripts)
    return WELL


def _run(build: Build, settings: BaseServiceSettings, folder: Path, word: str) -> int:
    import uvloop

    mode = next(mode for mode in MODES if mode == word)
    secret = settings.link_secret.get_secret_value().encode()
    logs.configure(settings.service, settings.log_level, secret)
    propagate_w3c()
    return uvloop.run(_Process(settings, folder, mode).run(build))


class _Process:
    def __init__(self, settings: BaseServiceSettings, folder: Path, mode: Mode) -> None:
        self._settings = settings
        self._mode = mode
        self._kit = make_kit(settings, folder)
        self._schema = Schema(folder.parents[1] / "migrations")
        self._log = self._kit.telemetry.log.bind(mode=mode)
        self._stop = asyncio.Event()

    async def run(self, build: Build) -> int:
        self._listen_to_signals()
        try:
            place = serving.bound(self._settings.http_host, self._settings.http_port)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._log.critical("no port", port=self._settings.http_port, reason=reason)
            return DIED
        try:
            if not await self._database_ready():
                return WELL if self._stop.is_set() else TRY_LATER
            return await self._work(build(self._kit), place)
        finally:
            place.close()
            await self._close()

    async def _work(self, service: Service, place: socket.socket) -> int:
        loops = list(loops_of(service, self._kit, self._mode))
        logs.take_over()
        self._watch(loops)
        app = service.api if self._mode in ("all", "api") else self._bare_api()
        http = Loop(name="http", run=lambda stop: serving.serve(app, place, stop))
        self._log.info("starts", port=place.getsockname()[1], count=len(loops))
        well = await Supervisor(self._stop, self._log).run([*loops, http])
        self._log.info("stopped", state="well" if well else "died")
        return WELL if well else DIED

    def _bare_api(self) -> Any:
        """A process without doors still answers for its health."""
        from chassis.http import create_api

        return create_api(self._kit, [])

    def _watch(self, loops: list[Loop]) -> None:
        readiness, database = self._kit.readiness, self._kit.database

        async def schema() -> str | None:
            return await self._schema.trouble(database)

        readiness.add("database", schema)
        for loop in loops:
            if loop.trouble is not None:
                readiness.add(loop.name, _asked(loop.trouble))

    async def _database_ready(self) -> bool:
        """Waits for the server to come up and for the migrations to be done."""
        try:
            async with asyncio.timeout(DATABASE_WAIT_S):
                while not self._stop.is_set():
                    trouble = await self._database_trouble()
                    if trouble is None:
                        return True
                    self._log.warning("waits for the database", reason=trouble)
                    await rest(self._stop, 1.0)
        except TimeoutError:
            self._log.critical("no database", wait_s=DATABASE_WAIT_S)
        return False

    async def _database_trouble(self) -> str | None:
        from sqlalchemy.exc import ProgrammingError

        try:
            return await self._schema.trouble(self._kit.database)
        except ProgrammingError:
            return "not migrated"
        except Exception as error:
            if not passing(error):
                raise
            return type(error).__name__

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()

        def stop(received: signal.Signals) -> None:
            self._log.info("stopping", signal=received.name)
            self._kit.readiness.stop()
            self._stop.set()
            for other in (signal.SIGTERM, signal.SIGINT):
                # A second signal ends the process at once.
                loop.remove_signal_handler(other)

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop, number)

    async def _close(self) -> None:
        await self._kit.database.close()
        await self._kit.loops.close()
        await asyncio.to_thread(self._kit.telemetry.close)


def _asked(trouble: Any) -> Any:
    async def check() -> str | None:
        found: str | None = trouble()
        return found

    return check
