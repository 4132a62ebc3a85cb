//! The digest of what the client is generated from. The build script and `cargo xtask regen` share it.

/// The name of the file that holds the digest, beside the generated sources.
pub(crate) const FILE: &str = "inputs.fnv";

/// The FNV-1a hash of the description and the overlay, whatever their line endings. It detects stale
/// sources; it is not meant to withstand forgery.
#[must_use]
pub(crate) fn digest(description: &str, overlay: &str) -> String {
    let bytes = description.bytes().chain(overlay.bytes()).filter(|byte| *byte != b'\r');
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}\n")
}
