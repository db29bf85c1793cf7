#!/usr/bin/env bash
# Installs the servers that ./tests/bench peers compares. One that cannot be installed is skipped.
source tests/lib/need.sh
source tests/lib/tools.sh

node() (
    set -e
    need node nodejs
    need npm npm
    need_npm_packages tests/benches/peers peers/node
)

durable_streams() {
    local to=$target/peers/durable-streams
    [ -x "$to/bin/durable-streams-server" ] && return
    say "installing durable-streams, which takes a few minutes"
    cargo install durable-streams --version =0.1.5 --locked --quiet --root "$to"
}

nchan() (
    set -e
    need nginx nginx
    compgen -G "/usr/*/nginx/modules/ngx_nchan_module.so" >/dev/null || install libnginx-mod-nchan
)

for peer in node durable_streams nchan; do
    # Not `||`, in which `set -e` has no effect.
    "$peer"
    status=$?
    [ "$status" = 0 ] || say "$peer could not be installed"
done
