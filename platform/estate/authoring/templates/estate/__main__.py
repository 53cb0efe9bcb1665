"""The Pulumi program of this estate: that of the installed package `estate`."""

from pathlib import Path

from estate.pulumi_program import run

run(Path(__file__).resolve().parent)
