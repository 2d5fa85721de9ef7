"""The automatic call distributor: every decision about who is offered which call, when, and why. Pure."""
