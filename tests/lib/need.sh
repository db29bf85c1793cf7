# Sees to what the programs beside this folder need. To be sourced.

say() {
    echo "$0: $*" >&2
}

# Installs a package of Debian. The mirror may be busy: three tries.
install() {
    local package=$1 try
    for try in 1 2 3; do
        say "installing $package (try $try)"
        if apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive \
                apt-get install -y -qq --no-install-recommends "$package" >/dev/null; then
            return
        fi
        sleep $((try * 5))
    done
}

# Whether a program is there; servers lie where only root looks, those of PostgreSQL by version.
has() {
    PATH=$PATH:/usr/sbin command -v "$1" >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/$1" >/dev/null
}

# Sees to it that a program is there, or says what to do.
need() {
    local program=$1 package=$2
    has "$program" && return
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        install "$package"
        has "$program" && return
    fi
    say "$program is missing; install the package $package and run this again"
    exit 1
}

# Rust is not installed: the packages of distributions are too old.
need_cargo() {
    has cargo && return
    say "cargo is missing; install Rust 1.95 or later (https://rustup.rs) and run this again"
    exit 1
}
