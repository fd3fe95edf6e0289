# What a command has to do, said after a tick or after "expected".

expect-output = shows { $what }
expect-output-without = does not show { $what }
expect-and = { $before } and { $last }
expect-fragment = "{ $fragment }"
# $kind is that of a placeholder such as <container-1>.
expect-placeholder = { $kind ->
    [container] the id of container { $number }
    [image] the id of image { $number }
    [layer] the digest of layer { $number }
    [network] the id of network { $number }
    [volume] the name of volume { $number }
    [name] the name of container { $number }
    [ipv6-port] IPv6 port { $number }
   *[other] { $kind } { $number }
}
expect-no-output = shows nothing
expect-some-output = shows something
expect-within = ends within { $seconds } s
expect-step = has the build step "{ $step }"
expect-step-cached = takes the build step "{ $step }" from the cache
expect-step-rebuilt = does the build step "{ $step }" again
expect-smaller = "{ $line }" is below { $megabytes } MB
expect-times = "{ $line }" is at least { $times } times as large as "{ $other }"
expect-nothing-new = shows no new id, address or port
expect-half = takes at most half as long as `{ $other }`
expect-end = ends within its time limit
expect-goes-on = keeps running
expect-status = ends with exit status { $status }
