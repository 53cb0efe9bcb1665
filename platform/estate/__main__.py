"""`python -m estate`: the same as the `estate` command."""

from estate.cli.main import main

main(prog_name="estate")
