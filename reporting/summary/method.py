"""How it was made: the search, what is not known, limits, the use of artificial intelligence, and the signature."""

from __future__ import annotations

from collections import Counter

from evidence.prisma import kept_by_reading
from evidence.review import ClaimState, ReviewOutcome, SignedContent
from evidence.search_ledger import SearchLedger
from reporting import words
from reporting.document.content import Block, Bullets, Paragraph, Section, Span, Table, Words, bold, flag, say
from reporting.search_report.findings import Findings
from reporting.search_report.method import appendix, how_we_searched
from reporting.summary.notes import label_of
from reporting.summary.signed import Edited

DISCLAIMER = (
    "This is library evidence support. It is not clinical advice about a patient, and it is not exhaustive: other databases, "
    "other words and another day would find other records. Read the papers before you act on them."
)
GAIN_AND_CHECK = (
    "A tool proposed words and found places in records; every sentence here was decided on by a named person, who signed it."
)
LIMITS = (
    "Sentences rest on abstracts. An abstract can differ from its paper, and says little of harms, of who was left out and of "
    "how the study was made.",
    "One person's search and reading, helped by a tool: it is not a systematic review unless its method says so.",
    "No risk of bias was assessed by the tool, and none is implied by the order of sentences.",
    "Certainty is named only where a person recorded a rating.",
    "Notices of retraction, concern and correction are those known on the days given under Signature.",
)


def search_of(edited: Edited) -> SearchLedger:
    """The search of the signed run as the search report's parts read it."""
    ledger, content = edited.ledger, edited.content
    provenance = ledger.provenance
    modelled = provenance.model.provider != "no model"
    return SearchLedger(
        id=ledger.id,
        created_at=ledger.created_at,
        request=ledger.request,
        protocol=ledger.protocol,
        search=ledger.search,
        citations=ledger.citations,
        groups=ledger.groups,
        screening=kept_by_reading(ledger.screening, content.full_texts),
        full_text=content.full_texts,
        statements=content.statements,
        tool=tool_of(edited),
        model=provenance.model.name if modelled else "",
        prompts=tuple(f"{use.name}@{use.version} {use.hash}" for use in provenance.prompts) if modelled else (),
    )


def tool_of(edited: Edited) -> str:
    """`Evidence Ledger 0.1.0`."""
    return f"{edited.ledger.provenance.tool} {edited.ledger.provenance.tool_version}"


def method_sections(edited: Edited) -> tuple[Section, Section]:
    """How we searched, in brief, and the strategies as run."""
    search = search_of(edited)
    return how_we_searched(search, Findings(search)), appendix(search)


def unknown_section(edited: Edited) -> Section:
    """What was asked and not found, what was read and not used, and what was found and not read."""
    ledger, content = edited.ledger, edited.content
    items: list[Words] = [say(words.sentence(words.one_line(gap))) for gap in ledger.gaps]
    used = {citation.pmid for citation in edited.cited()}
    reasons = {study.pmid: study.reason for study in ledger.unused}
    for citation in edited.read():
        if citation.pmid not in used:
            why = words.sentence(words.one_line(reasons.get(citation.pmid, "no statement on it was accepted")))
            items.append((*say(bold("Read and not used: "), Span(label_of(citation), url=citation.url)), *say(f". {why}")))
    counts = ledger.search.counts
    if counts.left:
        items.append(say(bold("Found and not read: "), f"{words.counted(counts.left, 'record')} beyond the number read."))
    without = [citation for citation in ledger.citations if not citation.has_abstract]
    if without:
        named = ", ".join(label_of(citation) for citation in without[:10])
        more = f" and {len(without) - 10:,} more" if len(without) > 10 else ""
        items.append(say(bold("No abstract to read: "), f"{words.counted(len(without), 'record')} ({named}{more})."))
    fallen = sum(claim.state is ClaimState.FALLS for claim in content.claims)
    if fallen:
        items.append(say(bold("Drafted and not accepted: "), f"{words.counted(fallen, 'sentence')}; none stands here."))
    if not items:
        items.append(say("No gap was recorded. That is no proof that there is none."))
    return Section("unknown", "What we do not know", (Bullets(tuple(items)),))


def limits_section(edited: Edited) -> Section:
    """What a reader must know of the limits."""
    items = [*LIMITS]
    if edited.ledger.search.limited_to is not None:
        items.insert(0, f"A person capped the search at {edited.ledger.search.limited_to:,} records.")
    items += [words.sentence(words.one_line(limit)) for limit in edited.ledger.provenance.limits]
    return Section("limits-of-summary", "Limits", (Bullets(tuple(say(item) for item in items)),))


def disclaimer_section() -> Section:
    """What this is not."""
    return Section("disclaimer", "Disclaimer", (Paragraph(say(bold(DISCLAIMER)), callout=True),))


def ai_section(edited: Edited) -> Section:
    """The disclosure that NHS guidance on searching and RAISE ask for: tool, model, prompts, dates, stages, human checks."""
    made, ledger = edited.ledger.provenance, edited.ledger
    modelled = made.model.provider != "no model"
    model = (
        f"{made.model.name}, {made.model.provider}, version {made.model.version}"
        if modelled
        else "none: rules copied sentences out of abstracts, word for word"
    )
    place = "Text was sent to an outside service." if made.model.external else "No text was sent to an outside model."
    prompts = "; ".join(f"{use.name} version {use.version} (SHA-256 {use.hash[:12]}…)" for use in made.prompts)
    until = f" to {words.day(made.finished_at)}" if made.finished_at else ""
    facts: list[Words] = [
        say(bold("Tool: "), f"{tool_of(edited)}, open source."),
        say(bold("Language model: "), words.sentence(words.one_line(model)), f" {place}"),
        say(bold("Text search: "), f"{words.one_line(made.embedding_model)}, a model that orders text and writes none."),
        say(bold("Prompts: "), words.sentence(words.one_line(prompts)) if modelled and prompts else "no prompt was sent."),
        say(bold("Dates: "), f"run {ledger.id}, {words.day(made.started_at)}{until}; signed {words.day(edited.sign_off.at)}."),
        say(bold("Data searched as of: "), f"{words.one_line(ledger.search.source)}, {words.day(ledger.search.searched_at)}."),
        say(bold("Calls of a model: "), f"{made.model_calls if modelled else 0:,}, {made.failed_calls:,} of them failed."),
        say(bold("What it is for: "), GAIN_AND_CHECK),
        say(bold("Limits known: "), words.sentence("; ".join(words.one_line(limit) for limit in made.limits) or "none stated")),
        say(bold("To inspect or repeat: "), "the JSON document has every input, answer, check and hash. The same question "
            "asked again may give other words, and another day other records."),
        say(bold("Funding and interests: "), "none is recorded with this run; ask the person who signed."),
    ]  # fmt: skip
    return Section("ai", "Use of artificial intelligence", (Bullets(tuple(facts)), _stages(edited)))


def _stages(edited: Edited) -> Table:
    ledger, content = edited.ledger, edited.content
    screened = Counter(decision.made_by for decision in ledger.screening)
    sentences = {claim.drafted.written_by for claim in content.claims if claim.drafted}
    readers = {extract.read_by for extract in ledger.extracts}
    decided = {entry.by for entry in content.entries}
    looked = sum(claim.decision is not None for claim in content.claims)
    edits = sum(
        claim.decision is not None and claim.decision.decision is not None
        and claim.decision.decision.outcome is ReviewOutcome.EDIT
        for claim in content.claims
    )  # fmt: skip
    by_hand = ", ".join(f"{count:,} by {who}" for who, count in sorted(screened.items())) or "none"
    rows = (
        ("Question taken apart", ledger.protocol.proposed_by, "in the signed ledger"),
        ("Search terms", ledger.search.proposed_by, "strategy printed here exactly as run"),
        ("Search, fetching, duplicates", "code", "counts printed here"),
        ("Screening", by_hand, "no record is excluded by a model alone"),
        ("Reading abstracts", _named(readers), "code kept only facts whose words it found in the abstract"),
        ("Drafting sentences", _named(sentences), "code checked each against its record"),
        (
            "Decision on each sentence",
            _named(decided),
            f"{looked:,} of {len(content.claims):,} decided by a person, {edits:,} edited",
        ),
        ("Signature", edited.sign_off.name, edited.sign_off.statement),
    )
    shown = tuple(tuple(say(words.one_line(cell)) for cell in row) for row in rows)
    return Table("Stages: who did what, and how it was checked", ("Stage", "Done by", "Check"), shown, (26, 30, 44))


def _named(names: set[str]) -> str:
    return ", ".join(sorted(words.one_line(name) for name in names)) or "nobody"


def signature_section(edited: Edited) -> Section:
    """Who signed what, when, and how the sources stood then and now."""
    content, sign_off, recheck = edited.content, edited.sign_off, edited.edition.recheck
    checked = max((check.at for check in content.sources), default=None)
    items: list[Words] = [
        say(bold("Signed by: "), words.one_line(f"{sign_off.name}, {sign_off.role}, {words.day(sign_off.at)}.")),
        say(bold("Statement: "), f"“{words.sentence(words.one_line(sign_off.statement))}”"),
        say(bold("Version: "), f"{content.version}. " + (
            f"It follows the version with hash {content.previous}." if content.previous else "It is the first.")),
        say(bold("Signed content, SHA-256: "), Span(sign_off.content, code=True)),
        say(bold("Decisions: "), f"{words.counted(len(content.entries), 'entry', 'entries')} in the history of review; "
            f"{len(content.standing):,} of {words.counted(len(content.claims), 'sentence')} stand."),
        say(bold("Standing of the sources when signed: "),
            f"{words.counted(len(content.sources), 'record')} looked at, last on {words.day(checked)}."),
        _recheck(edited),
    ]  # fmt: skip
    if second := sorted({entry.by for entry in content.entries if entry.slot == "second"}):
        items.append(say(bold("Second reviewer: "), words.sentence(", ".join(words.one_line(name) for name in second))))
    for check in recheck.changed:
        said = f"PMID {check.pmid} is now marked {check.integrity.status.value}."
        items.append(say(flag("Changed since the signature:"), f" {said}"))
    items += [say(flag("Not returned by the source any more:"), f" PMID {pmid}.") for pmid in recheck.missing]
    return Section("signature", "Signature", (Bullets(tuple(items)),))


def _recheck(edited: Edited) -> Words:
    recheck = edited.edition.recheck
    made = words.day(edited.edition.made_at)
    if recheck.at is None:
        why = words.sentence(f"not looked at again ({words.one_line(recheck.why_not)})")
        return say(bold("Standing of the sources when this document was made: "), flag(why), f" Made {made}.")
    return say(bold("Standing of the sources when this document was made: "), f"looked at again on {words.day(recheck.at)}.")


def full_text_lead(content: SignedContent) -> str:
    """Line one: `Abstracts only`, or which full texts were read by whom and when."""
    read = [item for item in content.full_texts if item.outcome != "not retrieved"]
    if not read:
        return content.ledger.read_from
    citations = {citation.pmid: citation for citation in content.ledger.citations}
    by_person: dict[str, list[str]] = {}
    for item in read:
        citation = citations.get(item.pmid)
        name = label_of(citation) if citation else f"PMID {item.pmid}"
        by_person.setdefault(item.by, []).append(f"{name} ({item.on.day} {item.on:%B %Y})")
    told = "; ".join(f"{', '.join(names)} by {words.one_line(person)}" for person, names in by_person.items())
    return f"Full texts read: {told}. All other records: abstracts only"


def warnings(edited: Edited) -> tuple[Block, ...]:
    """What stands before everything else: that a source changed since the signature."""
    if not (edited.edition.recheck.changed or edited.edition.recheck.missing):
        return ()
    said = say(flag("A source changed since the signature:"), " see under ", Span("Signature", url="#signature"), ".")
    return (Paragraph(said, callout=True),)
