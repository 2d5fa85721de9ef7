"""A telephone laboratory: a real Asterisk, real SIP phones and callers, on one machine and nowhere else."""
