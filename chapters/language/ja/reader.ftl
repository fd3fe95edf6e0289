# 章の実行中に、章自身について表示する文。

reader-page = この章のページ: { $address }（`cargo run --bin book -- serve` の実行中に開けます）
