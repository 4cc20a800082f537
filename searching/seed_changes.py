"""Proposes small changes that would make a line find a paper it loses. The source decides whether they do, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evidence.seed_test import Cause
from searching.content_words import FUNCTION_WORDS, GENERIC_WORDS
from searching.parse_query import parse_query
from searching.print_query import print_query
from searching.query import DateRange, LineReference, Not, Or, Proximity, QueryNode, Term, walk
from searching.seed_edits import Edit, Tier, addition, cut, replacement
from searching.seed_losses import Leaf, StrategyTree
from searching.seed_part import LostPart
from searching.seed_words import fold, patterns_of

MOST_TRIED = 10
"""Changes of one kind that are tried for a paper."""
_FARTHEST = 8
MIN_TRUNCATED = 4
"""Characters that PubMed wants before an asterisk."""
_UNINDEXED = "publisher[sb] OR inprocess[sb] OR pubmednotmedline[sb]"
_TYPE_TWINS = {
    "randomized controlled trial": "randomized[tiab] OR randomised[tiab] OR randomly[tiab] OR placebo[tiab]",
    "controlled clinical trial": "controlled[tiab] OR trial[tiab] OR groups[tiab]",
    "clinical trial": "trial[tiab] OR trials[tiab]",
    "meta-analysis": "meta-analysis[tiab] OR metaanalysis[tiab]",
    "systematic review": '"systematic review"[tiab] OR "systematic reviews"[tiab]',
    "review": "review[tiab] OR overview[tiab]",
    "practice guideline": "guideline*[tiab] OR recommendation*[tiab]",
    "guideline": "guideline*[tiab] OR recommendation*[tiab]",
    "observational study": "observational[tiab] OR cohort[tiab]",
    "case reports": '"case report"[tiab] OR "case series"[tiab]',
}


def propose_changes(tree: StrategyTree, part: LostPart, cause: Cause) -> list[Edit]:
    """Changes worth trying for a lost part, each once, the nearest to what the line says first."""
    as_it_is = {line.query for line in tree.lines}
    seen: dict[str, Edit] = {}
    for edit in _edits(tree, part, cause):
        if edit is not None and edit.after not in as_it_is:
            seen.setdefault(edit.after, edit)
    return sorted(seen.values(), key=lambda edit: edit.tier)


def words_to_try(part: LostPart, matched: frozenset[str], limit: int) -> list[str]:
    """Words of the record that may name the lost concept: not matched by another line, title first, as `word[tiab]`.

    After them its own headings. Which of them go with the concept is for the source to say.
    """
    citation = part.citation
    worth = _worth([citation.title, *citation.keywords, citation.abstract_text], matched)
    headings = [f'"{heading.descriptor}"[mh]' for heading in citation.mesh if heading.major]
    half = max(1, limit - min(2, len(headings)))
    return [*(f"{word}[tiab]" for word in worth[:half]), *headings[: limit - half]]


def title_words(part: LostPart, matched: frozenset[str]) -> tuple[str, ...]:
    """The content words of the record's title that no line matches."""
    return tuple(_worth([part.citation.title], matched))


def _worth(texts: Sequence[str], matched: frozenset[str]) -> list[str]:
    words = [word for text in texts for word, _ in patterns_of(text)]
    plain = FUNCTION_WORDS | GENERIC_WORDS | matched
    return [w for w in dict.fromkeys(words) if len(w) >= MIN_TRUNCATED and not w.isdigit() and w not in plain]


def _edits(tree: StrategyTree, part: LostPart, cause: Cause) -> Iterator[Edit | None]:
    lost = part.lost
    if not lost.wanted:
        yield from _less_removed(tree, part)
        return
    yield from _word_edits(tree, part)
    yield from _heading_edits(tree, part)
    yield from _limit_edits(tree, part)
    if cause is Cause.NOT_INDEXED or not part.indexed:
        tier = Tier.LIMIT if part.only_check_tags else Tier.UNINDEXED
        yield addition(tree, lost, part.leaves, _UNINDEXED, words=False, tier=tier)


def _word_edits(tree: StrategyTree, part: LostPart) -> Iterator[Edit | None]:
    lost, words = part.lost, part.words
    for leaf, term in part.texts:
        if words.hits(term):
            continue
        if hits := words.hits(term, anywhere=True):
            yield replacement(tree, leaf, replace(term, tag="tiab"), f"look for “{hits[0].text}” in title and abstract")
        between = words.apart(term)
        if between is not None:
            yield from _looser_phrase(tree, part, term, between)
        elif near := words.near(term):
            yield from _other_form(tree, part, leaf, term, [hit.text for hit in near])
    for _, term in part.headings:
        if term.tag != "sh":
            yield from (addition(tree, lost, part.leaves, q, words=True, tier=Tier.SAME_CONCEPT) for q in _twins(part, term))


def _looser_phrase(tree: StrategyTree, part: LostPart, term: Term | Proximity, between: int) -> Iterator[Edit]:
    text, tag = term.text.replace("*", ""), term.tag if term.tag in ("ti", "tiab") else "tiab"
    if between <= _FARTHEST and "*" not in term.text:
        query = f'"{text}"[{tag}:~{max(between, 0)}]'
        yield addition(tree, part.lost, part.leaves, query, words=True, tier=Tier.SAME_WORD)
    joined = " AND ".join(f"{word}[{tag}]" for word in term.text.split())
    yield addition(tree, part.lost, part.leaves, f"({joined})", words=True, tier=Tier.SAME_CONCEPT)


def _other_form(
    tree: StrategyTree, part: LostPart, leaf: Leaf, term: Term | Proximity, forms: list[str]
) -> Iterator[Edit | None]:
    """The line's word truncated where the record's begins with it, and the record's own form added."""
    tag = term.tag if term.tag in ("ti", "ab", "tiab") else "tiab"
    patterns = patterns_of(term.text)
    if isinstance(term, Term) and len(patterns) == 1 and len(forms) == 1:
        word, form = patterns[0][0], fold(forms[0])
        shared = _shared_beginning(word, form)
        if len(word) >= MIN_TRUNCATED and form.startswith(word) and not term.truncated:
            yield replacement(tree, leaf, replace(term, text=f"{word}*", quoted=False, tag=tag), f"widen {print_query(term)}")
        elif term.truncated and len(shared) > MIN_TRUNCATED:
            yield replacement(tree, leaf, replace(term, text=f"{shared}*", quoted=False, tag=tag), f"widen {print_query(term)}")
        yield addition(tree, part.lost, part.leaves, f"{form}[{tag}]", words=True, tier=Tier.SAME_WORD)
        return
    folded = [fold(form) for form in forms]
    yield addition(tree, part.lost, part.leaves, f'"{" ".join(folded)}"[{tag}]', words=True, tier=Tier.SAME_WORD)
    joined = " AND ".join(f"{form}[{tag}]" for form in folded)
    yield addition(tree, part.lost, part.leaves, f"({joined})", words=True, tier=Tier.SAME_CONCEPT)


def _twins(part: LostPart, term: Term) -> Iterator[str]:
    """Free text for a heading: its own name and its entry terms, where the record has them."""
    name = term.heading if term.tag in ("mh", "majr") else term.text
    descriptor = part.vocabulary.find(name) if part.vocabulary else None
    for phrase in (name, *(descriptor.entry_terms if descriptor else ())):
        bare = phrase if "," not in phrase else " ".join(reversed([piece.strip() for piece in phrase.split(",")]))
        asked = Term(text=bare, tag="tiab", quoted=len(bare.split()) > 1)
        if part.words.hits(asked):
            yield print_query(asked)
        elif part.words.apart(asked) is not None:
            yield f"({' AND '.join(f'{word}[tiab]' for word, _ in patterns_of(bare))})"
        elif near := part.words.near(asked):
            yield f'"{" ".join(fold(hit.text) for hit in near)}"[tiab]' if len(near) > 1 else f"{fold(near[0].text)}[tiab]"


def _heading_edits(tree: StrategyTree, part: LostPart) -> Iterator[Edit | None]:
    present = {fold(heading.descriptor) for heading in part.citation.mesh}
    for leaf, term in part.headings:
        if term.tag in ("mh", "majr") and fold(term.heading) in present:
            wider = replace(term, tag="mh", text=term.heading)
            yield replacement(tree, leaf, wider, f"take {print_query(wider)} for {print_query(term)}")
        elif not term.explode:
            yield replacement(tree, leaf, replace(term, explode=True), f"explode “{term.heading}”")
    for name in part.near_headings()[:MOST_TRIED]:
        yield addition(tree, part.lost, part.leaves, f'"{name}"[mh]', words=False, tier=Tier.NEAR_HEADING)


def _limit_edits(tree: StrategyTree, part: LostPart) -> Iterator[Edit | None]:
    lost, citation = part.lost, part.citation
    for leaf, date in part.dates:
        yield _wider_dates(tree, leaf, date, part)
    if part.tagged("la"):
        for code in citation.languages:
            yield addition(tree, lost, part.leaves, f"{code}[la]", words=False, tier=Tier.LIMIT)
    for _, term in part.tagged("pt"):
        if twin := _TYPE_TWINS.get(term.text.casefold()):
            alternatives = [print_query(node) for node in _alternatives(twin) if _stands(part, node)]
            yield from (addition(tree, lost, part.leaves, q, words=True, tier=Tier.SAME_CONCEPT) for q in alternatives)
    if part.tagged("pt"):
        for kind in citation.publication_types:
            if kind == "Journal Article":  # nearly every record has it, so the limit would be none
                continue
            yield addition(tree, lost, part.leaves, f'"{kind}"[pt]', words=False, tier=Tier.LIMIT)
    if part.tagged("sb", "filter"):
        yield from _without_part(tree, part)


def _without_part(tree: StrategyTree, part: LostPart) -> Iterator[Edit]:
    """The strategy without a filter: the part taken out of its line, or the line out of the last one."""
    lost = part.lost
    if not lost.whole_line:
        yield cut(tree, lost.line, lost.node, None, f"leave out {print_query(lost.node)}", Tier.LIMIT)
        return
    for node in walk(tree.trees[tree.last]):
        if isinstance(node, LineReference) and node.number == lost.line and node is not tree.trees[tree.last]:
            yield cut(tree, tree.last, node, None, f"leave out line {lost.line}", Tier.LIMIT)


def _wider_dates(tree: StrategyTree, leaf: Leaf, date: DateRange | Term, part: LostPart) -> Edit | None:
    tag = date.tag or "dp"
    own = {"dp": (part.citation.published, part.citation.published_online), "edat": (part.citation.entered,)}.get(tag, ())
    years = [each.year for each in own if each is not None and each.year is not None]
    if not years or not isinstance(date, DateRange):
        return None
    first, last = int(date.start[:4]), int(date.end[:4])
    wider = DateRange(
        start=date.start if min(years) >= first and last < min(years) else str(min(first, *years)),
        end=date.end if max(years) < first else str(max(last, *years)),
        tag=tag,
    )
    return replacement(tree, leaf, wider, f"widen the dates to {print_query(wider)}", tier=Tier.LIMIT)


def _less_removed(tree: StrategyTree, part: LostPart) -> Iterator[Edit | None]:
    """For a paper that NOT takes out: spare humans, take out less, or nothing."""
    lost = part.lost
    for number, node in lost.matching:
        if isinstance(node, Term) and node.tag == "mh" and fold(node.text) in ("animals", "animal"):
            spared = Not(wanted=node, unwanted=Term(text="humans", tag="mh"))
            yield cut(tree, number, node, spared, "spare records on humans", Tier.SAME_WORD)
        if node is not tree.trees[number] and node is not lost.node:
            yield cut(tree, number, node, None, f"take {print_query(node)} out of NOT", Tier.SAME_CONCEPT)
    if lost.node is not tree.trees[lost.line]:
        yield cut(tree, lost.line, lost.node, None, f"leave out NOT {_short(print_query(lost.node))}", Tier.LIMIT)


def _alternatives(query: str) -> tuple[QueryNode, ...]:
    root = parse_query(query)
    return root.operands if isinstance(root, Or) else (root,)


def _stands(part: LostPart, node: QueryNode) -> bool:
    return isinstance(node, Term) and bool(part.words.hits(node))


def _shared_beginning(first: str, second: str) -> str:
    length = next(
        (place for place, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(second)),
    )
    return first[:length]


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
