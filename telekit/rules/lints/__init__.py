"""What is right in the rules but hardly meant."""
