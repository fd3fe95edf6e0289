# コマンドとその出力。

console-label = コマンドとその出力
console-copy = コマンドをコピー
# $originはtables-originの文。
console-recorded =
    { $date }に記録：Docker Engine { $engine }、{ $architecture }、{ $origin }{ $database ->
        [none] {""}
       *[other] 、データベースは{ $database }
    }
console-not-recorded = CockroachDBの場合のコマンドです。出力は記録していません。
console-recorded-value = 記録時の値です。環境によって変わります
console-interrupt = 次のコマンドのターミナルでCtrl-C：{ $command }
console-status = 終了ステータス{ $status }
console-signal = シグナルで終了
console-took = { $seconds }秒
console-answer = 解答
console-hint = ヒント
