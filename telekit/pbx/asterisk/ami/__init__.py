"""The one link to Asterisk's manager interface (AMI): panoramisk's `Manager`, hardened, over a reader of our own."""
