"""Words by which a sentence of an abstract says where a study was made and who was in it.

PROGRESS-Plus: O'Neill et al., Journal of Clinical Epidemiology 2014;67:56-64. The words only find the sentence; what it says,
the sentence says itself.
"""

from __future__ import annotations

import re

from evidence.country_names import COUNTRIES, UK


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?i)\b(?:{words})\b")


COUNTRY = re.compile(rf"\b(?:{'|'.join(re.escape(name) for name in sorted((*COUNTRIES, *UK), key=len, reverse=True))})\b")
UK_COUNTRY = re.compile(rf"\b(?:{'|'.join(re.escape(name) for name in sorted(UK, key=len, reverse=True))})\b")

SETTING = _any(
    r"primary care|general practi(?:ce|tioners?)s?|secondary care|tertiary(?: care)?|hospitals?|in-?patients?|out-?patients?|"
    r"emergency departments?|intensive care(?: units?)?|ICUs?|wards?|clinics?|community(?:-based)?|care homes?|nursing homes?|"
    r"long-term care|hospices?|schools?|workplaces?|prisons?|pharmacies|home-based|at home|urban|rural|slums?|villages?"
)

PROGRESS = {
    "Place of residence": _any(
        r"urban|rural|slums?|remote|inner[- ]city|villages?|homeless(?:ness)?|city dwellers|community[- ]dwelling"
    ),
    "Race, ethnicity, culture, language": _any(
        r"race|racial|ethnic(?:ity|ities)?|White|Black|African[- ]American|Asian|Hispanic|Latin[oax]s?|Indigenous|Aboriginal|"
        r"M[āa]ori|(?:im)?migrants?|refugees?|English[- ]speaking|Caucasian"
    ),
    "Occupation": _any(
        r"occupation(?:al)?|employ(?:ed|ment|ees?)|unemployed|workers?|recruits?|soldiers?|military|students?|farmers?"
    ),
    "Gender and sex": _any(
        r"men|women|males?|females?|boys|girls|sex(?! life|ual)|gender|transgender|pregnant(?: women)?|non-?binary"
    ),
    "Religion": _any(r"religio(?:n|us)|Muslims?|Christians?|Jewish|Hindus?|church(?:es)?|mosques?"),
    "Education": _any(r"education(?:al)?(?: level| attainment)?|schooling|litera(?:cy|te)|illiterate|university graduates"),
    "Socioeconomic status": _any(
        r"socio-?economic|income|depriv(?:ed|ation)|poverty|poor(?:er|est)?(?= (?:city|people|families|areas|urban))|"
        r"disadvantaged|uninsured|insurance"
    ),
    "Social capital": _any(
        r"social (?:support|capital|network)|living alone|loneliness|isolat(?:ed|ion)|married|carers?|caregivers?"
    ),
    "Age": _any(
        r"aged?|years? (?:old|of age)|older|elderly|adults?|children|infants?|adolescents?|newborns?|neonates?|mean age|"
        r"age range|paediatric|pediatric"
    ),
    "Disability and other conditions": _any(
        r"disab(?:led|ility|ilities)|impair(?:ed|ment)|comorbid(?:ity|ities)?|multimorbid(?:ity)?|dementia|frail(?:ty)?|"
        r"learning disabilit(?:y|ies)"
    ),
}
"""The letters of PROGRESS, then what Plus adds, each with words that name it."""

LEFT_OUT = _any(
    r"exclud(?:ed|ing|es?)|exclusions?|not eligible|ineligible|were not (?:enrolled|included|eligible)|"
    r"without (?:dementia|a history)"
)

COSTS = _any(r"costs?|cost-effective(?:ness)?|econom(?:ic|ics|y)|resource use|QALYs?|budget|pounds|US\$|price|savings?")
VALUES = _any(r"preferences?|preferred|values|satisfaction|patient experience|views of|perspectives?|quality of life")
ACCEPTED = _any(r"acceptab(?:le|ility)|adherence|compliance|dropp?ed out|withdrew|refus(?:ed|al)|tolerab(?:le|ility)|uptake")
FEASIBLE = _any(r"feasib(?:le|ility)|implement(?:ed|ation)|delivered|routine|scal(?:e|ing) up|training|logistic(?:s|al)?")
BURDEN = _any(r"burden|prevalence|incidence|mortality|common(?:est)?|leading cause|epidemics?|endemic|affects|deaths")
HARMS = _any(
    r"adverse|harms?|safe(?:ty|ly)?|side[- ]effects?|toxicity|nausea|vomiting|bleeding|serious events?|deaths?|mortality|"
    r"complications?|injur(?:y|ies)|falls?|infections? of the wound|withdrawals? due"
)
