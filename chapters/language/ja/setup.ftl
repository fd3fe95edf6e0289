# エンジンとイメージの用意。

setup-declined =
    何も用意しませんでした
    次の操作：手元のDocker Engineを起動するか、yと答えてください
setup-script =
    `{ $script }`が失敗しました
    次の操作：上の表示に従って対処し、章をもう一度実行してください
setup-interrupted = 中断しました
setup-process = エンジンを用意できませんでした：{ $reason }
setup-docker = 用意したエンジンを使えませんでした：{ $reason }
setup-base-images = 足りないベースイメージを用意します：{ $images }
setup-again = 応答するDocker Engineがありません。以前に用意した専用のエンジンを起動します。
setup-offer =
    応答するDocker Engineがありません。本書専用のエンジンを用意できます。
    内容：Debianのパッケージから取り出したDocker 26と、ベースイメージ。
    　　　レジストリに接続できなければ、イメージもDebianのパッケージから組み立てます。
    場所：{ $folder }（DOCKER_BOOK_HOMEで変更できます）。
    　　　システムには何もインストールしません。
    容量：約4GB、うちダウンロードは約0.6GB。最初に一度、5分ほどかかります。
    停止：`scripts/engine down`。ディレクトリを削除すれば、何も残りません。
setup-question = 用意しますか？
setup-without-engine = `--replay`、`--list`、`--dry-run`、`--script`は、エンジンがなくても使えます。
