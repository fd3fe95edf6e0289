# プログラムを実行できなかった理由。

process-start = `{ $program }`を起動できませんでした：{ $reason }
process-wait = プロセス{ $process }の終了を待てませんでした：{ $reason }
