# 起動したまま待つ章が、リクエストについて返す文。

resident-unknown = `run ID`、`stop`、`clean`のどれでもありません
