// Generated from spec/ by the build script; see `cargo xtask regen`.

crate::open_enum::open_enum! {
    #[doc = "What it shines in."] Colour { Red = "red", DarkRed = "dark red", DarkRed_ =
    "dark-red", _2nd = "2nd", Empty = "", Empty_ = "+", UnknownValue = "Unknown", Self_ =
    "Self", Unnamed = "½" }
}
crate::open_enum::open_enum! {
    HttpKind { Http = "HTTP", Https = "HTTPS" }
}
crate::open_enum::open_enum! {
    LightsState2 { On = "on", Off = "off" }
}
crate::open_enum::open_enum! {
    ListLightsOrder { Up = "up", Down = "down" }
}
