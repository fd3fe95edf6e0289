# What a chapter that stays up says of a request.

resident-unknown = this is none of `run ID`, `stop` and `clean`
