//! Explanations of registry failures, with a registry that the test simulates.

use std::fs;

use crate::on_engine::{docker, engine};
use crate::ran::{Ran, dockerfile};
use crate::registry::{self, Registry, Validity};

#[test]
#[ignore = "needs a Docker Engine"]
fn a_registry_that_has_nothing_for_this_platform_is_told() {
    let _engine = engine();
    let registry = Registry::plain(&[("/manifests/", 200, registry::FOR_S390X)]);
    Ran::docker(&["pull", &registry.image()]).check(
        "no-such-platform",
        &["There is no image for linux/", "docker manifest inspect"],
    );
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_registry_that_refuses_for_a_while_is_told() {
    let _engine = engine();
    let registry = Registry::plain(&[("/manifests/", 429, registry::TOO_MANY_REQUESTS)]);
    Ran::docker(&["run", "--rm", &registry.image()])
        .check("rate-limit", &["refuses for a while", "`docker login`"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_registry_that_does_not_answer_is_named() {
    let _engine = engine();
    let folder = dockerfile("FROM registry.invalid/nothing:1\n");
    Ran::build(&folder, &[]).check("no-registry", &["The registry registry.invalid does not answer."]);
    Ran::docker(&["pull", "127.0.0.1:9/nothing"])
        .check("no-registry", &["The registry 127.0.0.1:9 does not answer."]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_certificate_that_nobody_known_signed_is_told_with_its_host() {
    let _engine = engine();
    let registry = Registry::secure(&gateway(), Validity::Now);
    Ran::docker(&["pull", &registry.image()]).check(
        "certificate-unknown",
        &[
            &format!("who signed the certificate of {}.", registry.address),
            &format!("/etc/docker/certs.d/{}/ca.crt", registry.address),
        ],
    );
    let folder = dockerfile(&format!("FROM {}\n", registry.image()));
    Ran::build(&folder, &[]).check("certificate-unknown", &["the certificate of"]);
    Ran::program("curl", &["--silent", "--show-error", &registry.page()], &[])
        .check("certificate-unknown", &["A program does not know who signed"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_certificate_of_the_future_is_held_against_the_clocks() {
    let _engine = engine();
    let registry = Registry::secure(&gateway(), Validity::Later);
    Ran::docker(&["pull", &registry.image()]).check(
        "not-yet-valid",
        &[
            "most likely a clock is slow",
            "Valid from 2090-01-01T00:00:00Z on.",
            ", and so does the engine.",
        ],
    );
    curl_that_trusts(&registry).check("not-yet-valid", &["This machine thinks that it is 20"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn a_certificate_of_the_past_is_held_against_the_clocks() {
    let _engine = engine();
    let registry = Registry::secure(&gateway(), Validity::Earlier);
    Ran::docker(&["pull", &registry.image()]).check(
        "expired",
        &[
            "it is old, or a clock is fast",
            "Valid until 2020-01-02T00:00:00Z.",
            ", and so does the engine.",
        ],
    );
    curl_that_trusts(&registry).check("expired", &["This machine thinks that it is 20"]);
}

#[test]
#[ignore = "needs a Docker Engine"]
fn an_image_that_its_registry_does_not_have_is_missing() {
    let _engine = engine();
    let registry = Registry::plain(&[("/manifests/", 404, registry::MANIFEST_UNKNOWN)]);
    Ran::docker(&["pull", &registry.image()]).check("image-missing", &["none gave it"]);
    let folder = dockerfile(&format!("FROM {}\n", registry.image()));
    Ran::build(&folder, &[]).check("image-missing", &["none gave it"]);
}

/// curl, configured to trust the registry's certificate.
fn curl_that_trusts(registry: &Registry) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.crt");
    fs::write(&file, &registry.certificate).unwrap();
    let arguments = [
        "--silent",
        "--show-error",
        "--cacert",
        file.to_str().unwrap(),
        &registry.page(),
    ];
    Ran::program("curl", &arguments, &[])
}

/// An address of this machine that the engine can reach and does not treat as local.
fn gateway() -> String {
    let format = "{{range .IPAM.Config}}{{.Gateway}}{{end}}";
    docker(&["network", "inspect", "--format", format, "bridge"])
        .trim()
        .to_owned()
}
