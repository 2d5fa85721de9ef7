"""What is written for every switch alike: passwords, who works when, who is a member of which queue."""
