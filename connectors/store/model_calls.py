"""Every call of a language model, paid for once. All functions work inside a caller's transaction."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from connectors.store import run_table
from connectors.store.stored_text import digest, now, to_json
from connectors.store.tables import model_calls
from evidence.model_call import CallTotals, ModelAnswer, ModelIdentity, RenderedPrompt


def find(connection: Connection, key: str) -> ModelAnswer | None:
    """The first answer to this call that is not a fault, marked as reused; None where the call must be made."""
    query = select(model_calls.c.answer).where(model_calls.c.key == key, model_calls.c.finish != "error")
    found = connection.execute(query.order_by(model_calls.c.id).limit(1)).scalar()
    return None if found is None else ModelAnswer.model_validate_json(found).model_copy(update={"reused": True})


def save(
    connection: Connection,
    call: tuple[str, RenderedPrompt, ModelIdentity],
    answer: ModelAnswer,
    run_id: str | None,
) -> None:
    """Keeps the call (key, prompt, model) with its answer; the same answer is kept once."""
    key, prompt, identity = call
    if run_id is not None:
        run_table.require(connection, run_id)
    text = to_json(answer.model_dump(mode="json"))
    answer_hash = digest(text)
    known = select(model_calls.c.id).where(model_calls.c.key == key, model_calls.c.answer_hash == answer_hash)
    if connection.execute(known).first() is not None:
        return
    connection.execute(
        insert(model_calls).values(
            key=key,
            run_id=run_id,
            prompt_name=prompt.name,
            prompt_version=prompt.version,
            prompt_hash=prompt.hash,
            identity=to_json(identity.model_dump(mode="json")),
            prompt=to_json(prompt.model_dump(mode="json", exclude={"name", "version", "hash"})),
            answer=text,
            answer_hash=answer_hash,
            finish=answer.finish,
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            seconds=answer.seconds,
            cost=answer.cost,
            at=now(),
        )
    )


def totals(connection: Connection, run_id: str) -> CallTotals:
    """What the run's calls came to; the cost is unknown where the price of any call is."""
    query = select(
        func.count(),
        func.count().filter(model_calls.c.finish == "error"),
        func.coalesce(func.sum(model_calls.c.tokens_in), 0),
        func.coalesce(func.sum(model_calls.c.tokens_out), 0),
        func.coalesce(func.sum(model_calls.c.seconds), 0.0),
        func.count(model_calls.c.cost),
        func.sum(model_calls.c.cost),
    ).where(model_calls.c.run_id == run_id)
    calls, failed, tokens_in, tokens_out, seconds, priced, cost = connection.execute(query).one()
    return CallTotals(
        calls=calls,
        failed=failed,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        cost=float(cost) if calls and priced == calls else None,
        seconds=float(seconds),
    )
