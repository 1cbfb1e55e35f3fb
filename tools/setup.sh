# shellcheck shell=bash
# Functions that ./run and ./test share: what must be there before the build. Sourced, not run; the caller stands in the
# project's root and has set -euo pipefail.

say() { printf '%s\n' "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# The packages of tools/packages.txt that are marked with one of the words given ("run", "test").
packages_wanted() {
  local mark name rest word
  while read -r mark name rest; do
    for word in "$@"; do
      [[ $mark == "$word" ]] && printf '%s\n' "$name"
    done
  done < <(sed 's/#.*//' tools/packages.txt)
}

# Whether a package is there, or (Node.js) what it gives came to this machine another way.
package_present() {
  case $1 in
  nodejs) command -v node >/dev/null && (($(node -p 'process.versions.node.split(".")[0]') >= 18)) && return ;;
  npm) command -v npm >/dev/null && return ;;
  libipsec-mb-dev) [[ $(dpkg --print-architecture) == amd64 ]] || return 0 ;;
  esac
  dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# Installs what is missing of the packages marked so; says what and why first.
install_packages() {
  local missing=() name sudo=()
  command -v apt-get >/dev/null || fail "this needs Debian 12 or a system made from it (apt-get was not found)"
  for name in $(packages_wanted "$@"); do
    package_present "$name" || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "these Debian packages are missing: ${missing[*]}. Install them as root, then start again."
    sudo=(sudo)
  fi
  say "Installing the Debian packages that are missing (once; they come from Debian):"
  for name in "${missing[@]}"; do
    say "  $(sed -n "s/^[a-z]* \($name\) *\(.*\)/\1: \2/p" tools/packages.txt | head -n 1)"
  done
  mkdir -p .deps
  { "${sudo[@]}" apt-get update -q &&
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"; } \
    </dev/null >.deps/packages.log 2>&1 || {
    tail -n 15 .deps/packages.log >&2
    fail "the packages could not be installed; the whole log is in .deps/packages.log"
  }
}

# The npm packages that a folder's lock file names; asks no network when they are there already.
install_npm() {
  local folder=$1 stamp=$1/node_modules/.installed
  [[ -e $stamp && ! $folder/package-lock.json -nt $stamp ]] && return
  say "Fetching the npm packages of $folder (once) ..."
  (cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts </dev/null >npm-ci.log 2>&1) || {
    tail -n 15 "$folder/npm-ci.log" >&2
    fail "npm could not fetch the packages of $folder; the whole log is in $folder/npm-ci.log"
  }
  touch "$stamp"
}
