//! Failed authentications, throttled by who is asked for and from where, in memory that never grows.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::sketch::Sketch;
use crate::crypto::keyed_hash::KeyedHash;
use crate::domain::limit::RateLimit;
use crate::domain::window::Window;

/// Failures are counted within windows of so many seconds.
const WINDOW_SECONDS: u32 = 60;

/// The window and the failures within it of codes that are short enough to be guessed: at a hundred
/// tries an hour and three codes of a million that are good, a guesser needs months for even odds.
const CODE_WINDOW_SECONDS: u32 = 3_600;
const CODE_FAILURES: u32 = 10;

/// An address, and an id, may fail so many times as often as one id from one address.
const FACTOR: u32 = 10;

/// Too many authentications have failed: seconds after which one may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter(pub u32);

/// Counts failed authentications by id, by address, and by both together.
///
/// Only failures count, so whoever authenticates is never in the way of anybody. A request that is
/// refused here is not counted, so a client that goes on asking is heard again in the next window.
#[derive(Debug)]
pub struct Throttle {
    /// Failures a window of one id from one address; 0 lets everything pass.
    of_a_pair: u32,
    window_seconds: u32,
    /// Whether an id at which many addresses fail is closed to all.
    closes: bool,
    hash: KeyedHash,
    pairs: Sketch,
    addresses: Sketch,
    ids: Sketch,
}

/// Where the three counts of an attempt stand.
struct Keys {
    pair: [u64; 2],
    address: [u64; 2],
    id: [u64; 2],
}

impl Throttle {
    /// Allows `of_a_pair` failures a minute of one id from one address, and ten times as many of one
    /// address and of one id; all, where it is 0. `key` must be random.
    pub fn new(of_a_pair: u32, key: &[u8; 32]) -> Self {
        Self {
            of_a_pair,
            window_seconds: WINDOW_SECONDS,
            closes: false,
            hash: KeyedHash::new(key),
            pairs: Sketch::new(),
            addresses: Sketch::new(),
            ids: Sketch::new(),
        }
    }

    /// For codes of six digits: ten failures an hour of one id from one address, a hundred of one
    /// address and of one id. There an id at which many addresses fail is closed to all: whoever
    /// comes so far knows the password, and the owner has another way in. `key` must be random.
    pub fn of_codes(key: &[u8; 32]) -> Self {
        Self {
            window_seconds: CODE_WINDOW_SECONDS,
            closes: true,
            ..Self::new(CODE_FAILURES, key)
        }
    }

    /// Whether an authentication may be tried: as `id`, whatever the client calls itself, in one
    /// spelling.
    ///
    /// An id at which many addresses fail is not closed: each address that has not failed at it
    /// itself still has one try, so that an attacker cannot lock the owner out (but see
    /// [`Self::of_codes`]).
    ///
    /// # Errors
    /// [`RetryAfter`] where too many have failed.
    pub fn admits(&self, id: &[u8], address: IpAddr, now: DateTime<Utc>) -> Result<(), RetryAfter> {
        if self.of_a_pair == 0 {
            return Ok(());
        }
        let window = self.window(now);
        let keys = self.keys(id, address);
        let of_many = self.of_a_pair.saturating_mul(FACTOR);
        let by_pair = self.pairs.count(keys.pair, window.number);
        let refused = by_pair >= self.of_a_pair
            || self.addresses.count(keys.address, window.number) >= of_many
            || (by_pair > 0 || self.closes) && self.ids.count(keys.id, window.number) >= of_many;
        if refused {
            Err(RetryAfter(window.resets_in))
        } else {
            Ok(())
        }
    }

    /// Counts an authentication that was tried and failed.
    pub fn failed(&self, id: &[u8], address: IpAddr, now: DateTime<Utc>) {
        if self.of_a_pair == 0 {
            return;
        }
        let window = self.window(now).number;
        let keys = self.keys(id, address);
        self.pairs.add(keys.pair, window);
        self.addresses.add(keys.address, window);
        self.ids.add(keys.id, window);
    }

    fn window(&self, now: DateTime<Utc>) -> Window {
        let limit = RateLimit {
            requests: 1,
            per_seconds: self.window_seconds,
            enforce: true,
        };
        limit.window(now)
    }

    fn keys(&self, id: &[u8], address: IpAddr) -> Keys {
        let network = network(address);
        Keys {
            pair: self.hash.pair(&[b"pair", id, &network]),
            address: self.hash.pair(&[b"address", &network]),
            id: self.hash.pair(&[b"id", id]),
        }
    }
}

/// What one client has at its disposal: an IPv4 address, or the 64 bits of an IPv6 network.
fn network(address: IpAddr) -> [u8; 8] {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            // No IPv6 network that is given out begins with zeros.
            [0, 0, 0, 4, a, b, c, d]
        }
        IpAddr::V6(address) => {
            let octets = address.octets();
            std::array::from_fn(|place| octets[place])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: u32 = 10;

    fn throttle() -> Throttle {
        Throttle::new(P, &[7; 32])
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn numbered(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn one_id_from_one_address_fails_ten_times_a_minute() {
        let throttle = throttle();
        let here = address("192.0.2.1");
        for _ in 0..P {
            assert_eq!(throttle.admits(b"id", here, at(0)), Ok(()));
            throttle.failed(b"id", here, at(0));
        }
        assert_eq!(throttle.admits(b"id", here, at(0)), Err(RetryAfter(60)));
        assert_eq!(throttle.admits(b"id", here, at(59)), Err(RetryAfter(1)));
        assert_eq!(throttle.admits(b"other", here, at(59)), Ok(()));
        assert_eq!(throttle.admits(b"id", address("192.0.2.2"), at(59)), Ok(()));
        assert_eq!(throttle.admits(b"id", here, at(60)), Ok(()));
    }

    #[test]
    fn one_address_cannot_try_many_ids() {
        let throttle = throttle();
        let here = address("192.0.2.1");
        let tried = (0..1_000_u32)
            .filter(|id| {
                let id = id.to_be_bytes();
                let admitted = throttle.admits(&id, here, at(0)).is_ok();
                if admitted {
                    throttle.failed(&id, here, at(0));
                }
                admitted
            })
            .count();
        assert_eq!(tried, 100);
        assert_eq!(throttle.admits(b"id", address("192.0.2.2"), at(0)), Ok(()));
    }

    #[test]
    fn many_addresses_cannot_lock_the_owner_out_nor_try_twice_each() {
        let throttle = throttle();
        let tried = || {
            (0..500)
                .filter(|number| {
                    let from = numbered(*number);
                    let admitted = throttle.admits(b"id", from, at(0)).is_ok();
                    if admitted {
                        throttle.failed(b"id", from, at(0));
                    }
                    admitted
                })
                .count()
        };
        assert_eq!(tried(), 500);
        assert!(tried() < 5, "places may be shared");
        let owner = address("203.0.113.9");
        assert_eq!(throttle.admits(b"id", owner, at(0)), Ok(()));
        throttle.failed(b"id", owner, at(0));
        assert!(throttle.admits(b"id", owner, at(0)).is_err());
        assert_eq!(throttle.admits(b"other", owner, at(0)), Ok(()));
    }

    #[test]
    fn of_codes_a_hundred_are_tried_an_hour_from_wherever() {
        let throttle = Throttle::of_codes(&[7; 32]);
        // An hour begins at 0.
        let tried = |from: u32, second| {
            let admitted = throttle.admits(b"id", numbered(from), at(second)).is_ok();
            if admitted {
                throttle.failed(b"id", numbered(from), at(second));
            }
            admitted
        };
        assert_eq!((0..50).filter(|second| tried(0, *second)).count(), 10);
        assert_eq!((1..500).filter(|from| tried(*from, 60)).count(), 90);
        assert!(!tried(1_000, 3_599));
        assert_eq!(throttle.admits(b"other", numbered(1_000), at(60)), Ok(()));
        assert_eq!(
            throttle.admits(b"id", numbered(1_000), at(3_590)),
            Err(RetryAfter(10))
        );
        assert!(tried(0, 3_600));
    }

    #[test]
    fn an_ipv6_network_is_one_address_and_a_mapped_address_is_its_ipv4_one() {
        let throttle = throttle();
        for number in 0..P {
            let from = address(&format!("2001:db8:1:2::{number}"));
            throttle.failed(b"id", from, at(0));
        }
        assert!(
            throttle
                .admits(b"id", address("2001:db8:1:2:ffff::1"), at(0))
                .is_err()
        );
        assert_eq!(
            throttle.admits(b"id", address("2001:db8:1:3::1"), at(0)),
            Ok(())
        );
        for _ in 0..P {
            throttle.failed(b"id", address("::ffff:192.0.2.1"), at(0));
        }
        assert!(throttle.admits(b"id", address("192.0.2.1"), at(0)).is_err());
    }

    #[test]
    fn nought_switches_it_off() {
        let throttle = Throttle::new(0, &[7; 32]);
        for _ in 0..1_000 {
            throttle.failed(b"id", numbered(1), at(0));
        }
        assert_eq!(throttle.admits(b"id", numbered(1), at(0)), Ok(()));
    }

    /// With a hundred thousand failures of as many clients in one minute, those who have not failed
    /// are still heard.
    #[test]
    fn a_flood_does_not_shut_out_the_others() {
        let throttle = throttle();
        for number in 0..100_000_u32 {
            throttle.failed(&number.to_be_bytes(), numbered(number), at(0));
        }
        let shut_out = (0..10_000_u32)
            .filter(|number| {
                let from = numbered(0x0A00_0000 + number);
                throttle.admits(b"owner", from, at(0)).is_err()
            })
            .count();
        assert_eq!(shut_out, 0);
    }
}
