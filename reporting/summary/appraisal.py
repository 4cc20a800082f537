"""Forms for risk of bias and AMSTAR 2 with the words at hand. Every judgement is left to a person.

Sources: RoB 2, Sterne et al., BMJ 2019;366:l4898. ROBINS-I, Sterne et al., BMJ 2016;355:i4919. AMSTAR 2, Shea et al., BMJ
2017;358:j4008. Rules find sentences that a judgement would look at; an abstract cannot settle any item, so each starts as
"cannot be judged from the abstract".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evidence.ledger import LedgerCitation
from reporting import words
from reporting.document.content import Paragraph, Section, Span, Table, Words, bold, cited, joined, say
from reporting.evidence_types import evidence_type_of
from reporting.evidence_words import EvidenceType
from reporting.summary.equity import find_words
from reporting.summary.notes import NoteBook, label_of
from reporting.summary.signed import Edited

CANNOT = "cannot be judged from the abstract"
_NO_WORDS = "no words on this in the abstract"
_TRIALS = frozenset({EvidenceType.RANDOMISED_TRIAL})
_REVIEWS = frozenset({EvidenceType.SYSTEMATIC_REVIEW})
_COMPARED = frozenset({EvidenceType.OTHER_TRIAL, EvidenceType.COHORT, EvidenceType.CASE_CONTROL, EvidenceType.OBSERVATIONAL})


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a form, and the words by which rules find sentences for it; `critical` as the form's authors say."""

    name: str
    pattern: re.Pattern[str]
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One instrument, and for which kinds of evidence it is made."""

    name: str
    kinds: frozenset[EvidenceType]
    items: tuple[Item, ...]


def _item(name: str, words_of: str, *, critical: bool = False) -> Item:
    return Item(name, re.compile(rf"(?i)\b(?:{words_of})"), critical)


_DEVIATIONS = (
    r"(?:double|single|triple)[- ]?blind|blind(?:ed|ing)?|mask(?:ed|ing)|open[- ]label|intention[- ]to[- ]treat|"
    r"per[- ]protocol|adherence|cross(?:ed|[- ]?over)"
)
_MISSING = (
    r"lost to follow|loss to follow|follow(?:ed|[- ]up)|dropp?(?:ed)?[- ]?outs?|withdr[ae]w|missing|completed|attrition|"
    r"discontinued"
)
_MEASURED = r"assess(?:ed|ors?|ment)|measured|blinded (?:assess|outcome)|self[- ]report|questionnaire|scale|confirmed|adjudicat"
_REPORTED = r"primary (?:outcome|endpoint|end point)|pre-?specified|protocol|regist(?:ered|ration)|post hoc|subgroup"

FORMS = (
    Form("RoB 2 (randomised trials)", _TRIALS, (
        _item("1. Randomisation process", r"random\w*|allocat\w*|conceal\w*|baseline|stratif\w*|block"),
        _item("2. Deviations from the intended interventions", _DEVIATIONS),
        _item("3. Missing outcome data", _MISSING),
        _item("4. Measurement of the outcome", _MEASURED),
        _item("5. Selection of the reported result", _REPORTED),
    )),
    Form("ROBINS-I (non-randomised studies of interventions)", _COMPARED, (
        _item("1. Confounding", r"confound\w*|adjust\w*|propensity|matched|multivaria\w*|covariates?"),
        _item("2. Selection of participants", r"eligib\w*|consecutive|recruit\w*|enrol\w*|select\w*|excluded"),
        _item("3. Classification of interventions", r"exposed|exposure|received|chose|registry|records"),
        _item("4. Deviations from intended interventions", _DEVIATIONS),
        _item("5. Missing data", _MISSING),
        _item("6. Measurement of outcomes", _MEASURED),
        _item("7. Selection of the reported result", _REPORTED),
    )),
    Form("AMSTAR 2 (systematic reviews)", _REVIEWS, (
        _item("1. Question and criteria by PICO", r"eligib\w*|inclusion criteria|we included|to assess|to evaluate"),
        _item("2. Protocol before the review", r"protocol|PROSPERO|regist(?:ered|ration)", critical=True),
        _item("3. Choice of study designs explained", r"randomi[sz]ed|quasi|observational|study designs?|controlled trials?"),
        _item("4. Comprehensive search", r"search\w*|MEDLINE|PubMed|Embase|CENTRAL|databases?|handsearch\w*", critical=True),
        _item("5. Selection in duplicate", r"two (?:review )?authors|independently|two reviewers|in duplicate"),
        _item("6. Extraction in duplicate", r"extract\w*"),
        _item("7. Excluded studies listed", r"exclud\w*|exclusions?", critical=True),
        _item("8. Included studies described", r"included \d+|studies involving|trials involving|participants"),
        _item("9. Risk of bias assessed", r"risk of bias|quality of (?:the )?(?:studies|trials)|Cochrane tool", critical=True),
        _item("10. Funding of the included studies", r"fund\w*|sponsor\w*"),
        _item("11. Methods of meta-analysis", r"meta-analy\w*|pooled|random[- ]effects|fixed[- ]effects?", critical=True),
        _item("12. Risk of bias in the meta-analysis", r"sensitivity analys\w*|risk of bias|low risk"),
        _item("13. Risk of bias in the conclusions", r"risk of bias|certainty|quality of evidence|GRADE", critical=True),
        _item("14. Heterogeneity", r"heterogen\w*|I2|I²|inconsisten\w*|subgroup"),
        _item("15. Publication bias", r"publication bias|funnel|small[- ]study", critical=True),
        _item("16. Conflicts of interest", r"conflicts? of interest|competing interests?|declar\w*"),
    )),
)  # fmt: skip


def appraisal_section(edited: Edited) -> Section:
    """A form for each record that a statement rests on and for which there is one."""
    parts = []
    without = []
    for citation in edited.cited():
        form = form_for(citation)
        if form is None:
            without.append(label_of(citation))
        else:
            parts.append(_filled(form, citation, edited.book))
    intro = (
        "Each form shows the words of the abstract that a judgement would begin with. No item was judged: an abstract cannot "
        "settle it. Read the full text, then write judgement, name and reason."
    )
    told = [Paragraph(say(intro))]
    if without:
        told.append(Paragraph(say(f"No form here fits the kind of evidence of: {'; '.join(without)}.")))
    return Section("appraisal", "Appraisal forms", tuple(told), tuple(parts))


def form_for(citation: LedgerCitation) -> Form | None:
    """The instrument made for this record's kind of evidence, or None."""
    kind = evidence_type_of(citation).kind
    return next((form for form in FORMS if kind in form.kinds), None)


def _filled(form: Form, citation: LedgerCitation, book: NoteBook) -> Section:
    rows = tuple(
        (
            say(bold(item.name), " (critical)" if item.critical else ""),
            _words_at_hand(item, citation, book),
            say(CANNOT),
            (),
        )
        for item in form.items
    )
    table = Table(form.name, ("Item", "Words at hand", "Judgement", "Judged by, and why"), rows, (24, 42, 16, 18))
    return Section(f"appraisal-{citation.pmid}", f"{label_of(citation)}: {form.name}", (table,))


def _words_at_hand(item: Item, citation: LedgerCitation, book: NoteBook) -> Words:
    spans = dict.fromkeys((start, end) for _, start, end in find_words(citation, item.pattern))
    lines: list[Words] = [
        say(f"“{words.one_line(citation.abstract_text[start:end])}”", cited(book.quote(citation, start, end)))
        for start, end in spans
    ]
    if "reported result" in item.name or "Protocol" in item.name:
        lines += [
            say(f"Registered, as the record says: {words.one_line(f'{one.databank} {one.number}')}.")
            for one in citation.registrations[:3]
        ]
    if "Conflicts" in item.name and citation.conflict_statement:
        lines.append(say(f"The record's statement: “{words.one_line(citation.conflict_statement)}”"))
    return joined(lines, " ") or (Span(_NO_WORDS, tone="quiet"),)
