"""The driver for Asterisk: events and actions over AMI, calls over FastAGI."""
