# Workplace, packages and build. Sourced by integration/run.

# A folder for this run, and a target directory that outlives the clone on a CI machine.
prepare_workplace() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/anlin-run.XXXXXX")
  chmod 755 "$work"
  mkdir -p "$work/rows" "$work/logs"
  cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/anlin"
  mkdir -p "$cache"
  if [ -n "${CI:-}" ] && [ -z "${CARGO_TARGET_DIR:-}" ]; then
    export CARGO_TARGET_DIR="$cache/target"
  fi
  target="${CARGO_TARGET_DIR:-$PWD/target}"
  export ANLIN_SCORECARD_ROWS="$work/rows"
  export ANLIN_BIN="$target/release/anlin"
  export ANLIN_PLANTED_BIN="$target/release/anlin-planted"
  export ANLIN_TEST_DATA="${ANLIN_TEST_DATA:-$PWD/../shared/data}"
  export ANLIN_DEEP="$deep"
}

# command:package pairs the tests need beside Rust and Node
NEEDS="cc:gcc c++:g++ make:make perl:perl python3:python3 python3-config:python3-dev strace:strace sipp:sip-tester mosquitto:mosquitto"

# Installs missing Debian packages as root; as a plain user names them in one line and exits 2.
need_packages() {
  command -v cargo >/dev/null || { echo "integration/run: Rust is missing: install it with rustup" >&2; exit 2; }
  local missing=() pair
  for pair in $NEEDS; do
    # Daemons lie where plain users do not look.
    PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
  [ -n "$(postgres_bin)" ] || missing+=(postgresql)
  [ -n "$(browser)" ] || missing+=(chromium)
  if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
      echo "integration/run: missing packages: ${missing[*]}" >&2
      exit 2
    fi
    echo "installing ${missing[*]}"
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } \
      >"$work/logs/packages.log" 2>&1 || { tail -5 "$work/logs/packages.log" >&2; echo "integration/run: packages could not be installed" >&2; exit 2; }
  fi
  export ANLIN_BROWSER="$(browser)"
}

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome || true; }

# A Python environment outside the tree for the contract fuzzer; kept between runs.
need_schemathesis() {
  local venv="$cache/python"
  if ! "$venv/bin/schemathesis" --version >/dev/null 2>&1; then
    echo "installing schemathesis"
    python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check 'schemathesis==4.32.5' \
      >"$work/logs/schemathesis.log" 2>&1 || { tail -3 "$work/logs/schemathesis.log"; return 1; }
  fi
  export ANLIN_SCHEMATHESIS="$venv/bin/schemathesis"
}

# The browser driver outside the tree; kept between runs.
need_playwright() {
  local node="$cache/node"
  if ! [ -d "$node/node_modules/playwright-core" ]; then
    echo "installing playwright-core"
    mkdir -p "$node" && npm install --silent --no-audit --no-fund --prefix "$node" playwright-core@1 \
      >"$work/logs/playwright.log" 2>&1 || { tail -3 "$work/logs/playwright.log"; return 1; }
  fi
  export NODE_PATH="$node/node_modules"
}

# One profile for everything; the planted binary only shares the dependencies.
build_everything() {
  local began=$SECONDS
  echo "building"
  build --workspace --all-targets && build -p server --features planted-bugs --bin anlin-planted || return 1
  echo "build $((SECONDS - began)) s"
}

build() { # arguments of cargo
  cargo build --release --locked "$@" >"$work/logs/build.log" 2>&1; local code=$?
  grep -E '^(warning|error)|^  -->|Finished' "$work/logs/build.log"
  return "$code"
}
