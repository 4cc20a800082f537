"""Medical Subject Headings: from a descriptor file loaded here, or live from NCBI E-utilities.

- `load_mesh` takes a descriptor file in, `open_mesh` gives it as a `LocalMesh`.
- `LiveMesh` asks E-utilities.
"""

from connectors.mesh.live import LiveMesh
from connectors.mesh.load import MeshLoad, load_mesh
from connectors.mesh.local import LocalMesh, open_mesh

__all__ = ["LiveMesh", "LocalMesh", "MeshLoad", "load_mesh", "open_mesh"]
