"""What devices export, held against what is declared: nothing here asks a device itself."""
