// Generated from spec/ by the build script; see `cargo xtask regen`.

crate::open_enum::open_enum! {
    CatKind { Cat = "cat" }
}
crate::open_enum::open_enum! {
    DogKind { Dog = "dog" }
}
