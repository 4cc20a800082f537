"""UK and US spellings of medical words. A search in one spelling misses records in the other.

The pairs are those of UK and US dictionaries for groups of letters that occur in medical words, each with the places in
which it is safe: `labor` is `labour`, but `laboratory` is one word everywhere.
"""

from __future__ import annotations

import re

# (pattern in a lower-case word, what stands there in the other spelling)
_TO_US = (
    (r"haem(?=a|o|e$|i[nc])", "hem"),
    (r"aem(?=i[ac])", "em"),
    (r"oedem", "edem"),
    (r"(?<!str)oesoph", "esoph"),  # gastroesophageal is the US spelling
    (r"oestr(?=[oaiu])", "estr"),
    (r"^foet(?=al|us|o)", "fet"),
    (r"rrhoea", "rrhea"),
    (r"pnoea", "pnea"),
    (r"^coeliac", "celiac"),
    (r"^caec(?=um|al)", "cec"),
    (r"^faec(?=al|es)", "fec"),
    (r"^aetiolog", "etiolog"),
    (r"^naev(?=us|i$)", "nev"),
    (r"anaesth", "anesth"),
    (r"paed(?=iatr)", "ped"),
    (r"orthopaed", "orthoped"),
    (r"gynaec", "gynec"),
    (r"caesar", "cesar"),
    (r"homoeo(?=path)", "homeo"),
    (r"manoeuvre", "maneuver"),
    (r"leuc(?=ocyt|open|odys|oenc|oplak)", "leuk"),
    (r"(tum|behavi|^od|^vap|^fav|^neighb|^col|^lab)our", r"\1or"),
    (r"(cent|fib|^goit|lit|[ilo]met)re(?=s?$|d$|optic)", r"\1er"),
    (r"^programme(?=s?$)", "program"),
    (r"^ageing$", "aging"),
    (r"sulph", "sulf"),
    (r"aluminium", "aluminum"),
    (r"(counsel|model|label|signal|travel|tunnel|channel)l(?=ed$|ing$|ers?$)", r"\1"),
    (r"(?<=[a-z]{3})is(?=e(?:[sdr]|rs)?$|ing$|ations?$|ational$)", "iz"),
    (r"(?<=[a-z]{3})lys(?=e[sd]?$|ing$)", "lyz"),
)
_TO_UK = (
    (r"^hem(?=a[nrt]|o|e$)", "haem"),
    (r"(?<=[a-z]{2})(?<!a)em(?=i[ac]s?$)", "aem"),
    (r"(?<!o)edem(?=a)", "oedem"),
    (r"(?<=gastro)esoph|(?<!o)esoph", "oesoph"),
    (r"^((?:anti|phyto)?)estr(?=[oaiu])", r"\1oestr"),
    (r"^fet(?=al|us|o)", "foet"),
    (r"rrhea", "rrhoea"),
    (r"(?<=[aosy])pnea$", "pnoea"),
    (r"^celiac", "coeliac"),
    (r"^cec(?=um|al)", "caec"),
    (r"^fec(?=al|es)", "faec"),
    (r"^etiolog", "aetiolog"),
    (r"^nev(?=us|i$)", "naev"),
    (r"anesth", "anaesth"),
    (r"ped(?=iatr)", "paed"),
    (r"orthoped", "orthopaed"),
    (r"gynec", "gynaec"),
    (r"^cesar", "caesar"),
    (r"homeo(?=path)", "homoeo"),
    (r"maneuver", "manoeuvre"),
    (r"leuk(?=ocyt|open|odys|oenc|oplak)", "leuc"),
    (r"(tum|behavi|^od|^vap|^fav|^neighb|^col|^lab)or(?=s?$|al|ed$|ing$|able|less$|ers?$)", r"\1our"),
    (r"(cent|fib|^goit|^(?:milli|deci|micro)?lit|^(?:centi|milli|kilo|nano)met)er(?=s?$|ed$|optic)", r"\1re"),
    (r"^program(?=s?$)", "programme"),
    (r"^aging$", "ageing"),
    (r"sulf", "sulph"),
    (r"aluminum", "aluminium"),
    (r"(counsel|model|label|signal|travel|tunnel|channel)(?=ed$|ing$|ers?$)", r"\1l"),
    (r"(?<=[a-z]{3})iz(?=e(?:[sdr]|rs)?$|ing$|ations?$|ational$)", "is"),
    (r"(?<=[a-z]{3})lyz(?=e[sd]?$|ing$)", "lys"),
)
_US = tuple((re.compile(pattern), other) for pattern, other in _TO_US)
_UK = tuple((re.compile(pattern), other) for pattern, other in _TO_UK)

# Words that only look as if they had two spellings.
_ONE_SPELLING = re.compile(
    r"(?:.*(?:exercis|precis|diseas|wis|promis|siz|priz|seiz|surpris|supervis|advis|revis|devis|televis|improvis|advertis|"
    r"franchis|enterpris|comprise?|concis|incis|excis|circumcis|rais|nois|expertis|paradis|premis|mortis|chastis|maiz)"
    r"(?:e[sdr]?|ing|ers)?|ris(?:e[sn]?|ing)|aris(?:e[sn]?|ing)|.*(?:academ|system|racem|polem|alchem|"
    r"phonem|bohem)i[ac]s?|.*demics?|poly[sz]e)"
)


def spelling_variants(text: str) -> tuple[str, ...]:
    """A word or phrase in lower case, then in the other national spelling if there is one: `("anaemia", "anemia")`.

    A phrase is varied as a whole, all in one spelling or all in the other.
    """
    text = text.lower()
    parts = text.split(" ")
    written = (text, " ".join(_spelt(part, _US) for part in parts), " ".join(_spelt(part, _UK) for part in parts))
    return tuple(dict.fromkeys(written))


def _spelt(word: str, pairs: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    if _ONE_SPELLING.fullmatch(word):
        return word
    for pattern, other in pairs:
        word = pattern.sub(other, word, count=1)
    return word
