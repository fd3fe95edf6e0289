# What the engine holds, and what is wrong when it does not answer.

docker-object = { $kind ->
    [container] container { $name }
    [image] image { $name }
    [network] network { $name }
   *[volume] volume { $name }
}
docker-run = failed to ask the Docker Engine: { $reason }
docker-refused = `docker { $command }` failed: { $output }
docker-silent = `docker { $command }` has not answered within { $seconds } s
docker-answer = failed to read the answer of `docker { $command }`: { $reason }
docker-stays = still there after it was removed: { $object }
