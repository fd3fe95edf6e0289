//! What this tutorial calls its things. A chapter removes what bears these
//! names, and refuses to start where somebody else's thing already does.

/// Names of containers that chapters choose with `--name`.
pub const CONTAINERS: [&str; 2] = ["rest-server", "roach"];

/// Repositories of the images that chapters build; any tag.
pub const REPOSITORIES: [&str; 3] = ["docker-gs-ping", "docker-gs-ping-step", "docker-gs-ping-roach"];

/// Volumes that chapters create.
pub const VOLUMES: [&str; 1] = ["roach"];

/// Networks that chapters create.
pub const NETWORKS: [&str; 1] = ["mynet"];

/// The database of chapter 6 as the article has it, in a version that stays:
/// the article's tag moves, and its series has no image for arm64. Its licence
/// is the Business Source License 1.1, which ends at a date named in it.
pub const COCKROACH_IMAGE: &str = "cockroachdb/cockroach:v23.1.14";

/// The database of chapter 6 wherever that one cannot be had.
pub const POSTGRES_IMAGE: &str = "postgres:15-bookworm";

/// Images that the tutorial starts from; they stay when a chapter ends.
pub const BASE_IMAGES: [&str; 3] = [
    "docker/dockerfile:1",
    "rust:1.95-slim-bookworm",
    "gcr.io/distroless/static-debian12:nonroot",
];
