"""Services of the platform's own: what every app relies on and no tenant runs."""
