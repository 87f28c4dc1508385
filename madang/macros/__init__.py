"""Macros: steps that a person takes with one key, among them saved replies. The steps are the rules' steps too."""
