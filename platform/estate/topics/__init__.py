"""One package per topic of the field; ``docs/adr/0005`` has their order and their file names."""
