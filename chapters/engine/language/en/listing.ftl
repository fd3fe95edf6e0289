# What `--list` says of a section.

listing-command = { $count } command
listing-commands = { $count } commands
