"""`madang doctor`: looks at everything an operator would have to look at, and says what to do about what is wrong."""
