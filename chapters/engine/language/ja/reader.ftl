# 章の実行中に、章自身について表示する文。

reader-page =
    この章のページ：{ $address }
    （`{ $command }`の実行中に開けます）
reader-no-repository = このプログラムをビルドしたリポジトリが、元の場所にありません
reader-unknown-step =
    { $step }という節はありません
    次の操作：節の一覧を`--list`で確認してください
reader-one-chapter =
    { $option }は、一度に1つの章でしか使えません。{ $why }
    次の操作：章を1つ指定してください：{ $start } { $chapter } -- { $option } …
reader-one-keeps = 前の章のものが残っていると、次の章を始められないためです
reader-one-answer = 1つのファイルで答えられるのは1つの演習だけです
reader-one-transcript = 1つのファイルに書けるのは1つの章の記録だけです
reader-one-stays = 起動したまま待てるのは1つの章だけです
reader-mistake = { $chapter }のファイルに誤りがあります：{ $mistake }
reader-cannot-start =
    { $chapter }を始められません
    { $why }
reader-unrecorded =
    { $database }で動かす{ $chapter }には記録がありません。
    本書の出力は{ $recorded }のものです。
    操作に間違いがなくても、失敗したり、出力が違ったりすることがあります。
reader-recorded = `{ $command }`なら、記録のある{ $database }で動きます
reader-later-chapters = 「!」の項目を解決するまで、この後の章は始められません。
reader-not-cleaned-up = ! 後片付けできませんでした：{ $trouble }
reader-unlocked = { $file }をロックできませんでした：{ $reason }
reader-waiting = 別の章を実行しています。終わるまで待ちます。
reader-waited =
    { $minutes }分待ちましたが、別の章がまだ終わりません
    次の操作：その章を終了させるか、終わってから実行してください（ロックファイル：{ $file }）
