//! The block cipher of AES-256-GCM-SIV, with the first blocks of a nonce encrypted ahead.
//!
//! Each nonce has keys of its own, made of six blocks that the keyring's key encrypts: a counter
//! from 0 to 5, then the nonce (RFC 8452, section 4). `aes-gcm-siv` asks for them one by one and
//! waits for each. A machine with instructions for AES does six at once in little more than the
//! time of one, and `aes-gcm-siv` takes any block cipher; so it is given this one, which knows
//! these six already. It is AES for every other block, too.
//!
//! Sealing 32 bytes takes 313 ns instead of 390 with it; and 409 instead of 664 with those
//! releases of `aes` that prepare wider registers for each single call.

use aes::Aes256Enc;
use aes::cipher::array::Array;
use aes::cipher::consts::{U1, U16, U32};
use aes::cipher::inout::InOut;
use aes::cipher::{
    Block, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, Key,
    KeyInit, KeySizeUser, ParBlocksSizeUser,
};
use aes_gcm_siv::Nonce;
use zeroize::Zeroizing;

/// How many blocks the keys of a nonce are made of.
const BLOCKS: usize = 6;

/// A key of a keyring, with the first blocks of a nonce.
pub(super) struct Ahead<'k> {
    key: &'k Aes256Enc,
    nonce: Nonce,
    /// Block for block what the key makes of a counter and the nonce.
    encrypted: Zeroizing<[[u8; 16]; BLOCKS]>,
}

impl<'k> Ahead<'k> {
    pub(super) fn new(key: &'k Aes256Enc, nonce: &Nonce) -> Self {
        let mut first = [0; 16];
        first[4..].copy_from_slice(nonce);
        let first = u128::from_le_bytes(first);
        let blocks = [0, 1, 2, 3, 4, 5].map(|counter| (first | counter).to_le_bytes());
        let mut encrypted = Zeroizing::new(blocks);
        key.encrypt_blocks(Array::cast_slice_from_core_mut(&mut *encrypted));
        Self { key, nonce: *nonce, encrypted }
    }

    fn known(&self, block: &Block<Self>) -> Option<&[u8; 16]> {
        let (counter, nonce) = block.split_first_chunk()?;
        let block = self.encrypted.get(u32::from_le_bytes(*counter) as usize)?;
        (nonce == self.nonce.as_slice()).then_some(block)
    }
}

impl BlockSizeUser for Ahead<'_> {
    type BlockSize = U16;
}

impl ParBlocksSizeUser for Ahead<'_> {
    type ParBlocksSize = U1;
}

impl BlockCipherEncBackend for Ahead<'_> {
    #[inline]
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block<Self>>) {
        match self.known(block.get_in()) {
            Some(&known) => *block.get_out() = known.into(),
            None => self.key.encrypt_block_inout(block),
        }
    }
}

/// A key of the cipher.
#[expect(clippy::large_enum_variant, reason = "one in a box would be an allocation a message")]
pub(super) enum Cipher<'k> {
    /// A keyring's.
    Ahead(&'k Ahead<'k>),
    /// One message's, which is derived from that.
    Derived(Aes256Enc),
}

impl BlockSizeUser for Cipher<'_> {
    type BlockSize = U16;
}

impl KeySizeUser for Cipher<'_> {
    type KeySize = U32;
}

impl KeyInit for Cipher<'_> {
    #[inline]
    fn new(key: &Key<Self>) -> Self {
        Self::Derived(Aes256Enc::new(key))
    }
}

impl BlockCipherEncrypt for Cipher<'_> {
    #[inline]
    fn encrypt_with_backend(&self, work: impl BlockCipherEncClosure<BlockSize = U16>) {
        match self {
            Self::Ahead(key) => work.call(*key),
            Self::Derived(key) => key.encrypt_with_backend(work),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The six blocks of its nonce, and those that differ from them in one byte or are others.
    #[test]
    fn is_aes_for_every_block() {
        let key = Aes256Enc::new(&[7; 32].into());
        let nonce = Nonce::from([9; 12]);
        let ahead = Ahead::new(&key, &nonce);
        let cipher = Cipher::Ahead(&ahead);
        let mut known = 0;
        for counter in [0, 1, 2, 3, 4, 5, 6, 7, 0x0100_0000, u32::MAX] {
            for changed in 0..=16 {
                let mut block = [9; 16];
                block[..4].copy_from_slice(&counter.to_le_bytes());
                if let Some(byte) = block.get_mut(changed) {
                    *byte ^= 0x40;
                }
                let mut block = Array::from(block);
                known += usize::from(ahead.known(&block).is_some());
                let mut expected = block;
                key.encrypt_block(&mut expected);
                cipher.encrypt_block(&mut block);
                assert_eq!(block, expected);
            }
        }
        assert_eq!(known, BLOCKS);
    }
}
