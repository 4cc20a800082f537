"""Whether two records are of one work: evidence for and against, weighed.

The evidence is what people who deduplicate by hand look at and what ASySD (Hair et al. 2023, BMC Biol 21:189) and BibDedupe
(Wagner 2024, JOSS 9:6318) compare: title, authors, year, journal, volume, pages, DOI, abstract. Here a field that a record
does not give says nothing either way, and what tells the works of a series apart (part I and part II, the update of a
review, two abstracts of one congress) weighs more than any likeness.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from searching.record_keys import RecordKey, weighty

ENOUGH = 4.0
"""Weight of evidence from which two records are taken for one work."""
_SAME_TITLE = 0.96
_LIKE_TITLE = 0.85
_SOMEWHAT_LIKE_TITLE = 0.7
_SHORT_TITLE = 4
"""Words below which a title is one that many works have."""
_LATER_VERSION_YEARS = 4


def why_same(first: RecordKey, second: RecordKey) -> str | None:
    """Why the two are one work, as the end of a sentence, or None."""
    if first.pmid and first.pmid == second.pmid:
        return f"have the same PMID, {first.pmid}"
    if first.sources & second.sources:
        return "are one record of one database, exported twice"
    if first.notice != second.notice and (first.said_in_title or second.said_in_title or (first.pmid and second.pmid)):
        return None  # a notice and its work are tied by name, below, or by PubMed's own links
    if first.doi and first.doi == second.doi:
        return _why_same_doi(first, second)
    return _why_preprint(first, second) if first.preprint != second.preprint else _why_alike(first, second)


def _why_alike(first: RecordKey, second: RecordKey) -> str | None:
    likeness = title_likeness(first, second)
    if _told_apart(first, second) or weight(first, second, likeness) < ENOUGH:
        return None
    return f"agree in {', '.join(_agreeing(first, second, likeness))}"


def is_notice_about(notice: RecordKey, work: RecordKey) -> bool:
    """Whether a notice that PubMed does not link names this work: its title behind the notice's words, in the same journal."""
    if not notice.notice or notice.named or work.notice or not notice.titles or not work.titles:
        return False
    if len(work.titles[0]) <= _SHORT_TITLE or same_journal(notice, work) is False:
        return False
    return notice.titles[0] == work.titles[0] or notice.titles[0][: len(work.titles[0])] == work.titles[0]


def _why_same_doi(first: RecordKey, second: RecordKey) -> str | None:
    """One DOI is one work, but a congress supplement gives one to all its abstracts: these differ in title and more."""
    if first.doi_version != second.doi_version:
        return f"are versions of {first.doi}"
    alone, left = words_apart(first, second)
    same_title = first.numbers == second.numbers and not (alone or left)
    page, text, authors = _equal(first.page, second.page), same_abstract(first, second), same_authors(first, second)
    if same_title or (page and authors is not False):
        return f"have the same DOI, {first.doi}"
    if page is False or authors is False or text is False:
        return None
    return f"have the same DOI, {first.doi}, and nothing speaks against it"


def _why_preprint(first: RecordKey, second: RecordKey) -> str | None:
    """A preprint and the version of record: the title may be polished, the authors hardly change."""
    likeness = title_likeness(first, second)
    years_apart = _years_apart(first, second)
    if years_apart is not None and years_apart > _LATER_VERSION_YEARS:
        return None
    authors = author_overlap(first, second)
    if first.numbers == second.numbers and likeness >= _LIKE_TITLE and authors is not None and authors >= 0.5:
        return "are a preprint and its version of record, by title and authors"
    if likeness >= 0.5 and authors is not None and authors >= 0.5 and same_abstract(first, second) is True:
        return "are a preprint and its version of record, by abstract and authors"
    return None


def _told_apart(first: RecordKey, second: RecordKey) -> bool:
    """What no likeness can outweigh."""
    if first.pmid and second.pmid and (first.doi != second.doi or not first.doi):
        # PubMed gave two numbers. Only everything else being the same makes them one.
        everything = first.page and first.page == second.page and first.volume and first.volume == second.volume
        if not everything or same_authors(first, second) is not True:
            return True
    same_place = _equal(first.page, second.page)
    same_words = same_place or (same_abstract(first, second) is True and same_place is None)
    if first.numbers - second.numbers and second.numbers - first.numbers:
        return True
    if not same_words and (first.numbers != second.numbers or all(words_apart(first, second))):
        return True
    if (first.reply or second.reply) and not same_place:
        return True
    years = _years_apart(first, second)
    return years is not None and years > 1 and not same_place


def weight(first: RecordKey, second: RecordKey, likeness: float) -> float:
    """The sum of the evidence, for and against."""
    total = _title_weight(first, second, likeness)
    if first.doi and second.doi:
        total -= 3.0  # they differ: equal ones were settled before
    for agrees, gain, loss in (
        (same_authors(first, second), 1.0, 3.0),
        (same_journal(first, second), 1.0, 2.0),
        (_equal(first.volume, second.volume), 0.75, 1.5),
        (_equal(first.page, second.page), 1.5, 2.0),
        (same_abstract(first, second), 2.0, 2.0),
    ):
        if agrees is not None:
            total += gain if agrees else -loss
    years = _years_apart(first, second)
    if years is not None:
        total += 0.75 if years == 0 else 0.25 if years == 1 else -2.0
    return total


def _title_weight(first: RecordKey, second: RecordKey, likeness: float) -> float:
    if likeness >= _SAME_TITLE:
        words = min(len(title) for title in (first.titles[0], second.titles[0]))
        return 0.5 if words < _SHORT_TITLE else 2.0
    if likeness >= _LIKE_TITLE or _cut_short(first, second):
        return 1.0
    return 0.0 if likeness >= _SOMEWHAT_LIKE_TITLE else -3.0


def title_likeness(first: RecordKey, second: RecordKey) -> float:
    """From 0 to 1: the best over the titles in both languages, by words and by letters, whichever is more."""
    return max((_likeness(one, other) for one in first.titles for other in second.titles), default=0.0)


def _likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    if one == other or "".join(one) == "".join(other):
        return 1.0
    by_word = _dice(set(weighty(one)), set(weighty(other)))
    if by_word < 0.4:
        return by_word
    return max(by_word, _dice(_trigrams("".join(one)), _trigrams("".join(other))))


def words_apart(first: RecordKey, second: RecordKey) -> tuple[set[str], set[str]]:
    """Words of each title that the other has in no spelling. A slip, a spelling or a cut title leaves none on either side."""
    if not first.titles or not second.titles or set(first.titles) & set(second.titles):
        return set(), set()
    one, other = set(weighty(first.titles[0])), set(weighty(second.titles[0]))
    ours, theirs = one - other, other - one
    alone = {word for word in ours if not any(_spelt_alike(word, their) for their in theirs)}
    left = {word for word in theirs if not any(_spelt_alike(word, our) for our in ours)}
    return (set(), set()) if _cut_short(first, second) else (alone, left)


def _spelt_alike(one: str, other: str) -> bool:
    """`tumour` and `tumor`, `randomised` and `randomized`, `gastro` and `gastrooesophageal`, a slip of the pen."""
    short, long = sorted((one, other), key=len)
    if len(short) >= 3 and (long.startswith(short) or long.endswith(short)):
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.75


def _trigrams(text: str) -> set[str]:
    return {text[start : start + 3] for start in range(len(text) - 2)}


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _cut_short(first: RecordKey, second: RecordKey) -> bool:
    """Whether one title is the other's beginning, of five words at least: exports leave subtitles out or cut long titles."""
    if not first.titles or not second.titles:
        return False
    short, long = sorted((first.titles[0], second.titles[0]), key=len)
    return 5 <= len(short) < len(long) and (long[: len(short)] == short or "".join(long).startswith("".join(short)))


def author_overlap(first: RecordKey, second: RecordKey) -> float | None:
    """Of the names of the record with fewer of them, the share that the other has too; None where either names nobody."""
    if not first.authors or not second.authors:
        return None
    one, other = set(first.authors), set(second.authors)
    shared = len(one & other)
    if not shared:  # `van der Berg` and `Berg`, `Garcia Marquez` and `Garcia`
        shared = sum(any(_part_of(name, theirs) for theirs in other) for name in one)
    return min(1.0, shared / min(len(one), len(other)))


def _part_of(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and (long.startswith(short) or long.endswith(short))


def same_authors(first: RecordKey, second: RecordKey) -> bool | None:
    """Whether at least half of the names are shared, in any order."""
    overlap = author_overlap(first, second)
    return None if overlap is None else overlap >= 0.5


def same_journal(first: RecordKey, second: RecordKey) -> bool | None:
    """By ISSN, full title or abbreviation; None where either says nothing."""
    if first.issn and first.issn == second.issn:
        return True
    ours = [name for name in (first.journal, first.short_journal) if name]
    theirs = [name for name in (second.journal, second.short_journal) if name]
    if not ours or not theirs:
        return None
    return any(_one_journal(weighty(one), weighty(other)) for one in ours for other in theirs)


def _one_journal(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Equal, or one abbreviates the other, word by word; initials alone (BMJ, JAMA) for the whole name."""
    if one == other:
        return True
    short, long = sorted((one, other), key=lambda words: len("".join(words)))
    if len(short) == 1 and short[0] == "".join(word[0] for word in long):
        return True
    place = 0
    for word in short:
        while place < len(long) and not long[place].startswith(word):
            place += 1
        if place == len(long):
            return False
        place += 1
    return len(long) - len(short) <= max(2, len(short))


def same_abstract(first: RecordKey, second: RecordKey) -> bool | None:
    """Whether the abstracts begin with the same letters, labels aside; None where either has none long enough."""
    if not first.abstract or not second.abstract:
        return None
    if first.abstract[:60] == second.abstract[:60]:
        return True
    likeness = _dice(_trigrams(first.abstract), _trigrams(second.abstract))
    return likeness >= 0.8 if likeness >= 0.8 or likeness < 0.5 else None


def _equal(one: str | None, other: str | None) -> bool | None:
    return None if one is None or other is None else one == other


def _years_apart(first: RecordKey, second: RecordKey) -> int | None:
    return min((abs(one - other) for one in first.years for other in second.years), default=None)


def _agreeing(first: RecordKey, second: RecordKey, likeness: float) -> list[str]:
    """The fields that agree, for the reason a person reads."""
    agree = {
        "title": likeness >= _LIKE_TITLE or _cut_short(first, second),
        "authors": same_authors(first, second),
        "year": _years_apart(first, second) in (0, 1),
        "journal": same_journal(first, second),
        "volume": _equal(first.volume, second.volume),
        "first page": _equal(first.page, second.page),
        "abstract": same_abstract(first, second),
    }
    return [name for name, agrees in agree.items() if agrees]
