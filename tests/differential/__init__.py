"""The same on either switch: sequences of what people do, drawn by chance, and what telekit makes of them."""
