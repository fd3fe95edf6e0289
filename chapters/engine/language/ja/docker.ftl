# エンジンの中にあるものと、エンジンに問い合わせられないときの説明。

docker-object = { $kind ->
    [container] コンテナ { $name }
    [image] イメージ { $name }
    [network] ネットワーク { $name }
   *[volume] ボリューム { $name }
}
docker-run = Docker Engineに問い合わせられませんでした：{ $reason }
docker-refused = `docker { $command }`が失敗しました：{ $output }
docker-silent = `docker { $command }`が{ $seconds }秒たっても応答しませんでした
docker-answer = `docker { $command }`の応答を読み取れませんでした：{ $reason }
docker-stays = 削除したはずの{ $object }が残っています
