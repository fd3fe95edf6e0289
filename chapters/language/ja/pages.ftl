# 本のページでしか見せられないものの代わりに、ターミナルに表示する文。

pages-file = （ファイル`{ $file }`）
pages-figure = （図：{ $alternative }）
pages-cell = { $head }：{ $cell }
pages-chapter = { $number }章
pages-note = 補足：{ $text }
pages-tip = ヒント：{ $text }
pages-important = 重要：{ $text }
pages-warning = 注意：{ $text }
pages-caution = 警告：{ $text }
