"""What a cluster has before any tenant: platform namespaces, default policies and roles."""
