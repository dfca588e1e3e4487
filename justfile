# What a change must pass; the same as CI.
check:
    DATELINE_DATA="${DATELINE_DATA:-$PWD/../shared/data}" bash .ci/run

# The tests alone.
test:
    cargo test

# Rewrites the expected outputs of format fixtures and snapshots; read the diff.
update:
    UPDATE=1 cargo test --test formats
    INSTA_UPDATE=always cargo test --test cli

# Speed by stage.
bench:
    cargo bench
