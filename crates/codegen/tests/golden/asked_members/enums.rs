// Generated from spec/ by the build script; see `cargo xtask regen`.

crate::open_enum::open_enum! {
    Carrier { Road = "ROAD", Rail = "RAIL", Air = "AIR", Pigeon = "PIGEON" }
}
