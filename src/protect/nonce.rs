//! Nonces: random, from the system.

use std::cell::RefCell;

use aes_gcm_siv::Nonce;

use super::scheme::NoRandomness;

/// Bytes of a nonce.
pub(super) const LEN: usize = 12;

/// How many are drawn at once. The system takes 300 ns for one, and 1200 for so many.
const DRAWN: usize = 32;

thread_local! {
    static BATCH: RefCell<Batch> = const { RefCell::new(Batch { nonces: [[0; LEN]; DRAWN], used: DRAWN }) };
}

/// Nonces that a thread drew together. They are no secret: each is sent in clear.
struct Batch {
    nonces: [[u8; LEN]; DRAWN],
    used: usize,
}

/// A nonce that wasn't given out before.
///
/// A process that forks gives its child what is left of the thread's batch, so that both seal with
/// the same nonces. AES-256-GCM-SIV forgives it: that the same value was sealed twice for the same
/// name and second can be seen then, and nothing else.
pub(super) fn draw() -> Result<Nonce, NoRandomness> {
    BATCH.with_borrow_mut(|batch| {
        if batch.used == DRAWN {
            getrandom::fill(batch.nonces.as_flattened_mut()).map_err(|_| NoRandomness)?;
            batch.used = 0;
        }
        let nonce = batch.nonces[batch.used];
        batch.used += 1;
        Ok(nonce.into())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread;

    use super::*;

    #[test]
    fn no_nonce_comes_twice() {
        let drawn = || (0..5 * DRAWN + 3).map(|_| draw().unwrap()).collect::<Vec<_>>();
        let threads = [thread::spawn(drawn), thread::spawn(drawn)];
        let mut all = drawn();
        for thread in threads {
            all.extend(thread.join().unwrap());
        }
        let count = all.len();
        assert_eq!(count, 3 * (5 * DRAWN + 3));
        assert_eq!(all.into_iter().collect::<HashSet<_>>().len(), count);
    }
}
