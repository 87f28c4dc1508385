"""The form on the company's site, and the page of a case."""
