"""`estate report`: everything that is known of an estate, as pages that need no server."""
