# 書き込めなかったもの。

output-unwritten-stdout = 標準出力に書き込めませんでした：{ $reason }
output-unwritten = { $file }に書き込めませんでした：{ $reason }
output-next-space = 次の操作：空き容量を増やすか出力先を変えて、もう一度実行してください
output-next-file = 次の操作：書き込めるファイルを指定して、もう一度実行してください
