//! Effects of the files that exercises ask for: what each is good for, and where the book explains it.

use std::time::Duration;

use tutorial_engine::author::effect::Effect;

/// Longest wait for what a reader's own file starts.
pub(crate) const START_LIMIT: Duration = Duration::from_secs(30);

pub(crate) const WORKDIR: &Effect = &Effect {
    what: [
        "The commands in a container start in /app.",
        "コンテナのコマンドは、/appを作業ディレクトリとして動く。",
    ],
    why: [
        "WORKDIR keeps the service's files in a folder of their own, away from those of the system.",
        "WORKDIRを書くと、サービスのファイルがシステムのファイルと混ざらず、1つのディレクトリにまとまります。",
    ],
    explained: "3-writing#3-3",
};

pub(crate) const EXPOSE: &Effect = &Effect {
    what: [
        "The image says that the service listens on port 8080.",
        "サービスがポート8080で待ち受けることが、イメージに書いてある。",
    ],
    why: [
        "People and tools read it: --publish-all publishes the ports that EXPOSE names.",
        "人やツールが参照します。たとえば--publish-allは、EXPOSEに書いたポートを公開します。",
    ],
    explained: "3-writing#3-8",
};

pub(crate) const CMD: &Effect = &Effect {
    what: [
        "A container starts the service itself, without a shell in between.",
        "コンテナは、シェルを介さずにサービスを直接起動する。",
    ],
    why: [
        "With the exec form, CMD [\"/docker-gs-ping\"] or ENTRYPOINT, the service gets the signal of docker stop; without them, docker run starts what the base image names.",
        "exec形式のCMD [\"/docker-gs-ping\"]やENTRYPOINTなら、docker stopのシグナルがサービスに届きます。どちらもないと、ベースイメージのコマンドが起動します。",
    ],
    explained: "3-writing#3-9",
};

pub(crate) const STEPS: &Effect = &Effect {
    what: [
        "The image's history shows how the manifests and the sources were copied.",
        "イメージの履歴に、マニフェストとソースのコピーが表示される。",
    ],
    why: [
        "Each instruction is a row, and Docker repeats the first one that has changed and all below it. Manifests change rarely, so they are copied first.",
        "命令ごとに1行になり、内容の変わった命令と、その後の命令が再び実行されます。マニフェストはめったに変わらないので、先にコピーします。",
    ],
    explained: "3-writing#3-4",
};

pub(crate) const ANSWERS: &Effect = &Effect {
    what: [
        "The service answers on port 8080.",
        "サービスがポート8080で応答する。",
    ],
    why: [
        "The program has to be compiled, copied to where CMD looks for it, and listen on all addresses of its container.",
        "プログラムをコンパイルし、CMDに書いた場所に置き、コンテナのすべてのアドレスで待ち受ける必要があります。",
    ],
    explained: "5-running#5-2",
};

pub(crate) const FETCHES_ONCE: &Effect = &Effect {
    what: [
        "After a change of a source file, a build downloads no crate.",
        "ソースを変更しても、次のビルドではクレートをダウンロードしない。",
    ],
    why: [
        "If the crates are downloaded before the sources are copied, the download stays in the build cache.",
        "ソースをコピーする前にクレートをダウンロードしておくと、ダウンロードの結果がビルドキャッシュに残ります。",
    ],
    explained: "3-writing#3-11-cache",
};

pub(crate) const COMPILES_ONCE: &Effect = &Effect {
    what: [
        "After a change of a source file, a build takes at most half as long as with the slow Dockerfile.",
        "ソースを変更した後のビルドが、遅いDockerfileの半分以下の時間で終わる。",
    ],
    why: [
        "A cache mount keeps the compiled crates, so that Cargo compiles only your own.",
        "キャッシュマウントにコンパイル済みのクレートが残り、Cargoは自分のクレートだけをコンパイルします。",
    ],
    explained: "4-multi-stage#compiling",
};

pub(crate) const RUNS: &Effect = &Effect {
    what: [
        "A container runs the program, which prints something and ends with exit status 0.",
        "コンテナでプログラムが動き、何かを表示して終了ステータス0で終わる。",
    ],
    why: [
        "CMD or ENTRYPOINT has to name the program at the path where the build has put it.",
        "ビルドで置いたプログラムのパスを、CMDかENTRYPOINTに書く必要があります。",
    ],
    explained: "3-writing#3-9",
};

pub(crate) const STOPS: &Effect = &Effect {
    what: [
        "docker stop ends the service within three seconds, and the exit status is 0.",
        "docker stopで、サービスが3秒以内に終了ステータス0で終わる。",
    ],
    why: [
        "Docker sends the signal to PID 1. A shell there does not pass it on, and after ten seconds Docker kills all of them; requests are cut off.",
        "DockerはPID 1にシグナルを送ります。PID 1のシェルはシグナルを渡さないので、10秒後に強制終了となり、処理中のリクエストも途切れます。",
    ],
    explained: "5-running#5-exercise-2",
};

pub(crate) const RESTORED: &Effect = &Effect {
    what: [
        "A database that starts on the new volume has the same messages.",
        "新しいボリュームで起動したデータベースに、同じメッセージがある。",
    ],
    why: [
        "Only a restored backup proves that the backup is good; owner and rights of the files belong to it.",
        "復元してみるまで、バックアップが使えるかどうかは分かりません。ファイルの所有者と権限も、バックアップの一部です。",
    ],
    explained: "6-database#6-beyond-volume",
};

pub(crate) const WAITS: &Effect = &Effect {
    what: [
        "The service starts once the database is ready: its log has no failed attempt.",
        "データベースの準備ができてからサービスが起動し、ログに失敗した接続がない。",
    ],
    why: [
        "depends_on alone waits for the start of the container; only the condition service_healthy waits for its health check.",
        "depends_onだけでは、コンテナの起動までしか待ちません。ヘルスチェックまで待つには、条件service_healthyが必要です。",
    ],
    explained: "7-compose#7-3",
};

pub(crate) const GREETS: &Effect = &Effect {
    what: [
        "A container prints the text of the file greeting.txt.",
        "コンテナが、greeting.txtの内容を表示する。",
    ],
    why: [
        "COPY needs a source and a target, and CMD the path at which the file then is.",
        "COPYにはコピー元とコピー先が必要です。CMDには、コピー先のパスを書きます。",
    ],
    explained: "3-writing#3-4",
};

pub(crate) const LIST: &Effect = &Effect {
    what: [
        "A container starts the program itself, without a shell in between.",
        "コンテナは、シェルを介さずにプログラムを直接起動する。",
    ],
    why: [
        "The exec form is a list in JSON. If a bracket or a quote is missing, Docker takes the line for a command of the shell, and only warns: JSONArgsRecommended.",
        "exec形式はJSONの配列です。括弧やダブルクォートが抜けていると、その行はシェルのコマンドになり、JSONArgsRecommendedという警告が出るだけです。",
    ],
    explained: "3-writing#3-9",
};

pub(crate) const COUNTS: &Effect = &Effect {
    what: [
        "A container counts the words of its text.",
        "コンテナが、テキストの単語を数える。",
    ],
    why: [
        "The program has to be copied out of the cache mount, because that is no part of the image.",
        "キャッシュマウントはイメージに含まれないので、できたプログラムをその外にコピーする必要があります。",
    ],
    explained: "4-multi-stage#compiling",
};

pub(crate) const REACHED: &Effect = &Effect {
    what: [
        "The host reaches the service at port 8080.",
        "ホストから、ポート8080でサービスに接続できる。",
    ],
    why: [
        "The service has to listen at an address that others can reach, not at 127.0.0.1 of its own container, and on the port that --publish names last.",
        "サービスは、コンテナ自身の127.0.0.1ではなく外から届くアドレスで、--publishの右側に書いたポートで待ち受ける必要があります。",
    ],
    explained: "5-running#5-2-localhost",
};

pub(crate) const FILES: &Effect = &Effect {
    what: [
        "The new volume contains the files of the database.",
        "新しいボリュームに、データベースのファイルがある。",
    ],
    why: [
        "The archive has to contain what is in the volume, and to be outside of it: the old volume is gone.",
        "元のボリュームは削除済みです。中身のすべてを、ボリュームの外のアーカイブに入れておく必要があります。",
    ],
    explained: "6-database#6-2",
};

pub(crate) const TABLES: &Effect = &Effect {
    what: [
        "The service has created its table in the database.",
        "サービスが、データベースにテーブルを作成している。",
    ],
    why: [
        "Waiting for the database must not mean that the service never starts.",
        "データベースを待っていても、サービスが最後まで起動しないのでは意味がありません。",
    ],
    explained: "7-compose#7-3",
};
