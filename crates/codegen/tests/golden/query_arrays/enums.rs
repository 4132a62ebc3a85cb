// Generated from spec/ by the build script; see `cargo xtask regen`.

crate::open_enum::open_enum! {
    SearchGroupsKindsItem { A = "a", B = "b" }
}
