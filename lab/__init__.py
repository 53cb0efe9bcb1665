"""The simulated estate: real control planes on loopback, with simulated nodes.

Lab equipment: the product never imports it. `lab.lab.Lab` is the way in. Nothing is imported
here, because the engine starts the plugins below as processes of their own, and waits.
"""
