"""The app archetypes: what runs, how it is reached, what it may reach."""
