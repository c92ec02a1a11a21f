//! Bodies that the token endpoint refuses: media type, encoding, size, framing.

use super::GRANT;
use crate::oauth::answer::{assert_refusal, assert_token, basic};
use crate::support::raw::RawRequest;
use crate::support::server::TestServer;

const FORM: &str = "application/x-www-form-urlencoded";
const MAX_BODY: usize = 16 * 1024;

#[actix_web::test]
async fn only_the_form_in_utf8_is_read() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let with = |content_type: &str| {
        RawRequest::form(GRANT)
            .without("Content-Type")
            .header("Content-Type", content_type)
            .header("Authorization", basic(&client))
    };
    for bad in [
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
        "application/x-www-form-urlencoded-not",
        "application/x-www-form-urlencoded; charset=ISO-8859-1",
        "application/x-www-form-urlencoded; charset=utf-16",
        "x",
        "\u{e9}",
    ] {
        let answer = with(bad).send(&server.origin).await;
        assert_eq!(answer.status, 415, "{bad:?}");
        assert_eq!(assert_refusal(bad, &answer, true), "invalid_request");
    }
    let none = with(FORM)
        .without("Content-Type")
        .send(&server.origin)
        .await;
    assert_eq!(none.status, 415);
    assert_refusal("no content type", &none, true);
    for good in [
        FORM,
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=utf-8",
        "application/x-www-form-urlencoded; charset=\"utf-8\"",
        "Application/X-WWW-Form-Urlencoded",
        "application/x-www-form-urlencoded;",
    ] {
        assert_token(good, &with(good).send(&server.origin).await);
    }
}

#[actix_web::test]
async fn what_does_not_decode_is_400() {
    let server = TestServer::start().await;
    let client = server.client().await;
    for bad in [
        &b"scope=%ZZ"[..],
        b"scope=%2",
        b"scope=%",
        b"scope=%00",
        b"scope=a\0b",
        b"scope=%FF",
        b"scope=\xFF\xFE",
        b"scope=%C3",
        b"%ZZ=a",
        b"x%00=a",
        b"unknown=%ZZ",
        b"unknown=\xFF",
        b"resource=%ZZ",
        b"client_id=%00",
        b"\0",
        b"\xFF",
    ] {
        let mut body = format!("{GRANT}&").into_bytes();
        body.extend_from_slice(bad);
        let request = RawRequest::form(body);
        for (request, challenged) in [
            (request.clone(), false),
            (request.header("Authorization", basic(&client)), true),
        ] {
            let answer = request.send(&server.origin).await;
            let name = String::from_utf8_lossy(bad);
            assert_eq!(answer.status, 400, "{name}");
            assert_eq!(
                assert_refusal(&name, &answer, challenged),
                "invalid_request"
            );
        }
    }
}

#[actix_web::test]
async fn a_body_of_up_to_16_kib_is_read_in_one_piece_or_in_chunks() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let of_length = |length: usize| {
        let start = format!("{GRANT}&padding=");
        let body = format!("{start}{}", "a".repeat(length - start.len()));
        RawRequest::form(body).header("Authorization", basic(&client))
    };
    for length in [100, 8 * 1024, MAX_BODY] {
        assert_token("plain", &of_length(length).send(&server.origin).await);
        for chunk in [1000, 7, 16 * 1024] {
            let request = of_length(length).chunked(chunk);
            assert_token("chunked", &request.send(&server.origin).await);
        }
    }
    for length in [MAX_BODY + 1, 100_000, 3_000_000] {
        for request in [
            of_length(length),
            of_length(length).chunked(1000),
            of_length(length).chunked(length),
        ] {
            let answer = request.send(&server.origin).await;
            assert_eq!(answer.status, 413, "{length}");
            let code = assert_refusal("too large", &answer, true);
            assert_eq!(code, "invalid_request");
        }
    }
    assert_token("after all", &of_length(100).send(&server.origin).await);
}

#[actix_web::test]
async fn a_length_that_is_only_announced_is_refused_without_waiting() {
    let server = TestServer::start().await;
    for announced in ["16385", "1073741824"] {
        let started = std::time::Instant::now();
        let request = RawRequest::form("")
            .unframed()
            .header("Content-Length", announced);
        let answer = request.send(&server.origin).await;
        assert_eq!(answer.status, 413, "{announced}");
        assert_refusal("announced", &answer, false);
        assert!(started.elapsed().as_secs() < 5, "it waited for the body");
    }
}

#[actix_web::test]
async fn broken_framing_never_gets_a_token_and_never_a_500() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let with = |body: &str| {
        RawRequest::form(body)
            .unframed()
            .header("Authorization", basic(&client))
    };
    let chunks = |body: &str| with(body).header("Transfer-Encoding", "chunked");
    let good = format!("{:x}\r\n{GRANT}\r\n", GRANT.len());
    for (name, request) in [
        ("no size", chunks(&format!("{GRANT}\r\n0\r\n\r\n"))),
        ("a size that is no number", chunks("zz\r\nab\r\n0\r\n\r\n")),
        ("a negative size", chunks("-1\r\nab\r\n0\r\n\r\n")),
        (
            "an endless size",
            chunks("ffffffffffffffffff\r\nab\r\n0\r\n\r\n"),
        ),
        ("no end", chunks(&good)),
        ("too short", chunks(&format!("{good}ff\r\nab"))),
        (
            "shorter than announced",
            with(GRANT).header("Content-Length", "100"),
        ),
        (
            "a length that is no number",
            with(GRANT).header("Content-Length", "many"),
        ),
        (
            "a negative length",
            with(GRANT).header("Content-Length", "-1"),
        ),
        (
            "an endless length",
            with(GRANT).header("Content-Length", "99999999999999999999999999"),
        ),
        (
            "two lengths",
            with(GRANT)
                .header("Content-Length", "29")
                .header("Content-Length", "5"),
        ),
        (
            "length and chunks",
            chunks(&format!("{good}0\r\n\r\n")).header("Content-Length", "5"),
        ),
        (
            "another coding",
            with(GRANT)
                .header("Transfer-Encoding", "gzip")
                .header("Content-Length", "29"),
        ),
        ("no length", with(GRANT)),
    ] {
        // The server may hang up on what is no HTTP.
        if let Some(answer) = request.send_and_close(&server.origin).await {
            assert!(
                (400..500).contains(&answer.status),
                "{name}: {} {}",
                answer.status,
                answer.text()
            );
        }
    }
    let sound = chunks(&format!("{good}0\r\n\r\n"));
    assert_token("sound chunks", &sound.send(&server.origin).await);
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_not_waited_for_forever() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let request = RawRequest::form(GRANT)
        .unframed()
        .header("Content-Length", "100")
        .header("Authorization", basic(&client));
    let answer = request.send(&server.origin).await;
    assert_eq!(answer.status, 408);
    let code = assert_refusal("too slow", &answer, true);
    assert_eq!(code, "invalid_request");
}
