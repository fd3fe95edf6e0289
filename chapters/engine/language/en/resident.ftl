# What a chapter that stays up says of a request.

resident-unknown = this is not one of `run ID`, `stop` and `clean`
