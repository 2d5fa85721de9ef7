"""What stands at the head of every file that is written for Asterisk."""

NOTICE = "; Written by `telekit render asterisk` from the rules: it is written anew, so change the rules instead.\n"
