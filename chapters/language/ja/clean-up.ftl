# 章が終わった後に残るものと、`--clean`での確認。

clean-up-kept = 次のものを残しました。`-- --clean`で削除できます。
clean-up-left-alone =
    削除しません（このエンジンで章のプログラムが作った記録がないため）：{ $object }
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
