"""Records of licensed databases go to no external language model unless the settings record the licence's permission."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from connectors.settings import Settings
from evidence.base import content_hash
from evidence.citation import Citation
from evidence.imported import ImportedRecord
from evidence.model_call import ModelAnswer, ModelIdentity
from evidence.question import Protocol
from pipelines.stages.draft_claims import write_bottom_line
from pipelines.stages.extract_studies import extract_studies
from pipelines.stages.screen_citations import screen_citations
from prompts.contracts import CONTRACTS, ExtractStudyInputs, ScreenCitationInputs
from tests.pipelines.doubles import Answers, Silent
from tests.pipelines.test_stages import QUESTION

SECRET = "Licensed words that nobody outside may read about zinc and colds."
PROTOCOL = Protocol.model_validate({"question": QUESTION, "framework": "PICO", "elements": [], "proposed_by": "person"})


class Outside(Answers):
    """A model behind an address: whatever it is asked has left this machine."""

    def __init__(self, **answers: object) -> None:
        super().__init__(**answers)
        self.identity = ModelIdentity(name="told", provider="test", version="1", external=True)

    @property
    def heard(self) -> str:
        return "\n".join(json.dumps(prompt.model_dump(mode="json")) for prompt in self.asked)


def imported(database: str) -> ImportedRecord:
    digest = content_hash(database)
    return ImportedRecord(
        id=f"other:{digest[:8]}.1",
        database=database,
        file_hash=digest,
        position=1,
        raw_hash=digest,
        title="Zinc for colds",
        abstract=f"Zinc was studied. {SECRET}",
        pmid="90000001",
    )


def as_citation(database: str, permitting: Sequence[str] = ()) -> Citation:
    citation = imported(database).as_citation(permitting=permitting)
    assert citation is not None
    return citation


SCREENED = {"decision": "include", "criterion": 1, "sentence": 1}
EXTRACTED = {
    "results": [], "design": "trial", "participants": 0, "population": "x", "intervention": "y", "comparator": "z"
}  # fmt: skip


def run_both(citation: Citation, model: Answers) -> None:
    decisions = screen_citations(PROTOCOL, [citation.pmid], {citation.pmid: citation}, model, Silent(), at_most=5)
    assert len(decisions) == 1
    assert len(extract_studies(PROTOCOL, [citation], model, Silent())) == 1


@pytest.mark.parametrize("database", ["Embase", "APA PsycInfo", "CINAHL", "A database that nobody knows"])
def test_nothing_of_it_is_sent_and_the_outcome_says_why(database: str) -> None:
    citation, model = as_citation(database), Outside(screen_citation=SCREENED, extract_study=EXTRACTED)
    (decision,) = screen_citations(PROTOCOL, [citation.pmid], {citation.pmid: citation}, model, Silent(), at_most=5)
    (extract,) = extract_studies(PROTOCOL, [citation], model, Silent())
    assert model.asked == []
    assert decision.outcome.value == "unsure"
    assert f"licensed from {database}" in decision.reason
    assert f"licensed from {database}" in extract.dropped[0]


def test_it_is_kept_back_alone_among_others() -> None:
    free = as_citation("Europe PMC").model_copy(update={"pmid": "90000002", "title": "Free to go"})
    licensed, model = as_citation("Embase"), Outside(screen_citation=SCREENED)
    by_pmid = {item.pmid: item for item in (free, licensed)}
    decisions = screen_citations(PROTOCOL, list(by_pmid), by_pmid, model, Silent(), at_most=5)
    assert [decision.outcome.value for decision in decisions] == ["include", "unsure"]
    assert [prompt.inputs["pmid"] for prompt in model.asked] == ["90000002"]
    assert "Zinc for colds" not in model.heard


def test_a_model_on_this_machine_may_read_it() -> None:
    model = Answers(screen_citation=SCREENED, extract_study=EXTRACTED)
    run_both(as_citation("Embase"), model)
    assert len(model.asked) == 2


@pytest.mark.parametrize("named", ["Embase", "  embase ", "CINAHL, EMBASE"])
def test_the_permission_in_the_settings_opens_the_way(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_LICENCE_PERMITS", named)
    model = Outside(screen_citation=SCREENED, extract_study=EXTRACTED)
    run_both(as_citation("Embase", Settings.load().permitting_databases), model)
    assert len(model.asked) == 2
    run_both(as_citation("HMIC", Settings.load().permitting_databases), model)
    assert len(model.asked) == 2, "the permission is for the databases that are named"


def test_nor_does_a_claim_that_was_read_from_it() -> None:
    from evidence.claim import Claim, Support, Verdict, VerifiedClaim

    citation, model = as_citation("Embase"), Outside(write_bottom_line={"sentences": []})
    claim = Claim(
        id="c1", text=SECRET, section="finding", support=(Support(pmid=citation.pmid, quote=SECRET),), written_by="rules"
    )
    verified = VerifiedClaim(claim=claim, checks=(), verdict=Verdict.SUPPORTED, reason="It stands there.")
    written = write_bottom_line(PROTOCOL, [verified], {citation.pmid: citation}, model)
    assert model.asked == []
    assert "licensed from Embase" in (written.problem or "")


@pytest.mark.parametrize("inputs", [ScreenCitationInputs, ExtractStudyInputs])
def test_a_prompt_with_a_record_cannot_be_made_without_saying_whether_it_is_licensed(inputs: type) -> None:
    with pytest.raises(ValidationError, match="licensed_from"):
        inputs(question=QUESTION, pmid="1", title="x", sentences=("y",))


def test_every_prompt_that_holds_a_records_words_has_the_field() -> None:
    with_records = {name for name, (inputs, _) in CONTRACTS.items() if {"sentences", "findings"} & set(inputs.model_fields)}
    having = {name for name, (inputs, _) in CONTRACTS.items() if "licensed_from" in inputs.model_fields}
    assert having >= with_records
    assert with_records == {"screen_citation", "extract_study", "write_bottom_line", "answer_question"}


def test_the_answer_that_stands_for_it_cost_nothing() -> None:
    from connectors.language_model.structured import ask
    from prompts.contracts import ExtractStudyAnswer
    from prompts.registry import render

    inputs = ExtractStudyInputs(question=QUESTION, pmid="1", title="x", sentences=("y",), licensed_from="Embase")
    told: list[int] = []
    model = Outside()
    (outcome,) = ask(model, [render("extract_study", inputs)], ExtractStudyAnswer, on_done=lambda index, _: told.append(index))
    assert isinstance(outcome.answer, ModelAnswer)
    assert (outcome.answer.tokens_in, outcome.answer.finish, told) == (0, "error", [0])
