//! The catalogue: what the machine says on the pages, in both languages.

use chapters::normalise::Kind;
use serde::Serialize;

/// What the machine says in one language. `{…}` stands for what is filled in.
#[expect(missing_docs, reason = "each word says itself")]
pub struct Words {
    pub title: &'static str,
    pub description: &'static str,
    pub language: &'static str,

    pub transcript_label: &'static str,
    pub copy_commands: &'static str,
    pub copy_file: &'static str,
    pub recorded_on: &'static str,
    pub assembled: &'static str,
    pub pulled: &'static str,
    pub with_database: &'static str,
    pub not_recorded: &'static str,
    pub recorded_value: &'static str,
    pub interrupt: &'static str,
    pub status: &'static str,
    pub signal: &'static str,
    pub answer: &'static str,
    pub part_of: &'static str,
    pub new_lines: &'static str,

    pub placeholders: &'static str,
    pub placeholder_columns: [&'static str; 3],
    pub kind: fn(Kind) -> &'static str,
    pub unnumbered: fn(&Unnumbered) -> &'static str,
    pub provenance: &'static str,
    pub provenance_columns: [&'static str; 2],
    pub date: &'static str,
    pub architecture: &'static str,
    pub client: &'static str,
    pub image_store: &'static str,
    pub frontend: &'static str,
    pub operating_system: &'static str,
    pub base_images: &'static str,
    pub database: &'static str,
    pub of_chapters: &'static str,
    pub missing: &'static str,

    pub contents: &'static str,
    pub skip: &'static str,
    pub switch: &'static str,
    pub search: &'static str,
    pub script: Script,
    /// mdBook's English text, and what stands there in this language.
    pub interface: &'static [(&'static str, &'static str)],
}

/// What the pages' script says.
#[derive(Serialize)]
#[expect(missing_docs, reason = "each word says itself")]
pub struct Script {
    pub copied: &'static str,
    pub copied_placeholders: &'static str,
    pub copy_failed: &'static str,
    pub search: &'static str,
    pub close: &'static str,
    pub searching: &'static str,
    pub nothing_found: &'static str,
    pub found: &'static str,
    pub search_failed: &'static str,
}

/// A placeholder that bears no number: how it reads, its meaning in English
/// and in Japanese, an example.
pub type Unnumbered = (&'static str, &'static str, &'static str, &'static str);

/// All of them.
pub const UNNUMBERED: [Unnumbered; 5] = [
    (
        "<time>",
        "point in time, or how long ago",
        "時刻、または経過時間",
        "2026-01-31T12:00:00Z",
    ),
    ("<duration>", "how long something took", "所要時間", "0.2s"),
    ("<n>", "number of an attempt", "試行の回数", "3"),
    (
        "<registry-answer>",
        "what the registry, or the way to it, answered",
        "レジストリ、またはそこまでの経路からの応答",
        "pull access denied for …",
    ),
    (
        "<resolver-answer>",
        "what the resolver said of an unknown name",
        "未知の名前に対するリゾルバーの応答",
        "Name or service not known",
    ),
];

/// The English words.
pub const ENGLISH: Words = Words {
    title: "Running Rust in Docker",
    description: "Docker from the first Dockerfile to a database, with a Rust service and commands that really ran",
    language: "English",

    transcript_label: "Commands and their output",
    copy_commands: "Copy commands",
    copy_file: "Copy",
    recorded_on: "Recorded on {date} with Docker Engine {engine}, {architecture}; {base_images}{database}.",
    assembled: "base images assembled from Debian’s packages",
    pulled: "base images pulled from their registries",
    with_database: "; database {database}",
    not_recorded: "For CockroachDB; its output is not recorded here.",
    recorded_value: "as recorded; yours will differ",
    interrupt: "Ctrl-C in the terminal of: {command}",
    status: "exit status {status}",
    signal: "ended by a signal",
    answer: "Answer",
    part_of: "{file} (part)",
    new_lines: "marked: what is new",

    placeholders: "Placeholders in recorded output",
    placeholder_columns: ["Placeholder", "Stands for", "Example"],
    kind: |kind| match kind {
        Kind::Container => "id of a container",
        Kind::Image => "id of an image",
        Kind::Layer => "digest of a layer",
        Kind::Network => "id of a network",
        Kind::Volume => "name of a volume that Docker chose",
        Kind::Name => "name of a container that Docker chose",
        Kind::Address => "private IPv4 address",
        Kind::Port => "TCP port that Docker chose",
        Kind::Ipv6Port => "TCP port that Docker chose on IPv6",
        Kind::Size => "size of an image; the recorded value is shown",
        Kind::Version => "version of a program; the recorded value is shown",
        Kind::Architecture => "processor architecture; the recorded value is shown",
    },
    unnumbered: |(_, english, ..)| english,
    provenance: "Where the output in this book was recorded",
    provenance_columns: ["What", "Recorded on"],
    date: "Date (UTC)",
    architecture: "Architecture",
    client: "Docker client",
    image_store: "Image store",
    frontend: "Dockerfile frontend",
    operating_system: "System of the host",
    base_images: "Base images",
    database: "Database",
    of_chapters: "{value} (chapter {chapters})",
    missing: "none",

    contents: "Table of contents",
    skip: "Skip to the text",
    switch: "日本語",
    search: "Search",
    script: Script {
        copied: "Copied",
        copied_placeholders: "Copied; replace {placeholders}",
        copy_failed: "Not copied: select the text",
        search: "Search the book",
        close: "Close",
        searching: "Searching …",
        nothing_found: "Nothing found for “{query}”",
        found: "{count} results",
        search_failed: "The search needs a web server: cargo run --bin book -- serve",
    },
    interface: &[],
};

/// The Japanese words.
pub const JAPANESE: Words = Words {
    title: "DockerでRustを動かす",
    description: "最初のDockerfileからデータベースまで、Rustのサービスと実際に実行したコマンドで学ぶDocker",
    language: "日本語",

    transcript_label: "コマンドとその出力",
    copy_commands: "コマンドをコピー",
    copy_file: "コピー",
    recorded_on: "{date}に記録: Docker Engine {engine}、{architecture}、{base_images}{database}",
    assembled: "ベースイメージはDebianのパッケージから組み立て",
    pulled: "ベースイメージはレジストリから取得",
    with_database: "、データベースは{database}",
    not_recorded: "CockroachDBの場合のコマンドです。出力は記録していません。",
    recorded_value: "記録時の値です。環境によって変わります",
    interrupt: "次のコマンドのターミナルでCtrl-C: {command}",
    status: "終了ステータス{status}",
    signal: "シグナルで終了",
    answer: "解答",
    part_of: "{file}（抜粋）",
    new_lines: "色付きの行が今回の追加",

    placeholders: "記録した出力に現れるプレースホルダー",
    placeholder_columns: ["プレースホルダー", "意味", "例"],
    kind: |kind| match kind {
        Kind::Container => "コンテナのID",
        Kind::Image => "イメージのID",
        Kind::Layer => "レイヤーのダイジェスト",
        Kind::Network => "ネットワークのID",
        Kind::Volume => "Dockerが付けたボリューム名",
        Kind::Name => "Dockerが付けたコンテナ名",
        Kind::Address => "プライベートIPv4アドレス",
        Kind::Port => "Dockerが選んだTCPポート",
        Kind::Ipv6Port => "DockerがIPv6側で選んだTCPポート",
        Kind::Size => "イメージのサイズ（記録時の値を表示）",
        Kind::Version => "プログラムのバージョン（記録時の値を表示）",
        Kind::Architecture => "プロセッサーのアーキテクチャ（記録時の値を表示）",
    },
    unnumbered: |(_, _, japanese, _)| japanese,
    provenance: "本書の出力を記録した環境",
    provenance_columns: ["項目", "記録環境"],
    date: "記録日（UTC）",
    architecture: "アーキテクチャ",
    client: "Dockerクライアント",
    image_store: "イメージストア",
    frontend: "Dockerfileフロントエンド",
    operating_system: "ホストのOS",
    base_images: "ベースイメージ",
    database: "データベース",
    of_chapters: "{value}（{chapters}章）",
    missing: "なし",

    contents: "目次",
    skip: "本文へ移動",
    switch: "English",
    search: "検索",
    script: Script {
        copied: "コピーしました",
        copied_placeholders: "コピーしました。{placeholders}は置き換えてください",
        copy_failed: "コピーできません。選択してコピーしてください",
        search: "本書を検索",
        close: "閉じる",
        searching: "検索しています…",
        nothing_found: "「{query}」は見つかりません",
        found: "{count}件",
        search_failed: "検索にはWebサーバーが必要です: cargo run --bin book -- serve",
    },
    interface: &[
        (">Keyboard shortcuts<", ">キーボード操作<"),
        (
            "<p>Press <kbd>←</kbd> or <kbd>→</kbd> to navigate between chapters</p>",
            "<p><kbd>←</kbd> <kbd>→</kbd> 前後の章へ移動</p>",
        ),
        (
            "<p>Press <kbd>/</kbd> to search the book</p>",
            "<p><kbd>/</kbd> 本書を検索</p>",
        ),
        (
            "<p>Press <kbd>?</kbd> to show this help</p>",
            "<p><kbd>?</kbd> この説明を表示</p>",
        ),
        (
            "<p>Press <kbd>Esc</kbd> to hide this help</p>",
            "<p><kbd>Esc</kbd> この説明を閉じる</p>",
        ),
        ("=\"Table of contents\"", "=\"目次\""),
        ("=\"Toggle Table of Contents\"", "=\"目次の表示を切り替え\""),
        ("=\"Change theme\"", "=\"配色を変更\""),
        ("=\"Themes\"", "=\"配色\""),
        (
            "mdbook-theme-default_theme\">Auto<",
            "mdbook-theme-default_theme\">自動<",
        ),
        ("mdbook-theme-light\">Light<", "mdbook-theme-light\">明るい<"),
        ("mdbook-theme-navy\">Navy<", "mdbook-theme-navy\">暗い<"),
        ("=\"Print this book\"", "=\"本書を印刷\""),
        ("=\"Page navigation\"", "=\"ページの移動\""),
    ],
};

/// mdBook's English texts that stand only on pages that have such a part, and
/// what stands there in Japanese.
pub const JAPANESE_SOMETIMES: [(&str, &str); 7] = [
    ("=\"Previous chapter\"", "=\"前の章\""),
    ("=\"Next chapter\"", "=\"次の章\""),
    ("</svg>Note</p>", "</svg>補足</p>"),
    ("</svg>Tip</p>", "</svg>ヒント</p>"),
    ("</svg>Important</p>", "</svg>重要</p>"),
    ("</svg>Warning</p>", "</svg>注意</p>"),
    ("</svg>Caution</p>", "</svg>警告</p>"),
];
