"""The words of the field: models, pure rules and the error tree. Imports nothing of ours and does no I/O."""

__version__ = "0.1.0"
