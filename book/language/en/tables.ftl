# The tables of placeholders and of versions.

tables-placeholders = Placeholders in recorded output
tables-placeholder = Placeholder
tables-meaning = Stands for
tables-example = Example

# What a placeholder stands for: <container-1>, <time>.
tables-kind-container = id of a container
tables-kind-image = id of an image
tables-kind-layer = digest of a layer
tables-kind-network = id of a network
tables-kind-volume = name of a volume that Docker chose
tables-kind-name = name of a container that Docker chose
tables-kind-address = private IPv4 address
tables-kind-port = TCP port that Docker chose
tables-kind-ipv6-port = TCP port that Docker chose on IPv6
tables-kind-size = size of an image; the recorded value is shown
tables-kind-version = version of a program; the recorded value is shown
tables-kind-architecture = processor architecture; the recorded value is shown
tables-kind-time = point in time, or how long ago
tables-kind-duration = how long something took
tables-kind-n = number of an attempt
tables-kind-ref = id of a build context, given by BuildKit
tables-kind-registry-answer = what the registry, or the way to it, answered
tables-kind-resolver-answer = what the resolver said of an unknown name

tables-provenance = Where the output in this book was recorded
tables-what = What
tables-recorded-on = Recorded on
tables-date = Date (UTC)
tables-engine = Docker Engine
tables-client = Docker client
tables-buildx = buildx
tables-compose = Docker Compose
tables-runc = runc
tables-containerd = containerd
tables-image-store = Image store
tables-frontend = Dockerfile frontend
tables-curl = curl
tables-operating-system = System of the host
tables-architecture = Architecture
tables-base-images = Base images
tables-database = Database
tables-origin = { $origin ->
    [assembled] base images assembled from Debian’s packages
   *[pulled] base images pulled from their registries
}
tables-of-chapters = { $value } (chapter { $chapters })
tables-missing = none
