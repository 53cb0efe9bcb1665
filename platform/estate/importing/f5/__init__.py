"""Virtual servers of an F5's AS3 declaration as `vip` of apps (E3, E5)."""
