# リポジトリのファイル。

listing-copy = コピー
listing-part = { $file }（抜粋）
listing-new = 色付きの行が今回の追加
