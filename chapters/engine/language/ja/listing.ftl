# `--list`で各節について表示する文。

listing-command = コマンド{ $count }個
listing-commands = コマンド{ $count }個
