# ページのスクリプトbook/theme/reader.jsが表示する文。変数の値はスクリプトが入れる。

script-copied = コピーしました
script-copied-placeholders = コピーしました。{ $placeholders }は置き換えてください
script-copy-failed = コピーできません。選択してコピーしてください
script-search = 本書を検索
script-close = 閉じる
script-searching = 検索しています…
script-nothing-found = 「{ $query }」は見つかりません
script-found = { $count }件
script-search-failed = 検索にはWebサーバーが必要です：cargo run --bin book -- serve
script-known-steps = 上と同じ{ $count }ステップ
script-read = 既読
