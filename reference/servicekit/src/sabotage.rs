/// Whether this process is to break the property that `name` stands for: only in a build with the
/// feature `sabotage`, and only where the environment says `SABOTAGE=name`. The tests have to find
/// it out; without the feature nothing of it is compiled in.
#[cfg(feature = "sabotage")]
pub fn sabotaged(name: &str) -> bool {
    chosen().is_some_and(|chosen| chosen == name)
}

/// Never, in a build without the feature `sabotage`.
#[cfg(not(feature = "sabotage"))]
#[inline(always)]
pub const fn sabotaged(_name: &str) -> bool {
    false
}

/// The sabotage that this process was told to do, where it was built for that: never hidden in its
/// health.
#[cfg(feature = "sabotage")]
pub(crate) fn chosen() -> Option<&'static str> {
    static CHOSEN: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    CHOSEN.get_or_init(|| std::env::var("SABOTAGE").ok()).as_deref()
}

#[cfg(not(feature = "sabotage"))]
pub(crate) const fn chosen() -> Option<&'static str> {
    None
}
