//! The failures that are known, as a table. The more specific of two stands
//! first: the first whose words are found is the cause.

use super::Cause;

/// A failure that is known.
#[derive(Debug)]
pub struct Known {
    /// Its name in the catalogue, where `explain-ID` says what it is, `explain-ID-why` why it
    /// happens here and `explain-ID-next` what to do.
    pub id: &'static str,
    /// Which commands it is looked for in.
    pub when: When,
    /// How programs say it, from version to version.
    pub words: &'static [Words],
    /// Made of what a pattern captures; of nothing where it captures nothing.
    pub cause: fn(&str) -> Cause,
}

/// Which commands a failure is looked for in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum When {
    /// One whose exit status is not 0: others may print the same words about something else.
    ItFails,
    /// Any: the command goes on, and something is not as the book shows.
    EvenIfItSucceeds,
}

/// One way to say it.
#[derive(Debug)]
pub struct Words {
    /// Found anywhere in the output; the group that takes part is the object.
    pub pattern: &'static str,
    /// A whole output, or the lines of it that matter.
    pub example: &'static str,
    /// Where the example comes from.
    pub seen: Seen,
}

/// Where an example was seen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Seen {
    /// On one of this project's engines, or a program in a container there: `tests/explain.rs` makes
    /// it happen.
    Here,
    /// In what others reported, or in the program's source, at this address or in this file of the
    /// repository; no test makes it happen, since it needs another version, another machine or an
    /// image that a chapter builds.
    There(&'static str),
}

use Seen::{Here, There};
use When::{EvenIfItSucceeds, ItFails};

const fn words(pattern: &'static str, seen: Seen, example: &'static str) -> Words {
    Words {
        pattern,
        example,
        seen,
    }
}

/// All of them.
pub const KNOWN: &[Known] = &[
    Known {
        id: "client-missing",
        when: ItFails,
        cause: |_| Cause::ClientMissing,
        words: &[words(
            "docker: (?:command )?not found",
            Here,
            "bash: line 1: docker: command not found",
        )],
    },
    Known {
        id: "no-wsl-integration",
        when: ItFails,
        cause: |_| Cause::NoWslIntegration,
        words: &[words(
            "The command 'docker' could not be found in this WSL",
            There("https://github.com/docker/for-win/issues/14517"),
            "The command 'docker' could not be found in this WSL 2 distro.\nWe recommend to activate the WSL integration in Docker Desktop settings.\n",
        )],
    },
    Known {
        id: "other-program",
        when: ItFails,
        cause: |words| Cause::OtherProgram(words.to_owned()),
        words: &[words(
            r"(?m)^(podman version \S+|Emulate Docker CLI using podman)",
            There("https://github.com/tenstorrent/tt-installer/issues/126"),
            "Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.\nCannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`",
        )],
    },
    Known {
        id: "context-missing",
        when: ItFails,
        cause: |name| Cause::ContextMissing(name.to_owned()),
        words: &[words(
            r#"context "([^"]+)": context not found"#,
            Here,
            r#"Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open /home/reader/.docker/contexts/meta/ca37/meta.json: no such file or directory"#,
        )],
    },
    Known {
        id: "engine-tls",
        when: ItFails,
        cause: |words| Cause::EngineTls(words.to_owned()),
        words: &[
            words(
                r"(?:unable to resolve docker endpoint|failed to retrieve context tls info): ((?:open )?[^\n]*\.pem[^\n]*)",
                Here,
                "Failed to initialize: unable to resolve docker endpoint: open /home/reader/.docker/ca.pem: no such file or directory",
            ),
            words(
                r"error during connect: [^\n]*(http: server gave HTTP response to HTTPS client)",
                Here,
                r#"error during connect: Get "https://127.0.0.1:2375/v1.51/info": http: server gave HTTP response to HTTPS client"#,
            ),
            words(
                r"(Client sent an HTTP request to an HTTPS server)",
                There("https://github.com/golang/go/blob/go1.24.0/src/net/http/server.go"),
                "Error response from daemon: Client sent an HTTP request to an HTTPS server.",
            ),
        ],
    },
    Known {
        id: "address-invalid",
        when: ItFails,
        cause: |words| Cause::AddressInvalid(words.to_owned()),
        words: &[words(
            r"unable to resolve docker endpoint: ((?:invalid|unable to parse)[^\n]+)",
            Here,
            "Failed to initialize: unable to resolve docker endpoint: invalid bind address format: ftp://x",
        )],
    },
    Known {
        id: "ssh",
        when: ItFails,
        cause: |words| Cause::Ssh(words.to_owned()),
        words: &[
            words(
                r"command \[ssh [^\]]*\] has exited with exit status \d+, (?:please )?make sure the URL is valid, and Docker 18\.09 or later is installed on the remote host: stderr=([^\r\n]*)",
                Here,
                r#"error during connect: Get "http://docker.example.com/v1.51/info": command [ssh -l nobody -p 9 -o ConnectTimeout=30 -T -- 127.0.0.1 docker system dial-stdio] has exited with exit status 255, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=ssh: connect to host 127.0.0.1 port 9: Connection refused"#,
            ),
            words(
                r#"error during connect: [^\n]*(exec: "ssh": executable file not found in \$PATH)"#,
                Here,
                r#"error during connect: Get "http://docker.example.com/v1.51/info": exec: "ssh": executable file not found in $PATH"#,
            ),
        ],
    },
    Known {
        id: "host-unknown",
        when: ItFails,
        cause: |host| Cause::HostUnknown(host.to_owned()),
        words: &[
            words(
                r"error during connect: [^\n]*dial tcp: lookup ([^\s:]+)(?: on \S+)?: (?:no such host|server misbehaving|Temporary failure|i/o timeout)",
                Here,
                r#"error during connect: Get "http://no-such-host.invalid:2375/v1.51/info": dial tcp: lookup no-such-host.invalid on 192.0.2.53:53: no such host"#,
            ),
            // Docker 29.
            words(
                r"failed to connect to the docker API at \S+: lookup ([^\s:]+)(?: on \S+)?: ",
                There("https://github.com/moby/moby/blob/master/client/client_test.go"),
                "failed to connect to the docker API at tcp://docker:2376: lookup docker on 127.0.0.11:53: no such host",
            ),
        ],
    },
    Known {
        id: "engine-silent",
        when: ItFails,
        cause: |_| Cause::EngineSilent,
        words: &[words(
            r"(?:error during connect: |/_ping)[^\n]*(?:i/o timeout|context deadline exceeded|Client\.Timeout exceeded)",
            There("https://github.com/docker/welcome-to-docker/issues/51"),
            r#"ERROR: Get "http://192.168.76.3:2375/_ping": dial tcp 192.168.76.3:2375: i/o timeout"#,
        )],
    },
    Known {
        id: "client-too-old",
        when: ItFails,
        cause: |version| Cause::ClientTooOld(version.to_owned()),
        words: &[words(
            r"client version \S+ is too old\. Minimum supported API version is (\d+\.\d+)",
            Here,
            "Error response from daemon: client version 1.20 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version",
        )],
    },
    Known {
        id: "client-too-new",
        when: ItFails,
        cause: |version| Cause::ClientTooNew(version.to_owned()),
        words: &[
            words(
                r"client version \S+ is too new\. Maximum supported API version is (\d+\.\d+)",
                Here,
                "Error response from daemon: client version 1.99 is too new. Maximum supported API version is 1.51",
            ),
            // Docker 29.
            words(
                r"API version (\d+\.\d+) is not supported by this client: the minimum supported API version is",
                There("https://github.com/moby/moby/blob/master/client/client.go"),
                "API version 1.41 is not supported by this client: the minimum supported API version is 1.44",
            ),
        ],
    },
    Known {
        id: "not-an-engine",
        when: ItFails,
        cause: |_| Cause::NotAnEngine,
        words: &[
            words(
                "Error response from daemon: (?i:<!doctype|<html)",
                Here,
                "Error response from daemon: <!DOCTYPE HTML>\n<html lang=\"en\">\n    <head>",
            ),
            words(
                "Error reading (?:JSON|remote info): invalid character",
                Here,
                "Error reading JSON: invalid character 'p' after top-level value",
            ),
        ],
    },
    Known {
        id: "credential-helper",
        when: ItFails,
        cause: |words| Cause::CredentialHelper(words.to_owned()),
        words: &[words(
            r"error getting credentials - err: ([^\n]+)",
            Here,
            "error getting credentials - err: exec: \"docker-credential-desktop\": executable file not found in $PATH, out: ``",
        )],
    },
    Known {
        id: "socket-permission",
        when: ItFails,
        cause: |address| Cause::SocketPermission(address.to_owned()),
        words: &[
            words(
                r"permission denied while trying to connect to the Docker daemon socket at (\S+?):(?:\s|$)",
                Here,
                r#"permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.45/info": dial unix /var/run/docker.sock: connect: permission denied"#,
            ),
            words(
                r"permission denied while trying to connect to the docker API at (\S+)",
                There("https://github.com/chrisjbawden/cockpit-dockermanager/issues/37"),
                "permission denied while trying to connect to the docker API at unix:///var/run/docker.sock",
            ),
        ],
    },
    Known {
        id: "no-engine",
        when: ItFails,
        cause: |address| Cause::NoEngine(address.to_owned()),
        words: &[
            words(
                r"Cannot connect to the Docker daemon at (\S+?)\. Is the docker daemon running\?",
                Here,
                "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
            ),
            words(
                r"failed to connect to the docker API at ([^\s;]+?)[:;]?(?:\s|$)",
                There("https://github.com/launchdarkly/find-code-references/issues/65"),
                "ERROR: failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory",
            ),
        ],
    },
    Known {
        id: "privileged-port",
        when: ItFails,
        cause: |port| Cause::PrivilegedPort(port.parse().unwrap_or_default()),
        words: &[
            words(
                r"cannot expose privileged port (\d+)",
                There("https://github.com/moby/moby/pull/40860"),
                r#"docker: Error response from daemon: driver failed programming external connectivity on endpoint brave_murdock (8da0): Error starting userland proxy: error while calling PortManager.AddPort(): cannot expose privileged port 80, you might need to add "net.ipv4.ip_unprivileged_port_start=0" (currently 1024) to /etc/sysctl.conf, or set CAP_NET_BIND_SERVICE on rootlesskit binary: listen tcp 0.0.0.0:80: bind: permission denied."#,
            ),
            words(
                r"cannot expose privileged port (\d+)",
                There("https://github.com/onyx-dot-app/onyx/pull/6338"),
                "Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint nginx (d14b): error while calling RootlessKit PortManager.AddPort(): cannot expose privileged port 80, you can add 'net.ipv4.ip_unprivileged_port_start=80' to /etc/sysctl.conf (currently 1024), or set CAP_NET_BIND_SERVICE on rootlesskit binary, or choose a larger port number (>= 1024): listen tcp4 0.0.0.0:80: bind: permission denied",
            ),
        ],
    },
    Known {
        id: "port-held",
        when: ItFails,
        cause: |port| Cause::PortHeld(port.parse().unwrap_or_default()),
        words: &[
            words(
                r"Bind for \S*?:(\d+) failed: port is already allocated",
                Here,
                "docker: Error response from daemon: driver failed programming external connectivity on endpoint x (1): Bind for 0.0.0.0:8080 failed: port is already allocated.",
            ),
            words(
                r"listen tcp[46]? \S*?:(\d+): bind: address already in use",
                Here,
                "docker: Error response from daemon: driver failed programming external connectivity on endpoint x (1): Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use.",
            ),
            words(
                r"listen tcp[46]? \S*?:(\d+): bind: address already in use",
                There("https://github.com/docker/for-mac/issues/6461"),
                "Ports are not available: exposing port TCP 0.0.0.0:7000 -> 0.0.0.0:0: listen tcp 0.0.0.0:7000: bind: address already in use",
            ),
            // Docker Desktop publishes on Windows.
            words(
                r"listen tcp[46]? \S*?:(\d+): bind: (?:Only one usage of each socket address|An attempt was made to access a socket in a way forbidden)",
                There("https://github.com/docker/for-win/issues/9272"),
                "Ports are not available: listen tcp 0.0.0.0:8080: bind: An attempt was made to access a socket in a way forbidden by its access permissions.",
            ),
            words(
                r"failed to bind host port (?:for )?(?:\[[^\]\s]*\]|[^:\s]*):(\d+)\S*: address already in use",
                There("https://github.com/winboat-org/winboat/issues/29"),
                "Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint x (1): failed to bind host port for 0.0.0.0:7148:172.18.0.2:7148/tcp: address already in use",
            ),
        ],
    },
    Known {
        id: "container-taken",
        when: ItFails,
        cause: |name| Cause::ContainerTaken(name.to_owned()),
        words: &[words(
            r#"container name "/?([^"]+)" is already in use"#,
            Here,
            r#"docker: Error response from daemon: Conflict. The container name "/rest-server" is already in use by container "4f1b". You have to remove (or rename) that container to be able to reuse that name."#,
        )],
    },
    Known {
        id: "network-taken",
        when: ItFails,
        cause: |name| Cause::NetworkTaken(name.to_owned()),
        words: &[words(
            r"network with name (\S+) already exists",
            Here,
            "Error response from daemon: network with name mynet already exists",
        )],
    },
    Known {
        id: "volume-in-use",
        when: ItFails,
        cause: |name| Cause::VolumeInUse(name.to_owned()),
        words: &[
            words(
                r"remove (\S+): volume is in use - \[",
                Here,
                "Error response from daemon: remove roach: volume is in use - [27ebedf0e06e]",
            ),
            words(
                r"remove (\S+): volume is in use - \[",
                There("https://github.com/moby/moby/issues/31446"),
                "Error response from daemon: Unable to remove volume, volume still in use: remove my-volume: volume is in use - [c76a270145ef]",
            ),
        ],
    },
    Known {
        id: "disk-full",
        when: ItFails,
        cause: |_| Cause::DiskFull,
        words: &[
            words(
                "no space left on device",
                Here,
                "ERROR: failed to solve: failed to write file header etc/alternatives/which.fr1.gz: rpc error: code = Unknown desc = write /small/x.tar: no space left on device",
            ),
            words(
                "No space left on device",
                Here,
                "dd: error writing '/small/a': No space left on device",
            ),
        ],
    },
    Known {
        id: "wrong-architecture",
        when: ItFails,
        cause: |program| Cause::WrongArchitecture(program.to_owned()),
        words: &[
            words(
                r"exec (/\S+): exec format error",
                Here,
                "exec /docker-gs-ping: exec format error",
            ),
            words(
                r#"exec user process caused:? "?exec format error"#,
                There("https://github.com/monitoror/monitoror/issues/403"),
                "standard_init_linux.go:228: exec user process caused: exec format error",
            ),
            words(
                r#"exec user process caused:? "?exec format error"#,
                There("https://github.com/TimothyYe/godns/issues/54"),
                r#"standard_init_linux.go:211: exec user process caused "exec format error""#,
            ),
        ],
    },
    Known {
        id: "no-such-platform",
        when: ItFails,
        cause: |platform| Cause::NoSuchPlatform(platform.to_owned()),
        words: &[
            words(
                r"no matching manifest for (\S+) in the manifest list entries",
                Here,
                "docker: no matching manifest for linux/arm64/v8 in the manifest list entries.",
            ),
            words(
                r"does not match the specified platform: wanted ([^\s,]+), actual: ",
                Here,
                "docker: Error response from daemon: image with reference rust:1.95-slim-bookworm was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64.",
            ),
            words(
                r"was found but does not provide the specified platform(?: \(([^)\s]+)\))?",
                There(
                    "https://github.com/moby/moby/blob/01412dacf7070152be297732523798854a14d8a9/daemon/containerd/image.go",
                ),
                "docker: Error response from daemon: image with reference alpine:latest was found but does not provide the specified platform (linux/amd64)",
            ),
            words(
                "no match for platform in manifest",
                There("https://github.com/uraimo/run-on-arch-action/issues/154"),
                "ERROR: failed to solve: ppc64le/ubuntu:22.04: failed to resolve source metadata for docker.io/ppc64le/ubuntu:22.04: no match for platform in manifest: not found",
            ),
        ],
    },
    Known {
        id: "other-platform",
        when: EvenIfItSucceeds,
        cause: |platform| Cause::OtherPlatform(platform.to_owned()),
        words: &[words(
            r"The requested image's platform \((\S+)\) does not match the detected host platform",
            Here,
            "WARNING: The requested image's platform (linux/arm64) does not match the detected host platform (linux/amd64/v4) and no specific platform was requested",
        )],
    },
    Known {
        id: "rate-limit",
        when: ItFails,
        cause: |_| Cause::RateLimit,
        words: &[
            words(
                "toomanyrequests: |429 Too Many Requests",
                There("https://github.com/docker/hub-feedback/issues/2464"),
                "Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
            ),
            words(
                r"unexpected status from [A-Z]+ request to \S+: 429",
                Here,
                "docker: Error response from daemon: unknown: failed to resolve reference \"127.0.0.1:35685/nothing:1\": unexpected status from HEAD request to http://127.0.0.1:35685/v2/nothing/manifests/1: 429 x\n",
            ),
        ],
    },
    Known {
        id: "certificate-unknown",
        when: ItFails,
        cause: |host| Cause::CertificateUnknown(host.to_owned()),
        words: &[
            words(
                r#"https://([^/"\s]+)[^\n]*x509: certificate signed by unknown authority"#,
                Here,
                r#"Error response from daemon: Get "https://registry.example:5000/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority"#,
            ),
            // What programs in a build step say: curl and cargo, then apt.
            words(
                r"SSL certificate problem: (?:unable to get local issuer certificate|self.signed certificate)",
                Here,
                "curl: (60) SSL certificate problem: self-signed certificate",
            ),
            words(
                "Certificate verification failed: The certificate is NOT trusted",
                There("https://github.com/NVIDIA-ISAAC-ROS/isaac_ros_visual_slam/issues/85"),
                "Certificate verification failed: The certificate is NOT trusted. The certificate issuer is unknown.  Could not handshake: Error in the certificate verification.",
            ),
        ],
    },
    Known {
        id: "not-yet-valid",
        when: EvenIfItSucceeds,
        cause: |time| Cause::NotYetValid(time.to_owned()),
        words: &[
            words(
                r"x509: certificate has expired or is not yet valid: current time \S+ is before (\S+[0-9Z])",
                Here,
                r#"Error response from daemon: Get "https://registry.example:5000/v2/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-05-17T10:34:05+02:00 is before 2026-07-08T01:10:17Z"#,
            ),
            words(
                "SSL certificate problem: certificate is not yet valid",
                Here,
                "curl: (60) SSL certificate problem: certificate is not yet valid",
            ),
            words(
                r"Release file for \S+ is not valid yet \(invalid for another ([^)]+)\)",
                There("https://github.com/moby/moby/issues/40363"),
                "E: Release file for http://deb.debian.org/debian/dists/bookworm/InRelease is not valid yet (invalid for another 2h 56min 18s). Updates for this repository will not be applied.",
            ),
        ],
    },
    Known {
        id: "expired",
        when: EvenIfItSucceeds,
        cause: |time| Cause::Expired(time.to_owned()),
        words: &[
            words(
                r"x509: certificate has expired or is not yet valid: current time \S+ is after (\S+[0-9Z])",
                Here,
                r#"Error response from daemon: Get "https://registry.example:5000/v2/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2024-04-20T22:13:32+08:00 is after 2021-09-30T14:01:15Z"#,
            ),
            words(
                "x509: certificate has expired or is not yet valid",
                There("https://github.com/moby/moby/issues/20137"),
                "Get https://index.docker.io/v1/repositories/library/ubuntu/images: x509: certificate has expired or is not yet valid",
            ),
            words(
                "SSL certificate problem: certificate has expired",
                Here,
                "curl: (60) SSL certificate problem: certificate has expired",
            ),
        ],
    },
    Known {
        id: "plugin-missing",
        when: EvenIfItSucceeds,
        cause: |plugin| Cause::PluginMissing(plugin.to_owned()),
        words: &[
            words(
                r"Install the (buildx) component to build images with BuildKit",
                Here,
                "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n            Install the buildx component to build images with BuildKit:\n            https://docs.docker.com/go/buildx/\n",
            ),
            words(
                "docker: '(buildx|compose)' is not a docker command",
                Here,
                "docker: 'buildx' is not a docker command.\nSee 'docker --help'\n",
            ),
            words(
                "docker: unknown command: docker (buildx|compose)",
                There("https://github.com/docker/cli/issues/6437"),
                "docker: unknown command: docker buildx\n\nRun 'docker --help' for more information\n",
            ),
        ],
    },
    Known {
        id: "old-builder",
        when: EvenIfItSucceeds,
        cause: |_| Cause::OldBuilder,
        words: &[
            words(
                r"the --\S+ option requires BuildKit",
                Here,
                "Step 2/2 : RUN --mount=type=cache,target=/x true\nthe --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled\n",
            ),
            // It takes the parser directive and the marks of a heredoc for nothing and goes on.
            words(
                "DEPRECATED: The legacy builder is deprecated",
                Here,
                "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0\n            environment-variable.\n",
            ),
            words(
                r"Dockerfile parse error line \d+: Unknown flag: (?:mount|link|chmod|checksum)",
                There("https://github.com/oss-review-toolkit/ort/issues/4467"),
                "Sending build context to Docker daemon  83.51MB\nError response from daemon: Dockerfile parse error line 39: Unknown flag: mount\n",
            ),
        ],
    },
    Known {
        id: "network-missing",
        when: ItFails,
        cause: |name| Cause::NetworkMissing(name.to_owned()),
        words: &[words(
            r"network (\S+) not found",
            Here,
            "docker: Error response from daemon: network mynet not found.",
        )],
    },
    Known {
        id: "pool-exhausted",
        when: ItFails,
        cause: |_| Cause::PoolExhausted,
        words: &[
            words(
                "could not find an available, non-overlapping IPv4 address pool",
                Here,
                "Error response from daemon: could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
            ),
            words(
                "all predefined address pools have been fully subnetted",
                There(
                    "https://github.com/moby/moby/blob/27405d2e2611df59f81361f9ff3009b32e1cc7d5/daemon/libnetwork/ipamapi/contract.go",
                ),
                "Error response from daemon: all predefined address pools have been fully subnetted",
            ),
        ],
    },
    Known {
        id: "password-refused",
        when: EvenIfItSucceeds,
        cause: |user| Cause::PasswordRefused(user.to_owned()),
        words: &[
            words(
                r#"password authentication failed for user "([^"]+)""#,
                Here,
                r#"psql: error: connection to server at "db" (172.18.0.2), port 5432 failed: FATAL:  password authentication failed for user "totoro""#,
            ),
            words(
                r"password authentication failed for user ([^\s;]+)",
                There(
                    "https://github.com/cockroachdb/cockroach/blob/027dd8b26b5ab931656bd3c1cf4e33c21ece6995/pkg/security/auth.go",
                ),
                "ERROR: password authentication failed for user totoro\nSQLSTATE: 28P01\nFailed running \"sql\"",
            ),
        ],
    },
    Known {
        id: "database-not-ready",
        when: EvenIfItSucceeds,
        cause: |address| Cause::DatabaseNotReady(address.to_owned()),
        words: &[
            words(
                r#"connection to server at "([^"]+)".* failed: (?:Connection refused|FATAL: +the database system is starting up)"#,
                Here,
                "psql: error: connection to server at \"db\" (172.18.0.2), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n",
            ),
            words(
                r#"connection to server at "([^"]+)".* failed: (?:Connection refused|FATAL: +the database system is starting up)"#,
                There(
                    "https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/postmaster/postmaster.c",
                ),
                "psql: error: connection to server at \"db\" (172.18.0.2), port 5432 failed: FATAL:  the database system is starting up",
            ),
            words(
                r#"connection to server on socket "([^"]+)" failed: (?:No such file or directory|Connection refused|FATAL: +the database system is starting up)"#,
                Here,
                "psql: error: connection to server on socket \"/var/run/postgresql/.s.PGSQL.5432\" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n",
            ),
            words(
                r"(?m)^(\S+) - (?:no response|rejecting connections)$",
                Here,
                "db:5432 - no response\n",
            ),
            words(
                r"the database at (\S+) is not ready \(attempt \S+\): [^\n]*(?:onnection refused|is starting up|timed out)",
                There("server/src/roach/keep.rs"),
                "the database at db:5432 is not ready (attempt 1): error connecting to server: Connection refused (os error 111); next try in 0.1 s",
            ),
            words(
                r"ERROR: cannot dial server\.\s+Is the server running\?",
                There("https://github.com/MaterializeInc/materialize/issues/14732"),
                "ERROR: cannot dial server.\nIs the server running?\nIf the server is running, check --host client-side and --advertise server-side.\n",
            ),
        ],
    },
    Known {
        id: "image-missing",
        when: ItFails,
        cause: |name| Cause::ImageMissing(name.to_owned()),
        words: &[
            words(
                r"Unable to find image '([^']+)' locally",
                Here,
                "Unable to find image 'docker-gs-ping:latest' locally\n",
            ),
            words(
                r"No such image: (\S+?)\.?(?:\s|$)",
                Here,
                "docker: Error response from daemon: No such image: docker-gs-ping:latest.\nSee 'docker run --help'.\n",
            ),
            words(
                r"manifest for (\S+) not found: manifest unknown",
                Here,
                "Error response from daemon: manifest for registry.example:5000/nothing:1 not found: manifest unknown: manifest unknown",
            ),
            words(
                r#"failed to resolve reference "([^"]+)": (?:pull access denied|\S+: not found)"#,
                Here,
                "Error response from daemon: failed to resolve reference \"127.0.0.1:40745/nothing:1\": 127.0.0.1:40745/nothing:1: not found\n",
            ),
            words(
                r"pull access denied for ([^\s,]+), repository does not exist",
                There("https://github.com/uf-mil/mil/issues/44"),
                "Error response from daemon: pull access denied for docker-gs-ping, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
            ),
            words(
                r"failed to resolve source metadata for (\S+): (?:pull access denied|(?:\S+: )?not found)",
                There("https://github.com/containerd/containerd/pull/2052"),
                "ERROR: failed to solve: nobodys: failed to resolve source metadata for docker.io/library/nobodys:latest: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
            ),
        ],
    },
    Known {
        id: "no-registry",
        when: ItFails,
        cause: |host| Cause::NoRegistry(host.to_owned()),
        words: &[
            words(
                r#"(?:Get|Head|Post) "?https?://([^/"\s]+)/(?:v2/|token)[^\n]*(?:no such host|server misbehaving|i/o timeout|TLS handshake timeout|connection refused|network is unreachable|no route to host|Client\.Timeout exceeded|context deadline exceeded|: EOF)"#,
                Here,
                r#"Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 192.0.2.53:53: no such host"#,
            ),
            words(
                r#"(?:Get|Head|Post) "?https?://([^/"\s]+)/(?:v2/|token)[^\n]*(?:no such host|server misbehaving|i/o timeout|TLS handshake timeout|connection refused|network is unreachable|no route to host|Client\.Timeout exceeded|context deadline exceeded|: EOF)"#,
                There("https://github.com/router-for-me/CLIProxyAPI/issues/2668"),
                r#"Error response from daemon: failed to resolve reference "docker.io/library/rust:1": failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=repository%3Alibrary%2Frust%3Apull&service=registry.docker.io": EOF"#,
            ),
        ],
    },
    // These words say nothing of the cause: `Cause::applies` asks the engine.
    Known {
        id: "published-elsewhere",
        when: ItFails,
        cause: |port| Cause::PublishedElsewhere(port.parse().unwrap_or_default()),
        words: &[words(
            r"curl: \(7\) Failed to connect to (?:localhost|127\.0\.0\.1) port (\d+)",
            Here,
            "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server",
        )],
    },
    Known {
        id: "new-table",
        when: EvenIfItSucceeds,
        cause: |_| Cause::NewTable,
        words: &[words(
            r"(?m)^IMAGE +ID +DISK USAGE +CONTENT SIZE",
            There("https://github.com/docker/cli/pull/6566"),
            "IMAGE                                   ID             DISK USAGE   CONTENT SIZE   EXTRA\nmoby/buildkit:buildx-stable-1           0168606be231        348MB          105MB    U\n",
        )],
    },
];
