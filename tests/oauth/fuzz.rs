//! Some thousand requests that nobody would write by hand, from a seeded generator: every answer is
//! a token or a refusal of RFC 6749 §5.2, none a 500, and none is missing.

use super::answer::{assert_refusal, assert_token, basic};
use crate::support::raw::RawRequest;
use crate::support::server::{TestClient, TestServer};

const REQUESTS: u64 = 4_000;

/// `SplitMix64`: small, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("a bound");
        usize::try_from(self.roll() % bound).expect("a number")
    }

    /// True once in `of` times.
    fn once_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn bytes(&mut self, at_most: usize) -> Vec<u8> {
        let length = self.below(at_most + 1);
        (0..length).map(|_| self.roll().to_le_bytes()[0]).collect()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A value that a parameter or a header may be given, good, nearly good or noise.
fn value(dice: &mut Dice, client: &TestClient) -> Vec<u8> {
    let known = [
        "client_credentials",
        "password",
        "api:read",
        "api:read+api:write",
        "api:read%0A",
        "https://api.example.com",
        "https%3A%2F%2Fapi.example.com",
        "https://api.example.com#x",
        "urn:a",
        "%ZZ",
        "%00",
        "%FF",
        "%",
        "+",
        "",
        "\u{1F600}",
        "a b",
        &client.id,
        &client.secret,
    ];
    let mut value = dice.pick(&known).as_bytes().to_vec();
    if dice.once_in(10) {
        value = dice.bytes(40);
    } else if dice.once_in(10) && !value.is_empty() {
        let at = dice.below(value.len());
        value[at] = dice.roll().to_le_bytes()[0];
    }
    value
}

fn body(dice: &mut Dice, client: &TestClient) -> Vec<u8> {
    const NAMES: [&str; 8] = [
        "grant_type",
        "scope",
        "resource",
        "client_id",
        "client_secret",
        "audience",
        "%67rant_type",
        "",
    ];
    let mut body = if dice.once_in(4) {
        Vec::new()
    } else {
        b"grant_type=client_credentials".to_vec()
    };
    for _ in 0..dice.below(4) {
        body.push(b'&');
        body.extend_from_slice(dice.pick(&NAMES).as_bytes());
        if !dice.once_in(8) {
            body.push(b'=');
        }
        body.extend(value(dice, client));
    }
    match dice.below(20) {
        0 => dice.bytes(300),
        1 => vec![*dice.pick(b"&=%+\0a"); dice.below(20_000)],
        2 if !body.is_empty() => {
            let at = dice.below(body.len());
            body.truncate(at);
            body
        }
        _ => body,
    }
}

/// Header values hold no control characters but a tab: others are no HTTP (RFC 9110 §5.5).
fn header_value(dice: &mut Dice, client: &TestClient) -> Vec<u8> {
    let mut value = value(dice, client);
    value.retain(|byte| *byte >= 0x20 && *byte != 0x7F);
    value
}

fn request(dice: &mut Dice, client: &TestClient) -> RawRequest {
    let mut request = RawRequest::form(body(dice, client));
    let authorization = match dice.below(6) {
        0 => None,
        1 => Some(header_value(dice, client)),
        2 => {
            let mut value = dice
                .pick(&["Basic ", "basic  ", "Bearer ", "Basic"])
                .as_bytes()
                .to_vec();
            value.extend(header_value(dice, client));
            Some(value)
        }
        3 => {
            let mut value = basic(client).into_bytes();
            let at = dice.below(value.len());
            value[at] = b'!' + u8::try_from(dice.below(90)).expect("small");
            Some(value)
        }
        _ => Some(basic(client).into_bytes()),
    };
    if let Some(value) = authorization {
        request = request.header("Authorization", value);
    }
    if dice.once_in(12) {
        request = request.without("Content-Type");
    }
    if dice.once_in(12) {
        let value = header_value(dice, client);
        request = request.header("Content-Type", value);
    }
    if dice.once_in(12) {
        let value = header_value(dice, client);
        request = request.header("X-Request-Id", value);
    }
    if dice.once_in(6) {
        request = request.chunked(1 + dice.below(50));
    }
    request
}

#[actix_web::test]
async fn every_answer_is_a_token_or_an_orderly_refusal() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let mut dice = Dice(20_261_121);
    let (mut tokens, mut refusals) = (0, std::collections::BTreeMap::<_, u32>::new());
    for number in 0..REQUESTS {
        let request = request(&mut dice, &client);
        let name = format!("request {number}");
        let answer = request.send(&server.origin).await;
        if answer.status == 200 {
            assert_token(&name, &answer);
            tokens += 1;
        } else {
            let code = assert_refusal(&name, &answer, request.has_authorization());
            *refusals.entry((answer.status, code)).or_default() += 1;
        }
    }
    // The generator reaches what it is meant to reach.
    assert!(tokens > 200, "{tokens} tokens, {refusals:?}");
    for expected in [
        (400, "invalid_request"),
        (400, "invalid_scope"),
        (400, "invalid_target"),
        (400, "unsupported_grant_type"),
        (401, "invalid_client"),
        (413, "invalid_request"),
        (415, "invalid_request"),
    ] {
        let key = (expected.0, expected.1.to_owned());
        assert!(refusals.contains_key(&key), "{expected:?} in {refusals:?}");
    }
}
