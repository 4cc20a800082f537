"""A few MeSH headings with shortened entry terms, in the three formats that descriptor files come in."""

from __future__ import annotations

from pathlib import Path

from connectors.mesh import LocalMesh, load_mesh, open_mesh

HEADINGS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("D000001", "Vascular Diseases", ("Disease, Vascular",), ("C14.907",)),
    ("D000002", "Hypertension", ("Blood Pressure, High", "High Blood Pressure"), ("C14.907.489",)),
    ("D000003", "Hypertension, Renal", ("Renal Hypertension",), ("C14.907.489.631", "C12.050.351.968.419.331")),
    ("D000004", "Hypertension, Renovascular", (), ("C14.907.489.631.485",)),
    ("D000005", "Hypertensive Retinopathy", (), ("C11.768.490", "C14.907.490")),
    ("D000006", "Cholera Vaccines", ("Vaccine, Cholera", "Cholera Vaccine"), ("D20.215.894.135.230",)),
    ("D000007", "Myocardial Infarction", ("Heart Attack", "Infarction, Myocardial", "MI (heart)"), ("C14.280.647.500",)),
    ("D000008", "Anemia", ("Anemias",), ("C15.378.071",)),
    ("D000009", "Art", ("Arts",), ("K01.093",)),
    ("D000010", "Zinc", (), ("D01.268.556.992",)),
    ("D000011", "Polyomavirus & Kin", ("Kin <odd>",), ()),
    ("D000086382", "COVID-19", ("SARS-CoV-2 Infection", "Coronavirus Disease 2019"), ("C01.748.610",)),
)


def table() -> str:
    """The headings as a table."""
    return "".join(f"{ui}\t{name}\t{'|'.join(terms)}\t{'|'.join(trees)}\t\n" for ui, name, terms, trees in HEADINGS)


def xml(doctype: str = "") -> str:
    """The headings as NLM's XML, first concept with the heading, as NLM writes it."""
    records = "".join(
        f'<DescriptorRecord DescriptorClass="1"><DescriptorUI>{ui}</DescriptorUI><DescriptorName><String>{_escaped(name)}'
        f"</String></DescriptorName><TreeNumberList>{''.join(f'<TreeNumber>{n}</TreeNumber>' for n in trees)}</TreeNumberList>"
        f"<ConceptList><Concept><TermList>{_terms(name, *terms)}</TermList></Concept></ConceptList></DescriptorRecord>"
        for ui, name, terms, trees in HEADINGS
    )
    return f'<?xml version="1.0"?>\n{doctype}<DescriptorRecordSet LanguageCode="eng">{records}</DescriptorRecordSet>'


def ascii_mesh() -> str:
    """The headings as ASCII MeSH."""
    return "\n".join(
        "\n".join(
            [
                "*NEWRECORD",
                "RECTYPE = D",
                f"MH = {name}",
                *(f"ENTRY = {term}|T047|NON|EQV|UNK (19XX)|1|abc" for term in terms),
                *(f"MN = {number}" for number in trees),
                f"UI = {ui}",
                "",
            ]
        )
        for ui, name, terms, trees in HEADINGS
    )


def small_mesh(folder: Path) -> LocalMesh:
    """The headings, loaded into this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "small.tsv"
    file.write_text(table(), encoding="utf-8")
    load_mesh(folder, file)
    mesh = open_mesh(folder)
    assert mesh is not None
    return mesh


def _terms(*names: str) -> str:
    return "".join(f"<Term><String>{_escaped(name)}</String></Term>" for name in names)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
