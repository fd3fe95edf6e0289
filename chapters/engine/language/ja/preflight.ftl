# 章を始める前の点検。

preflight-engine = エンジン
preflight-engine-old = Docker Engine { $oldest }以降をインストールしてください：https://docs.docker.com/engine/install/
preflight-client = クライアント
preflight-architecture = アーキテクチャ
preflight-missing = なし
preflight-plugin-missing = Dockerの{ $plugin }プラグインをインストールしてください：https://docs.docker.com/engine/install/
preflight-base-images = ベースイメージ
preflight-base-images-there = { $origin ->
    [assembled] Debianのパッケージから作成済み
    [mixed] 一部はDebianのパッケージから作成済み、残りはレジストリから取得済み
   *[pulled] レジストリから取得済み
}
preflight-base-images-missing = 不足：{ $images }
preflight-curl-missing = curlをインストールしてください。{ $purpose }
preflight-disk = ディスクの空き
preflight-disk-free = { $gigabytes }GB（{ $folder }）
preflight-disk-unknown = 不明（エンジンのデータがこのマシンにないため）
preflight-disk-full = { $gigabytes }GBを空けてください。`docker system prune`などが使えます
preflight-ipv6-there = このマシンに::1があります
preflight-ipv6-none = このマシンに::1がありません。ここで動くエンジンは、ポートをIPv4でだけ公開します
preflight-port = ポート{ $port }
preflight-port-free = 空き
preflight-port-held = { $holder }が使用中
preflight-port-held-on = { $holder }が{ $address }で使用中
preflight-port-advice = { $holder }を停止して、もう一度実行してください
preflight-container = コンテナ`{ $name }`
preflight-process = { $name }（プロセス{ $process }）
preflight-unknown-holder = このユーザーからは見えないプログラム
preflight-leftovers = 残っているもの
preflight-no-leftovers = なし
preflight-leftovers-advice = 以前の実行で残ったものは`-- --clean`で削除できます。自分で作ったものなら、削除するか別の名前にしてください
preflight-configuration = 設定
preflight-configuration-formats = { $file }に{ $settings }がある
preflight-configuration-advice = 本書に載っている表の形が変わります。章を実行する間は、この設定をファイルから外してください
