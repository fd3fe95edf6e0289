# コマンドに期待する結果。「✓」や「期待」の後ろに並べるので、名詞で終える。

expect-output = { $what }を含む出力
expect-output-without = { $what }を含まない出力
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
expect-no-output = 出力なし
expect-within = { $seconds }秒以内の終了
expect-step = ビルドのステップ「{ $step }」
expect-step-cached = ビルドのステップ「{ $step }」でのキャッシュの利用
expect-step-rebuilt = ビルドのステップ「{ $step }」のやり直し
expect-smaller = 「{ $line }」が{ $megabytes }MB未満
expect-times = 「{ $line }」が「{ $other }」の{ $times }倍以上
expect-nothing-new = これまでの出力にないIDなどを含まない出力
expect-end = 制限時間内の終了
expect-goes-on = 動き続けるプロセス
expect-status = 終了ステータス{ $status }
