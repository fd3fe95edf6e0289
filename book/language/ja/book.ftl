# 本全体について。

book-description = 最初のDockerfileからデータベースまで、Rustのサービスと実際に実行したコマンドで学ぶDocker
