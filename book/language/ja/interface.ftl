# ページの上のバーと、ページの横にあるもの。

interface-contents = 目次
interface-skip = 本文へ移動
interface-search = 検索
# もう一方の言語の名前。その言語で書く。
interface-switch = English
interface-run = このページのコマンドをページ上で実行するには、`{ $serve }`を実行し、表示されたアドレスを開いてください。
# 各ページの題名の下。
interface-reading = 読む時間：約{ $minutes }分。
interface-running-seconds = コマンドの実行時間：約{ $seconds }秒。
interface-running-minutes = コマンドの実行時間：約{ $minutes }分。
