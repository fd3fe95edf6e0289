# 実行を省略したコマンドと、章の終わりに実行するコマンドについて。

chapter-left-out = 省略（このシェルはエンジンと同じネットワークにないため）：{ $command }
chapter-afterwards-failed = `{ $command }`が失敗しました：{ $output }
