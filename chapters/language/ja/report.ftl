# 各節の結果と、そのまとめ。

report-same = 本と同じ
report-as-expected = 想定どおりの違い: { $list }
report-not-run = { $all }個中{ $count }個のコマンドは実行せず
report-not-recorded = 本に記録なし
report-differs = 本と異なる

report-is = { $name }は{ $here }
report-is-and-was = { $name }は{ $here }（本では{ $book }）
report-more = ほか{ $count }件
report-separator = 、

report-kind-container = コンテナ{ $number }
report-kind-image = イメージ{ $number }
report-kind-layer = レイヤー{ $number }
report-kind-network = ネットワーク{ $number }
report-kind-volume = ボリューム{ $number }
report-kind-name = 名前{ $number }
report-kind-address = アドレス{ $number }
report-kind-port = ポート{ $number }
report-kind-ipv6-port = IPv6ポート{ $number }
report-kind-size = サイズ{ $number }
report-kind-version = バージョン{ $number }
report-kind-architecture = アーキテクチャ{ $number }
report-kind-time = 時刻
report-kind-duration = 所要時間
report-kind-n = 試行回数
report-kind-registry-answer = レジストリの応答
report-kind-resolver-answer = 名前解決の応答
report-wording = Dockerのバージョンによる文言

report-more-lines = … 以降{ $count }行は省略
report-reason-failed = 期待した結果になりませんでした。
report-reason-not-in-chapter = 本にはあり、章にはないコマンドです。
report-reason-not-in-book = 章にはあり、本にはないコマンドです。
report-reason-elsewhere = 本を記録した環境との違いが原因かもしれません: { $list }
report-part-engine = エンジン{ $here }（本では{ $book }）
report-part-client = クライアント{ $here }（本では{ $book }）
report-part-buildx = buildx { $here }（本では{ $book }）
report-part-architecture = { $here }（本では{ $book }）
report-part-database = { $here }（本では{ $book }）
report-part-base-images = ベースイメージは{ $here ->
    [pulled] レジストリから取得
   *[other] Debianのパッケージから作成
}（本では{ $book ->
    [pulled] レジストリから取得
   *[other] Debianのパッケージから作成
}）

report-count = { $chapter }を節ごとに本と比べた結果: { $list }。
report-count-same = 同じ{ $count }
report-count-as-expected = 想定どおりの違い{ $count }
report-count-differs = 異なる{ $count }
report-count-not-run = 実行せず{ $count }
report-count-not-recorded = 本に記録なし{ $count }
report-not-compared = { $chapter }について、本の記録を読めません: { $cause }
report-not-written = ! 書き込めません: { $cause }

# 全章の表と、その後に続く行。
report-ended = すべて期待どおり
report-ended-differently = 本と異なるところあり
report-interrupted = 中断
report-left = 途中で終了
report-stopped = 停止
report-removed = { $word }（作ったものは削除済み）
report-row = { $sections }節  { $commands }コマンド  { $seconds }秒  { $word }
report-next = 次のコマンド: { $command }
report-error = エラー: { $chapter }: { $cause }

# GitHubのジョブのまとめ。
report-table = | 節 | 本と同じか | 違い |
report-yes = 同じ
report-yes-but = 想定どおり
report-no = **異なる**
report-left-out = 実行せず
report-unrecorded = 記録なし
