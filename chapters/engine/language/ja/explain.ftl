# 知られている失敗。何が起きたか、ここで起きた理由、次に行うこと。
# 見分け方は src/explain/known.toml の表にあります。

explain-label-cause = 原因
explain-label-why = 理由
explain-label-next = 次の操作
explain-label-page = ページ
explain-label-then = その後
explain-label-or = または

explain-not-reached = 使えるDocker Engineがありません

explain-client-missing = `docker`というプログラムがありません。
explain-client-missing-why = PATHのどのディレクトリにも見つかりません。Dockerのクライアントが未インストールか、別の場所にあります。
explain-client-missing-next = { $setup ->
    [script] `{ $script } up`を実行してください。エンジンと一緒に用意されます。
   *[other] Dockerをインストールしてください：https://docs.docker.com/engine/install/
}

explain-no-engine = { $address ->
    [absent] Docker Engineが応答しません。
   *[other] { $address }でDocker Engineが応答しません。
}
explain-no-engine-why = { $socket ->
    [missing] ソケット{ $path }がありません。エンジンが起動していないか、ソケットが別の場所にあります。
    [silent] ソケット{ $path }はありますが、待ち受けているプログラムがありません。エンジンは終了しています。
    [absent] エラーに接続先が含まれず、これ以上絞り込めません。
   *[elsewhere] 待ち受けているプログラムがないか、そこまでの経路が閉じています。
}
explain-no-engine-next = { $choice ->
    [host] そのエンジンを起動するか、`unset DOCKER_HOST`で現在のコンテキストに戻してください。
    [variable] そのエンジンを起動するか、`unset DOCKER_CONTEXT`を実行してください。
    [context] そのエンジンを起動してください（desktop-linuxならDocker Desktop）。別のエンジンを使うなら、`docker context ls`で確認し、`docker context use 名前`で切り替えてください。
   *[default] { $setup ->
        [script] `{ $script } up`で起動してください。クライアントに登録されているアドレスは`docker context ls`で確認できます。
        [systemd] `sudo systemctl start docker`を実行してください。未インストールの場合：https://docs.docker.com/engine/install/
       *[desktop] Dockerを起動してください。未インストールの場合：https://docs.docker.com/engine/install/
    }
}

explain-no-wsl-integration = このWSL 2ディストリビューションでは、Docker Desktopを使えません。
explain-no-wsl-integration-why = このディストリビューションでWSL連携がオフか、Docker Desktopが起動していません。
explain-no-wsl-integration-next = Docker Desktopを起動し、Settings > Resources > WSL integrationでこのディストリビューションをオンにしてください。https://docs.docker.com/desktop/features/wsl/

explain-other-program = `docker`というプログラムが、Dockerのクライアントではありません。
explain-other-program-why = `--version`の表示：{ $words }
explain-other-program-next = 場所は`type -a docker`で確認できます。Dockerをインストールするか、そのディレクトリをPATHの先頭に置いてください：https://docs.docker.com/engine/install/

explain-context-missing = Dockerのコンテキスト{ $name }がありません。
explain-context-missing-why = { $there ->
    [absent] DOCKER_CONTEXTか、クライアントのconfig.jsonで指定されています。
   *[other] DOCKER_CONTEXTか、クライアントのconfig.jsonで指定されています。あるのは{ $there }です。
}
explain-context-missing-next = `unset DOCKER_CONTEXT`を実行するか、実在する名前を指定して`docker context use 名前`を実行してください。

explain-address-invalid = エンジンのアドレスが、Dockerのクライアントの扱える形ではありません。
explain-address-invalid-why = クライアントの表示：{ $words }
explain-address-invalid-next = DOCKER_HOSTは、unix://、tcp://、ssh://のどれかで始まるようにしてください。`unset DOCKER_HOST`を実行すると、現在のコンテキストに戻ります。

explain-host-unknown = エンジンのホスト{ $host }が見つかりません。
explain-host-unknown-why = 名前を解決できません。名前が間違っているか、VPNなど別のネットワークでしか使えない名前か、DNSサーバーが応答していません。
explain-host-unknown-next = DOCKER_HOSTまたは`docker context ls`に表示される名前を確認してください。

explain-ssh = エンジンへの経路にsshを使っていますが、sshが失敗しました。
explain-ssh-why = sshの表示：{ $words }
explain-ssh-next = まず`ssh ホスト名 docker version`が成功するようにしてください。ホスト名はDOCKER_HOSTか`docker context ls`で確認できます。

explain-engine-tls = Dockerのクライアントとエンジンとで、TLSの設定が合っていません。
explain-engine-tls-why = クライアントの表示：{ $words }
explain-engine-tls-next = TLSを使うなら、DOCKER_TLS_VERIFY=1とDOCKER_CERT_PATHを設定してください。使わないなら`unset DOCKER_TLS_VERIFY`を実行してください。

explain-not-an-engine = { $address ->
    [absent] 応答しているのはDocker Engineではありません。
   *[other] { $address }で応答しているのはDocker Engineではありません。
}
explain-not-an-engine-why = 別のプログラムが、Webサーバーとして応答しています。
explain-not-an-engine-next = DOCKER_HOSTまたは`docker context ls`のアドレスを確認してください。

explain-engine-silent = { $address ->
    [absent] Docker Engineが時間内に応答しません。
   *[other] { $address }のDocker Engineが時間内に応答しません。
}
explain-engine-silent-why = エンジンがハングしているか、まだ起動中か、ファイアウォールが通信を遮断しています。
explain-engine-silent-next = 1分ほど待って`docker version`を試し、だめならDockerを再起動してください。

explain-client-too-old = Dockerのクライアントがエンジンに対して古すぎます。
explain-client-too-old-why = { $client ->
    [absent] エンジンのAPIはバージョン{ $api }以降ですが、クライアントのAPIはそれより前のものです。
   *[other] エンジンのAPIはバージョン{ $api }以降ですが、クライアント{ $client }のAPIはそれより前のものです。
}
explain-client-too-old-next = 新しいクライアントをインストールしてください：https://docs.docker.com/engine/install/

explain-client-too-new = Dockerのクライアントがエンジンに対して新しすぎます。
explain-client-too-new-why = { $client ->
    [absent] エンジンのAPIはバージョン{ $api }までですが、クライアントのAPIはそれより新しいものです。
   *[other] エンジンのAPIはバージョン{ $api }までですが、クライアント{ $client }のAPIはそれより新しいものです。
}
explain-client-too-new-next = エンジンを更新するか、古いクライアントをインストールしてください。

explain-credential-helper = レジストリのパスワードを管理するプログラムが失敗しました。
explain-credential-helper-why = クライアントのconfig.jsonのcredsStoreまたはcredHelpersで指定されています。表示：{ $words }
explain-credential-helper-next = 本書のイメージにパスワードは不要です。~/.docker/config.jsonからその行を削除するか、プログラムをインストールしてください。

explain-socket-permission = このユーザーにはDocker Engineのソケットを開く権限がありません。
explain-socket-permission-why = { $membership ->
    [later] { $user }は{ $path }を開けるグループ{ $group }に入っていますが、今のログインには反映されていません。
    [outsider] { $path }はグループ{ $group }のもので、{ $user }はこのグループに入っていません。
    [member] { $user }はグループ{ $group }に入っていますが、{ $path }の権限でこのグループが許可されていません。
    [root] { $path }はroot専用で、今のユーザーは{ $user }です。
   *[absent] { $user }には{ $path }を参照する権限もありません。
}
explain-socket-permission-next = { $membership ->
    [later] ログインし直すか、このターミナルで`newgrp { $group }`を実行してください。
    [outsider] `sudo usermod --append --groups { $group } { $user }`を実行し、ログインし直してください。このグループに入ると、rootと同じことができるようになります。
    [member] `ls -l { $path }`で権限を確認してください。エンジンを再起動すると元に戻ります。
   *[other] rootで章を実行するか、root権限の要らないエンジンを使ってください：https://docs.docker.com/engine/security/rootless/
}

explain-privileged-port = root権限なしで動くエンジンでは、ポート{ $port }を公開できません。
explain-privileged-port-why = { $first ->
    [absent] カーネルのデフォルトでは、1024番未満のポートはroot専用です。
   *[other] このマシンでは、{ $first }番未満のポートはroot専用です（net.ipv4.ip_unprivileged_port_start）。
}
explain-privileged-port-next = `sudo sysctl net.ipv4.ip_unprivileged_port_start={ $port }`を実行し、`systemctl --user restart docker`でエンジンを再起動してください。

explain-port-held = このマシンのポート{ $port }は使用中です。
explain-port-held-why = { $occupant ->
    [container] コンテナ{ $name }が使っています。
    [process] { $name }（プロセス{ $process }）が使っています。
    [nobody] 現在、このマシンに使っているプログラムはありません。WindowsのDocker Desktopでは、Windows側のプログラムが使っている場合があります。
   *[absent] このユーザーからは見えないプログラムが使っています。
}
explain-port-held-next = { $occupant ->
    [container] 止めてよければ、`docker container stop { $name }`を実行してください。
    [process] { $name }を終了してよければ、`kill { $process }`を実行してください。
    [nobody] 章をもう一度実行してください。
   *[absent] `sudo ss --listening --tcp --processes 'sport = :{ $port }'`で、使っているプログラムを確認してください。
}

explain-container-taken = { $name }という名前のコンテナがすでにあります。
explain-container-taken-why = { $owner ->
    [nobody] 先ほどまであったコンテナは、もうありません。
    [tutorial] イメージは{ $image }、状態は{ $status }です。以前に本書を実行したときのコンテナです。
   *[stranger] { $created }に{ $image }から作られたもので、状態は{ $status }です。本書のコンテナではありません。
}
explain-container-taken-next = { $owner ->
    [nobody] 章をもう一度実行してください。
    [tutorial] { $clean ->
        [absent] `docker container rm --force { $name }`で削除してください。
       *[other] 次のどちらかで削除してください：`{ $clean }`、`docker container rm --force { $name }`
    }
   *[stranger] 残すなら`docker container rename { $name } { $name }-2`、不要なら`docker container rm --force { $name }`を実行してください。
}

explain-network-taken = { $name }という名前のネットワークがすでにあります。
explain-network-taken-why = { $created ->
    [absent] 同じ名前のネットワークは1つしか作れません。
   *[other] { $containers ->
        [absent] { $created }に作られ、接続している実行中のコンテナはありません。
       *[other] { $created }に作られ、次のコンテナが接続しています：{ $containers }
    }
}
explain-network-taken-next = { $containers ->
    [absent] 不要なら`docker network rm { $name }`を実行してください。
   *[other] コンテナが不要なら、名前を指定して`docker container rm --force`で削除し、続けて`docker network rm { $name }`を実行してください。
}

explain-volume-in-use = ボリューム{ $name }は使用中なので、削除できません。
explain-volume-in-use-why = { $containers ->
    [absent] 使っていたコンテナは、もうありません。
   *[other] 使っているコンテナ：{ $containers }。コンテナを止めるだけでは足りず、削除するまでボリュームは使用中のままです。
}
explain-volume-in-use-next = { $containers ->
    [absent] `docker volume rm { $name }`を実行してください。
   *[other] 不要なら`docker container rm --force { $typed }`、続けて`docker volume rm { $name }`を実行してください。
}

explain-disk-full = ディスクがいっぱいです。
explain-disk-full-why = { $room ->
    [little] イメージ、コンテナ、ビルドキャッシュの置き場所{ $folder }の空きは{ $free }です。
    [enough] エンジンのデータの置き場所{ $folder }には{ $free }の空きがあります。いっぱいなのは別のディスクで、エラーに出ている場所か、コンテナの中です。
   *[absent] エンジンのデータは、このマシンのディスクにはありません。Docker Desktopの仮想マシンには専用のディスクがあります。
}
explain-disk-full-next = { $room ->
    [enough] どのディスクかは`df --human-readable`で、容量ではなくファイル数の上限かどうかは`df --inodes`で確認してください。
   *[other] 内訳を`docker system df`で確認し、`docker builder prune`でビルドキャッシュを削除してください。`docker system prune`なら、停止中のコンテナなども削除できます。
}

explain-wrong-architecture = { $program ->
    [absent] コンテナのプログラムは、別のCPUアーキテクチャ向けにビルドされています。
   *[other] { $program }は、別のCPUアーキテクチャ向けにビルドされています。
}
explain-wrong-architecture-why = { $engine ->
    [absent] エンジンで実行できるのは、同じアーキテクチャのプログラムです。
   *[other] エンジンで実行できるのは、{ $engine }向けのプログラムです。
}{ $emulated ->
    [absent] ほかの種類をエミュレートする設定は、ここにはありません。
   *[other] ほかに{ $emulated }向けのプログラムも、このマシンのカーネルのエミュレーションで実行できます。
}`#!/bin/sh`のような1行目がないスクリプトでも、同じエラーになります。
explain-wrong-architecture-next = { $engine ->
    [absent] イメージの対象を`docker image inspect --format '{"{{.Architecture}}"}' イメージ名`で確認し、このマシンで再ビルドしてください。
   *[other] `--platform { $engine }`を付けて、もう一度ビルドまたは取得してください。今の対象は、`docker image inspect --format '{"{{.Architecture}}"}' イメージ名`で確認できます。
}

explain-no-such-platform = この名前のイメージには、{ $platform ->
    [absent] このプラットフォーム
   *[other] { $platform }
}用のものがありません。
explain-no-such-platform-why = { $engine ->
    [absent] イメージは決まった種類のプロセッサー向けに作られます。指定された種類のものは公開されていません。
   *[other] イメージは決まった種類のプロセッサー向けに作られます。このエンジンは{ $engine }です。
}
explain-no-such-platform-next = { $engine ->
    [absent] どのプラットフォーム用があるかを、`docker manifest inspect イメージ名`で確認してください。
   *[other] どのプラットフォーム用があるかを、`docker manifest inspect イメージ名`で確認してください。`--platform`を外すか、{ $engine }を指定してください。
}

explain-other-platform = イメージは{ $platform }用で、エンジンのプラットフォームと違います。
explain-other-platform-why = { $engine ->
    [absent] エミュレーションがなければ動かず、あっても低速です。
   *[other] エンジンは{ $engine }です。エミュレーションがなければ動かず、あっても低速です。
}
explain-other-platform-next = { $engine ->
    [absent] `--platform`でエンジンと同じプラットフォームを指定し、もう一度ビルドまたは取得してください。
   *[other] `--platform { $engine }`を付けて、もう一度ビルドまたは取得してください。
}

explain-rate-limit = レジストリの取得回数の上限に達しました。
explain-rate-limit-why = ログインしていない場合、Docker HubはIPアドレスごとに回数を数えます。同じルーターやプロキシを使う全員の合計です。
explain-rate-limit-next = { $setup ->
    [script] `docker login`を実行してください。回数が自分の分だけになります。`{ $images }`なら、レジストリなしでベースイメージを作れます。
   *[other] `docker login`を実行してください。回数が自分の分だけになります。数時間待っても解除されます。
}

explain-certificate-unknown = { $host ->
    [absent] サーバーの証明書に署名した認証局が、プログラムに登録されていません。
   *[other] { $host }の証明書に署名した認証局が、エンジンに登録されていません。
}
explain-certificate-unknown-why = { $host ->
    [absent] プログラムはコンテナの中で動いており、使われるのはイメージの認証局で、このマシンのものではありません。途中のプロキシの証明書に差し替えられている場合もあります。
   *[other] { $proxy ->
        [absent] レジストリの証明書が自己署名か、途中のプロキシの証明書に差し替えられています。エンジンにプロキシの設定はありません。
       *[other] エンジンはプロキシ{ $proxy }を経由しています。通信を検査するプロキシは、独自の認証局の証明書に差し替えます。
    }
}
explain-certificate-unknown-next = { $host ->
    [absent] Dockerfileに`COPY ca.crt /usr/local/share/ca-certificates/`、続けて`RUN update-ca-certificates`と書き、認証局の証明書をイメージに加えてください。
   *[other] { $setup ->
        [script] 認証局の証明書を/etc/docker/certs.d/{ $host }/ca.crtに置いてください。レジストリなしで済ませるなら`{ $images }`を実行してください。
        [systemd] 認証局の証明書を、エンジンのあるマシンの/etc/docker/certs.d/{ $host }/ca.crtに置いてください。
       *[desktop] 認証局の証明書をOSに登録し、Dockerを再起動してください。
    }
}

explain-not-yet-valid = 証明書などの有効期間が、まだ始まっていません。どこかの時計が遅れている可能性があります。
explain-not-yet-valid-why = { $said ->
    [moment] 有効になるのは{ $time }です。
    [span] 有効になるのは{ $time }後です。
   *[absent] { "" }
}このマシンの時計は{ $here }{ $clocks ->
    [behind] 、エンジンの時計はそれより{ $minutes }分遅れています。
    [ahead] 、エンジンの時計はそれより{ $minutes }分進んでいます。
    [agree] 、エンジンの時計も同じです。
   *[absent] です。
}
explain-not-yet-valid-next = { $setup ->
    [desktop] Docker Desktopを再起動してください。スリープ中は仮想マシンの時計が止まります。
   *[other] 正しい時計と比べてください。`sudo timedatectl set-ntp true`で、ネットワークの時刻に合わせられます。
}

explain-expired = 証明書の有効期限が切れています。または、どこかの時計が進んでいます。
explain-expired-why = { $said ->
    [absent] { "" }
   *[moment] 有効期間は{ $time }までです。
}このマシンの時計は{ $here }{ $clocks ->
    [behind] 、エンジンの時計はそれより{ $minutes }分遅れています。
    [ahead] 、エンジンの時計はそれより{ $minutes }分進んでいます。
    [agree] 、エンジンの時計も同じです。
   *[absent] です。
}
explain-expired-next = { $setup ->
    [desktop] 時刻が違うならDocker Desktopを再起動してください。正しければ、サーバーの管理者に証明書の更新を依頼してください。
   *[other] 時刻が違うなら`sudo timedatectl set-ntp true`を実行してください。正しければ、サーバーの管理者に証明書の更新を依頼してください。
}

explain-no-registry = レジストリ{ $host }が応答しません。
explain-no-registry-why = { $proxy ->
    [absent] エンジンはプロキシを経由しません。ネットワークか名前解決が使えないか、途中で通信が遮断されています。
   *[other] エンジンはプロキシ{ $proxy }を経由します。プロキシに届き、通信が許可されている必要があります。
}
explain-no-registry-next = { $setup ->
    [script] `{ $images }`を実行してください。レジストリなしでベースイメージを作れます。
   *[other] このマシンから届くかどうかを`curl --head https://{ $host }/v2/`で確認してください。エンジンのプロキシの設定：https://docs.docker.com/engine/daemon/proxy/
}

explain-plugin-missing = Dockerのクライアントに、プラグイン{ $plugin }がありません。
explain-plugin-missing-why = { $client ->
    [absent] 必要なプラグインが見つかりません。
   *[other] { $there ->
        [absent] クライアント{ $client }にはプラグインが1つも見つかりません。
       *[other] クライアント{ $client }に見つかったプラグインは、{ $there }だけです。
    }
}{ $plugin ->
    [buildx] この場合、ビルドにはBuildKit以前のビルダーが使われます。
   *[other] 探す場所は~/.docker/cli-pluginsと、システムのディレクトリです。
}
explain-plugin-missing-next = { $setup ->
    [desktop] Docker Desktopを更新してください。プラグインも入ります。
   *[other] Docker公式のパッケージを、`sudo apt-get install docker-{ $plugin }-plugin`でインストールしてください：https://docs.docker.com/engine/install/
}

explain-old-builder = BuildKit以前のビルダーでビルドされています。
explain-old-builder-why = { $age ->
    [old] エンジンは{ $version }です。BuildKitがデフォルトになったのは{ $minimum }からです。
    [new] エンジン{ $version }にはBuildKitがあります。環境変数DOCKER_BUILDKIT=0で無効になっています。
   *[absent] エンジン{ $minimum }からはBuildKitがデフォルトですが、DOCKER_BUILDKIT=0で無効になります。
}以前のビルダーでは`RUN --mount`もヒアドキュメントも使えず、`# syntax=`は無視されます。
explain-old-builder-next = { $age ->
    [old] Docker Engine { $minimum }以降をインストールしてください：https://docs.docker.com/engine/install/
   *[other] `unset DOCKER_BUILDKIT`を実行し、再ビルドしてください。
}

explain-new-table = Docker 29で`docker image ls`の表示形式が変わりました。
explain-new-table-why = { $version ->
    [absent] バージョン29から、`docker image ls`の列はREPOSITORY、TAG、IMAGE ID、CREATED、SIZEではなく、IMAGE、ID、DISK USAGE、CONTENT SIZE、EXTRAになりました。
   *[other] バージョン29から、`docker image ls`の列はREPOSITORY、TAG、IMAGE ID、CREATED、SIZEではなく、IMAGE、ID、DISK USAGE、CONTENT SIZE、EXTRAになりました。このエンジンは{ $version }です。
}
explain-new-table-next = `docker image ls --format 'table {"{{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t{{.Size}}"}'`を使ってください。どのバージョンでも同じ列になります。

explain-database-not-ready = { $address ->
   *[other] { $address }のデータベースに接続できません。
    [absent] データベースに接続できません。
}
explain-database-not-ready-why = { $status ->
    [running] { $seconds ->
        [absent] コンテナ{ $container }は動いていますが、中のサーバーの準備が終わっていません。
       *[other] コンテナ{ $container }の起動から{ $seconds }秒です。新しいデータベースは、データの準備が終わってから接続を受け付けます。
    }
   *[other] コンテナ{ $container }は終了しています（終了ステータス{ $code }）。
    [absent] コンテナ{ $container }は動いていません。
}
explain-database-not-ready-next = { $status ->
    [running] `docker container logs { $container }`で状況を確認し、章をもう一度実行してください。
   *[other] `docker container logs { $container }`で、終了した理由を確認してください。
    [absent] 章を最初から実行してください。前の節でデータベースを起動します。
}

explain-password-refused = データベースが{ $user }のパスワードを拒否しました。
explain-password-refused-why = { $age ->
    [absent] ユーザーを作ったときのパスワードと違うか、ユーザーがありません。データベースのエラーは、どちらも同じです。
    [old] ボリューム{ $volume }はコンテナより古く（{ $created }作成）、ユーザーのパスワードも当時のままです。{ $first_password }が使われるのは、ボリュームが空のときだけです。
   *[new] ユーザーを作ったときのパスワードと違うか、ユーザーがありません。データベースのエラーは、どちらも同じです。{ $first_password }が使われるのは、ボリュームが空のときだけです。
}
explain-password-refused-next = { $age ->
    [old] 当時のパスワードを使うか、データが不要なら`docker volume rm { $volume }`で削除し、章を最初から実行してください。
   *[other] { $password }を`CREATE USER`で指定したパスワードと比べ、章を最初から実行してください。
}

explain-image-missing = エンジンにイメージ{ $name }がありません。
explain-image-missing-why = { $found ->
    [platform] この名前のイメージは、{ $platform }用しかありません。
    [tags] 手元のタグは{ $there }だけです。タグを省略すると`latest`を指定したことになります。
   *[nothing] { $origin ->
        [built] レジストリにもありません。このイメージは章の中でビルドします。
       *[other] { $repository }のほかのタグもありません。レジストリには問い合わせていないか、取得できませんでした。
    }
}
explain-image-missing-next = { $found ->
    [platform] `--platform`を外すか、指定したプラットフォーム用にビルドしてください。
   *[other] { $origin ->
        [built] 章を最初から実行してください。前の節でビルドします。
        [pulled] `docker pull { $name }`を実行してください。
       *[other] 名前を`docker image ls`の表示と比べてください。
    }
}

explain-network-missing = エンジンにネットワーク{ $name }がありません。
explain-network-missing-why = { $there ->
    [absent] 最初からあるネットワークしかありません。
   *[other] 最初からあるもの以外では、{ $there }があります。
}
explain-network-missing-next = { $owner ->
    [tutorial] 章を最初から実行するか、`docker network create { $name }`を実行してください。
   *[other] `docker network create { $name }`を実行してください。
}

explain-pool-exhausted = 新しいネットワークに割り当てるアドレスの範囲が残っていません。
explain-pool-exhausted-why = { $networks ->
    [absent] { "" }
   *[other] 作成済みのネットワークは{ $networks }個で、うち{ $unused }個はどのコンテナからも使われていません。
}デフォルトの範囲に作れるのは30個ほどで、VPNと重なるとさらに減ります。
explain-pool-exhausted-next = コンテナのないネットワークが不要なら、`docker network prune`で削除してください。

explain-published-elsewhere = ポート{ $port }は公開されていますが、このシェルのlocalhostでは応答がありません。
explain-published-elsewhere-why = { $container ->
    [absent] コンテナ
   *[other] コンテナ{ $container }
}のポートは、エンジンが動いている側で公開されています{ $machine ->
    [absent] 。このシェルは、開発コンテナ（dev container）の中など、別のネットワーク名前空間で動いています。
   *[other] （{ $machine }）。
}
explain-published-elsewhere-next = { $machine ->
    [absent] エンジンが動いているホストで章を実行するか、開発コンテナをホストのネットワークで起動してください：devcontainer.jsonに`"runArgs": ["--network=host"]`
   *[other] エンジンが動いているマシンで章を実行してください。
}

explain-unhealthy = コンテナ{ $name }は動いていますが、ヘルスチェックが失敗しています。
explain-unhealthy-why = { $said ->
    [absent] ヘルスチェックの出力はありません。
   *[other] ヘルスチェックの最後の出力：{ $said }
}
explain-unhealthy-next = `docker container logs { $name }`で、プログラムの出力を確認してください。

explain-orphans = このファイルにないコンテナがプロジェクトにあります：{ $containers }
explain-orphans-why = ファイルでサービスの名前を変えたか削除したか、同じプロジェクトの別のファイルのコンテナです。
explain-orphans-next = 不要なら、同じコマンドに`--remove-orphans`を付けて実行してください。

explain-old-compose = このDocker Composeは`{ $property }`に対応していません。
explain-old-compose-why = { $version ->
    [absent] バージョンを確認できませんでした。この章には2.24.4以降が必要です。
   *[other] バージョンは{ $version }です。この章には2.24.4以降が必要です。それより新しければ、綴りの誤りです。
}
explain-old-compose-next = 更新してください：https://docs.docker.com/compose/install/
