# shellcheck shell=bash
# Versions, and which of them can live with the database's schema. Sourced, not run, in the root of a checkout.

# `v1.2.3` or `1.2.3` without the v.
plain_version() {
  [[ $1 =~ ^v?([0-9]+\.[0-9]+\.[0-9]+)$ ]] || die 2 "'$1' is no version such as v1.2.3."
  printf '%s' "${BASH_REMATCH[1]}"
}

# The version of this checkout.
own_version() {
  sed -n 's/^__version__ = "\([0-9.]*\)"$/\1/p' site/cms/__init__.py
}

older() {
  [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | sed -n 1p)" = "$1" ]
}

newest_of() {
  sort -V | tail -n 1
}

# Migrations that took away what older releases use: file, and the oldest release that can live without it.
# The line is explained in docs/decisions/0013-migrations-without-downtime.md, and the tests hold people to it.
contracting_migrations() {
  local file line
  while IFS= read -r file; do
    while IFS= read -r line; do
      [[ $line =~ ^#\ allow\ [A-Z_]+\ from\ ([0-9]+\.[0-9]+\.[0-9]+): ]] || continue
      printf '%s\t%s\n' "$file" "${BASH_REMATCH[1]}"
    done <"$file"
  done < <(find api pages documents site -path '*/migrations/*.py' | sort)
}

# The oldest release whose code can live with the schema that this checkout makes.
oldest_on_schema() {
  { printf '0.0.0\n' && contracting_migrations | cut -f 2; } | newest_of
}

# Which migrations are in the way of a release.
obstacles_to() {
  local file version
  while IFS=$'\t' read -r file version; do
    if older "$1" "$version"; then printf '  %s (needs %s or newer)\n' "$file" "$version"; fi
  done < <(contracting_migrations)
}
