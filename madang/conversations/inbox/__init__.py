"""What a team does with the list of its conversations: views, followers, mentions, what each has read, snoozing."""
