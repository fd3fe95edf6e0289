# What a chapter that stays up says of a request.

resident-unknown = this is not one of `run ID`, `check ID`, `stop`, `list` and `clean`
resident-no-answer = no file of yours was named with --answer when the chapter started
