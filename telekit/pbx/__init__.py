"""The switches: the narrow port that call scripts and the service use, and one folder a switch."""
