# What a change must pass; the same as CI.
check:
    DATELINE_DATA="${DATELINE_DATA:-$PWD/../shared/data}" bash .ci/run

# The tests alone.
test:
    cargo test

# Rewrites the expected outputs of format fixtures and snapshots (needs cargo-insta); read the diff.
update:
    UPDATE=1 cargo test --test formats
    cargo insta test --accept --test cli

# Speed by stage.
bench:
    cargo bench
