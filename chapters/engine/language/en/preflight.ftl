# What is looked at before a chapter starts.

preflight-engine = engine
preflight-engine-old = install Docker Engine { $oldest } or later: https://docs.docker.com/engine/install/
preflight-client = client
preflight-architecture = architecture
preflight-missing = missing
preflight-plugin-missing = install Docker's { $plugin } plugin: https://docs.docker.com/engine/install/
preflight-base-images = base images
preflight-base-images-there = { $origin ->
    [assembled] assembled from Debian's packages
    [mixed] in part pulled, in part assembled from Debian's packages
   *[pulled] pulled from their registries
}
preflight-base-images-missing = missing: { $images }
preflight-curl-missing = install curl: { $purpose }
preflight-disk = free disk
preflight-disk-free = { $gigabytes } GB in { $folder }
preflight-disk-unknown = unknown: the engine's data is not on this machine
preflight-disk-full = free { $gigabytes } GB, for example with `docker system prune`
preflight-ipv6-there = this machine has ::1
preflight-ipv6-none = this machine has no ::1; an engine on it publishes ports on IPv4 only
preflight-port = port { $port }
preflight-port-free = free
preflight-port-held = held by { $holder }
preflight-port-held-on = held by { $holder } on { $address }
preflight-port-advice = stop { $holder }, then start again
preflight-container = the container { $name }
preflight-process = { $name } (process { $process })
preflight-unknown-holder = a program that your user cannot see
preflight-leftovers = leftovers
preflight-no-leftovers = none
preflight-leftovers-advice = `-- --clean` removes what an earlier run left; rename or remove what is yours
preflight-configuration = configuration
preflight-configuration-formats = { $settings } in { $file }
preflight-configuration-advice = these settings change tables that the book shows: remove them from the file while you run the chapters
