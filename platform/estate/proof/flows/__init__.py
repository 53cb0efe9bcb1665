"""How each kind of declared flow is followed through what is emitted."""
