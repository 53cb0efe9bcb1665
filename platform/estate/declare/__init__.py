"""What people write: the models, the strict YAML loader, and positions for every error."""

from estate.declare.load import Loaded, load
from estate.declare.problems import Declared, Problem, Source

__all__ = ["Declared", "Loaded", "Problem", "Source", "load"]
