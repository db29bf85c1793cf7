# Installs what the tests use of PyPI and npm, as it is pinned, under target; again only when the
# pins have changed. To be sourced after need.sh.

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")

# The packages of a requirements.txt, in an environment of their own. Node.js is one of them.
need_python_packages() {
    local pins=$1 to=$target/$2
    need python3 python3
    if ! fresh "$to" "$pins"; then
        # Debian's Python comes without what makes environments.
        python3 -c 'import ensurepip, venv' 2>/dev/null || install python3-venv
        say "installing the packages of $pins"
        rm -rf "$to"
        python3 -m venv "$to"
        "$to/bin/pip" install --quiet --disable-pip-version-check --requirement "$pins"
        remember "$to" "$pins"
    fi
    PATH="$to/bin:$PATH"
}

# The packages of a folder with a package-lock.json.
need_npm_packages() {
    local from=$1 to=$target/$2
    fresh "$to" "$from/package-lock.json" && return
    say "installing the packages of $from/package-lock.json"
    rm -rf "$to"
    mkdir -p "$to"
    cp "$from/package.json" "$from/package-lock.json" "$to"
    npm ci --prefix "$to" --silent --ignore-scripts --no-audit --no-fund
    remember "$to" "$from/package-lock.json"
}

# Whether a folder holds what these pins name. It may have been moved, which scripts in it, whose
# first line has a whole path, do not survive.
fresh() {
    seal "$1" "$2" | cmp --silent - "$1/.installed"
}

remember() {
    seal "$1" "$2" >"$1/.installed"
}

seal() {
    echo "$1"
    cat "$2"
}
