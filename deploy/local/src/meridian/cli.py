"""The command `meridian`: every command a person has for the local stack.

What takes long to load is imported by the command that needs it: `meridian status` answers at once.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chassis.clock import SystemClock
from meridian import letters_cli
from meridian.config import StackConfig, chosen_ports, home_folder, load_config
from meridian.inspection import described, known_logs, live_board, read_log
from meridian.problems import StackProblem
from meridian.stopping import empty, stop_stack
from meridian.view import findings_table, table

app = typer.Typer(
    name="meridian",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Meridian on this machine: real Kafka, real PostgreSQL, every service, one demo firm.",
)
console = Console()
complaints = Console(stderr=True)

Home = Annotated[
    Path | None, typer.Option(help="Where the stack lives; default .local, or MERIDIAN_HOME.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts: print JSON.")]
app.add_typer(letters_cli.app, name="dead-letters")


def main() -> None:
    told(app)


def told(command: Callable[[], object]) -> None:
    """Run it; a problem of the stack is one message on stderr and status 1."""
    try:
        command()
    except StackProblem as problem:
        complaints.print(str(problem), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)


def configured(home: Path | None) -> StackConfig:
    return load_config(home.absolute() if home else None)


def ready_config(home: Path | None) -> StackConfig:
    """The settings of a stack that runs and is ready."""
    config = configured(home)
    board = live_board(config)
    if board is None or not board.ready:
        raise StackProblem("Meridian is not ready. Start it first: make up")
    return config


@app.command()
def up(
    home: Home = None,
    detach: Annotated[bool, typer.Option(help="Return once everything is ready.")] = False,
    ports: Annotated[
        str, typer.Option(help="fixed (the documented ones), free (any) or kept (as last time).")
    ] = "kept",
) -> None:
    """Start everything; Ctrl-C stops it cleanly."""
    from meridian.running import run_detached, run_stack

    place = (home or home_folder()).absolute()
    if detach:
        run_detached(load_config(place), console, ports=ports)
        console.print(f"Meridian is ready: {load_config(place).console_url}")
        return
    run_stack(load_config(place, new_ports=chosen_ports(ports, place)), console)


@app.command()
def down(home: Home = None) -> None:
    """Stop everything in reverse order."""
    stopped = stop_stack(configured(home).home, console)
    console.print("Meridian is stopped." if stopped else "Meridian was not running.")


@app.command()
def reset(
    home: Home = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Stop, and delete all data of this stack."""
    config = configured(home)
    if not yes:
        typer.confirm(f"Delete everything in {config.home}?", abort=True)
    stop_stack(config.home, console)
    empty(config)
    console.print("Meridian is empty; the next start seeds the demo firm again.")


@app.command()
def status(home: Home = None, as_json: AsJson = False) -> None:
    """Show each part; exits 0 only when everything is ready."""
    config = configured(home)
    board = live_board(config)
    if as_json:
        print(json.dumps(described(config, board), indent=1))
    elif board is None:
        console.print("Meridian is not running. Start it: make up")
    else:
        console.print(table(board, SystemClock().now()))
    sys.exit(0 if board and board.ready else 1)


@app.command()
def logs(
    name: Annotated[str, typer.Argument(help="A part, as `meridian status` names it.")] = "",
    home: Home = None,
    lines: Annotated[int, typer.Option("-n", "--lines")] = 100,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on until Ctrl-C.")] = False,
) -> None:
    """Show the end of a part's log."""
    config = configured(home)
    known = known_logs(config)
    if name not in known:
        raise StackProblem(f"Name one of: {', '.join(known) or '(nothing has run here yet)'}")
    for line in read_log(known[name], lines=lines, follow=follow):
        print(line, flush=follow)


@app.command()
def assets(home: Home = None) -> None:
    """Build the console's web assets where they are missing or out of date."""
    from meridian.stack.assets import make_assets

    log = (home or home_folder()) / "logs" / "web assets.log"
    with console.status("building the web assets (npm)"):
        make_assets(log)


@app.command("tenants")
def list_tenants(home: Home = None, as_json: AsJson = False) -> None:
    """List the client companies."""
    from meridian.tenants import tenants, tenants_table

    found = asyncio.run(tenants(configured(home)))
    if as_json:
        print(json.dumps(found, indent=1))
    else:
        console.print(tenants_table(found))


@app.command()
def token(email: str, home: Home = None) -> None:
    """Print a bearer token of a demo person, to try the APIs by hand."""
    from meridian.stack.identity.sign_in import id_token

    config = configured(home)
    print(asyncio.run(id_token(config.issuer, email, config.secrets.oidc_client)))


@app.command()
def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Say what is wrong with this machine or the running stack, and what to do about it."""
    from meridian.doctor.examine import examine
    from meridian.doctor.judge import has_problem

    findings = examine(configured(home), SystemClock())
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        console.print(findings_table(findings))
    sys.exit(1 if has_problem(findings) else 0)


@app.command()
def seed(home: Home = None) -> None:
    """Put the demo firm into the running platform and plan its coming days; `up` does this too."""
    from meridian.demo.firm_seed import seed_or_roll

    asyncio.run(seed_or_roll(configured(home), lambda what: console.print(what)))


@app.command()
def bench(home: Home = None) -> None:
    """Measure throughput, latency and memory of the running platform."""
    measure = import_module("meridian.bench")
    measure.main(ready_config(home), console)


@app.command()
def demo(home: Home = None) -> None:
    """Play the demo's contacts over real SMTP and HTTP and show what became of each."""
    play = import_module("meridian.demo.play")
    play.main(ready_config(home), console)


if __name__ == "__main__":
    main()
