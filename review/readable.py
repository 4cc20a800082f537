"""Who may read where a review stands: not its second reviewer while it is blind."""

from __future__ import annotations

from fastapi import Request

from review.actions.review import read_review
from review.people import Person
from review.security import Refused, services_of
from review.state import Review


def readable(request: Request, run_id: str, person: Person) -> Review:
    """The review, unless it is blind and this is its second reviewer."""
    review = read_review(services_of(request).store, run_id)
    second = review.second.reviewer == person.id or any(e.slot == "second" and e.by == person.name for e in review.history)
    if review.hidden and second:
        raise Refused(403, "You are the second reviewer of this run, and the review is blind until you have finished.")
    return review
