# コマンドの間に表示する文。

screen-error = エラー：{ $what }
screen-first = 準備：{ $command }
screen-seconds = { $seconds }秒
screen-expected = 期待：{ $what }
