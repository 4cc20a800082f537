"""Claims drafted on the invented papers, with their verdicts, and what was read from each paper."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.claim import AnchoredValue, CheckOutcome, ClaimCheck, Direction, StudyExtract, Support, Verdict
from evidence.ledger import LedgerCitation, LedgerClaim
from tests.reporting.papers import support

MODEL = "embedded"


def passed(name: str) -> ClaimCheck:
    return ClaimCheck(name=name, outcome=CheckOutcome.PASSED, reason=f"The check {name} found nothing against it.")


PASSED = tuple(passed(name) for name in ("identity", "quote", "numbers", "direction", "integrity"))


def claim(
    number: str, text: str, supports: Sequence[Support], *, outcome: str | None = None, direction: Direction | None = None
) -> LedgerClaim:
    return LedgerClaim(
        id=number,
        text=text,
        section="bottom_line" if number.startswith("b") else "finding",
        outcome=outcome,
        direction=direction,
        verdict=Verdict.SUPPORTED,
        reason="Every check passed.",
        support=tuple(supports),
        checks=PASSED,
        written_by=MODEL,
    )


def withheld(
    number: str, text: str, verdict: Verdict, reason: str, supports: Sequence[Support], *, sides: tuple[str, str] = ("", "")
) -> LedgerClaim:
    outcome = CheckOutcome.UNCHECKED if verdict is Verdict.UNCHECKED else CheckOutcome.FAILED
    check = ClaimCheck(
        name="numbers" if verdict is Verdict.NUMBER_UNBOUND else "quote",
        outcome=outcome,
        verdict=verdict,
        reason=reason,
        claim_words=sides[0],
        record_words=sides[1],
    )
    return claim(number, text, supports, outcome="Time to recovery").model_copy(
        update={"verdict": verdict, "reason": reason, "checks": (passed("identity"), check)}
    )


def supported_claims(records: dict[str, LedgerCitation]) -> tuple[LedgerClaim, ...]:
    first, second, third, cohort = (records[pmid] for pmid in ("90000001", "90000002", "90000003", "90000005"))
    recovery = support(
        first,
        "Median time to recovery was 6.5 days with brillamine and 9.0 days with placebo "
        "(hazard ratio 1.42, 95% CI 1.15 to 1.76).",
    )
    shorter = support(second, "Time to recovery was shorter with brillamine (mean difference −1·9 days, 95% CI −3·1 to −0·7).")
    return (
        claim(
            "b1",
            "Brillamine shortened tarnish fever in adults: 6.5 days against 9.0 days with placebo.",
            (recovery,),
            outcome="Time to recovery",
            direction=Direction.LOWER,
        ),
        claim(
            "c1",
            "Median time to recovery was 6.5 days with brillamine and 9.0 days with placebo.",
            (recovery,),
            outcome="Time to recovery",
            direction=Direction.LOWER,
        ),
        claim(
            "c2",
            "In primary care, recovery was shorter with brillamine by a mean of 1.9 days.",
            (shorter,),
            outcome="Time to recovery",
            direction=Direction.LOWER,
        ),
        claim(
            "c3",
            "Nausea was reported by 31 of 206 with brillamine and 12 of 206 with placebo.",
            (support(first, "Nausea was reported by 31 of 206 participants with brillamine and 12 of 206 with placebo."),),
            outcome="Nausea",
            direction=Direction.HIGHER,
        ),
        claim(
            "c4",
            "Relapse within 60 days was similar in both groups.",
            (support(second, "Relapse within 60 days was similar in both groups (8 of 94 versus 9 of 94)."),),
            outcome="Relapse",
            direction=Direction.NO_DIFFERENCE,
        ),
        claim(
            "c5",
            "In hospital, relapse within 60 days was lower with high-dose brillamine (4% versus 17%).",
            (
                support(
                    third,
                    "Among 96 participants, relapse within 60 days was lower with brillamine than with placebo "
                    "(4% versus 17%).",
                ),
            ),
            outcome="Relapse",
            direction=Direction.LOWER,
        ),
        claim(
            "c6",
            "Return to work at 28 days did not differ, and admission was less frequent in a cohort (2.1% versus 3.8%).",
            (
                support(first, "Return to work at 28 days did not differ (91% versus 90%, p=0.74)."),
                support(cohort, "Hospital admission was less frequent among those who took brillamine (2.1% versus 3.8%)."),
            ),
        ),
    )


def withheld_claims(records: dict[str, LedgerCitation]) -> tuple[LedgerClaim, ...]:
    first, retracted = records["90000001"], records["90000004"]
    return (
        withheld(
            "b2",
            "Brillamine is safe in adults.",
            Verdict.SCOPE_INFLATED,
            "The record speaks of nausea in one trial, the claim of safety in all adults.",
            (support(first, "Brillamine shortened tarnish fever by two and a half days and caused more nausea."),),
            sides=("safe in adults", "caused more nausea"),
        ),
        withheld(
            "c7",
            "Recovery came 5 days sooner with brillamine.",
            Verdict.NUMBER_UNBOUND,
            "The number 5 of the claim is not in its quote.",
            (support(first, "Median time to recovery was 6.5 days with brillamine and 9.0 days with placebo"),),
            sides=("5", "6.5, 9.0"),
        ),
        withheld(
            "c8",
            "Brillamine halves mortality from tarnish fever.",
            Verdict.QUOTE_FABRICATED,
            "The quote is not in the abstract of PMID 90000001.",
            (Support(pmid="90000001", quote="Mortality was halved by brillamine."),),
            sides=("Mortality was halved by brillamine.", ""),
        ),
        withheld(
            "c9",
            "All participants were cured within three days.",
            Verdict.SOURCE_COMPROMISED,
            "PMID 90000004 is retracted, so it can support no claim.",
            (support(retracted, "Brillamine cured tarnish fever in all 240 participants within three days."),),
            sides=("PMID 90000004", "retracted"),
        ),
        withheld(
            "c10",
            "A long-term benefit is likely.",
            Verdict.UNCHECKED,
            "The claim states no number and no direction, so it could not be checked.",
            (),
        ),
    )


def extracts(records: dict[str, LedgerCitation]) -> tuple[StudyExtract, ...]:
    def value(pmid: str, text: str, words: str) -> AnchoredValue:
        return AnchoredValue(value=text, support=support(records[pmid], words))

    one, two = "90000001", "90000002"
    return (
        StudyExtract(
            pmid=one,
            design=value(one, "Randomised trial, double blind", "double-blind randomised trial"),
            population=value(one, "Adults with tarnish fever", "412 adults with tarnish fever"),
            sample_size=value(one, "412", "412 adults"),
            intervention=value(one, "Brillamine 50 mg daily for ten days", "brillamine 50 mg"),
            comparator=value(one, "Placebo", "placebo"),
            country=value(one, "Norland", "Norland"),
            read_by=MODEL,
        ),
        StudyExtract(
            pmid=two,
            population=value(two, "Adults in primary care", "188 adults seen in primary care"),
            sample_size=value(two, "188", "188 adults"),
            intervention=value(two, "Brillamine", "brillamine"),
            comparator=value(two, "Placebo", "placebo"),
            dropped=("The design `cluster trial` is not in the abstract.",),
            read_by=MODEL,
        ),
        StudyExtract(pmid="90000003", sample_size=value("90000003", "96", "96 participants"), read_by=MODEL),
        StudyExtract(pmid="90000004", sample_size=value("90000004", "240", "240 participants"), read_by=MODEL),
        StudyExtract(pmid="90000005", sample_size=value("90000005", "1,204", "1,204 patients"), read_by=MODEL),
    )
