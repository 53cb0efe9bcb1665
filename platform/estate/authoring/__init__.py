"""The files that `estate init` and `estate new` write, as a person would write them."""
