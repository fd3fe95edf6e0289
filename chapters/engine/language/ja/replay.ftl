# `--replay` の再生についての文。

replay-recorded =
    { $date }に記録：Docker Engine { $engine }、{ $architecture }、{ $base_images ->
        [assembled] ベースイメージはDebianのパッケージから作成
       *[other] ベースイメージはレジストリから取得
    }{ $database ->
        [none] {""}
       *[other] 、データベースは{ $database }
    }
    実行するには：{ $command }
replay-starts = { $chapter }の記録を再生します。コマンドは実行しません。
replay-ends = { $chapter }の記録の再生はここまでです。コマンドは実行していません。
replay-status = {"  "}終了ステータス{ $status }
replay-signal = {"  "}シグナルで終了
replay-no-recording = エラー：{ $chapter }を再生できません：{ $error }
