"""Records and claims in our own wording, for the tests of the checks."""

from __future__ import annotations

from evidence.citation import AbstractSection, Citation, Correction, PartialDate
from evidence.claim import Claim, Direction, Support, VerifiedClaim
from verification import verify_claim


def record(
    pmid: str, *sections: tuple[str | None, str], title: str = "A trial of oral cholera vaccine", **more: object
) -> Citation:
    parts = tuple(AbstractSection(label=label, text=text) for label, text in sections)
    return Citation.model_validate({"pmid": pmid, "title": title, "abstract": parts, "source_hash": "0" * 64, **more})


CHOLERA = record(
    "90000001",
    ("METHODS", "We randomised 2,400 adults with type 2 diabetes in Dhaka to one dose of oral vaccine or placebo."),
    (
        "RESULTS",
        "Cholera occurred in 12/1,200 (1.0%) given vaccine and 30/1,200 (2.5%) given placebo (risk ratio 0·40, "
        "95% CI 0·21–0·78; P<0.001). Fever was not significantly more common with vaccine than with placebo (p = 0.33). "
        "Vaccine recipients had higher antibody titres than placebo recipients at 12 months. "
        "Headache was reported by 41 people.",
    ),
    ("CONCLUSIONS", "One dose may prevent cholera for two years in adults. Vaccination was well tolerated in this setting."),
    published=PartialDate(year=2019, printed="2019"),
)
ZINC = record(
    "90000002",
    (None, "Zinc did not reduce the duration of diarrhoea in infants. Vomiting increased with zinc compared with placebo."),
    (None, "Mean change in weight was −3.9 ± 1.2 kg after 20 mg of zinc daily for 6 weeks."),
    title="Zinc for infants with diarrhoea",
)
FALLS = record(
    "90000003",
    (
        "RESULTS",
        "Exercise classes reduced falls among older people living at home. Hospital stay was shorter in the exercise "
        "group than in the usual care group. Quality of life was similar in both groups. "
        "Six hundred and eighteen women took part.",
    ),
    title="Exercise classes and falls at home",
)
RETRACTED = record(
    "90000004",
    ("RESULTS", "The invented drug lowered blood pressure in every patient who took it for four weeks."),
    title="An invented drug for blood pressure",
    publication_types=("Journal Article", "Retracted Publication"),
    corrections=(Correction(kind="RetractionIn", reference="An invented journal. 2020", pmid="90000006"),),
)
CORRECTED = record(
    "90000005",
    ("RESULTS", "Text message reminders reduced missed appointments in three outpatient clinics."),
    title="Reminders and missed appointments",
    corrections=(Correction(kind="ErratumIn", reference="An invented journal. 2021"),),
)
BARE = record("90000006", title="A record without abstract on oral cholera vaccine in adults")
RUN = {item.pmid: item for item in (CHOLERA, ZINC, FALLS, RETRACTED, CORRECTED, BARE)}

CHOLERA_RESULT = (
    "Cholera occurred in 12/1,200 (1.0%) given vaccine and 30/1,200 (2.5%) given placebo "
    "(risk ratio 0.40, 95% CI 0.21-0.78; P<0.001)."
)


def claim(text: str, *supports: tuple[str, str], direction: Direction | None = None) -> Claim:
    named = tuple(Support(pmid=pmid, quote=quote) for pmid, quote in supports)
    return Claim(id="c1", text=text, section="finding", direction=direction, support=named, written_by="a model")


def judged(text: str, *supports: tuple[str, str], direction: Direction | None = None) -> VerifiedClaim:
    return verify_claim(claim(text, *supports, direction=direction), RUN)
