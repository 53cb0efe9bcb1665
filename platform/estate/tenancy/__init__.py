"""What a tenant gets: namespaces with quota, limits and a closed network."""
