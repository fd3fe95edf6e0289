# 起動したまま待つ章が、リクエストについて返す文。

resident-unknown = `run ID`、`check ID`、`stop`、`list`、`clean`のどれでもありません
resident-no-answer = 章を起動したときに、--answerでファイルが指定されていません
