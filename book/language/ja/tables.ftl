# プレースホルダーの表と、バージョンの表。

tables-placeholders = 記録した出力に現れるプレースホルダー
tables-placeholder = プレースホルダー
tables-meaning = 意味
tables-example = 例

# <container-1>や<time>のようなプレースホルダーの意味。
tables-kind-container = コンテナのID
tables-kind-image = イメージのID
tables-kind-layer = レイヤーのダイジェスト
tables-kind-network = ネットワークのID
tables-kind-volume = Dockerが付けたボリューム名
tables-kind-name = Dockerが付けたコンテナ名
tables-kind-address = プライベートIPv4アドレス
tables-kind-port = Dockerが選んだTCPポート
tables-kind-ipv6-port = DockerがIPv6側で選んだTCPポート
tables-kind-size = イメージのサイズ（記録時の値を表示）
tables-kind-version = プログラムのバージョン（記録時の値を表示）
tables-kind-architecture = プロセッサーのアーキテクチャ（記録時の値を表示）
tables-kind-time = 時刻、または経過時間
tables-kind-duration = 所要時間
tables-kind-n = 試行の回数
tables-kind-ref = BuildKitがビルドコンテキストに付ける識別子
tables-kind-registry-answer = レジストリ、またはそこまでの経路からの応答
tables-kind-resolver-answer = 未知の名前に対するリゾルバーの応答

tables-provenance = 本書の出力を記録した環境
tables-what = 項目
tables-recorded-on = 記録環境
tables-date = 記録日（UTC）
tables-engine = Docker Engine
tables-client = Dockerクライアント
tables-buildx = buildx
tables-compose = Docker Compose
tables-runc = runc
tables-containerd = containerd
tables-image-store = イメージストア
tables-frontend = Dockerfileフロントエンド
tables-curl = curl
tables-operating-system = ホストのOS
tables-architecture = アーキテクチャ
tables-base-images = ベースイメージ
tables-database = データベース
tables-origin = { $origin ->
    [assembled] ベースイメージはDebianのパッケージから作成
   *[pulled] ベースイメージはレジストリから取得
}
tables-of-chapters = { $value }（{ $chapters }章）
tables-missing = なし
