# エンジンとイメージの用意。

setup-declined =
    何も用意しませんでした
    次の操作：手元のDocker Engineを起動するか、yと答えてください
setup-script =
    `{ $script }`が失敗しました。その出力：
    { $output }
    次の操作：出力の内容に従って対処し、章をもう一度実行してください
setup-process = エンジンを用意できませんでした：{ $reason }
setup-docker = 用意したエンジンを使えませんでした：{ $reason }
setup-engine = { $choice ->
    [host] Docker Engine { $version }（{ $address }、DOCKER_HOSTの指定）
    [variable] Docker Engine { $version }（{ $address }、DOCKER_CONTEXTで指定されたコンテキスト{ $context }）
    [context] Docker Engine { $version }（{ $address }、現在のコンテキスト{ $context }）
    [private] Docker Engine { $version }（{ $address }、`{ $script }`の専用エンジン）
   *[default] Docker Engine { $version }（{ $address }、クライアントのデフォルトの接続先）
}
setup-chosen = { $choice ->
    [host] DOCKER_HOSTで{ $address }が指定されています。代わりのエンジンは使いません。
    [variable] DOCKER_CONTEXTでコンテキスト{ $context }が指定されています。代わりのエンジンは使いません。
   *[context] 現在のコンテキストは{ $context }です。代わりのエンジンは使いません。
}
setup-pull = イメージ{ $image }がないので、レジストリから取得します。
setup-pull-progress = { $image }：{ $named }レイヤー中{ $there }レイヤー
setup-assemble = { $image }のレジストリが応答しないので、Debianのパッケージから作ります。
setup-not-pulled = イメージ{ $image }を取得できません
setup-pull-again = `docker pull { $image }`が成功するようになったら、章をもう一度実行してください。
setup-again = 応答するDocker Engineがありません。以前に用意した専用のエンジンを起動します。
setup-offer =
    応答するDocker Engineがありません。本書専用のエンジンを用意できます。
    内容：Debianのパッケージから取り出したDockerと、ベースイメージ。レジストリに接続できなければ、イメージもDebianのパッケージから作ります。
    場所：{ $folder }（{ $home }で変更できます）。システムには何もインストールしません。
    容量：{ $cost }。
    停止：`{ $engine } down`。ディレクトリを削除すれば、何も残りません。
setup-question = 用意しますか？
setup-impossible =
    自分のDocker Engineが必要です。ここでは本書専用のエンジンを用意できません：
    { $reason }
setup-elsewhere = ターミナルで`{ $start } { $chapter }`を実行すると、専用のエンジンを用意できます。
setup-without-engine = `--replay`、`--list`、`--dry-run`は、エンジンがなくても使えます。
