"""The rooms of the workbench: each module has a `router` and nothing that changes state by itself."""
