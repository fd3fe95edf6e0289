# 本全体について。

book-title = DockerでRustを動かす
book-description = 最初のDockerfileからデータベースまで、Rustのサービスと実際に実行したコマンドで学ぶDocker
