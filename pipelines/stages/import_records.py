"""Brings exported files of other databases into a run, where they are deduplicated with PubMed's records and counted."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from connectors.store import Store
from evidence.base import EvidenceModel
from evidence.citation import Citation, CitationGroup, GroupingDecision, StudyGroup
from evidence.errors import InvalidInput
from evidence.imported import ImportedFile, ImportedRecord, database_key
from evidence.search_ledger import OtherSource
from searching.group_records import group_records, group_studies

STEP = "import_records"


class Joined(EvidenceModel):
    """All records of a run, of every source, as works and studies."""

    sources: tuple[OtherSource, ...] = Field(description="The imported files in the order of their import, counted.")
    imported: tuple[ImportedRecord, ...] = Field(description="Their records, file by file.")
    groups: tuple[CitationGroup, ...] = Field(description="One group for each work of any source.")
    studies: tuple[StudyGroup, ...] = Field(description="One group for each study.")
    records: int = Field(ge=0, description="Records of every source that could be read.")


def keep_file(store: Store, run_id: str, file: ImportedFile, *, by: str) -> bool:
    """Store a file with the run; False where the run has it already.

    Raises InvalidInput where the run has the same file as that of another database: one of the two names is wrong.
    """
    stored = store.step(run_id, STEP, file.file_hash)
    if stored is None:
        store.commit_step(run_id, STEP, file.file_hash, file.model_dump(mode="json"), by=by)
        return True
    before = ImportedFile.model_validate(stored)
    if database_key(before.database) != database_key(file.database):
        raise InvalidInput(
            f"{file.file_name} was imported into this run as a file of {before.database}: give --database {before.database!r}, "
            f"or the file that {file.database} exported."
        )
    return False


def imported_files(store: Store, run_id: str) -> list[ImportedFile]:
    """Every file imported into the run, in the order of import."""
    return [ImportedFile.model_validate(stored) for stored in store.steps(run_id, STEP)]


def join_records(
    citations: Sequence[Citation], files: Sequence[ImportedFile], *, decisions: Sequence[GroupingDecision] = ()
) -> Joined:
    """PubMed's records and the imported ones as works and studies, with what each file brought."""
    imported = tuple(record for file in files for record in file.records)
    everything: list[Citation | ImportedRecord] = [*citations, *imported]
    groups = group_records(everything, decisions=decisions)
    leads = {group.lead for group in groups}
    return Joined(
        sources=tuple(_counted(file, leads) for file in files),
        imported=imported,
        groups=groups,
        studies=group_studies(groups, everything),
        records=len(everything),
    )


def _counted(file: ImportedFile, leads: set[str]) -> OtherSource:
    """A duplicate is a record that does not stand for its work, whether PubMed's does or one of this or another file."""
    return OtherSource(
        name=file.database,
        interface=file.platform,
        searched_on=file.searched_on,
        strategy=file.strategy,
        file_name=file.file_name,
        records=len(file.records) + len(file.unreadable),
        unreadable=len(file.unreadable),
        duplicates=sum(record.id not in leads for record in file.records),
        licensed=file.licensed,
    )
