"""Small fixed vocabularies of PubMed: languages, words that are ignored.

Sources: MEDLINE language table and the stopword list of PubMed Help, both by the National Library of Medicine.
"""

from __future__ import annotations

LANGUAGES = dict(
    entry.split("=")
    for entry in (  # noqa: SIM905 - a table is read more easily as text
        "afr=afrikaans,alb=albanian,amh=amharic,ara=arabic,arm=armenian,aze=azerbaijani,ben=bengali,bos=bosnian,"
        "bul=bulgarian,cat=catalan,chi=chinese,cze=czech,dan=danish,dut=dutch,eng=english,epo=esperanto,est=estonian,"
        "fin=finnish,fre=french,geo=georgian,ger=german,gla=scottish gaelic,gre=greek,heb=hebrew,hin=hindi,hrv=croatian,"
        "hun=hungarian,ice=icelandic,ind=indonesian,ita=italian,jpn=japanese,kin=kinyarwanda,kor=korean,lat=latin,"
        "lav=latvian,lit=lithuanian,mac=macedonian,mal=malayalam,mao=maori,may=malay,mul=multiple languages,nor=norwegian,"
        "per=persian,pol=polish,por=portuguese,pus=pushto,rum=romanian,rus=russian,san=sanskrit,slo=slovak,slv=slovenian,"
        "spa=spanish,srp=serbian,swe=swedish,tha=thai,tur=turkish,ukr=ukrainian,und=undetermined,urd=urdu,vie=vietnamese,"
        "wel=welsh"
    ).split(",")
)
"""Language codes of the records and the names that searchers use."""

STOPWORDS = frozenset(
    (  # noqa: SIM905 - a table is read more easily as text
        "a about again all almost also although always among an and another any are as at be because been before "
        "being between both but by can could did do does done due during each either enough especially etc for found "
        "from further had has have having here how however i if in into is it its itself just kg km made mainly make "
        "may mg might ml mm most mostly must nearly neither no nor obtained of often on or our overall perhaps pmid "
        "quite rather really regarding seem seen several should show showed shown shows significantly since so some "
        "such than that the their theirs them then there therefore these they this those through thus to upon use "
        "used using various very was we were what when which while with within without would "
    ).split()
)
"""Words that automatic term mapping leaves out."""
