use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The longest request id, in bytes.
const MAX: usize = 64;

/// A request id is 1 to 64 ASCII letters, digits and `. _ -`; else this says so in a sentence.
pub fn check_request_id(id: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if (1..=MAX).contains(&id.len()) && id.chars().all(allowed) {
        return Ok(());
    }
    Err(format!("A request id is 1 to {MAX} letters, digits, dots, underscores and hyphens."))
}

/// A request id that no other call, in this process or another, is going to give.
pub fn new_request_id() -> String {
    static PROCESS: OnceLock<[u64; 2]> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    // A RandomState is seeded by the operating system; that spares a crate for random numbers.
    let [a, b] = PROCESS.get_or_init(|| [0, 1].map(|n| hash(&RandomState::new(), n)));
    format!("{a:016x}{b:016x}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn hash(state: &RandomState, n: u64) -> u64 {
    let mut hasher = state.build_hasher();
    hasher.write_u64(n);
    hasher.write_u32(std::process::id());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_ids_differ_and_are_accepted() {
        let (a, b) = (new_request_id(), new_request_id());
        assert_ne!(a, b);
        assert!(check_request_id(&a).is_ok() && check_request_id(&b).is_ok());
    }

    #[test]
    fn wrong_ids_are_refused() {
        for id in ["", "a b", "a&b", "é", &"x".repeat(65)] {
            assert!(check_request_id(id).is_err(), "{id}");
        }
    }
}
