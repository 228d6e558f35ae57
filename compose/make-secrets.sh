#!/usr/bin/env bash
# Writes the secrets of docker-compose.prod.yml, at random, and a self-signed certificate. What is there already stays,
# so it may be run again, after a new version for example.
#
# Usage: compose/make-secrets.sh [--trial] [FOLDER]      (FOLDER: compose/secrets)
#   --trial   also the accounts of the S3 server in docker-compose.trial.yml
#
# Put what others gave you into the files yourself: aws_secret_access_key, smtp_pass,
# backup_aws_secret_access_key, tls_certificate, tls_key.
set -euo pipefail

trial=''
if [ "${1:-}" = --trial ]; then
  trial=yes
  shift
fi
case ${1:-} in
  -*)
    echo "Usage: $0 [--trial] [FOLDER]" >&2
    exit 2
    ;;
esac
folder=${1:-$(cd "$(dirname "$0")" && pwd)/secrets}
command -v openssl >/dev/null || {
  echo "openssl is needed." >&2
  exit 1
}

# Only you may enter the folder. The files in it can be read by all, since containers see them under other user ids.
mkdir -p "$folder"
chmod 700 "$folder"
printf '*\n' >"$folder/.gitignore"
umask 022

# write NAME: what comes in, unless the file is there. Never a half-written one.
write() {
  local draft="$folder/.$1.$$"
  cat >"$draft"
  if [ -e "$folder/$1" ]; then
    rm -f "$draft"
    return
  fi
  mv "$draft" "$folder/$1"
  echo "Made $folder/$1"
}

random() { openssl rand -hex "$1" | tr -d '\n'; }

random 48 | write secret_key
random 48 | write jwt_secret
random 24 | write db_password
random 24 | write redis_password
random 32 | write operations_token
random 32 | write backup_password
random 24 | write aws_secret_access_key
random 24 | write smtp_pass
random 24 | write backup_aws_secret_access_key
printf 'postgresql://cms:%s@db:5432/cms_production' "$(cat "$folder/db_password")" | write database_url

if [ ! -e "$folder/tls_certificate" ] && [ ! -e "$folder/tls_key" ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 30 -subj "/CN=localhost" \
    -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" \
    -keyout "$folder/.new_key.$$" -out "$folder/.new_certificate.$$" 2>/dev/null
  chmod 644 "$folder/.new_key.$$"
  write tls_key <"$folder/.new_key.$$"
  write tls_certificate <"$folder/.new_certificate.$$"
  rm -f "$folder/.new_key.$$" "$folder/.new_certificate.$$"
  echo "The certificate is self-signed, for localhost and 30 days: put a real one in its place."
fi

if [ -n "$trial" ]; then
  random 24 | write s3_admin_secret_key
  # No other program: its arguments could be read by everybody on this machine.
  write s3_accounts <<END
{"identities": [
  {"name": "admin", "credentials": [{"accessKey": "admin", "secretKey": "$(<"$folder/s3_admin_secret_key")"}],
   "actions": ["Admin", "Read", "List", "Tagging", "Write"]},
  {"name": "cms", "credentials": [{"accessKey": "cms", "secretKey": "$(<"$folder/aws_secret_access_key")"}],
   "actions": ["Read:cms-production-bucket", "List:cms-production-bucket", "Tagging:cms-production-bucket", "Write:cms-production-bucket"]},
  {"name": "backup", "credentials": [{"accessKey": "backup", "secretKey": "$(<"$folder/backup_aws_secret_access_key")"}],
   "actions": ["Read:cms-production-backups", "List:cms-production-backups", "Write:cms-production-backups"]}
]}
END
fi
