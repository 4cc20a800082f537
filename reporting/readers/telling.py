"""The signed statements in the words for one reader, and what every short document says of itself."""

from __future__ import annotations

from evidence.signed_parts import Reader
from reporting import words
from reporting.document.content import Bullets, Paragraph, Section, Words, bold, flag, say
from reporting.readers.reword import Verify, standing_rewordings
from reporting.summary.method import DISCLAIMER, full_text_lead, tool_of
from reporting.summary.signed import Edited, Statement


class Telling:
    """The statements in the words for one reader."""

    def __init__(self, edited: Edited, reader: Reader, verify: Verify) -> None:
        self.edited = edited
        content = edited.content
        claims = {claim.id: claim for claim in content.standing}
        self.passed, self.stopped = standing_rewordings(
            content.rewordings, claims, edited.citations, reader, verify, content.ratings
        )

    def text(self, statement: Statement) -> str:
        """The sentence as this reader gets it."""
        rewording = self.passed.get(statement.claim.id)
        return words.one_line(rewording.text if rewording else statement.claim.text)

    def words(self, statement: Statement) -> Words:
        """The same with its notes."""
        return statement.told(self.text(statement))

    def bullets(self, statements: tuple[Statement, ...], *, none: str) -> Bullets | Paragraph:
        """The statements as a list, or a sentence saying that there is none."""
        if not statements:
            return Paragraph(say(none))
        return Bullets(tuple(self.words(statement) for statement in statements))

    def stopped_section(self) -> tuple[Section, ...]:
        """The rewordings that did not pass, each with the reason: for the person who wrote them."""
        if not self.stopped:
            return ()
        items = tuple(
            say(bold(f"Claim {one.claim_id}: "), f"a rewording by {words.one_line(one.by)} was not used. {words.one_line(why)}")
            for one, why in self.stopped
        )
        return (Section("not-used", "Rewordings that were not used", (Bullets(items),)),)


def about_section(edited: Edited) -> Section:
    """Limits, artificial intelligence and disclaimer, in brief; the evidence summary has them whole."""
    search = edited.ledger.search
    read = words.sentence(words.one_line(full_text_lead(edited.content)))
    blocks = (
        Paragraph(
            say(bold("What was read: "), f"{read} Searched {words.day(search.searched_at)}, {words.one_line(search.source)}.")
        ),
        Paragraph((*say(bold("Use of artificial intelligence: ")), *intelligence_words(edited))),
        Paragraph(standing_words(edited)),
        Paragraph(say(bold(DISCLAIMER)), callout=True),
    )
    return Section("about", "About this document", blocks)


def intelligence_words(edited: Edited) -> Words:
    """Which tool and model took part, and who signed."""
    made, sign_off = edited.ledger.provenance.model, edited.sign_off
    model = f"the language model {words.one_line(made.name)}" if made.provider != "no model" else "no language model"
    return say(
        f"{tool_of(edited)} with {model}. Every sentence was decided on and signed by {words.one_line(sign_off.name)}, "
        f"{words.one_line(sign_off.role)}. The evidence summary of run {edited.content.run_id} has prompts, stages and checks."
    )


def standing_words(edited: Edited) -> Words:
    """Whether the sources' standing was looked at again when the document was made."""
    recheck = edited.edition.recheck
    if recheck.at is None:
        return say(
            flag("The sources' standing was not looked at again"), f" when this was made ({words.one_line(recheck.why_not)})."
        )
    return say(f"The sources' standing was looked at again on {words.day(recheck.at)}.")
