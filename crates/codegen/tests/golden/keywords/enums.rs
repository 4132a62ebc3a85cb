// Generated from spec/ by the build script; see `cargo xtask regen`.

crate::open_enum::open_enum! {
    SelfCrate { Self_ = "self", Super = "super", Self__ = "Self" }
}
