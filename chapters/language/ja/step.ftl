# コマンドで作られるもの、必要なもの、章の一部の実行についての文。

step-container = コンテナ{ $name }
step-container-unnamed = Dockerが名付けるコンテナ
step-running = コンテナ{ $name }の実行
step-running-unnamed = コンテナの実行
step-port = このマシンのポート{ $name }
step-image = イメージ{ $name }
step-image-unnamed = 名前のないイメージ
step-network = ネットワーク{ $name }
step-volume = ボリューム{ $name }
step-file = { $name }
step-value = { $name }の値
step-cache = { $name }のビルドキャッシュ

step-makes = 作成: { $things }
step-starts = 起動: { $things }
step-publishes = 公開: { $things }
step-stops = 停止: { $things }
step-removes = 削除: { $things }

step-missing = { $section }に必要なもののうち、次のものがありません。
step-missing-thing = { $thing }（作成する節: { $sections }）
step-in-the-way = 以前の実行で残ったもののうち、次のものは妨げになるので先に削除します。
step-run-missing = 先に{ $sections }を表示なしで実行しますか？
step-alone = { $section }に必要なものはそろっています。ほかの節は実行しません。
step-refused = 必要なものがなく、先に実行しないことが選ばれました。
step-resume-none = このエンジンには、途中で止まった{ $chapter }の記録がありません。最初から始めます。
step-resume-other-engine = { $chapter }の前回の実行は別のエンジンでした。最初から始めます。
step-resume-from = { $chapter }を{ $section }節から再開します。
step-resume-offer = 再開       { $command }
