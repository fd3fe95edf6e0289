# `--help`の文と、オプションの誤りについての文。

options-about =
    本書のコマンドを手元のマシンで実行し、結果が本書と同じかどうかを
    コマンドごとに表示します。
options-usage = cargo run --bin プログラム -- [オプション]…
options-template =
    {"{about-with-newline}"}
    使い方：{"{usage}"}

    オプション：
    {"{options}"}{"{after-help}"}
options-after =
    終了ステータス：0 すべて想定どおり、または途中で終了　1 コマンドの失敗、または
    指定したファイルに書き込めなかった　2 オプションの誤り　3 章を始められなかった
    4 最後まで実行したが、本書と違うところがある　130 中断

options-list = 節の一覧を、題名とコマンドの数と一緒に表示（エンジン不要）
options-step = 指定した節（3-12や3-12-tagなど）だけを実行して表示。前提となる節は、表示せずに先に実行
options-from = 指定した節から最後まで実行して表示。前提となる節は、表示せずに先に実行
options-answer = 章の演習（--stepがあればその演習）を、本書のファイルの代わりに自分のファイルかディレクトリで実行し、満たしている項目と満たしていない項目を表示。--dockerfileも同じ
options-interactive = コマンドごとに、実行するか、飛ばすか、説明を見るかを尋ねる
options-dry-run = コマンドを表示するだけで、実行しない（エンジン不要）
options-replay = 記録した出力を短い時間で再生し、何も実行しない（エンジン不要）
options-diff = 本書と文言の違う行も表示
options-keep = 章が作ったコンテナ、イメージ、ボリューム、ネットワーク、ファイルを残す
options-clean = 以前の実行で残ったものを削除し、何も実行しない
options-yes = すべての質問に「はい」と答える
options-lang = 題名、説明、ヒントの言語（enかja）。指定がなければロケールの言語
options-transcript = 正規化した出力と記録環境を、JSONでファイルに書き出す
options-format = 標準出力の形式。章の出力（text）、または最後に1つのJSON（json）
options-junit = 各節の結果を、JUnit XMLでファイルに書き出す
options-events = ほかのプログラムのために起動したまま待つ。標準入力から`run ID`、`check ID`、`stop`、`clean`を読み、イベントをJSONで出力
options-help = このヘルプを表示

options-value-id = {"ID"}
options-value-file = ファイル
options-value-name = 名前
options-value-language = 言語
options-value-format = 形式

options-unknown =
    { $option }というオプションはありません
    次の操作：オプションの一覧を`--help`で確認してください
options-conflict =
    { $option }は{ $other }と一緒に使えません
    次の操作：どちらか一方だけを指定してください
options-no-value =
    { $option }には値が必要です
    次の操作：指定できる値を`--help`で確認してください
options-wrong-value =
    { $option }に「{ $value }」は指定できません
    次の操作：次のどれかを指定してください：{ $known }
