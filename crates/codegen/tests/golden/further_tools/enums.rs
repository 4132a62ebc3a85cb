// Generated from spec/ by the build script; see `cargo xtask regen`.

crate::open_enum::open_enum! {
    SetDoorBodyState { Open = "open", Shut = "shut" }
}
