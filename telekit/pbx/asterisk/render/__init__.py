"""What telekit writes for Asterisk from a plan: the phones' accounts, the AMI account, a dialplan without telekit."""
