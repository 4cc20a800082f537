"""The workbench as one application: routers, the person at the page, faults as pages, and the shell around it all."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware

from review import static_files
from review.faults import add_fault_pages, unknown_fault
from review.pages import (
    accounts,
    ask,
    certainty,
    claims,
    documents,
    full_texts,
    history,
    home,
    prisma_s,
    progress,
    queue,
    receive,
    rewordings,
    screen,
    search,
    search_report,
    second,
    sign,
    sign_in,
)
from review.security import Shell, protect
from review.services import Services


def create_app(services: Services) -> FastAPI:
    """The application. Everything outside it is in `services`."""
    static_files.files()  # says now, not at the first page, what is not installed
    app = FastAPI(
        title="Evidence workbench",
        dependencies=[Depends(protect)],
        middleware=[Middleware(Shell, services=services, last_resort=unknown_fault)],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = services
    add_fault_pages(app)
    app.include_router(static_files.router)
    app.include_router(home.router)
    app.include_router(sign_in.router)
    app.include_router(ask.router)
    app.include_router(queue.router)
    app.include_router(progress.router)
    app.include_router(accounts.router)
    app.include_router(search.router)
    app.include_router(screen.router)
    app.include_router(claims.router)
    app.include_router(documents.router)
    app.include_router(second.router)
    app.include_router(certainty.router)
    app.include_router(full_texts.router)
    app.include_router(rewordings.router)
    app.include_router(search_report.router)
    app.include_router(prisma_s.router)
    app.include_router(sign.router)
    app.include_router(receive.router)
    app.include_router(history.router)
    return app
