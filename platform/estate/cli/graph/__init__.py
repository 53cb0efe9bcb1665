"""Ways of connections as a graph: from the plan to Mermaid text and to pictures."""
