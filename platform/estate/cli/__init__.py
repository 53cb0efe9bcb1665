"""The `estate` command: reads declarations and shows what they become; never touches a cluster."""
