# 各節の結果と、そのまとめ。

report-verdict-same = 本書と同じ
report-verdict-differs-as-expected = 本書と同じ。違ってよいもの：{ $list }
report-verdict-not-run = { $all }個中{ $count }個のコマンドは実行せず
report-verdict-not-recorded = 本書に記録なし
report-verdict-in-other-words = 本書と同じ（文言だけの違い）：確認する点は同じで、表示が異なる。{ $list }
report-verdict-differs = 本書と異なる
report-verdict-failed = 失敗

report-is = { $name }は{ $here }
report-is-and-was = { $name }は{ $here }（本書では{ $book }）
report-published-on-ipv4 = 公開はIPv4のみ
report-listens-on-ipv4 = コンテナにIPv6なし
report-log-order = stdoutとstderrの順序
report-more = ほか{ $count }件

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
report-kind-ref = ビルドコンテキストの識別子
report-kind-registry-answer = レジストリの応答
report-kind-resolver-answer = 名前解決の応答

report-more-lines = … 以降{ $count }行は省略
report-reason-failed = 示すはずの結果になりませんでした。
report-reason-not-in-chapter = 本書にあり、この章のプログラムにないコマンドです。
report-reason-not-in-book = この章のプログラムにあり、本書にないコマンドです。
report-reason-elsewhere = 本書の環境との違い：{ $list }
report-part-engine = エンジン{ $here }（本書では{ $book }）
report-part-client = クライアント{ $here }（本書では{ $book }）
report-part-buildx = buildx { $here }（本書では{ $book }）
report-part-compose = Compose { $here }（本書では{ $book }）
report-part-runc = runc { $here }（本書では{ $book }）
report-part-containerd = containerd { $here }（本書では{ $book }）
report-part-image-store = イメージストアは{ $here }（本書では{ $book }）
report-part-frontend = Dockerfileフロントエンドは{ $here }（本書では{ $book }）
report-part-curl = curl { $here }（本書では{ $book }）
report-part-operating-system = { $here }（本書では{ $book }）
report-part-architecture = { $here }（本書では{ $book }）
report-part-database = { $here }（本書では{ $book }）
report-part-base-images = ベースイメージは{ $here ->
    [pulled] レジストリから取得
    [mixed] 一部をDebianのパッケージから作成
   *[other] Debianのパッケージから作成
}（本書では{ $book ->
    [pulled] レジストリから取得
    [mixed] 一部をDebianのパッケージから作成
   *[other] Debianのパッケージから作成
}）

report-count = { $chapter }の節：{ $list }。
report-count-same = 本書と同じ{ $count }
report-count-differs-as-expected = うちIDや時刻だけの違い{ $count }
report-count-in-other-words = 文言だけの違い{ $count }
report-count-differs = 異なる{ $count }
report-count-failed = 失敗{ $count }
report-count-not-run = 実行せず{ $count }
report-count-not-recorded = 本書に記録なし{ $count }
report-not-compared = { $chapter }について、本書の記録を読めません：{ $cause }

# 全章の表と、その後に続く行。
report-ended = すべて期待どおり
report-ended-in-other-words = すべて期待どおり（一部は文言だけの違い）
report-ended-differently = 本書と違う節：{ $sections }
report-interrupted = 中断
report-left = 途中で終了
report-stopped = 停止
report-removed = { $word }（作ったものは削除済み）
report-row = { $sections }節  { $commands }コマンド  { $seconds }秒  { $word }
report-own = このうちプログラム自身の処理時間：{ $percent } %
report-show-words = --diffを付けると、文言の違う行を表示します。
report-go-on = 続き       { $command }
report-next = 次のコマンド：{ $command }
report-error = エラー：{ $chapter }：{ $cause }
