"""The event socket: frames, events and commands, without I/O."""
