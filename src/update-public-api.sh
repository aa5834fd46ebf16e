#!/usr/bin/env bash
# Lists new public members in the PublicAPI.Unshipped.txt of every project.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for project in */*.csproj; do
  dotnet format analyzers "$project" --diagnostics RS0016 --severity warn
done
