"""Who reaches what, resolved over what is emitted: manifests and documents, never declarations.

Each module below reads one kind of emitted artefact, strictly: what it does not understand it
refuses. The declarations give one thing only, the list of declared flows (F6).
"""
