"""Reads one operand of a PubMed query: a term with its tag, a range or words near each other."""

from __future__ import annotations

import re

from searching.query import DateRange, Operand, PmidRange, Proximity, Term
from searching.query_fields import DATE_TAGS, EXPLODED_TAGS, PROXIMITY_TAGS, find_tag, similar_tag
from searching.query_lenience import LenienceKind
from searching.query_reader import QueryReader
from searching.query_tokens import Kind, Token

MIN_TRUNCATED = 4
"""Characters that PubMed wants before an asterisk."""

_DATE = re.compile(r"\d{4}(/(0?[1-9]|1[0-2])(/(0?[1-9]|[12]\d|3[01]))?)?")
_UNQUOTED_RANGE = re.compile(r"(?P<start>[^\s:]+)\s*:\s*(?P<end>[^\s:]+)")
_FOREIGN_WORD = re.compile(r"exp|adj\d*|near\d*|near/\d+", re.IGNORECASE)
_FOREIGN_WILDCARD = re.compile(r"\w[?$#]\w*")


class OperandReader(QueryReader):
    """Reads operands; what joins them is not its business."""

    def _take_quoted(self, token: Token) -> Term:
        self._place += 1
        if not token.text:
            self._fail(f"The quotes at character {token.start + 1} are empty: put a phrase in or remove them.", token.start)
        return Term(text=token.text, quoted=True, position=token.start)

    def _take_words(self, first: Token) -> Term:
        words = []
        while (token := self._peek()) is not None and token.kind is Kind.WORD:
            words.append(token.text)
            self._place += 1
        return Term(text=" ".join(words), position=first.start)

    def _tagged(self, term: Term) -> Operand:
        """Adds the tag that follows, if any, and what it makes of the term: proximity or a range."""
        token = self._peek()
        if token is not None and token.kind is Kind.COLON:
            return self._range(term)
        if token is None or token.kind is not Kind.TAG:
            return self._checked(term)
        self._place += 1
        tag, modifier = self._read_tag(token)
        following = self._peek()
        if following is not None and following.kind is Kind.COLON:
            return self._range(_with_tag(term, tag))
        if following is not None and following.kind is Kind.TAG:
            self._fail(
                f"A second tag at character {following.start + 1} follows the first: give a term one tag.", following.start
            )
        if modifier.startswith("~"):
            return self._proximity(term, str(tag), modifier, token)
        range_ = _UNQUOTED_RANGE.fullmatch(term.text)
        if range_ and not term.quoted and tag is not None and (tag in DATE_TAGS or tag == "uid"):
            return self._make_range(term.position, range_["start"], range_["end"], tag)
        return self._checked(_with_tag(term, tag, explode=modifier != "noexp"))

    def _read_tag(self, token: Token) -> tuple[str | None, str]:
        """The short tag and its ending (`noexp` or `~3`); a field that PubMed does not know is noted and comes back None."""
        name, _, modifier = (part.strip() for part in token.text.partition(":"))
        tag = find_tag(name)
        modifier = modifier.replace(" ", "").casefold()
        if tag is not None and modifier.startswith("~"):
            return tag, modifier
        known = not modifier or (modifier == "noexp" and tag in EXPLODED_TAGS)
        if tag is not None and known and (modifier or ":" not in token.text):
            return tag, modifier
        if not name:
            self._fail(f"The tag at character {token.start + 1} is empty: write one such as [tiab].", token.start)
        near = similar_tag(name) if tag is None else tag
        hint = f"; did you mean [{near}]?" if near and near != token.text else "."
        self._note(
            LenienceKind.UNKNOWN_TAG,
            token.text,
            token.start,
            f"PubMed has no field [{token.text}] (character {token.start + 1}) and searches the term in all fields{hint}",
        )
        return None, ""

    def _proximity(self, term: Term, tag: str, modifier: str, token: Token) -> Proximity:
        at = f"Proximity at character {token.start + 1}"
        if not re.fullmatch(r"~\d{1,4}", modifier):
            self._fail(f'{at} needs a number of words, as in "hip pain"[tiab:~2].', token.start)
        if tag not in PROXIMITY_TAGS:
            self._fail(f"{at} works with [ti], [tiab] and [ad] only.", token.start)
        if not term.quoted or len(term.text.split()) < 2:
            self._fail(f'{at} needs at least two words in quotes, as in "hip pain"[tiab:~2].', token.start)
        if term.truncated:
            self._fail(f"{at} cannot be combined with an asterisk: write the words out.", token.start)
        return Proximity(text=term.text, tag=tag, distance=int(modifier[1:]), position=term.position)

    def _range(self, start: Term) -> DateRange | PmidRange:
        colon = self._tokens[self._place]
        self._place += 1
        token = self._peek()
        if token is None or token.kind not in (Kind.WORD, Kind.QUOTED):
            self._fail(f"The colon at character {colon.start + 1} needs a date on its right, as in 2019:2020[dp].", colon.start)
        end = self._take_quoted(token) if token.kind is Kind.QUOTED else self._take_words(token)
        closing = self._peek()
        tag = start.tag
        if closing is not None and closing.kind is Kind.TAG:
            self._place += 1
            tag, modifier = self._read_tag(closing)
            if modifier or (start.tag is not None and start.tag != tag):
                self._fail(f"Both ends of the range at character {colon.start + 1} need the same tag.", colon.start)
        if tag is None or (tag not in DATE_TAGS and tag != "uid"):
            self._fail(f"The colon at character {colon.start + 1} makes a range: give it a date tag such as [dp].", colon.start)
        return self._make_range(start.position, start.text, end.text, tag)

    def _make_range(self, position: int, start: str, end: str, tag: str) -> DateRange | PmidRange:
        if tag == "uid":
            if not (re.fullmatch(r"\d{1,9}", start) and re.fullmatch(r"\d{1,9}", end)):
                self._fail(f"The range of PMIDs at character {position + 1} needs two numbers.", position)
            return PmidRange(start=int(start), end=int(end), position=position)
        for date in (start, end):
            if not _DATE.fullmatch(date):
                self._fail(f"{date!r} in the range at character {position + 1} is no date: write YYYY/MM/DD.", position)
        return DateRange(start=start, end=end, tag=tag, position=position)

    def _checked(self, term: Term) -> Term:
        """The term, if its asterisks stand where PubMed allows them and it has something to search for."""
        if not any(character.isalnum() for character in term.text):
            self._fail(
                f"{term.text!r} at character {term.position + 1} has no letter or digit to search for: remove it.",
                term.position,
            )
        self._note_foreign(term)
        if term.tag in DATE_TAGS and term.relative_date is None and not _DATE.fullmatch(term.text):
            self._note(
                LenienceKind.NO_DATE,
                term.text,
                term.position,
                f"{term.text!r} at character {term.position + 1} is no date: PubMed finds nothing; write YYYY/MM/DD.",
            )
        return self._truncated(term) if term.truncated else term

    def _truncated(self, term: Term) -> Term:
        words = term.text.split()
        at = f"character {term.position + 1}"
        for word in words:
            if "*" in word and not re.fullmatch(r"[^*]+\*", word):
                self._fail(f"The asterisk in {word!r} at {at} must stand at the end of a word.", term.position)
        first = term.text.partition("*")[0]
        if sum(not character.isspace() for character in first) < MIN_TRUNCATED:
            self._note(
                LenienceKind.SHORT_TRUNCATION,
                term.text,
                term.position,
                f"{term.text!r} at {at} has fewer than {MIN_TRUNCATED} characters before the asterisk: PubMed searches the "
                "word as it stands; write more of it, or its endings one by one.",
            )
            shortened = Term(
                text=term.text.replace("*", "", 1),
                tag=term.tag,
                quoted=term.quoted or term.tag is None,
                explode=term.explode,
                position=term.position,
            )
            return self._truncated(shortened) if shortened.truncated else shortened
        if any("*" in word for word in words[:-1]):
            self._note(
                LenienceKind.TRUNCATION_WITHIN_PHRASE,
                term.text,
                term.position,
                f"{term.text!r} at {at} is truncated before its last word: PubMed truncates only the last word of a phrase.",
            )
        return term

    def _note_foreign(self, term: Term) -> None:
        if term.quoted:
            return
        for word in term.text.split():
            if _FOREIGN_WILDCARD.search(word):
                said = "PubMed knows no wildcard but the asterisk and reads a space"
            elif _FOREIGN_WORD.fullmatch(word) and " " in term.text:
                said = "another platform's syntax, which PubMed reads as a word"
            else:
                continue
            self._note(LenienceKind.FOREIGN_SYNTAX, word, term.position, f"{word!r} at character {term.position + 1}: {said}.")


def _with_tag(term: Term, tag: str | None, *, explode: bool = True) -> Term:
    return Term(text=term.text, tag=tag, quoted=term.quoted, explode=explode, position=term.position)
