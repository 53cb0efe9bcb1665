"""Documents for firewall teams."""
