"""The CMDB export: everything with an owner and a serial or an address."""
