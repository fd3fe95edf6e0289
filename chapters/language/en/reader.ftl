# What a chapter says of itself from start to end.

reader-page = Its page: { $address } (while `cargo run --bin book -- serve` runs)
