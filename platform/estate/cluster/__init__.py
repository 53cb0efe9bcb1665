"""What the cluster itself gains: pool labels, platform namespaces, the preview identity."""
