"""For every alert what makes it fire and what leaves it silent, as series for promtool."""
