"""What the environments of an estate share: networks, names, devices; each thing has one owner."""
