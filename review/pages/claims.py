"""Review claim by claim: the list, worst first, and one claim beside its records. For the first reviewer and the second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from evidence.claim import CheckOutcome
from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.people import Role
from evidence.review import ReviewDecision, ReviewOutcome, Slot
from reporting.words import CHECK_WORDS, VERDICT_WORDS, safe_url
from review.actions.review import Wording, add, decide, edit, read_review, take_back
from review.desk import Desk, Line
from review.forms import Fields, number_in
from review.left_out import left_out
from review.people import Person
from review.render import render
from review.security import Refused, services_of, signed_in, visit_of
from review.side_by_side import set_side_by_side
from review.words import told

_SUPPORTS = 12
"""Rows of quotes that the form of an edit can hold."""

_PLAIN = {"accept": ReviewOutcome.ACCEPT, "reject": ReviewOutcome.REJECT, "ask": ReviewOutcome.ASK}


@dataclass(frozen=True)
class Room:
    """The claims of a run, for the reviewer in one slot. Its methods are the pages."""

    slot: Slot
    place: str
    name: str

    def list_page(self, request: Request, run_id: str) -> Response:
        """Every claim, worst first, and what the draft leaves out."""
        desk, person = self._desk(request, run_id)
        reviews = services_of(request).store.reviews
        reviews.open_claim(person.id, run_id, None)
        last = reviews.place(person.id, run_id)
        return render(
            request,
            "claims/list.html",
            run_id=run_id,
            run_room=self.name,
            desk=desk,
            last=desk.line(last) if last else None,
            times=reviews.reading_times(person.id, run_id),
            left_out=left_out(desk.review.ledger, desk.claims),
            place=self._place(run_id),
            verdict_words=VERDICT_WORDS,
            safe_url=safe_url,
        )

    def claim_page(self, request: Request, run_id: str, claim_id: str) -> Response:
        """One claim beside its records."""
        desk, person = self._desk(request, run_id)
        if desk.line(claim_id) is None:
            raise Refused(404, "This run has no such claim: it may have been taken back. Look at the list of claims.")
        services_of(request).store.reviews.open_claim(person.id, run_id, claim_id)
        return self._claim(request, desk, claim_id, person)

    def decide(self, request: Request, run_id: str, claim_id: str, fields: Fields) -> Response:
        """Accept, edit, reject, ask, or take back; then on to the next claim that waits."""
        desk, person = self._desk(request, run_id)
        if desk.line(claim_id) is None:
            raise Refused(404, "This run has no such claim: it may have been taken back. Look at the list of claims.")
        do = fields.get("do", "")
        try:
            self._act(request, run_id, claim_id, fields, person)
        except (ChangedMeanwhile, InvalidInput) as fault:
            desk, _ = self._desk(request, run_id)
            status = 409 if isinstance(fault, ChangedMeanwhile) else 400
            changes = fault.changes if isinstance(fault, ChangedMeanwhile) else ()
            more: dict[str, Any] = {"errors": {_field(do): fault.message}, "changes": changes, "typed": fields}
            return self._claim(request, desk, claim_id, person, status=status, **more)
        return self._onward(request, run_id, claim_id, do)

    def add_page(self, request: Request, run_id: str) -> Response:
        """The form of a claim that the draft does not have."""
        desk, _ = self._desk(request, run_id)
        return self._add(request, desk)

    def add(self, request: Request, run_id: str, fields: Fields) -> Response:
        """Keep a claim that the draft does not have, checked at once."""
        desk, person = self._desk(request, run_id)
        section = "bottom_line" if fields.get("section") == "bottom_line" else "finding"
        services, outcome = services_of(request), fields.get("outcome", "")
        wording = _wording(fields, "", section=section, outcome=outcome, entailment=services.entailment())
        try:
            entry = add(services.store, run_id, wording, slot=self.slot, by=person.name)
        except InvalidInput as fault:
            return self._add(request, desk, status=400, errors={"text": fault.message}, typed=fields)
        return RedirectResponse(f"{self._place(run_id)}/{entry.claim_id}?kept=edit", status_code=303)

    def forget_times(self, request: Request, run_id: str) -> Response:
        """Delete one's own reading times, and where one was."""
        _, person = self._desk(request, run_id)
        services_of(request).store.reviews.forget_reading(person.id, run_id)
        return RedirectResponse(self._place(run_id), status_code=303)

    def _act(self, request: Request, run_id: str, claim_id: str, fields: dict[str, str], person: Person) -> None:
        seen, do, services = number_in(fields.get("seen", "")), fields.get("do", ""), services_of(request)
        store = services.store
        if do == "take_back":
            take_back(store, run_id, claim_id, slot=self.slot, seen=seen, by=person.name)
        elif do == "edit":
            wording = _wording(fields, claim_id, entailment=services.entailment())
            edit(store, run_id, wording, slot=self.slot, seen=seen, by=person.name)
        elif do in _PLAIN:
            reason = fields.get("reason", "")
            if not reason.strip() and do in ("reject", "ask"):
                raise InvalidInput(
                    "Give the reason: why you reject it." if do == "reject" else "Write what you ask your colleague."
                )
            decision = ReviewDecision(claim_id=claim_id, outcome=_PLAIN[do], reason=reason)
            decide(store, run_id, decision, slot=self.slot, seen=seen, by=person.name)
        else:
            raise InvalidInput("Choose what to do with the claim: accept, edit, reject or ask.")

    def _desk(self, request: Request, run_id: str) -> tuple[Desk, Person]:
        services, person = services_of(request), visit_of(request).person
        assert person is not None  # noqa: S101 - the router lets nobody else in
        desk = Desk(read_review(services.store, run_id), self.slot)
        desk.refuse(person)
        return desk, person

    def _claim(
        self, request: Request, desk: Desk, claim_id: str, person: Person, *, status: int = 200, **more: Any
    ) -> Response:
        run_id = desk.review.ledger.id
        line = desk.line(claim_id)
        assert line is not None  # noqa: S101 - asked for by the caller
        times = services_of(request).store.reviews.reading_times(person.id, run_id)
        visible_slots = desk.review.visible(self.slot)
        entries = [entry for entry in desk.review.history if entry.claim_id == claim_id and entry.slot in visible_slots]
        checks = line.side.verified.checks
        context: dict[str, Any] = {
            "desk": desk,
            "line": line,
            "beside": set_side_by_side(line.side.verified.claim, desk.review.records),
            "checks": [check for check in checks if check.outcome is not CheckOutcome.NOT_APPLICABLE],
            "not_applicable": [check.name for check in checks if check.outcome is CheckOutcome.NOT_APPLICABLE],
            "entries": [told(entry) for entry in entries],
            "seen": desk.review.seen(claim_id, self.slot),
            "time": times.get(claim_id),
            "kept": request.query_params.get("kept", ""),
            "supports": _supports(line),
            "verdict_words": VERDICT_WORDS,
            "check_words": CHECK_WORDS,
            "typed": {},
            "changes": (),
            "place": self._place(run_id),
            **more,
        }
        return render(request, "claims/claim.html", status=status, run_id=run_id, run_room=self.name, **context)

    def _add(self, request: Request, desk: Desk, *, status: int = 200, **more: Any) -> Response:
        run_id = desk.review.ledger.id
        outcomes = list(dict.fromkeys(item.outcome for item in desk.review.ledger.claims if item.outcome))
        context: dict[str, Any] = {"typed": {}, "outcomes": outcomes, **more}
        place = self._place(run_id)
        return render(request, "claims/add.html", status=status, run_id=run_id, run_room=self.name, place=place, **context)

    def _onward(self, request: Request, run_id: str, claim_id: str, do: str) -> Response:
        place = self._place(run_id)
        desk, _ = self._desk(request, run_id)
        if do in ("edit", "take_back"):
            here = f"/{claim_id}" if desk.line(claim_id) else ""
            return RedirectResponse(f"{place}{here}?kept={do}", status_code=303)
        following = desk.next_open(claim_id)
        onward = f"{place}/{following}" if following else place
        return RedirectResponse(f"{onward}?kept={do}&on={claim_id}", status_code=303)

    def _place(self, run_id: str) -> str:
        return self.place.replace("{run_id}", run_id)


def _field(do: str) -> str:
    """Where a fault of this action stands on the page."""
    return "text" if do == "edit" else "reason"


def _wording(fields: dict[str, str], claim_id: str, **more: Any) -> Wording:
    pairs = ((fields.get(f"pmid-{row}", ""), fields.get(f"quote-{row}", "")) for row in range(_SUPPORTS))
    reason = fields.get("edit_reason", "")
    return Wording(claim_id=claim_id, text=fields.get("text", ""), supports=tuple(pairs), reason=reason, **more)


def _supports(line: Line) -> list[tuple[str, str]]:
    """The rows of the form of an edit: the quotes as they stand, and one empty row."""
    rows = [(support.pmid, support.quote) for support in line.side.verified.claim.support][: _SUPPORTS - 1]
    return [*rows, ("", "")]


def _routes(room: Room, *roles: Role) -> APIRouter:
    made = APIRouter(dependencies=[Depends(signed_in(*roles))])
    made.add_api_route(room.place, room.list_page, methods=["GET"])
    made.add_api_route(f"{room.place}/add", room.add_page, methods=["GET"])
    made.add_api_route(f"{room.place}/add", room.add, methods=["POST"])
    made.add_api_route(f"{room.place}/forget-times", room.forget_times, methods=["POST"])
    made.add_api_route(f"{room.place}/{{claim_id}}", room.claim_page, methods=["GET"])
    made.add_api_route(f"{room.place}/{{claim_id}}", room.decide, methods=["POST"])
    return made


FIRST = Room("first", "/runs/{run_id}/claims", "claims")
SECOND = Room("second", "/runs/{run_id}/second/claims", "second")

router = APIRouter()
router.include_router(_routes(FIRST, Role.LIBRARIAN))
router.include_router(_routes(SECOND, Role.LIBRARIAN, Role.SECOND_REVIEWER))
