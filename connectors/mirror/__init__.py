"""A PubMed on this machine that speaks E-utilities, so that offline and test runs use the same client as live ones.

- `load_files` takes in PubMed XML, `mirror_status` says what is there.
- `running_mirror` and `serve_mirror` answer over HTTP, `create_app` gives the application itself.
"""

from connectors.mirror.app import BASE_PATH, create_app
from connectors.mirror.load_files import LoadReport, load_files
from connectors.mirror.manifest import LoadedFile, MirrorStatus, mirror_status
from connectors.mirror.serve import running_mirror, serve_mirror

__all__ = [
    "BASE_PATH",
    "LoadReport",
    "LoadedFile",
    "MirrorStatus",
    "create_app",
    "load_files",
    "mirror_status",
    "running_mirror",
    "serve_mirror",
]
