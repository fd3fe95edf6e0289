# --interactiveで各コマンドの前に尋ねる文。

interactive-question = [r] 実行  [s] 飛ばす  [e] 説明  [a] 残りをすべて実行  [q] 終了（Enterで実行）：
interactive-again = r、s、e、a、qのどれかを入力してください。
interactive-end = 標準入力が閉じられたため、ここで終了します。
interactive-skipped = これより前に飛ばしたコマンド：{ $number }個。作られなかったものがあるかもしれません。
