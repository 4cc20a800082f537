"""`evidence serve`: the workbench, the worker that runs flows, and the flows' own page."""

from __future__ import annotations

import gc
import ipaddress
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from pydantic import JsonValue

from cli.answering import current_user
from cli.options import ServiceOptions, grouped
from cli.progress import TerminalProgress
from connectors.settings import LIVE_PUBMED, Settings
from evidence.errors import InvalidInput, NotConfigured

if TYPE_CHECKING:
    from cli.learned_orders import Orders
    from connectors.store import Store
    from evidence.services import CitationSource, EntailmentModel
    from review.services import Services

PORT = 8700
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; others than loopback need accounts."
)
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port; 0 takes a free one.")
@click.option("--email", help="Your address, which PubMed asks for.")
@click.option("--source", help="`pubmed`, or the address of a server that speaks E-utilities.  [default: pubmed]")
@click.option("--model", help="`embedded`, `extractive`, `openai:NAME`, or NAME with --base-url.  [default: embedded]")
@click.option("--base-url", help="Address of an OpenAI-compatible server (Azure OpenAI, vLLM, Ollama, llama.cpp, …).")
@click.option("--no-worker", is_flag=True, help="Pages alone: another process does the runs that are started from them.")
@grouped(options=ServiceOptions)
def serve(host: str, port: int, options: ServiceOptions, *, no_worker: bool) -> None:
    """Open the workbench in this process, and say its address. Ctrl-C ends it; runs under way stop and can be resumed."""
    from cli.learned_orders import LearnedOrders
    from connectors.certificates import trust_bundle
    from connectors.store import Store

    settings = options.settings()
    trust_bundle(settings)
    progress = TerminalProgress()
    with Store.open(settings.store_url) as store, ExitStack() as parts:
        check_address(host, settings, accounts=store.people.any())
        listener = parts.enter_context(_listening(host, port))
        flows_page = None if no_worker else parts.enter_context(_worker(settings, progress))
        orders = parts.enter_context(closing(LearnedOrders(settings)))
        services = build_services(settings, store, host=host, flows_page=flows_page, orders=orders)
        _run(services, listener, settings)


def check_address(host: str, settings: Settings, *, accounts: bool) -> None:
    """Refuse to listen where others could come in unnamed."""
    if is_loopback(host):
        return
    if not accounts:
        raise NotConfigured(
            f"{host} can be reached by others, and there are no accounts: add the first with "
            "`evidence accounts add NAME --role administrator`, or leave --host out."
        )
    if not settings.public_url:
        raise NotConfigured(f"{host} can be reached by others: set EVIDENCE_PUBLIC_URL to the address that people use.")


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def build_services(
    settings: Settings,
    store: Store,
    *,
    host: str = "127.0.0.1",
    flows_page: str | None = None,
    orders: Orders | None = None,
) -> Services:
    """The services of the workbench over this store. Nobody is signed in unasked unless only this machine can reach it.

    Without `orders` the orders to screen in are learned in this process.
    """
    from cli.workbench_runs import StoredRunner
    from cli.workbench_search import StoredSearchTools
    from review.people import the_one_person
    from review.services import Services

    own = urlsplit(settings.public_url or "").hostname
    hosts = _LOOPBACK | ({own.lower()} if own else set()) | ({host} if not is_loopback(host) else set())
    alone = is_loopback(host) and own is None and settings.oidc_issuer is None

    @contextmanager
    def open_source(kept: Mapping[str, JsonValue]) -> Iterator[CitationSource]:
        from cli.services import build_source, source_address

        name = str(kept.get("source") or LIVE_PUBMED)
        with source_address(settings, name, TerminalProgress(quiet=True)) as address:
            yield build_source(settings, name, address)

    @cache
    def open_entailment() -> EntailmentModel | None:
        from cli.services import build_entailment

        return build_entailment(settings)

    return Services(
        store=store,
        entailment=open_entailment,
        settings=settings,
        runner=StoredRunner(store, settings),
        tools=StoredSearchTools(store, settings, orders),
        open_source=open_source,
        one_person=the_one_person(current_user()) if alone else None,
        hosts=frozenset(hosts),
        flows_page=flows_page,
    )


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as fault:
        raise InvalidInput(
            f"Port {port} of {host} cannot be listened on ({fault.strerror}): give another with --port."
        ) from None
    with listener:
        yield listener


@contextmanager
def _worker(settings: Settings, progress: TerminalProgress) -> Iterator[str | None]:
    from cli.worker import running_worker

    with running_worker(settings, progress) as flows_page:
        yield flows_page


def _collect_seldom() -> None:
    """Look for unreachable cycles among young objects alone, nearly always.

    A look at all objects holds up every page for the third of a second that it takes where two dozen ledgers are at hand, and
    ledgers, which make up most of them, hold no cycles. What is loaded by now stays for good and is never looked at.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 20, 200)


def _run(services: Services, listener: socket.socket, settings: Settings) -> None:
    import uvicorn

    from review.app import create_app

    host, port = listener.getsockname()[:2]
    own = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    config = uvicorn.Config(
        create_app(services),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=3,
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            click.echo(f"The workbench is at {settings.public_url or own}")
            if settings.public_url:
                click.echo(f"It listens at {own} for the proxy that answers there.")
            if services.flows_page:
                click.echo(f"The flows' own page is at {services.flows_page} (this machine alone)")
            if services.one_person is not None and not services.store.people.any():
                click.echo(f"There are no accounts: whoever uses this machine is signed in as {services.one_person.name}.")
            click.echo("Ctrl-C ends it.")

    _collect_seldom()
    Server(config).run(sockets=[listener])
