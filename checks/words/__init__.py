"""What the house says to people: its texts out of the code, and the catalogues that translate them.

`python -m checks.words` (bin/translate) brings the catalogues up to date and lists what is not translated. The house's
own texts are in `madang/locale`, a connector's in its own folder's `locale`.
"""
