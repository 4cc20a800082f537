"""MeSH subheadings (qualifiers) with their two-letter abbreviations. Source: MeSH qualifiers, National Library of Medicine."""

from __future__ import annotations

from difflib import get_close_matches

SUBHEADINGS = dict(
    entry.split("=")
    for entry in (  # noqa: SIM905 - a table is read more easily as text
        "ab=abnormalities,ad=administration and dosage,ae=adverse effects,ag=agonists,aa=analogs and derivatives,an=analysis,"
        "ah=anatomy and histology,ai=antagonists and inhibitors,bi=biosynthesis,bs=blood supply,bl=blood,"
        "cf=cerebrospinal fluid,ci=chemically induced,cs=chemical synthesis,ch=chemistry,cl=classification,co=complications,"
        "cn=congenital,cy=cytology,df=deficiency,di=diagnosis,dg=diagnostic imaging,dh=diet therapy,de=drug effects,"
        "dt=drug therapy,ec=economics,ed=education,em=embryology,en=enzymology,ep=epidemiology,es=ethics,eh=ethnology,"
        "et=etiology,ge=genetics,gd=growth and development,hi=history,im=immunology,in=injuries,ir=innervation,"
        "is=instrumentation,ip=isolation and purification,lj=legislation and jurisprudence,ma=manpower,me=metabolism,"
        "mt=methods,mi=microbiology,mo=mortality,nu=nursing,og=organization and administration,ps=parasitology,"
        "py=pathogenicity,pa=pathology,pk=pharmacokinetics,pd=pharmacology,ph=physiology,pp=physiopathology,po=poisoning,"
        "pc=prevention and control,px=psychology,ra=radiography,ri=radionuclide imaging,rt=radiotherapy,re=radiation effects,"
        "rh=rehabilitation,sc=secondary,st=standards,sn=statistics and numerical data,sd=supply and distribution,su=surgery,"
        "tu=therapeutic use,th=therapy,to=toxicity,tm=transmission,tr=transplantation,td=trends,ul=ultrastructure,ur=urine,"
        "us=ultrasonography,ut=utilization,ve=veterinary,vi=virology"
    ).split(",")
)
"""Names by abbreviation, those that newer releases have dropped among them: older records still carry them."""

_NAMES = frozenset(SUBHEADINGS.values())
_SPELLINGS = {"aetiology": "etiology", "organisation and administration": "organization and administration"}


def find_subheading(written: str) -> str | None:
    """The name of a subheading as written (abbreviation, `&` for `and`, any case), or None if MeSH has no such one."""
    key = _key(written)
    name = SUBHEADINGS.get(key, key)
    return name if name in _NAMES else None


def nearest_subheading(written: str) -> str | None:
    """The subheading most like one that is none, or None where none is like it."""
    key = _key(written)
    if key in _SPELLINGS:
        return _SPELLINGS[key]
    near = get_close_matches(key, _NAMES, n=1, cutoff=0.7)
    return near[0] if near else None


def _key(written: str) -> str:
    return " ".join(written.casefold().replace("&", " and ").split())
