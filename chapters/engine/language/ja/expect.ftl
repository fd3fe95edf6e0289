# コマンドに期待する結果。「✓」や「期待」の後ろに並べる。

expect-output = { $what }を表示
expect-output-without = { $what }を表示しない
expect-and = { $before }と{ $last }
expect-fragment = 「{ $fragment }」
# $kindは、<container-1>のようなプレースホルダーの種類。
expect-placeholder = { $kind ->
    [container] コンテナ{ $number }のID
    [image] イメージ{ $number }のID
    [layer] レイヤー{ $number }のダイジェスト
    [network] ネットワーク{ $number }のID
    [volume] ボリューム{ $number }の名前
    [name] コンテナ{ $number }の名前
    [address] アドレス{ $number }
    [port] ポート{ $number }
    [ipv6-port] IPv6のポート{ $number }
    [size] サイズ{ $number }
    [version] バージョン{ $number }
   *[architecture] アーキテクチャ{ $number }
}
expect-no-output = 何も表示しない
expect-some-output = 何かを表示する
expect-within = { $seconds }秒以内に終了
expect-step = ビルドのステップ「{ $step }」がある
expect-step-cached = ビルドのステップ「{ $step }」でキャッシュを利用
expect-step-rebuilt = ビルドのステップ「{ $step }」を再実行
expect-smaller = 「{ $line }」が{ $megabytes }MB未満
expect-times = 「{ $line }」が「{ $other }」の{ $times }倍以上
expect-nothing-new = 新しいID、アドレス、ポートを表示しない
expect-half = `{ $other }`の半分以下の時間で終了
expect-end = 制限時間内に終了
expect-goes-on = 動き続ける
expect-status = 終了ステータス{ $status }で終了
