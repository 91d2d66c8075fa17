"""What is printed on a paper somebody photographed: lines of text with their places in, fields out. Pure."""
