"""Whether every pool carries its pods and survives the loss of a node, and limits of growth."""
