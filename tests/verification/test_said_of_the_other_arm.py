"""What a record says of one arm alone is turned round where the claim compares: true retellings pass, reversals do not."""

from __future__ import annotations

import pytest

from evidence.citation import RegistryNumber
from evidence.claim import OUTCOME_NOT_NAMED, Claim, DraftSummary, Support, Verdict
from tests.verification.build import record
from verification.omissions import find_omissions
from verification.same_study import not_independent
from verification.verify import verify_claim, verify_draft

ALONE = "Nausea and cough were more frequent with honey (nausea: zinc 19% vs honey 48%, P = 0.001; cough (zinc 9% vs honey 8%)."
BOTH = "Nausea was more frequent with honey than with zinc (48% vs 19%, P = 0.001)."
AGENT = "Zinc reduced pain in adults (P = 0.01)."
PAIRED = "Nausea was commoner with honey (zinc 19% vs honey 48%, P = 0.001)."


def verdict(text: str, quote: str) -> Verdict:
    run = {"90000044": record("90000044", ("METHODS", "Adults were given zinc, honey or placebo."), ("RESULTS", quote))}
    support = (Support(pmid="90000044", quote=quote),)
    claim = Claim(id="b1", text=text, section="finding", support=support, written_by="a model")
    return verify_claim(claim, run).verdict


@pytest.mark.parametrize(
    ("text", "quote", "stands"),
    [
        ("The rate of nausea was lower with zinc compared to honey.", ALONE, True),
        ("The rate of nausea was higher with honey compared to zinc.", ALONE, True),
        ("The rate of nausea was higher with zinc compared to honey.", ALONE, False),
        ("The rate of nausea was lower with honey compared to zinc.", ALONE, False),
        ("The rate of nausea was the same with zinc compared to honey.", ALONE, False),
        ("The rate of nausea was identical with zinc and honey.", ALONE, False),
        ("Nausea was less frequent with zinc.", BOTH, True),
        ("Nausea was more frequent with zinc.", BOTH, False),
        ("Zinc reduced pain compared with placebo in adults.", AGENT, True),
        ("Pain was reduced with placebo compared with zinc in adults.", AGENT, False),
        ("Nausea was commoner with honey than with zinc (19% vs 48%).", PAIRED, False),
        ("Nausea was commoner with honey compared to zinc (19% vs 48%).", PAIRED, False),
    ],
)
def test_a_direction_is_said_of_the_arm_it_is_said_of(text: str, quote: str, stands: bool) -> None:
    assert (verdict(text, quote) is Verdict.SUPPORTED) is stands


def test_two_bare_numbers_after_two_arms_are_the_arms_in_their_order() -> None:
    quote = (
        "Nausea and dry mouth were more frequent with honey (nausea: zinc 19% vs honey 48%, P = 0.001; dry mouth (zinc 41% vs "
        "honey 80%, P < 0.001)."
    )
    retold = "The rate of nausea was higher with honey compared to zinc ({})."
    assert verdict(retold.format("48% vs 19%"), quote) is Verdict.SUPPORTED
    assert verdict(retold.format("19% vs 48%"), quote) is Verdict.NUMBER_UNBOUND


def test_an_abbreviation_that_the_record_defines_stands_for_its_words() -> None:
    run = {
        "90000044": record(
            "90000044",
            ("METHODS", "The outcomes were overall survival (OS) and quality of life. Adjuvant honey therapy (AHT) was given."),
            ("RESULTS", "OS was longer in adults receiving AHT (P = 0.01)."),
        )
    }
    support = (Support(pmid="90000044", quote="OS was longer in adults receiving AHT (P = 0.01)."),)
    text = "Overall survival was longer with adjuvant honey therapy."
    claim = Claim(id="b1", text=text, section="bottom_line", support=support, written_by="a model")
    subject = next(check for check in verify_claim(claim, run).checks if check.name == "subject")
    assert subject.verdict is None


def test_two_sentences_of_the_bottom_line_that_oppose_each_other_both_stop() -> None:
    first, second = "Pain scores of adults were higher with zinc.", "Pain scores of adults were lower with zinc."
    run = {"90000044": record("90000044", ("RESULTS", f"{first} {second}"))}
    claims = tuple(
        Claim(
            id=f"b{number}",
            text=text,
            section="bottom_line",
            support=(Support(pmid="90000044", quote=text),),
            written_by="a model",
        )
        for number, text in enumerate((first, second), 1)
    )
    verified = verify_draft(DraftSummary(bottom_line=claims), run).claims
    assert [item.verdict for item in verified] == [Verdict.CONTRADICTED, Verdict.CONTRADICTED]
    assert "its sentence b2" in verified[0].reason


def test_findings_whose_outcome_nobody_named_do_not_disagree() -> None:
    first, second = "Zinc shortened colds by one day.", "Zinc prolonged sore throat by one day."
    run = {"90000041": record("90000041", ("RESULTS", first)), "90000042": record("90000042", ("RESULTS", second))}

    def told(outcome: str) -> list[str]:
        bottom = claim("b1", first, "90000041", outcome, section="bottom_line")
        findings = (claim("c1", first, "90000041", outcome), claim("c2", second, "90000042", outcome))
        verified = verify_draft(DraftSummary(bottom_line=(bottom,), findings=findings), run).claims
        return [omission.pmid for omission in find_omissions(verified, ()) if omission.kind == "disagreement"]

    def claim(id_: str, text: str, pmid: str, outcome: str, section: str = "finding") -> Claim:
        support = (Support(pmid=pmid, quote=text),)
        return Claim.model_validate(
            {"id": id_, "text": text, "section": section, "outcome": outcome, "support": support, "written_by": "a model"}
        )

    assert told("colds") == ["90000042"]
    assert told(OUTCOME_NOT_NAMED) == []


def test_a_record_that_puts_several_trials_together_is_not_independent_of_one_of_them() -> None:
    numbers = tuple(RegistryNumber(databank="ClinicalTrials.gov", number=f"NCT0000000{number}") for number in range(1, 6))
    several = record("90000045", ("RESULTS", "Zinc shortened colds."), registrations=numbers)
    one = record("90000046", ("RESULTS", "Zinc shortened colds."), registrations=numbers[:1])
    other = record("90000047", ("RESULTS", "Zinc shortened colds."))
    assert "PMID 90000045 puts several trials together" in not_independent(one, several)
    assert not_independent(several, other) == ""
