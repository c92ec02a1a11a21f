//! Cursors of lists: the place to read on from, with a proof that it was given out here and for this
//! very list. The same on all nodes and after a restart.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::master_key::{MasterKey, Purpose};

/// How much of the HMAC stands in a cursor, in bytes. As long as the id itself.
const PROOF_LENGTH: usize = 16;

/// Makes and reads cursors.
#[derive(Clone)]
pub struct Cursors(hmac::Key);

impl Cursors {
    /// Derives the key.
    pub fn new(master_key: &MasterKey) -> Self {
        Self(master_key.derive(Purpose::Cursor, hmac::HMAC_SHA256))
    }

    /// The cursor that leads on from `id` in this list: 43 characters.
    pub fn write(&self, list: &str, id: Uuid) -> String {
        let mut bytes = id.as_bytes().to_vec();
        bytes.extend_from_slice(&self.proof(list, id));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Where a cursor of this list leads on from; nothing for any other text.
    pub fn read(&self, list: &str, text: &str) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, proof) = bytes.split_first_chunk::<16>()?;
        let id = Uuid::from_bytes(*id);
        let good: bool = self.proof(list, id).ct_eq(proof).into();
        good.then_some(id)
    }

    /// The cursor that leads on from a place in this list that is more than an id. The place can be
    /// read by whoever has the cursor.
    pub fn write_place(&self, list: &str, place: &[u8]) -> String {
        let mut bytes = place.to_vec();
        bytes.extend_from_slice(&self.proof_of_place(list, place));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The place that a cursor of this list leads on from; nothing for any other text.
    pub fn read_place(&self, list: &str, text: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (place, proof) = bytes.split_last_chunk::<PROOF_LENGTH>()?;
        let good: bool = self.proof_of_place(list, place).ct_eq(proof).into();
        good.then(|| place.to_vec())
    }

    fn proof(&self, list: &str, id: Uuid) -> [u8; PROOF_LENGTH] {
        // The id has one length, so what follows it is the list's name and nothing else.
        self.prove(&[id.as_bytes(), list.as_bytes()])
    }

    fn proof_of_place(&self, list: &str, place: &[u8]) -> [u8; PROOF_LENGTH] {
        // No id begins with this, so that neither kind of cursor passes for the other.
        const KIND: [u8; 16] = [0xff; 16];
        let length = u64::try_from(place.len()).unwrap_or(u64::MAX).to_be_bytes();
        self.prove(&[&KIND, &length, place, list.as_bytes()])
    }

    fn prove(&self, parts: &[&[u8]]) -> [u8; PROOF_LENGTH] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        let mut proof = [0; PROOF_LENGTH];
        let tag = context.sign();
        for (to, from) in proof.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        proof
    }
}

impl fmt::Debug for Cursors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursors([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    const OTHER_KEY: &str = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    fn cursors(key: &str) -> Cursors {
        Cursors::new(&MasterKey::parse(key).expect("a key"))
    }

    #[test]
    fn is_read_by_every_node_for_its_own_list_alone() {
        let id = Uuid::from_u128(0x0197_f3c2_6d5e_7c3a_9b1e_2f4a_6c8e_0b1d);
        let cursor = cursors(KEY).write("agents", id);
        assert_eq!(cursor.len(), 43);
        assert_eq!(cursors(KEY).read("agents", &cursor), Some(id));
        assert_eq!(cursors(KEY).read("agents2", &cursor), None);
        assert_eq!(cursors(KEY).read("", &cursor), None);
        assert_eq!(cursors(OTHER_KEY).read("agents", &cursor), None);
    }

    #[test]
    fn a_place_is_read_for_its_own_list_alone() {
        let (one, other) = (cursors(KEY), cursors(OTHER_KEY));
        for place in [b"".as_slice(), b"x", &[0xff; 40]] {
            let cursor = one.write_place("keys", place);
            assert_eq!(
                cursors(KEY).read_place("keys", &cursor).as_deref(),
                Some(place)
            );
            assert_eq!(one.read_place("key", &cursor), None);
            assert_eq!(other.read_place("keys", &cursor), None);
            assert_eq!(one.read_place("keys", &cursor[1..]), None);
        }
        // What stands at a border belongs to one side of it.
        let cursor = one.write_place("list", b"a");
        let moved = URL_SAFE_NO_PAD.decode(&cursor).expect("base64")[1..].to_vec();
        assert_eq!(
            one.read_place("alist", &URL_SAFE_NO_PAD.encode(moved)),
            None
        );
        let id = Uuid::from_u128(7);
        assert_eq!(
            one.read("list", &one.write_place("list", id.as_bytes())),
            None
        );
        assert_eq!(one.read_place("list", &one.write("list", id)), None);
    }

    #[test]
    fn every_altered_character_and_every_cut_is_refused() {
        let cursors = cursors(KEY);
        let cursor = cursors.write("agents", Uuid::from_u128(7));
        for index in 0..cursor.len() {
            for other in ["A", "b", "7", "_"] {
                let mut altered = cursor.clone();
                altered.replace_range(index..=index, other);
                if altered != cursor {
                    assert_eq!(cursors.read("agents", &altered), None, "{index} {other}");
                }
            }
            assert_eq!(
                cursors.read("agents", &cursor[..index]),
                None,
                "cut at {index}"
            );
        }
        assert_eq!(cursors.read("agents", &format!("{cursor}A")), None);
        assert_eq!(cursors.read("agents", &format!("{cursor}=")), None);
    }
}
