"""Steps: small JSON objects that say what is to be done with a conversation. Macros take them; rules will.

``vocabulary`` knows them, ``checking`` says what is wrong with some, ``words`` says them to people, ``filling`` puts
names and numbers into texts, ``outlook`` says what would change, ``actions`` does it, and takes it back.
"""
