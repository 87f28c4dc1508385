"""The chat on the company's site: what is served to it, and the doors it knocks at."""
