# The usual verbs; `just` lists them. Each recipe is one command that also works without just.

_default:
    @just --list

# format all code
fmt:
    cargo fmt --all
    cargo fmt --manifest-path openapi/examples/rust/Cargo.toml

# format check, the core and the light build of the adapters alone, clippy
lint:
    cargo fmt --all --check
    cargo fmt --manifest-path openapi/examples/rust/Cargo.toml --check
    cargo check -p leopard-core
    cargo check -p leopard-adapters --no-default-features --features memory
    cargo clippy --workspace --all-targets -- -D warnings

# unit tests: seconds
test-unit *ARGS:
    cargo test --workspace --lib {{ARGS}}

# unit tests and the tests of the API without a server
test-api *ARGS:
    cargo test --workspace --lib --test api {{ARGS}}

# all tests; installs what they need (--long: more rounds of the fault injection)
test *ARGS:
    ./tests/run {{ARGS}}

# everything that must pass before a change lands
ci:
    ./.ci/run

# licenses, sources and advisories of the dependencies
deny:
    cargo deny check

# regenerate openapi/openapi.json
document:
    UPDATE=1 cargo test --workspace --lib

# measure the figures (--write: into docs/performance.md)
bench *ARGS:
    ./tests/bench {{ARGS}}

# run the server from source
run *ARGS:
    cargo run --release -- {{ARGS}}

# build what is shipped: target/dist/leopard
release:
    cargo build --profile dist --locked --bin leopard

# build the container image
image:
    docker build -f deployment/Dockerfile -t leopard .
