"""The simulated estate: real control planes on loopback, with simulated nodes.

Lab equipment: the product never imports it.
"""

from lab.lab import ROOT, Lab

__all__ = ["ROOT", "Lab"]
