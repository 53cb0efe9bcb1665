"""A stand-in for `pulumi-resource-random`: RandomPassword, RandomString and RandomId."""
