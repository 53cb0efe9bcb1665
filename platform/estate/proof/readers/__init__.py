"""One reader per kind of emitted artefact: strict, and without any builder of a topic."""
