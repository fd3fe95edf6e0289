# 章が終わった後に残るものと、`--clean`での確認。

clean-up-kept = 次のものを残しました。`-- --clean`で削除できます。
clean-up-left-alone =
    削除しません（章のプログラムがこのエンジンで作ったという記録がないため）：{ $object }
    { "  " }不要であれば、次のコマンドで削除できます：{ $command }
clean-up-other-engine =
    別のエンジンで実行した記録もあります。
    そのエンジンで`-- --clean`を実行すると、残ったものを削除できます。
clean-up-nothing-left = 章のプログラムが残したものはありません。
clean-up-to-remove = 章のプログラムが作った、次のものを削除します。
clean-up-folder = ディレクトリ { $folder }
clean-up-question = 削除しますか？
clean-up-declined = 何も削除しませんでした。
clean-up-removed = 削除しました。
clean-up-failed = { $folder }を削除できませんでした：{ $reason }
clean-up-unread =
    記録{ $file }を読めませんでした：{ $reason }
    章が残したものの一覧なので、読めないと`--clean`では削除できません。
    次の操作：章が残したものがあれば削除し、続けて記録も削除してください：{ $command }
clean-up-not-noted =
    `--clean`で分かるのは、この実行の前にあったものだけです。
    その後にできたものは、本書で使う名前が付いたものだけを削除します。
clean-up-unknown =
    `--clean`では削除できません：{ $object }
    { "  " }削除するコマンド：{ $command }
clean-up-next-end = 次の操作：原因を取り除いてから、残ったものを`-- --clean`で削除してください
clean-up-next-start = 次の操作：空き容量を増やすか、ディレクトリを書き込み可能にして、もう一度実行してください
