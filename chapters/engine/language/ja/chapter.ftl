# 実行を省略したコマンドと、章の終わりに実行するコマンドについて。

chapter-left-out = 省略（このシェルからエンジンのネットワークに届かない環境のため。Docker Desktopなど）：{ $command }
chapter-afterwards-failed = `{ $command }`が失敗しました：{ $output }
