"""FreeSWITCH behind the port: the event socket in both directions."""
