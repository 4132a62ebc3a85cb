// Generated from spec/ by the build script; see `cargo xtask regen`.

