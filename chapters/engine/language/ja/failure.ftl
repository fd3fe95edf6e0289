# 章が最後まで進まなかった理由。

failure-section = { $section }の結果が本書と異なります（{ $place }）
failure-command = コマンド
failure-expected = 期待
failure-came = 結果
failure-timed-out = { $seconds }秒たっても終了せず
failure-status = 終了ステータス{ $status }（{ $seconds }秒）
failure-signal = シグナルによる終了
# 待って繰り返したコマンド：待った時間、試行の回数、最後に終了した試行の結果。
failure-waited = { $seconds }秒待って{ $attempts }回試行、{ $last }
failure-last-status = 最後に終了した試行は終了ステータス{ $status }
failure-last-signal = 最後に終了した試行はシグナルによる終了
failure-no-attempt-ended = 時間内に終了した試行なし

failure-no-output = { $came }、出力なし
failure-output = { $came }、出力は次のとおり
failure-last-lines = { $came }、出力の末尾は次のとおり
failure-run = `{ $command }`を実行できませんでした（{ $place }）：{ $reason }
failure-placeholder = `{ $command }`（{ $place }）には{ $placeholder }が必要ですが、この章のここまでの出力にありません
failure-interrupted = 中断しました
failure-left = 途中で終了しました
