# Shared by ./baeum, ./test, ./bench and .ci/run (POSIX sh). The caller has set $home to the repository's folder.

# the user's language, as the program itself chooses it: BAEUM_LANG, then LANG
say() { # say KOREAN ENGLISH
    case "${BAEUM_LANG:-${LANG:-}}" in
        [kK][oO]*) printf '%s\n' "$1" >&2 ;;
        *) printf '%s\n' "$2" >&2 ;;
    esac
}

# puts a dotnet into PATH that was installed into the user's folder
find_dotnet() {
    command -v dotnet >/dev/null 2>&1 && return 0
    [ -x "$HOME/.dotnet/dotnet" ] || return 1
    DOTNET_ROOT="$HOME/.dotnet" PATH="$HOME/.dotnet:$PATH"
    export DOTNET_ROOT PATH
}

have_sdk() { find_dotnet && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; }

need_sdk() {
    have_sdk && return 0
    install='curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0 --install-dir "$HOME/.dotnet"'
    say ".NET 10 SDK가 필요합니다. 설치: $install" "The .NET 10 SDK is needed. To install it: $install"
    [ -t 0 ] && [ -t 2 ] || exit 1
    say "지금 $HOME/.dotnet 에 설치할까요? [y/N]" "Install it into $HOME/.dotnet now? [y/N]"
    read -r answer
    case "$answer" in [yY]*) ;; *) exit 1 ;; esac
    sh -c "$install" >&2 || exit 1
    PATH="$HOME/.dotnet:$PATH" DOTNET_ROOT="$HOME/.dotnet"
    export PATH DOTNET_ROOT
    have_sdk || exit 1
}

# one builder at a time, on every system: mkdir is atomic where flock is missing; a lock whose owner has gone is taken over
lock() {
    mkdir -p "$home/artifacts"
    until mkdir "$home/artifacts/build.lock" 2>/dev/null; do
        owner=$(cat "$home/artifacts/build.lock/owner" 2>/dev/null || true)
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
            rm -rf "$home/artifacts/build.lock"
        else
            sleep 0.2
        fi
    done
    echo $$ > "$home/artifacts/build.lock/owner"
    trap 'rm -rf "$home/artifacts/build.lock"' EXIT
    trap 'exit 130' INT TERM
}

unlock() {
    rm -rf "$home/artifacts/build.lock"
    trap - EXIT INT TERM
}

# build PROJECT: quietly in Release; on failure its errors, each once. The analyzers take most of a build's time and run in .ci/run
build() {
    log="$home/artifacts/build.log"
    if ! dotnet build "$home/$1" -c Release -v q --nologo -p:RunAnalyzers=false >"$log" 2>&1; then
        grep -E 'error' "$log" | sort -u | head -n 20 >&2 || cat "$log" >&2
        say "빌드에 실패했습니다. 전체 기록: $log" "The build failed. All of its output: $log"
        exit 1
    fi
}
