"""The command `gemba`: run it, look after it, measure it."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import click

from backend.running import adopt


class _Commands(click.Group):
    """`gemba link` is loaded when it is asked for: it brings the whole floor with it, which `gemba up` need not wait for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "link"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "link":
            return super().get_command(ctx, cmd_name)
        from backend.floor.link.cli import link

        return link


# Commands about a Gemba that runs: without settings of their own they take those of `gemba up` in this folder.
_ABOUT_A_RUNNING_ONE = {"audit", "demo", "link"}


@click.group(cls=_Commands)
@click.pass_context
def main(context: click.Context) -> None:
    """Gemba: the app in the hand of whoever stands where the work happens."""
    if context.invoked_subcommand in _ABOUT_A_RUNNING_ONE:
        adopt(Path(os.environ.get("GEMBA_STATE", ".state")))


_PORT = click.IntRange(1, 65535)


def _say(started: float) -> Callable[[str], None]:
    def say(text: str) -> None:
        click.echo(f"[{time.monotonic() - started:6.1f} s] {text}")

    return say


@main.command()
@click.option("--port", type=_PORT, default=8000, show_default=True)
@click.option("--state", type=click.Path(path_type=Path), default=Path(".state"), show_default=True)
@click.option("--lan", is_flag=True, help="Serve TLS to the local network, for real phones.")
@click.option("--demo/--no-demo", default=True, show_default=True, help="Load the demo company.")
@click.option("--orders", default=150, show_default=True, help="Open shipment requests of the demo.")
def up(*, port: int, state: Path, lan: bool, demo: bool, orders: int) -> None:
    """Run everything on this machine."""
    from backend.plan import Plan
    from backend.stack import Stack, welcome

    say = _say(float(os.environ.get("GEMBA_STARTED") or time.monotonic()))  # `./dev up` began earlier
    stack = Stack(Plan(state.resolve(), port, lan, demo, orders), say)
    try:
        settings = stack.start()
        say("Ready")
        click.echo(welcome(stack, settings))
        stack.serve()
        say("Stopping")
    finally:
        stack.stop()


@main.command()
@click.argument("service", type=click.Choice(["floor", "core"]))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=_PORT, default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="API processes behind the one port.")
@click.option("--certificate", type=click.Path(path_type=Path), help="PEM file; with --key, serve TLS.")
@click.option("--key", type=click.Path(path_type=Path))
def serve(
    *, service: str, host: str, port: int, workers: int, certificate: Path | None, key: Path | None
) -> None:
    """Serve the API and the app."""
    from backend.serve import serve as run

    run(host, port, workers, certificate, key, service=service)


@main.command()
@click.option("--service", type=click.Choice(["floor", "core"]), help="Only this one; both without it.")
def worker(*, service: Literal["floor", "core"] | None) -> None:
    """Run a worker: inbox, outbox, periodic jobs."""
    from backend.worker import main as run

    run(service)


@main.command()
def migrate() -> None:
    """Bring the databases to the newest revision: the floor's, and the core's where one is named."""
    from backend.kernel.settings import from_environment
    from backend.migrations import head
    from backend.migrations import migrate as run

    settings = from_environment()
    asyncio.run(run(settings.owner_database_url))
    click.echo(f"floor is at {head()}")
    if settings.core_owner_database_url:
        asyncio.run(run(settings.core_owner_database_url, "core"))
        click.echo(f"core is at {head('core')}")


@main.command()
@click.option("--orders", default=150, show_default=True)
def demo(*, orders: int) -> None:
    """Load the demo company into the running Gemba."""
    from backend.demo.load import load
    from backend.kernel.settings import from_environment

    asyncio.run(load(from_environment(), orders, tell=click.echo))


@main.command()
def audit() -> None:
    """Check the ledger: every sum that must hold. Exit code 1 when one does not."""
    from backend.floor.stock.audit import audit_url
    from backend.kernel.settings import from_environment

    findings = asyncio.run(audit_url(from_environment().database_url))
    for finding in findings:
        click.echo(f"{finding.check}: {finding.count} wrong, e.g. {finding.example}")
    click.echo("The ledger is clean." if not findings else f"{len(findings)} checks failed.")
    sys.exit(1 if findings else 0)


@main.command()
@click.option("--service", type=click.Choice(["floor", "core"]), default="floor", show_default=True)
def openapi(*, service: str) -> None:
    """Print a service's OpenAPI document, from which the PWA's client is made."""
    from backend.openapi import document

    click.echo(json.dumps(document(service), indent=1, sort_keys=True))


@main.group()
def bench() -> None:
    """Measure: figures are ratios in one run, or CPU time."""


_MOVES = click.option("--moves", multiple=True, type=int, default=(10_000, 3_000_000), show_default=True)
_SECONDS = click.option("--seconds", default=8.0, show_default=True, help="Length of each run.")


@bench.command("pick")
@_MOVES
@_SECONDS
def bench_pick(*, moves: tuple[int, ...], seconds: float) -> None:
    """Confirm-pick over HTTP against the same work in pgbench."""
    from backend.bench.pick import main as run_bench

    run_bench(seconds=seconds, histories=moves, tell=click.echo)


@bench.command("scan")
@_MOVES
@_SECONDS
def bench_scan(*, moves: tuple[int, ...], seconds: float) -> None:
    """What a scan resolves to: statements and CPU."""
    from backend.bench.scan import main as run_bench

    run_bench(seconds=seconds, histories=moves, tell=click.echo)


@bench.command("spine")
@click.option("--count", default=200, show_default=True, help="Commands of each case.")
@click.option("--only", multiple=True, help="Only this case; may be given several times.")
def bench_spine(*, count: int, only: tuple[str, ...]) -> None:
    """What a command of each slice costs: statements and CPU."""
    from backend.bench.spine import main as run_bench

    run_bench(count=count, only=only, tell=click.echo)


@bench.command("trace")
@click.option(
    "--edges", default=1_000_000, show_default=True, help="Edges of genealogy; the target is ten million."
)
def bench_trace(*, edges: int) -> None:
    """The family of a serial and of a lot over many edges; fails above a second."""
    from backend.bench.trace import main as run_bench

    if not run_bench(edges=edges, tell=click.echo):
        raise SystemExit(1)


@bench.command("link")
@click.option("--messages", default=5_000, show_default=True)
@click.option(
    "--down", type=float, help="Instead: the core is away for so many seconds; how all is caught up."
)
def bench_link(*, messages: int, down: float | None) -> None:
    """Emptying the outbox: messages a second, CPU, order; or what an outage of the core costs."""
    from backend.bench import link, outage

    if down is None:
        link.main(messages=messages, tell=click.echo)
    elif not outage.main(down=down, tell=click.echo):
        raise SystemExit(1)


@bench.command("scanning")
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True), help="Photographs with their manifest.json."
)
@click.option(
    "--also", type=click.Path(path_type=Path, exists=True), help="JSON of genuine texts the manifest lacks."
)
@click.option(
    "--worn", type=int, metavar="SEED", help="Turn, bend, fold, dim and dazzle each photograph first."
)
@click.option("--packs", type=int, metavar="SEED", help="Drawn packs: on cans, wrapped, torn, dim, far away.")
@click.option("--stress", is_flag=True, help="Drawn codes under stress, with a chart.")
@click.option("--films", is_flag=True, help="Twelve drawn films.")
@click.option("--pool", is_flag=True, help="Two workers against one.")
def bench_scanning(
    *,
    data: Path | None,
    also: Path | None,
    worn: int | None,
    packs: int | None,
    stress: bool,
    films: bool,
    pool: bool,
) -> None:
    """Reading codes: photographs and drawn packs against pyzbar and zxing-cpp alone, stress, films, the worker pool."""
    from scanning.bench.run import bench as run_bench

    if not (data or packs is not None or stress or films or pool):
        raise click.UsageError("Say what to measure: --data DIR, --packs SEED, --stress, --films or --pool.")
    report = run_bench(
        data,
        also=also,
        worn_seed=worn,
        packs_seed=packs,
        with_stress=stress,
        with_films=films,
        with_pool=pool,
        say=click.echo,
    )
    if report.confirmed_wrong:
        raise SystemExit(1)


@bench.command("pwa")
def bench_pwa() -> None:
    """The handheld app in Chromium: size, first start, start off line, scan to painted answer."""
    from backend.bench.pwa import main as run_bench

    run_bench(tell=click.echo)


_PASS_ON = {"ignore_unknown_options": True, "help_option_names": []}


@bench.command("routing", context_settings=_PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench_routing(*, arguments: tuple[str, ...]) -> None:
    """The router against other ways to walk: --quick, --docs DIR."""
    from backend.floor.routing.bench import main as run_bench

    sys.exit(run_bench(list(arguments)))


@main.command("simulate", context_settings=_PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def simulate(*, arguments: tuple[str, ...]) -> None:
    """A day on the floor, walked twice: --orders 10000 --pickers 20 --page FILE."""
    from backend.floor.routing.simulate import main as run_day

    sys.exit(run_day(list(arguments)))


def run() -> None:
    """Runs `gemba`; what a person can do something about is told in a line, not in a traceback."""
    try:
        main(prog_name="gemba")
    except Exception as error:
        from backend.stopped import why

        reason = why(error)
        if reason is None:
            raise
        sys.exit(f"gemba: {reason}")


if __name__ == "__main__":
    run()
