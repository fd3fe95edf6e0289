# `--script` で書き出すスクリプトのコメントと、スクリプトが表示する文。

script-header =
    『DockerでRustを動かす』の{ $chapter }をスクリプトにしたものです。
    生成したコマンド: { $command }
    この章のページ: { $page }

    章と同じコマンドを実行します。確認するのは終了ステータスと、待つ対象の出力だけです。
    出力を本書と比べるのは、章のプログラムのほうです。
    Docker Engineが応答する状態で、リポジトリのフォルダーから実行してください。
    作ったものは最後に削除します。KEEP=yesを指定すると残します。
    終了ステータス: 0 すべて想定どおり、1 想定と違う、3 開始できない。
script-about-sh = POSIXシェル（sh、dash、bash、zsh）が必要です。
script-about-powershell =
    PowerShell 7.3以降が必要です。それより前の版では、プログラムへ渡すときに二重引用符が失われます。
    章が実行するプログラム（curl、grepなど）も必要です。

script-environment = Dockerの表示を左右する変数。
script-names = 章が作るものの名前。
script-refuse = 理由を示して、開始しない。
script-stop = 理由を示して、スクリプトを終える。
script-section = 本書の節の始まり。
script-show = コマンドを、入力するときの形で表示する。
script-program = この名前のプログラム。lsのようなエイリアスや関数は除く。
script-output = コマンドを実行し、出力を返す。
script-end-line = 直前の出力が改行で終わっていなければ、改行する。
script-remember = 直前の出力にあるIDを控える。何がスクリプトのものかを、最後に判断するため。
script-exits-with = コマンドを実行し、終了ステータスがこの値であることを確かめる。
script-run = コマンドを実行し、終了ステータスが0であることを確かめる。
script-natively = ホストからコンテナのアドレスに届く環境でだけ実行する。
script-expect = 次のコマンドで何を待つか。含むべき文字列、含まないはずの文字列、または無出力。
script-holds = 出力が待っているものになったかどうか。
script-again = 1秒待つ。上限（秒）を超えたら終える。
script-wait-until = コマンドを繰り返す。終了ステータスがこの値で、待っている出力になるまで。上限は秒で指定する。
script-foreground = 動き続けるコマンドを開始し、待っている出力になるまで待つ。上限は秒で指定する。
script-read-foreground = その後に書かれた出力を表示する。
script-interrupt = Ctrl-Cを送る。上限（秒）のうちに、この終了ステータスで終わること。
script-interrupt-windows = Windowsには、別のプログラムへ送るシグナルがない。代わりにコンテナへ送る。
script-value = 直前の出力から、この形の値のうち何番目かを取り出す。同じ値は1回だけ数える。
script-afterwards = コマンドを最後に回す。後に回したものほど先に実行する。
script-unnamed = 名前のないイメージのID。
script-is-one-of = 最初の単語が、残りのどれかと同じかどうか。
script-was-seen = このIDが出力に現れたかどうか。
script-remove = スクリプトが作ったものだけを削除する。名前、または出力に現れたIDで判断する。
script-finish = どのように終わる場合も、ここを通る。
script-folder = 開始に必要なもの。
script-taken-why = すでにこの名前のものがあれば、ほかの人のもの。最後に削除してしまわないよう、開始しない。
script-native =
    Docker Engineとこのシェルが同じネットワークにあるかどうか。ブリッジのアドレスがこのマシンのものかで確かめる。
    ブリッジを作ったばかりのエンジンはアドレスを示さない。使うのは範囲の最初のアドレス。
script-native-curl = 自分のアドレスとして使えなければ、curlは45で終わる。

script-wrong-status = 想定と違う終了ステータスです:
script-too-late = 時間内に出力されませんでした。上限
script-ended = 動き続けるはずのコマンドが終わりました:
script-no-value = 次のコマンドに必要な値が出力にありません
script-kept = KEEP=yesの指定により、作ったものを残します。
script-not-here = リポジトリのフォルダーで実行してください。
script-no-engine = Docker Engineが応答しません: https://docs.docker.com/engine/install/
script-taken = この名前はすでに使われています:

script-no-recording = { $chapter }のスクリプトには、値の出どころが分かる記録が必要です: { $error }
script-no-source = { $chapter }の記録に、{ $placeholder }の出どころがありません
    次に行うこと: scripts/record
