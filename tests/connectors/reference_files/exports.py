"""Exports made for tests: shaped as each database writes them, every word our own."""

from __future__ import annotations

OVID_EMBASE = """
1.
TY  - JOUR
DB  - Embase
AN  - 2001234567
T1  - Made compresses for made headaches. [Link to the Ovid Full Text or citation]
A1  - Madeup J.A.
A1  - van der Made B.
A1  - Made Study Group
Y1  - 2019//
N2  - Background: Heads ache. Methods: 120 heads were
  randomised (NCT01234567). Results: 0.82 (95% CI 0.70 to 0.96).
KW  - adult
KW  - *headache/th [Therapy]
JF  - Journal of Made Medicine
JA  - J. Made Med.
VL  - 12
IS  - 3
SP  - 123
EP  - 129
SN  - 1234-5678
DO  - https://dx.doi.org/10.1000/MADE.2019.11
M3  - Article
UR  - https://ovidsp.example/ovidweb.cgi?T=JS&D=emed
XZ  - something of their own
ER  -

Link to the Ovid Full Text or citation: https://ovidsp.example/a
Link to the External Link Resolver: https://resolver.example/b

2.
TY  - JOUR
DB  - Embase
AN  - 2001234568
T1  - A second made record
A1  - Else P.
Y1  - 2020/05/17/
ER  -
"""
EMBASE_COM = """TY  - JOUR
A1  - Madeup, J.A.
A1  - Else, P.Q.
M1  - (Madeup J.A., madeup@example.org; Else P.Q.) University of Nowhere
AD  - J.A. Madeup, University of Nowhere
T1  - Made teas for made colds
LA  - English
KW  - adult
KW  - tea
M3  - Article
N2  - Teas were made.
Y1  - 2021
JF  - Made Medicine
JA  - Made Med.
VL  - 4
SP  - e12
SN  - 1111-2222
C5  - 31234567
AN  - L2005550001
U2  - L2005550001
U4  - 2021-02-03
DB  - Embase
DO  - 10.1000/made.tea
UR  - https://www.embase.com/search/results?subaction=viewrecord&id=L2005550001
ER  -
"""
COCHRANE = """TY  - JOUR
AN  - CN-01234567
AU  - Madeup, JA
AU  - Else, P
TI  - Made walks against made sorrow: a trial
JO  - Made trials
YR  - 2018
PY  - 2018
VL  - 7
PG  - 88-99
XR  - PUBMED 30123456,EMBASE 620000001
DOI - 10.1000/made.walk
DO  - 10.1000/made.walk
AB  - Walks were walked. ISRCTN12345678
M3  - Journal article
UR  - https://www.cochranelibrary.com/central/doi/10.1002/central/CN-01234567/full
ER  -
"""
EBSCO = """TY  - JOUR
AU  - Madeup, Jane
AU  - Else, Peter Q.
TI  - Nurses and made gloves
J2  - MADE NURS
JF  - Made Nursing
JO  - Made Nursing
Y1  - 2017/03//Mar2017
VL  - 33
IS  - 2
SP  - 55
EP  - 61
SN  - 0000-1111
KW  - Gloves; Nurses; Hands
N1  - Accession Number: 121212121. Language: English. PMID: NLM28123456.
AN  - 121212121
DB  - CINAHL Complete
DP  - EBSCOhost
UR  - https://search.ebscohost.com/login.aspx?direct=true&db=rzh&AN=121212121
ER  -
"""
ZOTERO = """TY  - JOUR
TI  - Made apps for made sleep
AU  - Madeup, Jane Anne
AU  - García Márquez, Gabriel
T2  - Journal of Made Sleep
AB  - Apps made &lt;i&gt;some&lt;/i&gt; sleep.
DA  - 2022/04/01/
PY  - 2022
DO  - 10.1000/made.sleep
DP  - PubMed
VL  - 9
IS  - 4
SP  - 1
EP  - 9
LA  - eng
SN  - 2222-3333
J2  - J Made Sleep
AN  - 35123456
DB  - PubMed
N1  - PMID: 35123456
C2  - PMC9123456
KW  - sleep
ER  -
"""
NBIB = """
PMID- 34123456
OWN - NLM
STAT- MEDLINE
IS  - 1234-5678 (Electronic)
VI  - 12
IP  - 3
DP  - 2019 Nov-Dec
TI  - Made compresses for made headaches in a title that is so long that it goes
      on in the next line.
PG  - 123-129
LID - 10.1000/made.2019.11 [doi]
AB  - BACKGROUND: Heads ache.
      METHODS: We laid on compresses.
FAU - Madeup, Jane Anne
AU  - Madeup JA
AD  - University of Nowhere
FAU - Else, Peter Q
AU  - Else PQ
CN  - Made Study Group
LA  - eng
SI  - ClinicalTrials.gov/NCT01234567
PT  - Journal Article
PT  - Randomized Controlled Trial
TA  - J Made Med
JT  - Journal of made medicine
PMC - PMC765
MH  - Adult
OT  - compress
AID - S1-2 [pii]
AID - 10.1000/made.2019.11 [doi]

PMID- 34123457
TI  - A second one
AU  - Solo A
DP  - 2020
"""
_BARE = {
    "Embase (Ovid)": OVID_EMBASE,
    "Embase (embase.com)": EMBASE_COM,
    "Cochrane Library": COCHRANE,
    "CINAHL (EBSCO)": EBSCO,
    "Zotero": ZOTERO,
    "nbib": NBIB,
}
EXPORTS = {name: text.replace("\nER  -\n", "\nER  - \n") for name, text in _BARE.items()}
"""As they are written: with the space behind the last tag."""
