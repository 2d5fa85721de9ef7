"""FastAGI, tested against a fake that speaks as res_agi does, and against a real Asterisk."""
