"""Fresh databases on a running server: three roles, migrated once, copied for each test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from os import getpid
from urllib.parse import urlsplit

import asyncpg

from chassis.clock import Clock
from chassis.db import Database

PASSWORD = "test"


@dataclass(frozen=True, slots=True)
class ServiceDatabase:
    """Addresses of one database: superuser (asyncpg), owner, runtime and loops (SQLAlchemy)."""

    service: str
    name: str
    server: str

    @property
    def spoken(self) -> str:
        """The service as events name it: hyphens where a package and a role have `_`."""
        return self.service.replace("_", "-")

    @property
    def superuser_dsn(self) -> str:
        return urlsplit(self.server)._replace(path=f"/{self.name}").geturl()

    @property
    def owner_url(self) -> str:
        return self._url(f"{self.service}_owner")

    @property
    def runtime_url(self) -> str:
        return self._url(self.service)

    @property
    def loops_url(self) -> str:
        return self._url(f"{self.service}_loops")

    def runtime(self, clock: Clock | None = None) -> Database:
        return Database(self.runtime_url, service=self.spoken, scale="single", clock=clock)

    def loops(self, clock: Clock | None = None) -> Database:
        return Database(self.loops_url, service=self.spoken, scale="single", clock=clock)

    def _url(self, role: str) -> str:
        at = urlsplit(self.server)
        return f"postgresql+asyncpg://{role}:{PASSWORD}@{at.hostname}:{at.port}/{self.name}"


Migrate = Callable[[str], None]


@dataclass
class DatabaseFactory:
    """Migrates a template once per service and process; each `fresh` is a copy, dropped after."""

    server: str
    _templates: set[str] = field(default_factory=set)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    @asynccontextmanager
    async def fresh(
        self, service: str, migrate: Migrate, *, kind: str = "whole"
    ) -> AsyncIterator[ServiceDatabase]:
        """`kind` tells apart what `migrate` makes for one service."""
        template = await self._template(service, migrate, kind)
        name = f"{service}_t{getpid()}_{next(self._numbers)}"
        await self._run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {service}_owner")
        try:
            yield ServiceDatabase(service, name, self.server)
        finally:
            await self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def close(self) -> None:
        for template in self._templates:
            await self._run(f"DROP DATABASE IF EXISTS {template} WITH (FORCE)")
        self._templates.clear()

    async def _template(self, service: str, migrate: Migrate, kind: str) -> str:
        name = f"{service}_{kind}_template_{getpid()}"
        if name not in self._templates:
            await self._roles(service)
            await self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await self._run(f"CREATE DATABASE {name} OWNER {service}_owner")
            await asyncio.to_thread(migrate, ServiceDatabase(service, name, self.server).owner_url)
            self._templates.add(name)
        return name

    async def _roles(self, service: str) -> None:
        for role in (f"{service}_owner", service, f"{service}_loops"):
            await self._run(
                f"""DO $$ BEGIN CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS
                    PASSWORD '{PASSWORD}';
                    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
            )
        await self._run(f"GRANT pg_read_all_stats TO {service}_loops")

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server)
        try:
            # Roles are the server's own: tests in other processes may be making them just now.
            await connection.execute("SELECT pg_advisory_lock(4242, 2)")
            await connection.execute(statement)
        finally:
            await connection.close()
