# What a command has to show: nouns, which stand after a tick or after "expected".

expect-output = output with { $what }
expect-output-without = output without { $what }
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
expect-no-output = no output
expect-within = an end within { $seconds } s
expect-step = a build step "{ $step }"
expect-step-cached = build step "{ $step }" from the cache
expect-step-rebuilt = build step "{ $step }" done again
expect-smaller = "{ $line }" below { $megabytes } MB
expect-times = "{ $line }" at least { $times } times as large as "{ $other }"
expect-nothing-new = nothing that no earlier output named
expect-end = an end within its time limit
expect-goes-on = a process that goes on
expect-status = exit status { $status }
