//! The texts of mdBook's interface, which exists only in English, and their Japanese translation.

/// Texts on every page.
pub const EVERYWHERE: [(&str, &str); 14] = [
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
];

/// Texts that appear only on pages with a certain element.
pub const SOMETIMES: [(&str, &str); 7] = [
    ("=\"Previous chapter\"", "=\"前の章\""),
    ("=\"Next chapter\"", "=\"次の章\""),
    ("</svg>Note</p>", "</svg>補足</p>"),
    ("</svg>Tip</p>", "</svg>ヒント</p>"),
    ("</svg>Important</p>", "</svg>重要</p>"),
    ("</svg>Warning</p>", "</svg>注意</p>"),
    ("</svg>Caution</p>", "</svg>警告</p>"),
];
