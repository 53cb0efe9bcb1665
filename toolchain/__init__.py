"""The tools the lab and the tests run, pinned, and how they come to be on this machine.

Standard library only: the bootstrap runs this with the bare system Python, before
there is a virtual environment.
"""
