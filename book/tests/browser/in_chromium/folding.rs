//! Tests of build steps that a page has already shown.

use serde_json::json;

use crate::driver::{Screen, browse};

#[test]
#[ignore = "needs Chromium"]
fn steps_that_were_shown_before_are_folded_and_a_key_unfolds_them() {
    browse(Screen::Phone, async |page| {
        page.open("en/3-writing.html#3-6").await;
        let seen = "return document.querySelector('.known').checkVisibility()";
        assert_eq!(page.run(seen, vec![]).await, json!(false));
        page.run("document.querySelector('.unfold').focus()", vec![])
            .await;
        page.keys("\u{e007}").await;
        page.wait(seen).await;
        let said = "return document.querySelector('.unfold').getAttribute('aria-expanded')";
        assert_eq!(page.run(said, vec![]).await, json!("true"));
    });
}
