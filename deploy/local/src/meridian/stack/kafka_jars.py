"""Apache Kafka's jars: resolved once into a lock file with hashes, fetched once into a cache."""

import hashlib
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from meridian.problems import StackProblem
from meridian.stack.stamps import only_one

if TYPE_CHECKING:
    from jgo.maven import Artifact

KAFKA_VERSION = "4.3.1"
# kafka-clients is named, or an older one wins the resolution.
ROOTS = (
    ("org.apache.kafka", "kafka_2.13", KAFKA_VERSION),
    ("org.apache.kafka", "kafka-clients", KAFKA_VERSION),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.4"),
)
LOCK = Path(__file__).with_name("kafka-jars.lock")


@dataclass(frozen=True, slots=True)
class Jar:
    group: str
    artifact: str
    version: str
    size: int
    sha256: str

    @property
    def filename(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def locked_jars() -> tuple[Jar, ...]:
    rows = LOCK.read_text().splitlines()
    return tuple(parse_row(row) for row in rows if not row.startswith("#"))


def parse_row(row: str) -> Jar:
    coordinate, size, sha256 = row.split()
    group, artifact, version = coordinate.split(":")
    return Jar(group, artifact, version, int(size), sha256)


def cache_folder() -> Path:
    """Where downloads are kept between clones; MERIDIAN_CACHE moves it."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("MERIDIAN_CACHE") or Path(root) / "meridian")


def jar_folder(console: Console | None = None) -> Path:
    """The folder with all jars, each checked against the lock; fetches them the first time."""
    stamp = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    folder = cache_folder() / f"kafka-{KAFKA_VERSION}-{stamp}"
    if folder.is_dir():
        return folder
    with only_one(cache_folder() / "kafka.lock"):
        if not folder.is_dir():
            fetch(folder, console or Console(stderr=True))
    return folder


def fetch(folder: Path, console: Console) -> None:
    """Fetch into a folder beside the final one and rename it when every hash is right."""
    jars = locked_jars()
    columns = (TextColumn("fetching Apache Kafka (once)"), BarColumn(), DownloadColumn())
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix="fetching-"))
    try:
        with Progress(*columns, console=console) as progress, ThreadPoolExecutor(4) as pool:
            bar = progress.add_task("", total=sum(jar.size for jar in jars))
            for done in as_completed([pool.submit(fetch_one, jar, partial) for jar in jars]):
                progress.advance(bar, done.result())
        shutil.rmtree(partial / "m2")
        partial.chmod(0o755)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def fetch_one(jar: Jar, partial: Path) -> int:
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=partial / "m2", timeout=60)
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    try:
        path = component.artifact().resolve()
    except (OSError, RuntimeError) as error:
        raise StackProblem(
            f"Could not fetch {jar.filename} from Maven Central: {error}\n"
            "Check the network (or HTTPS_PROXY) and start again."
        ) from error
    if hashlib.sha256(path.read_bytes()).hexdigest() != jar.sha256:
        raise StackProblem(f"{jar.filename} is not the file that {LOCK.name} names; not used.")
    path.rename(partial / jar.filename)
    return jar.size


def write_lock() -> None:
    """Resolve ROOTS anew and write the lock; for whoever raises the version of Kafka."""
    from jgo.maven import MavenContext
    from jgo.parse import Coordinate

    with tempfile.TemporaryDirectory() as scratch:
        context = MavenContext(repo_cache=Path(scratch), timeout=60)
        roots = [
            context.create_dependency(Coordinate(group, artifact, version, scope="compile"))
            for group, artifact, version in ROOTS
        ]
        inputs, transitive = context.resolver.resolve(roots)
        runtime = [each for each in transitive if each.scope in ("compile", "runtime")]
        lines = [lock_line(each.artifact) for each in [*inputs, *runtime]]
    header = "# group:artifact:version size sha256; made by python -m meridian.stack.kafka_jars"
    LOCK.write_text("\n".join([header, *sorted(lines)]) + "\n")


def lock_line(artifact: "Artifact") -> str:
    body = artifact.resolve().read_bytes()
    coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
    return f"{coordinate} {len(body)} {hashlib.sha256(body).hexdigest()}"


if __name__ == "__main__":
    write_lock()
